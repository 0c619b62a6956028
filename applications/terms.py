"""From a checked form to the terms of each product: the contract block is copied into every line."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.models import Branch, Contractor, Signatory
from applications.forms import ApplicationForm
from applications.models import Application, BillingParty, Line
from guarantees.models import FiscalKind
from issuers.kinds import Format, Product


def lines(form: ApplicationForm, *, on: datetime.date) -> list[Line]:
    """Build the unsaved lines a valid form asks for, in the order 前払金保証, 契約保証. `on` is today in Tokyo."""
    data = form.cleaned_data
    block = _block(data, form, on=on)
    asked = [product for product in Product if data[f"{product}_on"]]
    return [sealed(Line(**block, **_own(product, data, form.contractor, on=on))) for product in asked]


def sealed(line: Line) -> Line:
    """Set the digest by which approval and guarantee prove that they speak of the same content."""
    line.terms_digest = line.fingerprint()
    return line


def contact(data: Mapping[str, Any]) -> dict[str, str]:
    """Give the application's own columns: contact, message and how paper certificates are received."""
    names = ("department", "post", "person", "phone", "message", "receipt")
    return {name: str(data[name] or "") for name in names}


def _block(data: Mapping[str, Any], form: ApplicationForm, *, on: datetime.date) -> dict[str, object]:
    issuer = form.issuer_chosen
    signatory = Signatory.objects.get(pk=int(str(data["signatory"])), contractor=form.contractor)
    return {
        "issuer": issuer,
        "issuer_name": issuer.name if issuer else "",
        "beneficiary": data["authority"],
        "principal_name": form.contractor.name,
        "principal_address": form.contractor.address,
        "signatory_title": signatory.title,
        "signatory_name": signatory.name,
        "work_kind": data["work_kind"],
        "work_number": data["work_number"] or "",
        "work_name": data["work_name"],
        "work_place": data["work_place"],
        "price_yen": data["price"],
        "contracted_on": data["contracted_on"],
        "works_from": data["works_from"],
        "works_until": data["works_until"],
        "fiscal_kind": data["fiscal_kind"],
        "joint_venture": data["joint_venture"] or "",
        "low_bid": data["low_bid"],
        "branch": Branch.objects.get(code=data["branch"]),
        "conditions": settings.CONDITIONS_EDITION,
    }


def _own(product: Product, data: Mapping[str, Any], contractor: Contractor, *, on: datetime.date) -> dict[str, object]:
    value = {name.removeprefix(f"{product}_"): data[name] for name in data if name.startswith(f"{product}_")}
    electronic = value["format"] == Format.ELECTRONIC
    own = {
        "product": product,
        "format": value["format"],
        "amount_yen": value["amount"],
        "payment": value["payment"],
        "billing_name": str(BillingParty.objects.get(pk=str(value["billing"]), contractor=contractor)),
        "statement_wanted": value["statement"],
        "notice_address": data["email"] if electronic and data["notice"] == "yes" else "",
    }
    starts_on, ends_on = period(product, data, on=on)
    own |= {"starts_on": starts_on, "ends_on": ends_on}
    if product == Product.ADVANCE:
        own |= {
            "base_yen": value["base"],
            "bank_name": value["bank_name"],
            "bank_code": value["bank_code"] or "",
            "redeposit": value["redeposit"],
        }
    return own


def period(product: str, data: Mapping[str, Any], *, on: datetime.date) -> tuple[datetime.date | None, datetime.date]:
    """Compute 保証期間. 契約保証: from the day of contract to the end of works. 前払金保証: from the day of issue (None)
    to the end of works, or to 31 March when a multi-year contract goes on beyond this fiscal year."""
    starts_on, ends_on = data["contracted_on"], data["works_until"]
    if product == Product.CONTRACT:
        return starts_on, ends_on
    if data["fiscal_kind"] != FiscalKind.SINGLE:
        ends_on = min(ends_on, datetime.date(on.year + (on.month >= 4), 3, 31))
    return None, ends_on


def form_of(application: Application, *, bound: bool = True) -> ApplicationForm:
    """Build the form of what an application holds, bound by default so that it can be checked again."""
    if bound:
        return ApplicationForm(application.typed, contractor=application.contractor)
    return ApplicationForm(contractor=application.contractor, initial=application.typed)
