"""変更の案内: the table of cases, each with what it calls for."""

import datetime as dt

import pytest

from applications import advising
from applications.advising import Level
from tests import make

ON = dt.date(2026, 8, 1)
END = dt.date(2027, 12, 18)


@pytest.fixture
def version(db):
    """20,000,000 yen of an advance for works of 50,000,000 yen until 18 December 2027, in a body of 40 %."""
    return make.terms(starts_on=dt.date(2026, 6, 2))


@pytest.fixture
def performance(db):
    """5,000,000 yen of a contract guarantee for the same works."""
    return make.terms(
        product="contract", amount_yen=5_000_000, bank_name="", redeposit="", starts_on=dt.date(2026, 6, 1)
    )


CHANGED = {"happened": "changed", "price_yen": None, "works_until": None, "more": False, "on": ON}


def levels(version, **case):
    wish = CHANGED | case
    told = advising.answer(version, wish.pop("happened"), **wish)
    return told.purpose, [one.level for one in told.findings]


@pytest.mark.parametrize(
    ("case", "purpose", "expected"),
    [
        ({}, None, [Level.NOT_NEEDED, Level.NOT_NEEDED]),
        ({"price_yen": 60_000_000}, None, [Level.NOT_NEEDED, Level.NOT_NEEDED]),
        ({"price_yen": 60_000_000, "more": True}, "change", [Level.NEEDED, Level.NOT_NEEDED]),
        ({"price_yen": 50_000_000}, None, [Level.NOT_NEEDED, Level.NOT_NEEDED]),
        ({"price_yen": 49_999_999}, "change", [Level.ASK, Level.NOT_NEEDED]),  # 40 % are 19,999,999
        ({"price_yen": 20_000_000}, "change", [Level.ASK, Level.NOT_NEEDED]),
        ({"price_yen": 19_999_999}, "change", [Level.NEEDED, Level.NOT_NEEDED]),
        ({"works_until": END + dt.timedelta(days=1)}, "change", [Level.NOT_NEEDED, Level.NEEDED]),
        ({"works_until": END - dt.timedelta(days=1)}, None, [Level.NOT_NEEDED, Level.NOT_NEEDED]),
        ({"happened": "ended"}, "cancel", [Level.NEEDED]),
        ({"happened": "wrong"}, "correct", [Level.NEEDED]),
    ],
)
def test_an_advance_calls_for(version, case, purpose, expected):
    assert levels(version, **case) == (purpose, expected)


@pytest.mark.parametrize(
    ("case", "purpose", "expected"),
    [
        ({"price_yen": 50_000_001}, "change", [Level.ASK, Level.NOT_NEEDED]),  # a tenth is 5,000,001
        ({"price_yen": 50_000_000}, None, [Level.NOT_NEEDED, Level.NOT_NEEDED]),
        ({"price_yen": 49_999_990}, "change", [Level.ASK, Level.NOT_NEEDED]),  # may be lowered to 4,999,999
        ({"price_yen": 4_999_999}, "change", [Level.NEEDED, Level.NOT_NEEDED]),
        ({"works_until": END + dt.timedelta(days=30)}, "change", [Level.NOT_NEEDED, Level.NEEDED]),
    ],
)
def test_a_contract_guarantee_calls_for(performance, case, purpose, expected):
    assert levels(performance, **case) == (purpose, expected)


def test_an_advance_of_several_years_ends_with_its_fiscal_year(db):
    version = make.terms(
        fiscal_kind="commitment", base_yen=30_000_000, ends_on=dt.date(2027, 3, 31), amount_yen=10_000_000
    )

    assert levels(version, works_until=dt.date(2028, 10, 1)) == (None, [Level.NOT_NEEDED, Level.NOT_NEEDED])


def test_the_answer_names_the_sums(version):
    told = advising.answer(version, "changed", price_yen=40_000_000, works_until=None, more=False, on=ON)

    assert "16,000,000円" in told.findings[0].text
