"""一括納付: in which month a premium is charged, and on which day it is debited.

What is issued up to the closing day (締め日) of a month is charged in that month and debited in the month after, on the
debit day (引落日) or, when the banks are closed then, on the next day on which they work. Days are Tokyo's.
"""

import calendar
import datetime as dt

from netdesk import hours


def charged_in(issued_on: dt.date, closing_day: int) -> dt.date:
    """Give the first day of the month in which a premium is charged: "2026年6月分"."""
    first = issued_on.replace(day=1)
    return first if issued_on.day <= closing_day else following(first)


def debited_on(month: dt.date, debit_day: int) -> dt.date:
    """Give the day on which the premiums charged in a month (its first day) are debited."""
    day = _day_in(following(month), debit_day)
    while not hours.is_open_on(day):
        day += dt.timedelta(days=1)
    return day


def span(month: dt.date, closing_day: int) -> tuple[dt.date, dt.date]:
    """Give the first and the last day of issue of what is charged in a month (its first day)."""
    before = (month - dt.timedelta(days=1)).replace(day=1)
    return _day_in(before, closing_day) + dt.timedelta(days=1), _day_in(month, closing_day)


def following(month: dt.date) -> dt.date:
    """Give the first day of the next month."""
    return (month + dt.timedelta(days=31)).replace(day=1)


def _day_in(month: dt.date, day: int) -> dt.date:
    """The `day` of a month, or its last day when it is shorter: the 31st stands for the last."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))
