"""Pricing: asks the tariff of the day for the premium of terms, and freezes it when they are approved."""

from django.utils import timezone

from accounts.models import Contractor
from guarantees.models import Payment, Premium, Tariff, Terms, Version
from guarantees.premium import Quote


class NoTariff(Exception):
    """Say that no tariff holds for a product today: its premium cannot be computed."""

    def __init__(self, product_label: str) -> None:
        super().__init__(f"{product_label}の料率表が登録されていません。本店に、料率表の登録を依頼してください。")


def estimate(product: str, amount_yen: int) -> tuple[Tariff, Quote] | None:
    """Compute what a guarantee costs by the tariff that holds today (Tokyo); None when there is none. Changes nothing."""
    tariff = Tariff.on(product, timezone.localdate())
    return (tariff, tariff.quote(amount_yen)) if tariff else None


def freeze(terms: Terms, *, contractor: Contractor) -> Premium:
    """Store what the terms cost by today's tariff, with the steps and rates that make it. Raises NoTariff.

    The premium belongs to no version until `tie` says which.
    """
    estimated = estimate(terms.product, terms.amount_yen)
    if estimated is None:
        raise NoTariff(terms.get_product_display())
    tariff, quote = estimated
    return Premium.objects.create(
        contractor=contractor,
        branch_id=terms.branch_id,
        tariff=tariff,
        tariff_name=tariff.name,
        tariff_from=tariff.valid_from,
        product=terms.product,
        amount_yen=terms.amount_yen,
        steps=[step._asdict() for step in quote.steps],
        unit_yen=quote.unit_yen,
        minimum_yen=quote.minimum_yen,
        total_yen=quote.total_yen,
        payment=terms.payment,
        billing_name=terms.billing_name,
        closing_day=contractor.closing_day,
        debit_day=contractor.debit_day,
    )


def tie(premium: Premium, version: Version) -> None:
    """Say for which version a premium was charged: once, and only for the amount it was computed from."""
    if premium.amount_yen != version.amount_yen or premium.product != version.product:
        raise ValueError("a premium is of its own version")
    premium.version = version
    premium.save(update_fields=["version"])


def falls_due_before_issue(premium: Premium) -> bool:
    """Tell whether the certificate waits for the money: all but 一括納付, unless nothing is to be paid."""
    return premium.payment != Payment.MONTHLY and premium.total_yen > 0
