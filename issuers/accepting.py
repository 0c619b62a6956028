"""対応している発注者: which public bodies take electronic guarantees, of what and since when, as everybody may read it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from issuers import rulebook, search
from issuers.kinds import Product, WorkKind
from issuers.models import Acceptance, Issuer, Rule
from netdesk import dates

HEADER = (
    "発注者コード",
    "発注者",
    "よみ",
    "都道府県",
    "保証",
    "対象の契約",
    "受付の開始日",
    "受付の終了日",
    "状態",
    "提出先の担当課",
    "提出先メールアドレス",
)


class Chip(NamedTuple):
    """A state in words; the tone only repeats it."""

    tone: str
    words: str


class Row(NamedTuple):
    """One body of the list."""

    issuer: Issuer
    starts_on: dt.date  # the first day of the acceptance that began, or begins, first
    kinds: str
    advance: list[Chip]  # none: not accepted
    contract: list[Chip]
    ways: str  # how the key notice is handed in, "" where that is not known


def offers(on: dt.date, **asked: Any) -> QuerySet[Acceptance]:
    """The acceptances that are not over on that day; asked: product, kind ("" or left out: any)."""
    found = Acceptance.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on))
    if asked.get("product"):
        found = found.filter(_taking(asked["product"]))
    if asked.get("kind"):
        found = found.filter(work_kind=asked["kind"])
    return found


def _taking(product: str) -> Q:
    """What says that a product is taken: a body that says nothing of 中間前払金保証 takes it as 前払金保証 (models.is_taken)."""
    if product != Product.INTERIM:
        return Q(product=product)
    own = Acceptance.objects.filter(issuer=OuterRef("issuer"), work_kind=OuterRef("work_kind"), product=product)
    return Q(product=product) | Q(~Exists(own), product=Product.ADVANCE)


def bodies(on: dt.date, **asked: Any) -> QuerySet[Issuer]:
    """The bodies with such an offer, by code; asked: product, kind, prefecture, and q, part of a name, kana or code."""
    found = Issuer.objects.filter(Exists(offers(on, **asked).filter(issuer=OuterRef("pk"))))
    found = found.matching(search.words(asked.get("q", "")))
    return found.filter(prefecture=asked["prefecture"]) if asked.get("prefecture") else found


def with_offers(found: QuerySet[Issuer], on: dt.date) -> QuerySet[Issuer]:
    """Bring along what `row` needs of each body: every offer, whatever was asked, and its rules."""
    every = offers(on).order_by("starts_on", "product", "work_kind")
    return found.prefetch_related("rules", Prefetch("acceptances", every))


def row(issuer: Issuer, on: dt.date) -> Row:
    """Draw up a body that came with its offers; it has one at least."""
    found = list(issuer.acceptances.all())
    kinds = [kind for kind in WorkKind if any(offer.work_kind == kind for offer in found)]
    return Row(
        issuer,
        min(offer.starts_on for offer in found),
        "・".join(kind.label for kind in kinds),
        _chips([offer for offer in found if offer.product == Product.ADVANCE], kinds, on) + _interim(found, kinds, on),
        _chips([offer for offer in found if offer.product == Product.CONTRACT], kinds, on),
        _ways(issuer, on),
    )


def _interim(found: list[Acceptance], kinds: list[WorkKind], on: dt.date) -> list[Chip]:
    """What a body says of 中間前払金保証, where it says anything."""
    chips = _chips([offer for offer in found if offer.product == Product.INTERIM], kinds, on)
    return [chip._replace(words=f"中間前払金：{chip.words}") for chip in chips]


def _chips(found: list[Acceptance], kinds: list[WorkKind], on: dt.date) -> list[Chip]:
    """Say what is taken on that day, and what will be: kinds are named where they differ from the body's others."""
    taken = [kind for kind in kinds if any(offer.work_kind == kind and offer.starts_on <= on for offer in found)]
    coming: dict[dt.date, list[WorkKind]] = {}
    for offer in found:
        if offer.starts_on > on and offer.work_kind not in taken:
            coming.setdefault(offer.starts_on, []).append(WorkKind(offer.work_kind))
    chips = [Chip("ok", "対応" + _only(taken, kinds))] if taken else []
    return chips + [Chip("todo", f"{dates.seireki(day)}から{_only(those, kinds)}") for day, those in coming.items()]


