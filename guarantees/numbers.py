"""保証契約番号: five digits of fiscal year and office, a hyphen, six digits of a series without gaps."""

import datetime as dt
import re
import unicodedata

from accounts.models import Branch
from guarantees import clock
from guarantees.models import NumberSeries

LAST = 999_999
_LABEL = "保証契約番号"
# NFKC leaves the dashes, the minus sign and the long-vowel mark that keyboards give for a hyphen.
_PARTS = re.compile(r"(\d{5})[\s\u200b-\u200d\u2010-\u2015\u2212ー_-]*(\d{6})(?!\d)", re.ASCII)
_WHOLE = re.compile(r"\d{5}-\d{6}", re.ASCII)
_TOO_LONG = 1000  # signs; more than a whole pasted notice


class SeriesExhausted(Exception):
    """Say that a prefix has no number left; somebody has to decide what follows 999,999."""


def prefix(branch: Branch, at: dt.datetime) -> str:
    """Give the five digits before the hyphen: end of the Western fiscal year (from 1 April, Tokyo) and office code."""
    day = clock.day(at)
    year = day.year if day.month >= 4 else day.year - 1
    return f"{year % 100:02d}{branch.code}"


def take(prefix: str) -> str:
    """Take the next number of a series, inside the caller's transaction.

    The row stays locked until that transaction ends, and a rollback gives the number back: the series has no gaps
    and no doubles. Raises SeriesExhausted after 999,999, and changes nothing then.
    """
    NumberSeries.objects.bulk_create([NumberSeries(prefix=prefix)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(prefix=prefix)
    if series.last >= LAST:
        raise SeriesExhausted(
            f"番号 {prefix}-{LAST:06d} まで使い終わりました。続きの番号の決め方を本店に確認してください。"
        )
    series.last += 1
    series.save(update_fields=["last"])
    return f"{prefix}-{series.last:06d}"


def normalise(typed: str) -> str:
    """Undo what keyboards and mails do to a number: full width, hyphens of any kind or none, spaces, line breaks.

    A pasted sentence may hold it behind the words 保証契約番号. What cannot be read as a number comes back as it is
    after that; `faults` says what is wrong with it.
    """
    text = unicodedata.normalize("NFKC", typed[:_TOO_LONG]).strip()
    whole = _PARTS.fullmatch(text.strip("\u200b\ufeff"))
    found = whole or (_PARTS.search(text, text.index(_LABEL)) if _LABEL in text else None)
    return f"{found[1]}-{found[2]}" if found else text


def faults(typed: str) -> str:
    """Say in Japanese why a typed number cannot be one, without asking the database; "" when it can."""
    if not typed.strip():
        return "保証契約番号を入力してください。"
    if _WHOLE.fullmatch(normalise(typed)):
        return ""
    return "保証契約番号は、数字5桁と6桁（例：00000-000000）で入力してください。"
