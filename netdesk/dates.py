"""Dates as people in town halls write and read them: Western years, Japanese eras, any width of digits."""

import datetime as dt
import re
import unicodedata

from django.utils import timezone

# First day, name and initial of each era since the Western calendar came into use, newest first.
ERAS = (
    (dt.date(2019, 5, 1), "令和", "R"),
    (dt.date(1989, 1, 8), "平成", "H"),
    (dt.date(1926, 12, 25), "昭和", "S"),
    (dt.date(1912, 7, 30), "大正", "T"),
    (dt.date(1873, 1, 1), "明治", "M"),
)
# Year before the first year of each era: 令和8年 is 2018 + 8.
_BASE = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
_INITIALS = {initial: name for _, name, initial in ERAS}
LONGEST_READ = 1000  # signs; a date with much space around it is still read
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
# What contracts print behind a day: its weekday, and the words from and until.
_AROUND = re.compile(r"(?:\([日月火水木金土](?:曜日?)?\)|[日月火水木金土]曜日)?(?:から|より|まで|付け?)?$")
_SPELT = re.compile(r"(?i)(令和|平成|昭和|大正|明治|[RHSTM])?(\d{1,4}|元)[年./-](\d{1,2})[月./-](\d{1,2})日?")
# NFKC leaves the minus sign, the dashes and the long-vowel mark that keyboards give for a hyphen.
_HYPHENS = str.maketrans({mark: "-" for mark in "−‐‑‒–—―ー"})


def wareki(day: dt.date) -> str:
    """Write `day` in the Japanese calendar: 令和8年6月1日; the first year of an era is 元年.

    Raises ValueError before 1873, when Japan did not yet use these months and days.
    """
    for first, name, _ in ERAS:
        if day >= first:
            year = day.year - _BASE[name]
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    raise ValueError(f"{day} lies before the Japanese use of the Western calendar")


def era_year(year: int) -> tuple[str, int]:
    """Give the era and its year for a Western year; a year in which an era began belongs to the new one."""
    era = next(name for first, name, _ in ERAS if year >= first.year)
    return era, year - _BASE[era]


def seireki(day: dt.date) -> str:
    """Write `day` in the Western calendar: 2026年6月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def both(day: dt.date) -> str:
    """Write `day` in both calendars, as documents do: 令和8年6月1日（2026年6月1日）."""
    return f"{wareki(day)}（{seireki(day)}）"


def moment(at: dt.datetime) -> str:
    """Write an aware moment as Tokyo's wall clock shows it: 2026年6月1日 14:20."""
    local = timezone.localtime(at, timezone.get_default_timezone())
    return f"{seireki(local)} {local:%H:%M}"


def fiscal_year(day: dt.date) -> int:
    """Name the fiscal year (会計年度) in which a day lies by the year in which it begins, on 1 April."""
    return day.year - (day.month < 4)


def fiscal_year_words(year: int) -> str:
    """Write a fiscal year as town halls do: 令和9年度."""
    name, count = era_year(year)
    return f"{name}{'元' if count == 1 else count}年度"


def fiscal_year_end(day: dt.date) -> dt.date:
    """Give the last day, 31 March, of the fiscal year (会計年度) in which a day lies."""
    return dt.date(day.year + (day.month >= 4), 3, 31)


def parse(typed: str) -> dt.date | None:
    """Read a date typed in any usual way; None when it is not one day of the calendar.

    Understands 令和8年2月2日, R8.2.2, 2026/2/2, 2026-02-02, 2026年2月2日 and 20260202, in either width and with
    spaces, and with what contracts print behind a day: （金）, まで. An era day outside its era (令和1年4月30日, 平成33年1月1日) is refused: which day was meant is unclear.
    """
    if len(typed) > LONGEST_READ:
        return None
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).translate(_HYPHENS)
    text = _AROUND.sub("", text)
    if found := _COMPACT.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    if not (found := _SPELT.fullmatch(text)):
        return None
    era, year, month, day = found.groups()
    if era is None:
        return _day(int(year), int(month), int(day)) if len(year) == 4 and year.isdigit() else None
    return _era_day(_INITIALS.get(era.upper(), era), 1 if year == "元" else int(year), int(month), int(day))


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _era_day(era: str, year: int, month: int, day: int) -> dt.date | None:
    found = _day(_BASE[era] + year, month, day) if 1 <= year <= 99 else None
    if found is None:
        return None
    owner = next((name for first, name, _ in ERAS if found >= first), None)
    return found if owner == era else None
