"""The sections of 申込の作成: which fields belong together, and which section asks for which product."""

from collections.abc import Mapping
from typing import Any

from issuers.kinds import Product

# A product's fields are read only when its switch is on.
CONTRACT = (
    "issuer issuer_name unlisted authority authority_name work_kind work_number work_name work_place price contracted_on "
    "works_from works_until fiscal_kind joint_venture_on joint_venture joint_venture_members low_bid signatory"
).split()
ADVANCE = (
    "advance_on advance_ruled_on advance_format advance_base advance_amount advance_bank_name advance_bank_code "
    "advance_redeposit advance_payment advance_billing advance_statement"
).split()
PERFORMANCE = (
    "contract_on contract_kind advance_planned contract_format contract_amount contract_payment contract_billing "
    "contract_statement"
).split()
INFORMATION = "branch receipt notice email department post person phone message".split()
# The check box that opens each group of questions; while it is off, nothing in the group is read.
SWITCHES = {
    "advance": "advance_on",
    "contract": "contract_on",
    "venture": "joint_venture_on",
    "unlisted": "unlisted",
}
SECTIONS = {"s1": CONTRACT, "s2": ADVANCE, "s3": PERFORMANCE, "s4": INFORMATION[:4], "s5": INFORMATION[4:]}
# What the names of a product's fields begin with, and where they stand: a section asks for one of two products.
PREFIX: dict[str, str] = {
    Product.ADVANCE: "advance",
    Product.INTERIM: "advance",
    Product.CONTRACT: "contract",
    Product.RESERVE: "contract",
}
ANCHOR = {"advance": "s2", "contract": "s3"}


def wished(data: Mapping[str, Any]) -> dict[Product, str]:
    """Give the products that a form asks for, each with what the names of its fields begin with.

    `data` is cleaned: "advance_kind" and "contract_kind" say which of its two products a section is about.
    """
    return {Product(data.get(f"{prefix}_kind") or prefix): prefix for prefix in ANCHOR if data.get(f"{prefix}_on")}


def anchor(product: str) -> str:
    """Name the section that asks for a product."""
    return ANCHOR[PREFIX[Product(product)]]


WIDTHS = {
    "advance_payment": "w-m",
    "contract_payment": "w-m",
    "branch": "w-m",
    "post": "w-m",
    "person": "w-m",
    "phone": "w-s",
    "department": "w-l",
    "contracted_on": "w-m",
    "works_from": "w-m",
    "works_until": "w-m",
    "work_number": "w-m",
    "authority": "w-m",
    "signatory": "w-l",
    "advance_billing": "w-l",
    "contract_billing": "w-l",
    "email": "w-l",
}
