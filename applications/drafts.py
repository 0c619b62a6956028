"""Drafts: what was typed, kept as typed, with a version so that two screens never overwrite each other unseen."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import acting
from accounts.models import Contractor, User
from applications.forms import ANSWERED, ApplicationForm
from applications.models import Application, BankBranch, Line
from applications.sections import ADVANCE, CONTRACT, INFORMATION, PERFORMANCE, PREFIX
from audit import trail
from guarantees.models import Guarantee, Purpose
from issuers.kinds import Product
from issuers.models import Issuer

OPEN = frozenset({Line.Status.SUBMITTED, Line.Status.RECEIVED, Line.Status.UNDER_REVIEW, Line.Status.RETURNED})
MOST = 200  # drafts a company may keep: a form that stores by itself must not be able to fill the table
NOTED_EVERY = datetime.timedelta(minutes=10)
# Signs kept of one field: more than any limit, so that what is refused at the check can be saved.
LONGEST_TYPED = 20_000


Cleared = dict[str, dict[str, str]]  # what the clear buttons have emptied: button -> field -> text


class Stale(Exception):
    """The draft was saved elsewhere since this page was opened."""


class TooLong(Exception):
    """Fields hold more than a draft keeps. Nothing is cut: `fields` names them, the page keeps what was typed."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class Full(Exception):
    """The company has as many drafts as it may keep."""

    def __init__(self) -> None:
        super().__init__(
            f"下書きが{MOST}件あるため、新しい下書きを保存できません。使わない下書きを削除してから、もう一度保存してください。"
        )


def typed_from(posted: Mapping[str, str], names: Iterable[str] = ApplicationForm.base_fields) -> dict[str, str]:
    """Take the form's own fields (`names`) out of a post."""
    return {name: posted[name] for name in names if posted.get(name)}


def save(
    pk: uuid.UUID,
    typed: dict[str, str],
    *,
    by: User,
    version: int,
    cleared: Cleared | None = None,
    by_itself: bool = False,
) -> Application:
    """Store what was typed, as it is, in the application `pk` of the person's company; create it when new (version 0).

    `cleared` is what the clear buttons have emptied so far, when that changes too. `by_itself`: nobody pressed a button;
    such savings are noted in the trail once per person and ten minutes. The trail says who worked on a draft and when,
    not what he typed: one entry for each pause between two fields would bury that, and queue everybody behind the one
    head of the chain.

    Raises Stale when the stored version is another one or the application was sent, Full when the company keeps too many
    drafts, TooLong when a field holds too much, Application.DoesNotExist when it is not theirs, PermissionDenied for a
    閲覧者. Saving what is stored already changes nothing, whatever the version.
    """
    company = acting.company_of(by)
    if long := [name for name, text in typed.items() if len(text) > LONGEST_TYPED]:
        raise TooLong(long)
    typed = {
        name: text.replace("\x00", "") for name, text in typed.items()
    }  # no keyboard types it, no database stores it
    with transaction.atomic():
        application = Application.objects.filter(pk=pk).first() or begin(pk, typed, cleared, by=by)
        if application.contractor_id != company.pk:
            raise Application.DoesNotExist
        if not is_open(application):
            raise Stale
        _write(application, typed, cleared, by=by, version=version, by_itself=by_itself)
    application.refresh_from_db()
    return application


def _write(
    application: Application,
    typed: dict[str, str],
    cleared: Cleared | None,
    *,
    by: User,
    version: int,
    by_itself: bool,
) -> None:
    kept = {name: application.typed[name] for name in locked(application) if name in application.typed}
    typed = {name: text for name, text in typed.items() if name not in locked(application)} | kept
    cleared = application.cleared if cleared is None else cleared
    if (application.typed, application.cleared) == (typed, cleared):
        return
    now = timezone.now()
    news: dict[str, Any] = {"typed": typed, "cleared": cleared, "changed_by": by, "changed_at": now}
    if not Application.objects.filter(pk=application.pk, version=version).update(version=F("version") + 1, **news):
        held = Application.objects.values_list("typed", "cleared").get(pk=application.pk)
        if held != (typed, cleared):
            raise Stale
        return  # somebody else, or the form itself, stored the very same a moment ago
    if not (by_itself and _noted_lately(application, by=by, since=now - NOTED_EVERY)):
        trail.record("application.edited", application, by=by, version=version + 1)


def begin(
    pk: uuid.UUID,
    typed: dict[str, str],
    cleared: Cleared | None = None,
    *,
    by: User,
    purpose: str = Purpose.NEW,
    about: Guarantee | None = None,
    asks: str = "",
    **data: str,
) -> Application:
    """Begin a draft in the caller's transaction; `data` goes into its entry in the trail. Raises Full, PermissionDenied.

    A draft that changes a guarantee says what for (`purpose`) and which one (`about`).

    `about` and `asks`: the issued guarantee it goes on from, and the product it asks for (applications.following).

    Of two that begin the same one at once, the second finds the first's.
    """
    company = acting.company_of(by)
    Contractor.objects.select_for_update(no_key=True).get(pk=company.pk)  # counting and adding are one
    if Application.objects.visible_to(by).drafts().exclude(pk=pk).count() >= MOST:
        raise Full
    application, is_new = Application.objects.get_or_create(
        pk=pk,
        defaults={
            "contractor": company,
            "created_by": by,
            "changed_by": by,
            "asks": asks,
            "typed": typed,
            "cleared": cleared or {},
            "purpose": purpose,
            "about": about,
        },
    )
    if is_new:
        told = {"purpose": purpose, "about": str(about.number)} if about else {}
        trail.record("application.drafted", application, by=by, **data, **told)
    return application


