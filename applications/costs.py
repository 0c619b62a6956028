"""What an application will cost, told before anything is charged: an estimate by today's tariff, or the frozen premium."""

from typing import NamedTuple

from django.core.exceptions import ValidationError

from applications import japanese
from applications.models import Line
from guarantees import paper_words, premium, pricing
from guarantees.models import Guarantee, Purpose
from issuers.kinds import Product


class Cost(NamedTuple):
    """A premium as people read it: its steps in words, the total in whole yen, and by which tariff."""

    steps: list[tuple[str, premium.Step]]  # the words of the band, and its step; bands without a part are left out
    total_yen: int
    note: str  # how it was cut or raised
    tariff: str
    tax: str  # 非課税, 消費税込み
    amount: str  # what it is computed from: 保証金額, 予約金額
    charge: str  # 保証料, 予約手数料
    before_yen: int = (
        0  # of a change: what was charged so far; `total_yen` is the difference, negative when it is returned
    )
    is_change: bool = False

    @property
    def full_yen(self) -> int:
        """What the amount costs as a whole."""
        return self.total_yen + self.before_yen

    @property
    def payable_yen(self) -> int:
        """What is to be paid or returned, without a sign."""
        return abs(self.total_yen)


def of_text(product: str, typed: str) -> Cost | None:
    """Estimate from an amount as typed; None when it cannot be read or there is no tariff."""
    try:
        amount = japanese.yen(typed, "金額")
    except ValidationError:
        return None
    return of(product, amount) if amount else None


def of_line(line: Line) -> Cost | None:
    """Tell the frozen premium of a line, else the estimate of its amount; None when there is no tariff or no premium."""
    frozen = line.premium
    if frozen is not None:
        tariff = f"{frozen.tariff_name}（{frozen.tariff_from:%Y年%-m月%-d日}適用）"
        return _told(line.product, frozen.quote, tariff)._replace(
            total_yen=frozen.total_yen, before_yen=frozen.before_yen, is_change=not line.is_new
        )
    if line.about is None:
        return of(line.product, line.amount_yen)
    return of_change(line.about, amount_after(line)) if line.purpose != Purpose.CORRECTION else None


def amount_after(line: Line) -> int:
    """Give the amount that is guaranteed after a change: 0 when the guarantee ends and was never used."""
    return 0 if line.purpose == Purpose.CANCELLATION and line.received_yen == 0 else line.amount_yen


def of_change(guarantee: Guarantee, amount_yen: int) -> Cost | None:
    """Tell what it costs to change a guarantee to so many yen; None when there is no tariff."""
    changed = pricing.difference(guarantee, amount_yen)
    if changed is None:
        return None
    told = _told(guarantee.product, changed.quote, f"{changed.name}（{changed.valid_from:%Y年%-m月%-d日}適用）")
    return told._replace(total_yen=changed.total_yen, before_yen=changed.before_yen, is_change=True)


def of(product: str, amount_yen: int) -> Cost | None:
    """Estimate by the tariff of today; None when there is none."""
    estimated = pricing.estimate(product, amount_yen)
    if estimated is None:
        return None
    tariff, quote = estimated
    return _told(product, quote, f"{tariff.name}（{tariff.valid_from:%Y年%-m月%-d日}適用）")


def _told(product: str, quote: premium.Quote, tariff: str) -> Cost:
    steps = [(premium.band_words(step), step) for step in quote.steps if step.part_yen]
    kind = Product(product)
    note = f"最低{kind.charge} {quote.minimum_yen:,}円" if quote.is_minimum else f"{quote.unit_yen}円未満切捨て"
    called = paper_words.called(product)
    return Cost(steps, quote.total_yen, note, tariff, called["tax"], called["amount"], called["charge"])
