"""The list of a contractor's electronic guarantees: pages, filters and file, with what was heard of the notice."""

import datetime as dt
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

import jpholiday
from django.db.models import Exists, Func, Min, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat

from guarantees import clock, lookup, standing, viewing
from guarantees.models import Guarantee, Key, Version
from netdesk import dates, filters, paging

ORDER = ("-created_at", "-id")
_HYPHENS = str.maketrans(dict.fromkeys("−ー‐‑‒–—―", "-"))
# Working days after the issue from which on an unopened guarantee is worth a reminder.
PATIENCE = 3


class Row(NamedTuple):
    """One guarantee of the list."""

    guarantee: Guarantee
    version: Version
    standing: standing.Standing
    seen_at: dt.datetime | None  # when somebody who was not logged in first opened it
    is_late: bool  # still unopened PATIENCE working days after the issue, and it can still be opened
    is_over: bool  # the last day on which it could be opened is over
    has_ended: bool  # cancelled: there is nothing to be opened any more


class ListFilters(filters.Filters):
    """What the list can be narrowed by."""

    q = filters.Keyword(help_text="保証契約番号・件名・発注者・工事番号の一部")
    seen = filters.OneOf(label="発注者の閲覧", choices=[("no", "未閲覧"), ("yes", "閲覧済")])


class Page(NamedTuple):
    """One page of the list; `older` is what leads to the next one, "" at the end."""

    rows: list[Row]
    older: str
    is_first: bool


def narrowed(found: QuerySet[Guarantee], asked: ListFilters) -> QuerySet[Guarantee]:
    """Leave what the filters in force leave."""
    wish = asked.values
    for word in wish.get("q", "").split():
        found = found.alias(said=_said()).filter(_bears(word))
    if "seen" in wish:
        opened = Exists(lookup.opened().filter(guarantee=OuterRef("pk")))
        waits = ~opened & ~Q(status=Guarantee.Status.CANCELLED)
        found = found.filter(opened if wish["seen"] == "yes" else waits)
    return found


class _Plain(Func):
    """A text in the form in which words are compared: one width (NFKC), small letters."""

    template = "lower(normalize(%(expressions)s, NFKC))"
    output_field = TextField()


def _said() -> Subquery:
    """What the newest version of a guarantee says, asked for one guarantee at a time: others' versions are never read."""
    texts = Concat("issuer_name", Value("\n"), "work_name", Value("\n"), "work_number", output_field=TextField())
    newest = Version.objects.filter(guarantee=OuterRef("pk")).order_by("-no")
    return Subquery(newest.annotate(said=_Plain(texts)).values("said")[:1])


def _bears(word: str) -> Q:
    """Tell whether a guarantee bears a word in its number, or in what it says."""
    plain = unicodedata.normalize("NFKC", word).lower()
    return Q(number__contains=plain.translate(_HYPHENS)) | Q(said__contains=plain)


def page(found: QuerySet[Guarantee], *, after: str, on: dt.date) -> Page:
    """Give the guarantees that follow the one whose id is `after`, newest first; `on` is the day by which states are told."""
    turned = paging.page(_with_versions(found), *ORDER, after=after)
    looks = lookup.opened().filter(guarantee__in=turned.rows)
    seen = dict(looks.values_list("guarantee").annotate(Min("at")))
    rows = [_row(guarantee, seen.get(guarantee.pk), on) for guarantee in turned.rows]
    return Page(rows, turned.older, turned.is_first)


def _with_versions(found: QuerySet[Guarantee]) -> QuerySet[Guarantee]:
    issues = Version.objects.exclude(status=Version.Status.ORDERED).defer("snapshot").order_by("-no")
    return found.prefetch_related(
        Prefetch("versions", issues), Prefetch("keys", Key.objects.defer("ciphertext", "verifier"))
    )


HEADER = (
    "保証契約番号",
    "保証",
    "発注者",
    "工事番号",
    "件名",
    "保証金額（円）",
    "保証期間の始まり",
    "保証期間の終わり",
    "状態",
    "発注者の閲覧",
    "発行日",
)


def cells(found: QuerySet[Guarantee], *, on: dt.date) -> Iterator[tuple[object, ...]]:
    """Write guarantees as the rows of a file, newest first, read from the server some at a time."""
    first = lookup.opened().filter(guarantee=OuterRef("pk")).order_by("at").values("at")[:1]
    wanted = _with_versions(found.annotate(seen_at=Subquery(first))).order_by(*ORDER)
    for guarantee in wanted.iterator(chunk_size=500):
        row = _row(guarantee, getattr(guarantee, "seen_at", None), on)
        version = row.version
        yield (
            guarantee.number,
            guarantee.get_product_display(),
            version.issuer_name,
            version.work_number,
            version.work_name,
            version.amount_yen,
            version.starts_on,
            version.ends_on,
            row.standing,
            dates.moment(row.seen_at) if row.seen_at else "" if row.has_ended else "未閲覧",
            clock.day(version.issued_at) if version.issued_at else "",
        )


def _row(guarantee: Guarantee, seen_at: dt.datetime | None, on: dt.date) -> Row:
    version = next(iter(guarantee.versions.all()))  # prefetched, the newest first
    issued_at = version.issued_at or guarantee.created_at
    state = standing.to_parties(version, on)
    over = viewing.ended_on(guarantee, on) is not None
    ended = state == standing.Standing.CANCELLED
    late = seen_at is None and not over and not ended and working_days(issued_at, on) > PATIENCE
    return Row(guarantee, version, state, seen_at, late, over, ended)


def working_days(since: dt.datetime, until: dt.date) -> int:
    """Count the working days after a moment, up to and with `until`; more than a fortnight is simply many."""
    first = clock.day(since)
    passed = min((until - first).days, 30)
    return sum(_is_working(first + dt.timedelta(days=n)) for n in range(1, passed + 1))


def _is_working(day: dt.date) -> bool:
    at_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not at_new_year and not jpholiday.is_holiday(day)
