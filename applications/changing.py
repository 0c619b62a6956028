"""Changing a guarantee: from the guarantee in force and what was typed to the terms of its next version.

An application that changes names its guarantee and has one line. The guarantee notes that a change is asked for from the
sending until the next version is issued or the line ends otherwise; nobody can ask for a second one meanwhile.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import acting
from accounts.models import Contractor, Signatory, User
from applications import change_forms, costs, drafts
from applications.change_forms import ChangeForm
from applications.models import Application, BillingParty, Line
from guarantees import pricing
from guarantees.models import Guarantee, Purpose, Terms, Version
from netdesk import dates

OPEN = (Line.Status.SUBMITTED, Line.Status.RECEIVED, Line.Status.UNDER_REVIEW, Line.Status.RETURNED)
OPEN_OR_DUE = (*OPEN, Line.Status.AWAITING_PREMIUM)
_STATES = {
    Guarantee.Status.ORDERED: "この保証は、まだ発行されていません。発行が終わってから、お申し込みください。",
    Guarantee.Status.CANCELLED: "この保証は解約されているため、変更できません。",
    Guarantee.Status.CLAIM: "この保証は弁済の手続中のため、画面から変更できません。取扱店へお電話ください。",
    Guarantee.Status.CLOSED: "この保証は終了しているため、変更できません。",
}


OVERTAKEN = "この下書きを作成したあとに、保証の内容が変わりました。いまの内容から、変更の手続をもう一度始めてください。"


class NotChangeable(Exception):
    """Say why a guarantee cannot be changed now. The text is fit to show."""


def in_force(guarantee: Guarantee) -> Version:
    """Give the version in force, with what its form needs; Version.DoesNotExist when there is none."""
    related = guarantee.versions.select_related("guarantee", "issuer", "branch")
    return related.get(status=Version.Status.ISSUED)


def objection(guarantee: Guarantee, *, on: dt.date, but: Application | None = None) -> str:
    """Say why no change of a guarantee can be asked for on a day, "" when one can. `but`: this application asks for it."""
    if guarantee.status != Guarantee.Status.ISSUED:
        return _STATES[Guarantee.Status(guarantee.status)]
    version = guarantee.versions.get(status=Version.Status.ISSUED)
    if version.ends_on < on:
        return f"保証期間が{dates.seireki(version.ends_on)}で満了しているため、変更できません。取扱店へお電話ください。"
    asked = open_line(guarantee)
    if asked is not None and (but is None or asked.application_id != but.pk):
        return f"この保証は変更手続中です（{asked.application.number}）。その手続が終わってから、お申し込みください。"
    if guarantee.versions.filter(status=Version.Status.ORDERED).exists():
        return "変更後の保証を発行しています。発行が終わってから、お申し込みください。"
    return ""


def open_line(guarantee: Guarantee) -> Line | None:
    """Find the line by which a change of this guarantee is asked for now; a constraint allows one."""
    return Line.objects.filter(about=guarantee, status__in=OPEN_OR_DUE).select_related("application").first()


def begin(guarantee: Guarantee, purpose: str, *, by: User, wish: Mapping[str, str]) -> Application:
    """Open the draft of a change: the one that the company keeps already, or a new one that says what holds now.

    `wish` is what was typed on the page before, by the names of ChangeForm. Raises NotChangeable, drafts.Full,
    PermissionDenied for whoever does not apply for a company.
    """
    if guarantee.contractor_id != acting.company_of(by).pk:
        raise NotChangeable("この保証を変更する権限がありません。")
    if against := objection(guarantee, on=timezone.localdate()):
        raise NotChangeable(against)
    version = in_force(guarantee)
    typed = first_typing(version, purpose, by=by)
    asked = {name: wish[name] for name in change_forms.names(purpose, version) if wish.get(name)}
    with transaction.atomic():
        Contractor.objects.select_for_update(no_key=True).get(
            pk=guarantee.contractor_id
        )  # two that begin find one draft
        mine = Application.objects.visible_to(by).drafts().filter(about=guarantee, purpose=purpose)
        kept = mine.filter(created_at__gt=version.issued_at).order_by("-changed_at").first()
        if kept is None:
            return drafts.begin(uuid.uuid4(), typed | asked, by=by, purpose=purpose, about=guarantee)
    return drafts.save(kept.pk, kept.typed | asked, by=by, version=kept.version) if asked else kept


def first_typing(version: Version, purpose: str, *, by: User) -> dict[str, str]:
    """Write what a guarantee says now as the fields of its change."""
    company = version.guarantee.contractor
    signers = company.signatories.all()
    signer = signers.filter(title=version.signatory_title, name=version.signatory_name).first()
    party = next((one for one in company.billing_parties.all() if str(one) == version.billing_name), None)
    parties = list(company.billing_parties.all()[:2])
    holds = {
        "price": f"{version.price_yen:,}",
        "base": f"{version.base_yen:,}" if version.base_yen else "",
        "amount": f"{version.amount_yen:,}",
        "works_until": dates.seireki(version.works_until),
        "ends_on": dates.seireki(version.ends_on),
        "work_number": version.work_number,
        "work_name": version.work_name,
        "work_place": version.work_place,
        "beneficiary": version.beneficiary,
        "contracted_on": dates.seireki(version.contracted_on),
        "signatory": str(signer.pk) if signer else change_forms.KEPT,
        "payment": version.payment,
        "billing": str(party.pk) if party else str(parties[0].pk) if len(parties) == 1 else "",
        "statement": version.statement_wanted,
        "notice": "yes" if version.notice_address else "no",
        "email": version.notice_address or by.email,
        "person": by.name,
    } | _contact(version)
    asked = change_forms.names(purpose, version)
    return {name: text for name, text in holds.items() if name in asked and text}


def _contact(version: Version) -> dict[str, str]:
    """Give the contact of the application by which the version was ordered, and how its certificate was to be received."""
    asked = Application.objects.filter(lines__issue=version).first()
    names = ("receipt", "department", "post", "person", "phone")
    return {name: str(getattr(asked, name)) for name in names if asked and getattr(asked, name)}


def form_of(application: Application, typed: Mapping[str, str] | None = None, *, bound: bool = True) -> ChangeForm:
    """Build the form of an application that changes, of what it holds or of what was `typed`."""
    assert application.about is not None  # a constraint of the table
    given = dict(application.typed if typed is None else typed)
    about: dict[str, Any] = {
        "version": in_force(application.about),
        "purpose": application.purpose,
        "contractor": application.contractor,
    }
    return ChangeForm(given, **about) if bound else ChangeForm(initial=given, **about)


def checked(application: Application) -> ChangeForm:
    """Give the bound form of a change, when the guarantee can still be changed; raises NotChangeable."""
    assert application.about is not None
    guarantee = Guarantee.objects.get(pk=application.about.pk)  # as it stands now
    if against := objection(guarantee, on=timezone.localdate(), but=application):
        raise NotChangeable(against)
    if is_overtaken(application, in_force(guarantee)):
        raise NotChangeable(OVERTAKEN)
    return form_of(application)


def is_overtaken(application: Application, version: Version) -> bool:
    """Tell whether a draft says what held before the version in force: sent as it is, it would take that one's change back."""
    assert version.issued_at is not None  # it is in force
    return application.sent_at is None and application.created_at < version.issued_at


