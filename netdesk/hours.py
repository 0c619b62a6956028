"""Office hours: 9:00 to 17:00 in Tokyo on weekdays that are no holiday and not between 29 December and 3 January."""

import datetime as dt

import jpholiday
from django.utils import timezone

OPENS, CLOSES = dt.time(9), dt.time(17)
LONGEST = dt.timedelta(days=60)  # beyond this the exact number of hours says nothing


def is_open_on(day: dt.date) -> bool:
    """Tell whether the branches work on that day."""
    year_end = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not year_end and not jpholiday.is_holiday(day)


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
