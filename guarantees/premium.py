"""保証料: what a guarantee costs, band by band, in whole numbers only.

A tariff (保証料率表) names rates for bands of the guaranteed amount; each band's rate applies to the part of the amount that
lies in it. The parts are added up exactly, in millionths of a yen, then cut to the tariff's unit (端数切捨て), and raised to its
minimum. What was computed is frozen with the rates used: a later tariff changes nothing of it.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

MILLION = 1_000_000
MOST_BANDS = 12
HIGHEST_PERCENT = "10"
_RATE = re.compile(r"(\d{1,2})(?:\.(\d{1,4}))?", re.ASCII)

Band = tuple[
    int | None, str
]  # up to which amount (None: without end), and its rate in percent, exactly as written: "0.22"


class UnsoundBands(Exception):
    """Say in Japanese what is wrong with the bands of a tariff."""


class Step(NamedTuple):
    """The part of the amount in one band: more than `over_yen`, up to `up_to_yen` (None: without end)."""

    over_yen: int
    up_to_yen: int | None
    rate: str  # percent as written in the tariff: "0.22"
    part_yen: int
    millionths: int  # part_yen × rate, exactly: 15,000,000 yen at 0.22 % are 33,000,000,000 millionths of a yen

    @property
    def yen(self) -> int:
        """What the step costs, cut to whole yen: for show, the sum is made of the exact values."""
        return self.millionths // MILLION


class Quote(NamedTuple):
    """What an amount costs under a tariff: its steps, every band shown, and the total in whole yen."""

    amount_yen: int
    steps: list[Step]
    unit_yen: int
    minimum_yen: int
    total_yen: int

    @property
    def is_minimum(self) -> bool:
        """Tell whether the minimum was charged in place of the sum."""
        return self.total_yen > cut(sum(step.millionths for step in self.steps), self.unit_yen)


def quote(bands: Sequence[Band], amount_yen: int, *, unit_yen: int = 1, minimum_yen: int = 0) -> Quote:
    """Compute what a guarantee of `amount_yen` whole yen costs. Nothing guaranteed costs nothing, whatever the minimum.

    Raises ValueError for a negative amount. The bands must be sound (see `sound`).
    """
    if amount_yen < 0:
        raise ValueError("an amount is not negative")
    steps, over = [], 0
    for up_to, rate in bands:
        part = max(0, min(amount_yen, amount_yen if up_to is None else up_to) - over)
        steps.append(Step(over, up_to, rate, part, part * per_million(rate)))
        over = up_to or over
    total = cut(sum(step.millionths for step in steps), unit_yen)
    return Quote(amount_yen, steps, unit_yen, minimum_yen, max(total, minimum_yen) if amount_yen else 0)


def cut(millionths: int, unit_yen: int) -> int:
    """Cut millionths of a yen to whole units of so many yen (端数切捨て)."""
    return millionths // (MILLION * unit_yen) * unit_yen


def per_million(rate: str) -> int:
    """Read a rate in percent with at most four decimals as millionths: "0.22" is 2,200. Raises UnsoundBands."""
    found = _RATE.fullmatch(rate)
    if not found:
        raise UnsoundBands("料率は、0.22 のように小数第4位までの数で入力してください。")
    return int(found[1]) * 10_000 + int((found[2] or "").ljust(4, "0"))


def sound(bands: Sequence[Band]) -> None:
    """Check that bands cover every amount once: rising ends, the last without end, sensible rates. Raises UnsoundBands.

    A band begins where the one before ends, so a sound tariff has neither a hole nor an overlap.
    """
    if not 1 <= len(bands) <= MOST_BANDS:
        raise UnsoundBands(f"区分は、1行から{MOST_BANDS}行までで入力してください。")
    over = 0
    for n, (up_to, rate) in enumerate(bands, start=1):
        if not 0 < per_million(rate) <= per_million(HIGHEST_PERCENT):
            raise UnsoundBands(f"{n}行目の料率は、0より大きく{HIGHEST_PERCENT}%以下で入力してください。")
        if up_to is None:
            if n < len(bands):
                raise UnsoundBands(f"{n}行目に上限額がありません。上限額を空にできるのは、最後の行だけです。")
        elif up_to <= over:
            raise UnsoundBands(
                f"{n}行目の上限額（{up_to:,}円）は、前の行の上限額（{over:,}円）より大きくしてください。"
            )
        else:
            over = up_to
    if bands[-1][0] is not None:
        raise UnsoundBands("最後の行の上限額は、空にしてください（それを超える金額すべてに適用します）。")


def band_words(step: Step) -> str:
    """Name a band as people do: 「500万円以下の部分」「500万円を超え2,000万円以下の部分」「1億円を超える部分」."""
    if step.up_to_yen is None:
        return f"{in_man(step.over_yen)}を超える部分" if step.over_yen else "全額"
    end = f"{in_man(step.up_to_yen)}以下の部分"
    return f"{in_man(step.over_yen)}を超え{end}" if step.over_yen else end


def in_man(yen: int) -> str:
    """Write an amount with 億 and 万 where it is a whole number of 万: 「1億2,000万円」, otherwise in yen."""
    if yen % 10_000:
        return f"{yen:,}円"
    oku, man = divmod(yen // 10_000, 10_000)
    return f"{f'{oku:,}億' if oku else ''}{f'{man:,}万' if man or not oku else ''}円"


def fiscal_month(day: dt.date) -> str:
    """Name the month in which a premium is charged: 「2026年6月分」."""
    return f"{day.year}年{day.month}月分"
