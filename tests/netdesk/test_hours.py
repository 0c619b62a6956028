"""Office hours: when the branches answer, and the days on which they do not."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from netdesk import hours

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-06-01 09:00", None),
        ("2026-06-01 16:59", None),
        ("2026-06-01 08:59", "2026-06-01 09:00"),
        ("2026-06-01 17:00", "2026-06-02 09:00"),
        ("2026-06-05 17:00", "2026-06-08 09:00"),
        ("2026-06-06 10:00", "2026-06-08 09:00"),
        ("2026-07-19 12:00", "2026-07-21 09:00"),
        ("2026-12-28 17:00", "2027-01-04 09:00"),
        ("2027-01-01 08:00", "2027-01-04 09:00"),
    ],
)
def test_when_the_branches_open_next(at, opens):
    def moment(text):
        return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO)

    expected = moment(opens) if opens else None
    assert hours.opens_at(moment(at)) == expected
    assert hours.opens_at(moment(at).astimezone(dt.UTC)) == expected


def closure(first, last, reason):
    return hours.Closure(dt.date.fromisoformat(first), dt.date.fromisoformat(last), reason)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        ("2026-06-01", [closure("2026-07-20", "2026-07-20", "海の日"), closure("2026-08-11", "2026-08-11", "山の日")]),
        ("2026-07-20", [closure("2026-07-20", "2026-07-20", "海の日"), closure("2026-08-11", "2026-08-11", "山の日")]),
        (
            "2026-12-01",
            [closure("2026-12-29", "2027-01-03", "年末年始"), closure("2027-01-11", "2027-01-11", "成人の日")],
        ),
        (
            "2026-12-31",
            [closure("2026-12-31", "2027-01-03", "年末年始"), closure("2027-01-11", "2027-01-11", "成人の日")],
        ),
        (
            "2027-01-02",
            [closure("2027-01-02", "2027-01-03", "年末年始"), closure("2027-01-11", "2027-01-11", "成人の日")],
        ),
    ],
)
def test_the_next_days_on_which_nobody_answers(day, found):
    assert hours.closures(dt.date.fromisoformat(day), 2) == found
