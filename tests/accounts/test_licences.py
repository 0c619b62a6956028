"""建設業許可番号: as documents write it, and for how long it holds."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from accounts import licences
from accounts.licences import Licence

TODAY = dt.date(2026, 11, 26)


def test_there_are_the_minister_and_forty_seven_governors_by_their_codes():
    assert len(licences.AUTHORITIES) == len(dict(licences.AUTHORITIES)) == 48
    known = dict(licences.AUTHORITIES)
    assert [known[code] for code in ("00", "01", "13", "27", "47")] == [
        *("国土交通大臣許可", "北海道知事許可", "東京都知事許可", "大阪府知事許可", "沖縄県知事許可")
    ]


@pytest.mark.parametrize(
    ("licence", "written"),
    [
        (Licence("13", "general", 2024, "012345"), "東京都知事許可（般-6）第012345号"),
        (Licence("00", "special", 2019, "000001"), "国土交通大臣許可（特-1）第000001号"),
        (Licence("26", "general", 2018, "999999"), "京都府知事許可（般-30）第999999号"),
    ],
)
def test_it_is_written_as_on_documents(licence, written):
    assert str(licence) == written


@pytest.mark.parametrize(("year", "old"), [(2026, False), (2021, False), (2020, True), (2018, True)])
def test_it_is_old_when_its_five_years_must_be_over(year, old):
    assert Licence("13", "general", year, "012345").is_old(TODAY) == old


def test_the_years_offered_are_the_newest_and_the_one_that_stands_there():
    offered = licences.years(TODAY, 2012)
    assert offered[0] == ("2026", "令和8年（2026年）")
    assert offered[-2:] == [("2019", "令和元年（2019年）"), ("2012", "平成24年（2012年）")]
    assert len(offered) == licences.OFFERED_YEARS + 1
    assert licences.years(TODAY) == offered[:-1]


@pytest.mark.parametrize(("typed", "kept"), [("12345", "012345"), ("第０１２３４５号", "012345"), (" 1 ", "000001")])
def test_a_number_is_kept_as_six_digits(typed, kept):
    assert licences.number(typed) == kept


@pytest.mark.parametrize("typed", ["", "0", "000000", "1234567", "-1", "12a", "①②③x", "9" * 5000])
def test_no_other_number_is_taken(typed):
    with pytest.raises(ValidationError, match="6桁以内の数字"):
        licences.number(typed)
