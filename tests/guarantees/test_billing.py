"""一括納付: the month of a premium, the day of its debit, holidays and short months respected."""

import datetime as dt

import pytest

from guarantees import billing

D = dt.date


@pytest.mark.parametrize(
    ("issued_on", "closing", "month"),
    [
        (D(2026, 6, 1), 31, D(2026, 6, 1)),
        (D(2026, 6, 30), 31, D(2026, 6, 1)),
        (D(2026, 6, 20), 20, D(2026, 6, 1)),
        (D(2026, 6, 21), 20, D(2026, 7, 1)),
        (D(2026, 12, 26), 25, D(2027, 1, 1)),
        (D(2028, 2, 29), 31, D(2028, 2, 1)),
    ],
)
def test_what_is_issued_up_to_the_closing_day_is_charged_in_its_month(issued_on, closing, month):
    assert billing.charged_in(issued_on, closing) == month
    first, last = billing.span(month, closing)
    assert first <= issued_on <= last


@pytest.mark.parametrize(
    ("month", "debit", "day"),
    [
        (D(2026, 6, 1), 31, D(2026, 7, 31)),  # a Friday
        (D(2026, 3, 1), 31, D(2026, 4, 30)),
        (D(2026, 4, 1), 31, D(2026, 6, 1)),  # 31 May is a Sunday
        (D(2026, 1, 1), 31, D(2026, 3, 2)),  # 28 February is a Saturday
        (D(2026, 4, 1), 5, D(2026, 5, 7)),  # 5 and 6 May are holidays
        (D(2026, 11, 1), 31, D(2027, 1, 4)),  # 31 December to 3 January the banks rest
        (D(2026, 8, 1), 20, D(2026, 9, 24)),  # 20 September is a Sunday, then three holidays
    ],
)
def test_the_debit_falls_on_a_day_on_which_banks_work(month, debit, day):
    assert billing.debited_on(month, debit) == day


@pytest.mark.parametrize("closing", [5, 10, 15, 20, 25, 31])
def test_the_months_cover_every_day_once(closing):
    month, ends = D(2027, 1, 1), billing.span(D(2026, 12, 1), closing)[1]
    for _ in range(26):
        first, last = billing.span(month, closing)
        assert first == ends + dt.timedelta(days=1)
        ends, month = last, billing.following(month)
