"""From a checked form to the terms of each product: the contract block is copied into every line."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.models import Branch, Contractor, Signatory
from applications import changing, drafts, follow_ups, japanese, sections
from applications.change_forms import ChangeForm
from applications.follow_ups import FollowUp
from applications.forms import ApplicationForm
from applications.models import Application, BankBranch, BillingParty, Line
from guarantees.models import FiscalKind, Purpose, Terms
from issuers.kinds import Format, Product
from netdesk import dates


class Incomplete(Exception):
    """An application whose form still has faults asks for nothing yet."""


def asked(application: Application) -> tuple[ApplicationForm | ChangeForm, list[Line]]:
    """Check what an application holds; give its form and the unsaved lines it asks for today. Raises Incomplete.

    Once a line is approved, its contract block holds for the others, whatever was typed meanwhile; that of an advance
    holds for its interim advance. Of a change, also raises changing.NotChangeable.
    """
    if application.purpose != Purpose.NEW:
        change = changing.checked(application)
        if not change.is_valid():
            raise Incomplete
        return change, [sealed(changing.line(change))]
    form = form_of(application)
    if not form.is_valid():
        raise Incomplete
    fixed = _fixed(application)
    anew = (
        () if fixed is None or isinstance(fixed, Line) else ("branch", "conditions")
    )  # of a guarantee issued long ago
    block = {name: getattr(fixed, name) for name in BLOCK if name not in anew} if fixed else None
    billed = dict(application.lines.values_list("product", "billing_name"))
    made = lines(form, on=form.today, block=block, billed=billed)
    for line in made:
        line.application = application
    return form, made


def _fixed(application: Application) -> Terms | None:
    """Give the terms whose contract block an application cannot change any more."""
    approved = application.lines.filter(status=Line.Status.APPROVED).select_related("issuer", "branch").first()
    follow = follow_ups.of(application)
    if approved is None and follow and follow.asks == Product.INTERIM and follow.about.number:
        return follow_ups.last_of(follow.about)
    return approved


def lines(
    form: ApplicationForm,
    *,
    on: datetime.date,
    block: Mapping[str, Any] | None = None,
    billed: Mapping[str, str] | None = None,
) -> list[Line]:
    """Build the unsaved lines a valid form asks for, in the order of its sections. `on` is today in Tokyo.

    `billed` is what the lines sent before say for 請求先, by product: they keep it when the party was deleted since.
    """
    data = form.cleaned_data
    block = _block(data, form) | dict(block or {}) | {"contractor": form.contractor}
    made = []
    for product, prefix in sections.wished(data).items():
        billing = _billing(str(data[f"{prefix}_billing"]), form.contractor) or (billed or {}).get(product)
        if not billing:
            raise Incomplete  # deleted between the check of the form and here
        own = _own(product, {**data, **block}, on=on, follow=form.follow)
        made.append(sealed(Line(**block, **own, billing_name=billing)))
    return made


def _billing(pk: str, contractor: Contractor) -> str:
    party = BillingParty.objects.filter(pk=pk, contractor=contractor).first()
    return str(party) if party else ""


# The contract block: the same in every line of an application.
BLOCK = (
    "issuer",
    "issuer_name",
    "beneficiary",
    "principal_name",
    "principal_address",
    "signatory_title",
    "signatory_name",
    "work_kind",
    "work_number",
    "work_name",
    "work_place",
    "price_yen",
    "contracted_on",
    "works_from",
    "works_until",
    "fiscal_kind",
    "joint_venture",
    "low_bid",
    "branch",
    "conditions",
)


def sealed(line: Line) -> Line:
    """Set the digest by which approval and guarantee prove that they speak of the same content."""
    line.terms_digest = line.fingerprint()
    return line


def contact(data: Mapping[str, Any]) -> dict[str, str]:
    """Give the application's own columns: contact, message and how paper certificates are received."""
    names = ("department", "post", "person", "phone", "message", "receipt", "refund_account")
    return {name: str(data.get(name) or "") for name in names}


def _block(data: Mapping[str, Any], form: ApplicationForm) -> dict[str, Any]:
    issuer = form.issuer_chosen
    signatory = Signatory.objects.get(pk=int(str(data["signatory"])), contractor=form.contractor)
    return {
        "issuer": issuer,
        "issuer_name": issuer.name if issuer else data["issuer_name"],
        "beneficiary": data["authority"] if issuer else data["authority_name"],
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
        "joint_venture": _venture(data),
        "low_bid": data["low_bid"],
        "branch": Branch.objects.get(code=data["branch"]),
        "conditions": settings.CONDITIONS_EDITION,
    }


