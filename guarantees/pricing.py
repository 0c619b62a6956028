"""Pricing: asks the tariff for the premium of terms, and freezes it when they are approved.

A new guarantee costs what the tariff of the day says. A change costs f(new) − f(old), both by the rates with which the
guarantee began: what was agreed stays agreed, and what was raised and lowered again costs nothing in the end.
"""

import datetime as dt
from typing import NamedTuple

from django.utils import timezone

from accounts.models import Contractor
from guarantees import premium
from guarantees.models import Guarantee, Payment, Premium, Purpose, Tariff, Terms, Version
from guarantees.premium import Quote


class NoTariff(Exception):
    """Say that no tariff holds for a product today: its premium cannot be computed."""

    def __init__(self, product_label: str) -> None:
        super().__init__(f"{product_label}の料率表が登録されていません。本店に、料率表の登録を依頼してください。")


def estimate(product: str, amount_yen: int) -> tuple[Tariff, Quote] | None:
    """Compute what a guarantee costs by the tariff that holds today (Tokyo); None when there is none. Changes nothing."""
    tariff = Tariff.on(product, timezone.localdate())
    return (tariff, tariff.quote(amount_yen)) if tariff else None


class Difference(NamedTuple):
    """What a change costs: the whole of the new amount, and what was charged so far."""

    tariff: Tariff
    name: str  # of the tariff, as it was frozen with the first version
    valid_from: dt.date
    quote: Quote
    before_yen: int

    @property
    def total_yen(self) -> int:
        """What is to be paid; less than nothing: what is returned."""
        return self.quote.total_yen - self.before_yen


def difference(guarantee: Guarantee, amount_yen: int) -> Difference | None:
    """Compute what it costs that a guarantee is changed to so many yen (0: was never used); None without any tariff.

    By the rates of its first premium. A guarantee older than the tariffs is priced by today's, old and new amount alike.
    """
    charged = list(
        Premium.objects.filter(version__guarantee=guarantee).select_related("tariff").order_by("version__no")
    )
    if charged:
        first = charged[0]
        bands = [(step.up_to_yen, step.rate) for step in first.quote.steps]
        quote = premium.quote(bands, amount_yen, unit_yen=first.unit_yen, minimum_yen=first.minimum_yen)
        return Difference(first.tariff, first.tariff_name, first.tariff_from, quote, charged[-1].full_yen)
    tariff = Tariff.on(guarantee.product, timezone.localdate())
    if tariff is None:
        return None
    before = tariff.quote(guarantee.current.amount_yen).total_yen
    return Difference(tariff, tariff.name, tariff.valid_from, tariff.quote(amount_yen), before)


def way_back(guarantee: Guarantee) -> str:
    """Tell how a premium is returned (Payment): the way it came. 一括納付 when any part of it is charged monthly, so that
    nothing is paid back that is still to be debited; otherwise by transfer to the account that the contractor names."""
    ways = set(Premium.objects.filter(version__guarantee=guarantee).values_list("payment", flat=True))
    monthly = Payment.MONTHLY in (ways or {guarantee.current.payment})
    return Payment.MONTHLY.value if monthly else Payment.TRANSFER.value


def freeze(terms: Terms, *, contractor: Contractor) -> Premium:
    """Store what the terms cost by today's tariff, with the steps and rates that make it. Raises NoTariff.

    The premium belongs to no version until `tie` says which.
    """
    estimated = estimate(terms.product, terms.amount_yen)
    if estimated is None:
        raise NoTariff(terms.get_product_display())
    tariff, quote = estimated
    return _store(terms, Difference(tariff, tariff.name, tariff.valid_from, quote, 0), contractor)


def freeze_change(terms: Terms, guarantee: Guarantee, *, amount_yen: int, contractor: Contractor) -> Premium:
    """Store what a change costs: `amount_yen` is the amount guaranteed from then on, 0 when it was never used.

    Raises NoTariff. The caller holds the lock of the guarantee, so that no other change is priced meanwhile.
    """
    changed = difference(guarantee, amount_yen)
    if changed is None:
        raise NoTariff(terms.get_product_display())
    return _store(terms, changed, contractor)


def _store(terms: Terms, cost: Difference, contractor: Contractor) -> Premium:
    return Premium.objects.create(
        contractor=contractor,
        branch_id=terms.branch_id,
        tariff=cost.tariff,
        tariff_name=cost.name,
        tariff_from=cost.valid_from,
        product=terms.product,
        amount_yen=cost.quote.amount_yen,
        steps=[step._asdict() for step in cost.quote.steps],
        unit_yen=cost.quote.unit_yen,
        minimum_yen=cost.quote.minimum_yen,
        before_yen=cost.before_yen,
        total_yen=cost.total_yen,
        payment=terms.payment,
        billing_name=terms.billing_name,
        closing_day=contractor.closing_day,
        debit_day=contractor.debit_day,
    )


def tie(charged: Premium, version: Version) -> None:
    """Say for which version a premium was charged: once, and only for the amount it was computed from."""
    is_same = charged.amount_yen == version.amount_yen or version.purpose == Purpose.CANCELLATION
    if not is_same or charged.product != version.product:
        raise ValueError("a premium is of its own version")
    charged.version = version
    charged.save(update_fields=["version"])


def falls_due_before_issue(charged: Premium) -> bool:
    """Tell whether the certificate waits for the money: all but 一括納付, unless nothing is to be paid."""
    return charged.payment != Payment.MONTHLY and charged.total_yen > 0
