"""The time by the database's clock: the one clock that web, workers and relay share."""

import datetime as dt

from django.db import connection
from django.utils import timezone


def now() -> dt.datetime:
    """Read the moment at which this query runs (UTC), also in the middle of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment


def day(at: dt.datetime) -> dt.date:
    """Name the calendar day in Tokyo at a moment."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def today() -> dt.date:
    """Name the present day in Tokyo."""
    return day(now())
