"""Office hours: 9:00 to 17:00 in Tokyo on weekdays that are no holiday and not between 29 December and 3 January."""

import datetime as dt
from typing import NamedTuple

import jpholiday
from django.utils import timezone

OPENS, CLOSES = dt.time(9), dt.time(17)
LONGEST = dt.timedelta(days=60)  # beyond this the exact number of hours says nothing


def is_open_on(day: dt.date) -> bool:
    """Tell whether the branches work on that day."""
    return day.weekday() < 5 and not _is_year_end(day) and not jpholiday.is_holiday(day)


def _is_year_end(day: dt.date) -> bool:
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)


def between(start: dt.datetime, end: dt.datetime) -> dt.timedelta:
    """Count the office time between two aware moments (at most the last 60 days of it)."""
    start, end = timezone.localtime(max(start, end - LONGEST)), timezone.localtime(end)
    worked, day = dt.timedelta(), start.date()
    while day <= end.date():
        if is_open_on(day):
            opens = dt.datetime.combine(day, OPENS, start.tzinfo)
            closes = dt.datetime.combine(day, CLOSES, start.tzinfo)
            worked += max(dt.timedelta(), min(end, closes) - max(start, opens))
        day += dt.timedelta(days=1)
    return worked


def words(span: dt.timedelta) -> str:
    """Write a span of office time: 48分, 2時間05分."""
    minutes = int(span.total_seconds()) // 60
    return f"{minutes // 60}時間{minutes % 60:02d}分" if minutes >= 60 else f"{minutes}分"


class Closure(NamedTuple):
    """Days on which the branches are closed although it is a weekday, and why."""

    first: dt.date
    last: dt.date
    reason: str


def closures(day: dt.date, count: int = 3) -> list[Closure]:
    """Name the next `count` closures from `day` on: holidays one by one, the days around New Year as one."""
    found: list[Closure] = []
    while len(found) < count:
        if _is_year_end(day):
            turn = day.year if day.month == 1 else day.year + 1
            found.append(Closure(day, dt.date(turn, 1, 3), "年末年始"))
            day = dt.date(turn, 1, 3)
        elif day.weekday() < 5 and not is_open_on(day):
            found.append(Closure(day, day, str(jpholiday.is_holiday_name(day))))
        day += dt.timedelta(days=1)
    return found


def opens_at(at: dt.datetime) -> dt.datetime | None:
    """Tell when the branches open next; None while they are open."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    day = local.date()
    if is_open_on(day) and OPENS <= local.time() < CLOSES:
        return None
    if local.time() >= OPENS:
        day += dt.timedelta(days=1)
    while not is_open_on(day):
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, OPENS, local.tzinfo)
