"""見本料率: an invented set of rates, for the demo and for tests. The operator's own take their place in the admin."""

import datetime as dt

from guarantees.models import Tariff
from guarantees.premium import Band
from issuers.kinds import Product

NAME = "見本料率"
FROM = dt.date(2022, 4, 1)
SETS: dict[str, list[Band]] = {
    Product.ADVANCE: [(5_000_000, "0.30"), (20_000_000, "0.22"), (100_000_000, "0.17"), (None, "0.12")],
    Product.INTERIM: [(None, "0.065")],  # the one rate that the trade publishes
    Product.CONTRACT: [(None, "0.48")],
    Product.RESERVE: [(None, "0.10")],  # 予約手数料, with 消費税
}
MINIMUM_YEN = {Product.RESERVE: 3_000}


def load() -> int:
    """Store the sample rates of each product that has no tariff at all; tell how many. May be run again."""
    missing = [product for product in SETS if not Tariff.objects.filter(product=product).exists()]
    for product in missing:
        minimum = MINIMUM_YEN.get(Product(product), 0)
        Tariff.objects.create(product=product, valid_from=FROM, name=NAME, bands=SETS[product], minimum_yen=minimum)
    return len(missing)