def _noted_lately(application: Application, *, by: User, since: datetime.datetime) -> bool:
    """Tell whether the trail already says that this person works on this draft."""
    acts = ("application.drafted", "application.edited")
    return trail.of(application).filter(action__in=acts, actor_id=by.pk, at__gte=since).exists()


def is_unknown(pk: uuid.UUID) -> bool:
    """Tell whether nothing was ever stored under `pk`: a new form that was refused, and never saved, has only its address."""
    return not Application.objects.filter(pk=pk).exists()


def is_open(application: Application) -> bool:
    """Tell whether the form may be edited: before sending, and again while a line is returned."""
    return application.sent_at is None or application.lines.filter(status=Line.Status.RETURNED).exists()


def locked(application: Application) -> frozenset[str]:
    """Name the fields that stay as sent. A return opens the returned product's own fields, and the contract block only
    while no line of the application is approved; the set of products and the branch stay in any case. The form of a
    change has none of these fields."""
    if application.purpose != Purpose.NEW:
        return frozenset()
    given = _given(application)
    if application.sent_at is None:
        return given
    lines = application.lines.values_list("product", "status")
    status = {PREFIX[Product(product)]: state for product, state in lines}
    names: set[str] = {"advance_on", "contract_on", "contract_kind", "branch"} | given
    if Line.Status.APPROVED in status.values():
        names |= set(CONTRACT)
    for product, own in (("advance", ADVANCE), ("contract", PERFORMANCE)):
        if status.get(product) != Line.Status.RETURNED:
            names |= set(own)
    return frozenset(names)


def _given(application: Application) -> frozenset[str]:
    """Name the fields that a follow-up has from what it goes on from: which product it asks for, and of an interim advance
    the contract and its base."""
    if not application.asks:
        return frozenset()
    other = PERFORMANCE if PREFIX[Product(application.asks)] == "advance" else ADVANCE
    contract = [*CONTRACT, "advance_base"] if application.asks == Product.INTERIM else []
    return frozenset(["advance_on", "contract_on", "contract_kind", *other, *contract])


def open_sections(application: Application | None) -> dict[str, bool]:
    """Tell, by the section's anchor, which sections of the form can be edited."""
    shut = locked(application) if application else frozenset()
    return {
        "s1": not shut.issuperset(CONTRACT),
        "s2": not shut.issuperset(ADVANCE),
        "s3": not shut.issuperset(PERFORMANCE),
        "s4": True,
        "s5": True,
    }


def discard(application: Application, *, by: User) -> None:
    """Delete a draft that was never sent; its deletion stays in the audit trail. A sent application is never deleted.

    Raises Application.DoesNotExist when it is not theirs or was sent, PermissionDenied for a 閲覧者.
    """
    company = acting.company_of(by)
    with transaction.atomic():
        mine = Application.objects.select_for_update().get(pk=application.pk, contractor=company, sent_at=None)
        trail.record("application.discarded", mine, by=by, version=mine.version, attachments=mine.attachments.count())
        mine.delete()


def first_typing(company: Contractor, *, by: User) -> dict[str, str]:
    """Give what a new form starts with: the contact of the last application, the company's branch, and whatever the
    company has only one of: signatory, 請求先, mail address."""
    start = ANSWERED | {
        "branch": company.branch.code,
        "advance_payment": "monthly",
        "contract_payment": "monthly",
        "email": by.email,
        "person": by.name,
    }
    addresses = list(company.mail_addresses.values_list("address", flat=True)[:2])
    if len(addresses) == 1:
        start["email"] = addresses[0]
    parties = list(company.billing_parties.all()[:2])
    if len(parties) == 1:
        start |= {"advance_billing": str(parties[0].pk), "contract_billing": str(parties[0].pk)}
    last = Application.objects.filter(contractor=company, sent_at__isnull=False).order_by("-sent_at").first()
    if last:
        start |= {name: last.typed[name] for name in (*INFORMATION[2:8], "signatory") if last.typed.get(name)}
    signatories = list(company.signatories.all()[:2])
    if len(signatories) == 1:
        start["signatory"] = str(signatories[0].pk)
    return start


def is_untouched(typed: dict[str, str], *, by: User) -> bool:
    """Tell whether a form holds nothing but what a new one starts with."""
    assert by.contractor is not None
    return typed == {name: text for name, text in first_typing(by.contractor, by=by).items() if text}


def picked(query: Mapping[str, str]) -> dict[str, str]:
    """Read what a search page without scripts hands back (?pick_issuer=131156, ?pick_bank=0001-244) as typed fields."""
    found: dict[str, str] = {}
    issuer = Issuer.objects.filter(code=query.get("pick_issuer", "")[:6]).first()
    if issuer:
        found |= {"issuer": issuer.code, "issuer_name": issuer.name, "authority": ""}
    bank, _, code = query.get("pick_bank", "")[:8].partition("-")
    branch = BankBranch.objects.filter(bank=bank, code=code).select_related("bank").first()
    if branch:
        found |= {"advance_bank_code": f"{bank}-{code}", "advance_bank_name": str(branch), "advance_on": "on"}
    return found