def line(form: ChangeForm) -> Line:
    """Build the unsaved line that a valid form asks for: the terms in force with what changes. Its digest is still to be set."""
    version, data = form.version, form.cleaned_data
    kept = {field.attname: getattr(version, field.attname) for field in Terms._meta.fields}
    asked = Line(
        **kept
        | _news(form)
        | {
            "contractor_id": version.guarantee.contractor_id,
            "about": version.guarantee,
            "purpose": form.purpose,
            "changed_on": data.get("changed_on") or form.today,
            "change_reason": data["change_reason"],
        }
    )
    if "notice" in form.fields:
        asked.notice_address = data["email"] if data["notice"] == "yes" else ""
    if form.purpose != Purpose.CORRECTION:
        cost = pricing.difference(version.guarantee, costs.amount_after(asked))
        if cost is not None and cost.total_yen < 0:
            asked.payment = pricing.way_back(version.guarantee)  # whatever was typed
    return asked


def _news(form: ChangeForm) -> dict[str, Any]:
    data, version = form.cleaned_data, form.version
    if form.purpose == Purpose.CANCELLATION:
        return {"received_yen": 0 if data["used"] == "no" else None}
    if form.purpose == Purpose.CORRECTION:
        return _corrected(form)
    party = BillingParty.objects.filter(pk=data["billing"], contractor=form.contractor).first()
    received = {"no": 0, "yes": data.get("received")}.get(data.get("used") or "")
    return {
        "price_yen": data["price"],
        "base_yen": data.get("base") or version.base_yen,
        "amount_yen": data["amount"],
        "works_until": data["works_until"],
        "ends_on": data["ends_on"],
        "received_yen": received,
        "payment": data["payment"],
        "billing_name": str(party) if party else version.billing_name,
        "statement_wanted": data["statement"],
    }


def _corrected(form: ChangeForm) -> dict[str, Any]:
    data = form.cleaned_data
    kept = Signatory(title=form.version.signatory_title, name=form.version.signatory_name)
    signer = kept
    if data["signatory"] != change_forms.KEPT:
        signer = form.contractor.signatories.filter(pk=int(data["signatory"])).first() or kept
    news = {
        "work_number": data["work_number"] or "",
        "work_name": data["work_name"],
        "work_place": data["work_place"],
        "beneficiary": data["beneficiary"],
        "contracted_on": data["contracted_on"],
        "signatory_title": signer.title,
        "signatory_name": signer.name,
    }
    if data["register"]:
        news |= {"principal_name": form.contractor.name, "principal_address": form.contractor.address}
    return news
