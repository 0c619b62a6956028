"""The list of a contractor's electronic guarantees, page by page (keyset), with what was heard of the notice."""

import datetime as dt
import uuid
from typing import NamedTuple

import jpholiday
from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from guarantees import clock, standing
from guarantees.models import Guarantee, Look, Version

PAGE = 25
# Working days after the issue from which on an unopened guarantee is worth a reminder (ui.md 7.8).
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
    seen = Look.objects.filter(guarantee=OuterRef("pk"), result=Look.Result.OPENED, by=None).order_by("at")
    wanted = found.filter(_older_than(found, after)).order_by("-created_at", "-id").select_related("issuer")
    wanted = wanted.annotate(seen_at=Subquery(seen.values("at")[:1])).prefetch_related(Prefetch("versions", issues, to_attr="issues"))
    guarantees = [*wanted[: PAGE + 1]]
    rows = [_row(guarantee, on) for guarantee in guarantees[:PAGE]]
    return Page(rows, str(rows[-1].guarantee.pk) if len(guarantees) > PAGE else "")


def _older_than(found: QuerySet[Guarantee], after: str) -> Q:
    try:
        last = found.get(pk=uuid.UUID(after))
    except (ValueError, Guarantee.DoesNotExist):
        return Q()
    return Q(created_at__lt=last.created_at) | Q(created_at=last.created_at, id__lt=last.pk)


def _row(guarantee: Guarantee, on: dt.date) -> Row:
    version = guarantee.issues[0]
    version.guarantee = guarantee
    late = guarantee.seen_at is None and working_days(version.issued_at, on) > PATIENCE
    return Row(guarantee, version, standing.of(version, on), guarantee.seen_at, late)


def working_days(since: dt.datetime, until: dt.date) -> int:
    """Count the working days after a moment, up to and with `until`; more than a fortnight is simply many."""
    first = clock.day(since)
    passed = min((until - first).days, 30)
    return sum(_is_working(first + dt.timedelta(days=n)) for n in range(1, passed + 1))


def _is_working(day: dt.date) -> bool:
    at_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not at_new_year and not jpholiday.is_holiday(day)