def _venture(data: Mapping[str, Any]) -> str:
    if not data["joint_venture_on"]:
        return ""
    return f"{data['joint_venture']}（{data['joint_venture_members']}）"


def _own(product: Product, data: Mapping[str, Any], *, on: datetime.date, follow: FollowUp | None) -> dict[str, object]:
    prefix = f"{sections.PREFIX[product]}_"
    value = {name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix)}
    electronic = value["format"] == Format.ELECTRONIC
    own = {
        "product": product,
        "format": value["format"],
        "amount_yen": value["amount"],
        "payment": value["payment"],
        "statement_wanted": value["statement"],
        "notice_address": data["email"] if electronic and data["notice"] == "yes" else "",
    }
    starts_on, ends_on = period(product, data, on=on, follow=follow)
    own |= {"starts_on": starts_on, "ends_on": ends_on}
    if product.is_for_advance:
        own |= {
            "ruled_on": value["ruled_on"],
            "base_yen": value["base"],
            "bank_name": value["bank_name"],
            "bank_code": _bank_code(value["bank_code"] or "", value["bank_name"]),
            "redeposit": value["redeposit"],
        }
    return own


def _bank_code(code: str, name: str) -> str:
    """Keep the code chosen ("0001-244") only while the name beside it is still that branch's; "" otherwise."""
    bank, _, branch = code.partition("-")
    chosen = BankBranch.objects.filter(bank=bank, code=branch).select_related("bank").first()
    return code if chosen and japanese.widen(str(chosen)) == name else ""


def period(
    product: str, data: Mapping[str, Any], *, on: datetime.date, follow: FollowUp | None = None
) -> tuple[datetime.date | None, datetime.date]:
    """Compute 保証期間. 契約保証: from the day of contract to the end of works. 前払金保証: from the day of issue (None)
    to the end of works, or to 31 March when a multi-year contract goes on beyond this fiscal year; in March of a year to
    come it begins with that year. 中間前払金保証 ends with its 前払金保証, 契約保証予約 with the planned day of contract."""
    starts_on, ends_on = data["contracted_on"], data["works_until"]
    if product == Product.CONTRACT:
        return starts_on, ends_on
    if product == Product.RESERVE:
        return None, starts_on
    if product == Product.INTERIM and follow:
        return None, follow_ups.last_of(follow.about).ends_on
    if data["fiscal_kind"] == FiscalKind.SINGLE:
        return None, ends_on
    year_of = max(on, data["works_from"])  # in March one applies for works that begin in April
    begins = datetime.date(follow_ups.year_asked(on), 4, 1) if follow else year_of
    year_end = dates.fiscal_year_end(max(year_of, begins))
    return (begins if begins > on and follow else None), min(ends_on, year_end)


def form_of(application: Application, *, bound: bool = True) -> ApplicationForm:
    """Build the form of what an application holds, bound by default so that it can be checked again."""
    typed, follow = held(application), follow_ups.of(application)
    if bound:
        shut = drafts.locked(application)
        return ApplicationForm(typed, contractor=application.contractor, locked=shut, kept=typed, follow=follow)
    return ApplicationForm(contractor=application.contractor, initial=typed, follow=follow)


def held(application: Application) -> dict[str, str]:
    """Give what the form of an application stands on: what was typed, and, once a line is approved, its contract block.

    The block may have been typed over while no line was approved yet; everything is checked against what was approved.
    """
    fixed = _fixed(application)
    typed: dict[str, str] = application.typed
    return typed | typed_block(fixed, application.contractor) if fixed else typed


def typed_block(line: Terms, contractor: Contractor) -> dict[str, str]:
    """Write a contract block as the form's fields. Its joint venture stays as frozen and is not read again."""
    people = contractor.signatories.all()
    signatory = people.filter(title=line.signatory_title, name=line.signatory_name).first() or people.first()
    return {
        "issuer": line.issuer.code if line.issuer else "",
        "issuer_name": line.issuer_name,
        "unlisted": "" if line.issuer else "on",
        "authority": line.beneficiary if line.issuer else "",
        "authority_name": "" if line.issuer else line.beneficiary,
        "work_kind": line.work_kind,
        "work_number": line.work_number,
        "work_name": line.work_name,
        "work_place": line.work_place,
        "price": str(line.price_yen),
        "contracted_on": line.contracted_on.isoformat(),
        "works_from": line.works_from.isoformat(),
        "works_until": line.works_until.isoformat(),
        "fiscal_kind": line.fiscal_kind,
        "joint_venture_on": "",
        "low_bid": line.low_bid,
        "signatory": str(signatory.pk) if signatory else "",
    }