def _only(some: list[WorkKind], kinds: list[WorkKind]) -> str:
    return "" if set(some) == set(kinds) else f"（{'・'.join(kind.label for kind in some)}）"


def _ways(issuer: Issuer, on: dt.date) -> str:
    """How the notices of its products are handed in on that day."""
    asked = {way for rule in _holding(issuer, on) for way in rule.handed_in_by}
    return "・".join(way.label for way in Rule.Way if way in asked)


def _holding(issuer: Issuer, on: dt.date) -> list[Rule]:
    """The rules of a body that hold on a day for some product and kind of work, each once."""
    each = [issuer.rule_on(product, kind, on) for product in Product for kind in WorkKind]
    return list(dict.fromkeys(rule for rule in each if rule))


class Told(NamedTuple):
    """What a body asks for one product, for everybody to read: a heading, and labels with their words."""

    title: str
    rows: list[tuple[str, str]]


def rules(issuer: Issuer, on: dt.date) -> list[Told]:
    """Tell every rule that holds on a day; a rule that says nothing is left out."""
    told = [Told(_title(rule), [row for row in _told(rule) if row[1]]) for rule in _holding(issuer, on)]
    return [one for one in told if one.rows]


def in_short(issuer: Issuer, on: dt.date) -> list[str]:
    """Tell the limits that hold on a day in a line each: 前払金保証（工事）：上限40%、上限額 400,000,000円."""
    return [f"{_title(rule)}：{'、'.join(words)}" for rule in _holding(issuer, on) if (words := _limits(rule))]


def _limits(rule: Rule) -> list[str]:
    allowed = rulebook.of(rule, rule.product, rule.work_kind)
    share = f"{'下限' if allowed.is_least else '上限'}{float(rule.percent):g}%" if rule.percent is not None else ""
    cap = f"上限額 {rule.cap_yen:,}円" if rule.cap_yen else ""
    price = f"請負金額が{allowed.price_words}契約が対象" if allowed.price_words else ""
    return [words for words in (share, cap, allowed.unit_words, price, rule.limits_note.rstrip("。")) if words]


def _title(rule: Rule) -> str:
    return f"{rule.get_product_display()}{f'（{rule.get_work_kind_display()}）' if rule.work_kind else ''}"


def _told(rule: Rule) -> list[tuple[str, str]]:
    allowed = rulebook.of(rule, rule.product, rule.work_kind)
    percent = f"請負金額の{float(rule.percent):g}%" if rule.percent is not None else ""
    return [
        ("割合の下限" if allowed.is_least else "割合の上限", percent),
        ("上限額", f"{rule.cap_yen:,}円" if rule.cap_yen else ""),
        ("端数", allowed.unit_words),
        ("対象の契約", f"請負金額が{allowed.price_words}契約" if allowed.price_words else ""),
        ("対象や金額の案内", rule.limits_note),
        ("提出方法", "・".join(way.label for way in rule.handed_in_by)),
        ("提出先の担当課", rule.office),
        ("提出先のメールアドレス", rule.email),
        ("提出期限", rule.deadline_words),
        ("提出の案内", rule.note),
    ]


def state(offer: Acceptance, on: dt.date) -> Chip:
    """Say how an acceptance stands on a day."""
    if offer.starts_on > on:
        return Chip("todo", "開始前")
    if offer.ends_on and offer.ends_on < on:
        return Chip("todo", "終了")
    return Chip("ok", "受付中")


def table(found: Iterable[Acceptance], on: dt.date) -> Iterator[tuple[object, ...]]:
    """Write acceptances as rows under HEADER, one at a time; each comes with its body and that body's rules."""
    for offer in found:
        issuer = offer.issuer
        rule = issuer.rule_on(offer.product, offer.work_kind, on)
        yield (
            *(issuer.code, issuer.name, issuer.kana, issuer.prefecture),
            *(offer.get_product_display(), offer.get_work_kind_display(), offer.starts_on, offer.ends_on),
            state(offer, on).words,
            *((rule.office, rule.email) if rule else ("", "")),
        )
