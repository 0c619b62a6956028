"""What a body allows for one product of one contract: its own limits where it has some, else the usual ones.

The limits that count are those of the day of the contract (契約締結日). They are cautions, never errors.
"""

from decimal import Decimal
from typing import NamedTuple

from issuers.kinds import Product, WorkKind
from issuers.models import Rule

# An advance is at most 40 % of the price of works and 30 % of design, survey and other services (most bodies' rules).
USUAL_TOP = {WorkKind.WORKS.value: 40, WorkKind.SERVICE.value: 30}
# 契約保証金額 is at least a tenth of the price, three tenths after a low-price investigation (standard contract terms).
USUAL_LEAST = {"no": 10, "yes": 30}
# 中間前払金 is a further 20 % of the base, 60 % together with the advance.
USUAL_INTERIM, USUAL_TOGETHER = 20, 60


class Limits(NamedTuple):
    """What holds for a product. Percentages are of the base of an advance and of the price for 契約保証; sums in yen."""

    percent: Decimal | None  # the most, for 契約保証 the least; None: there is no limit
    is_least: bool
    cap_yen: int | None
    unit_yen: int | None
    least_price_yen: int | None

    def top_yen(self, base_yen: int) -> int | None:
        """The most that may be asked for of a base, cut to the unit; None without a limit, and for what has a least."""
        if self.percent is None or self.is_least:
            return None
        top = share(base_yen, self.percent)
        top = top if self.cap_yen is None else min(top, self.cap_yen)
        return top - top % (self.unit_yen or 1)

    def least_yen(self, price_yen: int) -> int | None:
        """The least that has to be guaranteed of a price, a part of a yen counting as one; None without such a limit."""
        if self.percent is None or not self.is_least:
            return None
        return -share(-price_yen, self.percent)

    @property
    def percent_words(self) -> str:
        return "" if self.percent is None else f"{float(self.percent):g}%"

    @property
    def unit_words(self) -> str:
        return f"{self.unit_yen:,}円未満切捨て" if self.unit_yen and self.unit_yen > 1 else ""

    @property
    def price_words(self) -> str:
        """The price from which contracts are meant: a rule kept as 1,300,001 yen says 1,300,000円を超える."""
        if self.least_price_yen is None:
            return ""
        below = self.least_price_yen - 1
        return f"{below:,}円を超える" if below and below % 1000 == 0 else f"{self.least_price_yen:,}円以上の"


def of(rule: Rule | None, product: str, work_kind: str, *, low_bid: str = "no") -> Limits:
    """Give the limits of a product under a rule (None: the body has told us none). `low_bid`: "yes" or "no"."""
    product = (
        Product.CONTRACT.value if product == Product.RESERVE else product
    )  # it promises a guarantee of that amount
    least = product == Product.CONTRACT
    percent = _percent(rule, product, work_kind, low_bid)
    if rule is None:
        return Limits(percent, least, None, None, None)
    return Limits(percent, least, rule.cap_yen, rule.unit_yen, rule.least_price_yen)


def share(base_yen: int, percent: Decimal) -> int:
    """Take a percentage of a sum, exactly, cut down to whole yen."""
    return base_yen * int(percent * 10) // 1000


def _percent(rule: Rule | None, product: str, work_kind: str, low_bid: str) -> Decimal | None:
    own = rule.percent if rule else None
    if rule and low_bid == "yes" and rule.low_bid_percent is not None:
        return Decimal(rule.low_bid_percent)
    if product == Product.CONTRACT:
        usual = Decimal(USUAL_LEAST.get(low_bid, USUAL_LEAST["no"]))
        return usual if own is None else max(Decimal(own), usual) if low_bid == "yes" else Decimal(own)
    if own is not None:
        return Decimal(own)
    return _USUAL.get((product, work_kind))


# By product and kind of work; a product that is not here has no limit of its own.
_USUAL = {
    **{(Product.ADVANCE.value, kind): Decimal(top) for kind, top in USUAL_TOP.items()},
    **{(Product.INTERIM.value, kind): Decimal(USUAL_INTERIM) for kind in USUAL_TOP},
}
