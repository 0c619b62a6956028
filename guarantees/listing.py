"""The list of a contractor's electronic guarantees, page by page (keyset), with what was heard of the notice."""

import datetime as dt
import uuid
from typing import NamedTuple

import jpholiday
from django.db.models import Min, Prefetch, Q, QuerySet

from guarantees import clock, standing
from guarantees.models import Guarantee, Look, Version

PAGE = 25
# Working days after the issue from which on an unopened guarantee is worth a reminder.
PATIENCE = 3


class Row(NamedTuple):
    """One guarantee of the list."""

    guarantee: Guarantee
    version: Version
    standing: standing.Standing
    seen_at: dt.datetime | None  # when somebody who was not logged in first opened it
    is_late: bool  # still unopened PATIENCE working days after the issue


class Page(NamedTuple):
    """One page of the list; `older` is what leads to the next one, "" at the end."""

    rows: list[Row]
    older: str


def page(found: QuerySet[Guarantee], *, after: str, on: dt.date) -> Page:
    """Give the PAGE guarantees that follow the one whose id is `after`, newest first.

    An id that is none, or not among `found`, leads to the first page. `on` is the day by which states are told (Tokyo).
    """
    issues = Version.objects.exclude(status=Version.Status.ORDERED).defer("snapshot").order_by("-no")
    wanted = found.filter(_older_than(found, after)).order_by("-created_at", "-id")
    guarantees = [*wanted.prefetch_related(Prefetch("versions", issues))[: PAGE + 1]]
    looks = Look.objects.filter(guarantee__in=guarantees[:PAGE], result=Look.Result.OPENED, by=None)
    seen = dict(looks.order_by().values_list("guarantee").annotate(Min("at")))
    rows = [_row(guarantee, seen.get(guarantee.pk), on) for guarantee in guarantees[:PAGE]]
    return Page(rows, str(rows[-1].guarantee.pk) if len(guarantees) > PAGE else "")


def _older_than(found: QuerySet[Guarantee], after: str) -> Q:
    try:
        last = found.get(pk=uuid.UUID(after))
    except (ValueError, Guarantee.DoesNotExist):
        return Q()
    return Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.pk)


def _row(guarantee: Guarantee, seen_at: dt.datetime | None, on: dt.date) -> Row:
    version = next(iter(guarantee.versions.all()))  # prefetched, the newest first
    issued_at = version.issued_at or guarantee.created_at
    late = seen_at is None and working_days(issued_at, on) > PATIENCE
    return Row(guarantee, version, standing.of(version, on), seen_at, late)


def working_days(since: dt.datetime, until: dt.date) -> int:
    """Count the working days after a moment, up to and with `until`; more than a fortnight is simply many."""
    first = clock.day(since)
    passed = min((until - first).days, 30)
    return sum(_is_working(first + dt.timedelta(days=n)) for n in range(1, passed + 1))


def _is_working(day: dt.date) -> bool:
    at_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not at_new_year and not jpholiday.is_holiday(day)
