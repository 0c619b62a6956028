"""What an application will cost, told before anything is charged: an estimate by today's tariff, or the frozen premium."""

from typing import NamedTuple

from django.core.exceptions import ValidationError

from applications import japanese
from applications.models import Line
from guarantees import paper_words, premium, pricing
from issuers.kinds import Product


class Cost(NamedTuple):
    """A premium as people read it: its steps in words, the total in whole yen, and by which tariff."""

    steps: list[tuple[str, premium.Step]]  # the words of the band, and its step; bands without a part are left out
    total_yen: int
    note: str  # how it was cut or raised
    tariff: str
    tax: str  # 非課税, 消費税込み
    amount: str  # what it is computed from: 保証金額, 予約金額


def of_text(product: str, typed: str) -> Cost | None:
    """Estimate from an amount as typed; None when it cannot be read or there is no tariff."""
    try:
        amount = japanese.yen(typed, "金額")
    except ValidationError:
        return None
    return of(product, amount) if amount else None


def of_line(line: Line) -> Cost | None:
    """Tell the frozen premium of a line, else the estimate of its amount; None when there is no tariff."""
    frozen = line.premium
    if frozen is None:
        return of(line.product, line.amount_yen)
    return _told(line.product, frozen.quote, f"{frozen.tariff_name}（{frozen.tariff_from:%Y年%-m月%-d日}適用）")


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
    return Cost(steps, quote.total_yen, note, tariff, called["tax"], called["amount"])
