import datetime as dt

import pytest

from netdesk import dates


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 6, 1), "令和8年6月1日"),
        (dt.date(2019, 12, 31), "令和元年12月31日"),
        (dt.date(2019, 5, 1), "令和元年5月1日"),
        (dt.date(2019, 4, 30), "平成31年4月30日"),
        (dt.date(1989, 1, 8), "平成元年1月8日"),
        (dt.date(1989, 1, 7), "昭和64年1月7日"),
        (dt.date(1926, 12, 25), "昭和元年12月25日"),
        (dt.date(1926, 12, 24), "大正15年12月24日"),
        (dt.date(1912, 7, 29), "明治45年7月29日"),
    ],
)
def test_the_era_changes_on_its_first_day(day, words):
    assert dates.wareki(day) == words


def test_a_day_before_the_calendar_reform_has_no_era_date():
    with pytest.raises(ValueError):
        dates.wareki(dt.date(1872, 12, 31))


def test_documents_show_both_calendars():
    assert dates.both(dt.date(2026, 2, 2)) == "令和8年2月2日（2026年2月2日）"


def test_a_moment_is_told_by_the_clock_of_tokyo():
    assert dates.moment(dt.datetime(2026, 5, 31, 15, 5, tzinfo=dt.UTC)) == "2026年6月1日 00:05"


@pytest.mark.parametrize(
    "typed",
    [
        "令和8年2月2日",
        "令和８年２月２日",
        "R8.2.2",
        "r8/2/2",
        "Ｒ８．２．２",
        "2026/2/2",
        "2026-02-02",
        "2026−02−02",
        "2026年2月2日",
        " 2026 年 2 月 2 日 ",
        "20260202",
        "２０２６０２０２",
        "令和8年2月2日（月）",
        "令和８年２月２日まで",
        "2026/2/2(月曜日)から",
        "2026年2月2日月曜日",
    ],
)
def test_one_day_may_be_typed_in_many_ways(typed):
    assert dates.parse(typed) == dt.date(2026, 2, 2)


def test_the_first_year_may_be_typed_as_gannen():
    assert dates.parse("令和元年5月1日") == dt.date(2019, 5, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "明日",
        "2026/2/30",
        "20261301",
        "26/2/2",
        "令和0年2月2日",
        "令和元年4月30日",
        "平成33年1月1日",
        "2026/2",
        "令和8",
        "20260202x",
        "2026年2月2日（祝）",
        "（月）",
        "まで2026年2月2日",
    ],
)
def test_what_is_not_one_day_is_refused(typed):
    assert dates.parse(typed) is None


@pytest.mark.parametrize("day", [dt.date(2026, 6, 1), dt.date(2019, 5, 1), dt.date(1989, 1, 7)])
def test_what_we_write_we_can_read(day):
    assert dates.parse(dates.wareki(day)) == day
    assert dates.parse(dates.seireki(day)) == day


@pytest.mark.parametrize(
    ("year", "era"),
    [(2026, ("令和", 8)), (2019, ("令和", 1)), (2018, ("平成", 30)), (1989, ("平成", 1)), (1988, ("昭和", 63))],
)
def test_a_year_in_which_an_era_began_belongs_to_the_new_one(year, era):
    assert dates.era_year(year) == era


@pytest.mark.parametrize(
    ("day", "year", "words"),
    [
        (dt.date(2027, 3, 31), 2026, "令和8年度"),
        (dt.date(2027, 4, 1), 2027, "令和9年度"),
        (dt.date(2019, 4, 1), 2019, "令和元年度"),
        (dt.date(2019, 3, 31), 2018, "平成30年度"),
    ],
)
def test_a_fiscal_year_is_named_by_the_year_in_which_it_begins(day, year, words):
    assert dates.fiscal_year(day) == year == dates.fiscal_year_end(day).year - 1
    assert dates.fiscal_year_words(dates.fiscal_year(day)) == words
