"""Finds names the way people type them: by kanji, hiragana, katakana of any width, or code."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Case, Model, Q, QuerySet, Value, When
from django.utils import timezone

from issuers.models import Acceptance, Issuer

Row = TypeVar("Row", bound=Model)
SHOWN = 20
LONGEST_QUERY, MOST_WORDS = 200, 10

_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") + 1)}
# Kana that sources write differently: bank lists know no small kana, and づ/ず, ぢ/じ are mixed up when typing.
_ALIKE = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖづぢ髙﨑國", "あいうえおつやゆよわかけずじ高崎国")
_HYPHENS = str.maketrans(dict.fromkeys("ー－−‐‑–—―", "-") | {"・": ""})
# 霞が関, 霞ヶ関, 霞ケ関 and 八カ所 are one spelling to the ear; the か of 区立かわせみ橋 begins a word of its own.
_SMALL_KE = re.compile(r"(?<=[\u4e00-\u9fff々])[がか](?=[\u4e00-\u9fff々\s]|$)")


@dataclass(frozen=True)
class Found(Generic[Row]):
    """The first rows of a search; `more` tells that there were others."""

    rows: list[Row]
    more: bool


def normalise(text: str) -> str:
    """Reduce text to what is compared: NFKC, lower case, hiragana, one kind of hyphen, words parted by single spaces.

    The result is a search key only; it is never shown and never stored in place of the name.
    """
    plain = unicodedata.normalize("NFKC", text).lower().translate(_HYPHENS)
    return _SMALL_KE.sub("け", " ".join(plain.translate(_HIRAGANA).translate(_ALIKE).split()))


def words(text: str) -> list[str]:
    """The words of a query, normalised; none for an empty one. Nobody searches for more than MOST_WORDS of them."""
    return normalise(text[:LONGEST_QUERY]).split()[:MOST_WORDS]


def key(*parts: str) -> str:
    """Write the search column of a row: its name first, then whatever else it is found by, each part without spaces."""
    return " ".join(dict.fromkeys(normalise(part).replace(" ", "") for part in parts if part))


def issuer_key(issuer: Issuer) -> str:
    """The search column of an issuer: name, kana, code, and the name behind its prefecture (東京都杉並区)."""
    return key(issuer.name, issuer.kana, issuer.code, issuer.prefecture + issuer.name)


def containing(rows: QuerySet[Row], typed: list[str]) -> QuerySet[Row]:
    """Keep the rows whose `search` contains every word."""
    for word in typed:
        rows = rows.filter(search__contains=word)
    return rows


def best_first(rows: QuerySet[Row], typed: list[str], *order: str) -> QuerySet[Row]:
    """Sort rows by the first word: where it is a whole part of `search`, then begins the name, then begins any part."""
    if not typed:
        return rows.order_by(*order)
    word = typed[0]
    whole = Q(search__startswith=f"{word} ") | Q(search__contains=f" {word} ") | Q(search__endswith=f" {word}")
    rank = Case(
        When(whole, then=Value(0)),
        When(search__startswith=word, then=Value(1)),
        When(search__contains=f" {word}", then=Value(2)),
        default=Value(3),
    )
    return rows.order_by(rank, *order)


def capped(rows: QuerySet[Row]) -> Found[Row]:
    """Take the first 20 rows and tell whether there are more, in one query and without counting."""
    taken = list(rows[: SHOWN + 1])
    return Found(taken[:SHOWN], more=len(taken) > SHOWN)


def issuers(text: str, prefecture: str = "") -> Found[Issuer]:
    """Find public bodies by name, kana, hiragana or code, best match first.

    prefecture: 東京都; "" for all. Without text, lists those of the prefecture; without both, finds nothing.
    """
    typed = words(text)
    if not typed and not prefecture:
        return Found([], more=False)
    rows = Issuer.objects.matching(typed)
    if prefecture:
        rows = rows.filter(prefecture=prefecture)
    return capped(best_first(rows, typed, "code"))


def electronic_today(bodies: list[Issuer]) -> set[str]:
    """The codes of those bodies that take electronic guarantees of any kind today (Tokyo)."""
    today = timezone.localdate()
    started = Acceptance.objects.filter(issuer__in=bodies, starts_on__lte=today)
    in_force = started.filter(Q(ends_on=None) | Q(ends_on__gte=today))
    return set(in_force.values_list("issuer__code", flat=True))


def prefectures() -> list[str]:
    """The prefectures in the order of their codes."""
    return list(Issuer.objects.filter(kind=Issuer.Kind.PREFECTURE).order_by("code").values_list("name", flat=True))
