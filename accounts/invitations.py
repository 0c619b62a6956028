"""Invitations: a 管理者 asks somebody to join his company; who holds the letter's link chooses a password and belongs to it.

The link bears the id of the invitation and our signature over it. It is made when the letter is sent and again when it
comes back, and is kept nowhere: neither the database nor a log holds what opens the page.
"""

import datetime as dt
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from accounts import colleagues
from accounts.models import Contractor, Invitation, User
from audit import trail
from outbox import post

LIFE = dt.timedelta(days=7)
MOST, WITHIN = 20, dt.timedelta(days=1)  # so many letters one company may have us write to anybody
SAME_AGAIN = dt.timedelta(minutes=1)
_SIGNER = signing.Signer(sep=".", salt="accounts.invitations")
S = Invitation.Status


class Refused(Exception):
    """An invitation that cannot be made; `field` names where it is to be said, None for the whole form."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class Ended(Exception):
    """The link opens nothing any more; the text tells why and is fit to show."""


def waiting(company: Contractor) -> QuerySet[Invitation]:
    """The company's invitations that nobody has followed yet, those whose time is over among them; newest first."""
    return company.invitations.filter(status=S.OPEN).order_by("-at", "id")


def invite(email: str, name: str, company_role: str, *, by: User) -> Invitation:
    """Ask somebody to join the company of `by`; an open invitation of the same address is replaced.

    The same again within a minute is a second click, and writes no second letter. An address that is taken elsewhere is
    refused without a reason: whose it is, is nobody's business. Raises Refused, colleagues.NotAllowed.
    """
    email = email.lower()
    with colleagues.managing(by) as company:
        same = waiting(company).filter(email=email, name=name, company_role=company_role)
        return same.filter(at__gt=timezone.now() - SAME_AGAIN).first() or _send(
            company, email, name, company_role, by=by
        )


def send_again(pk: UUID, *, by: User) -> Invitation:
    """Replace an open invitation by a new one with a new letter. Raises Refused, NotAllowed, Invitation.DoesNotExist."""
    with colleagues.managing(by) as company:
        old: Invitation = company.invitations.get(pk=pk, status=S.OPEN)
        return _send(company, old.email, old.name, old.company_role, by=by)


def _send(company: Contractor, email: str, name: str, company_role: str, *, by: User) -> Invitation:
    if taken := User.objects.filter(email=email).first():
        own = taken.contractor_id == company.pk
        words = "このメールアドレスの方は、すでに貴社の利用者です" if own else "このメールアドレスは使えません"
        raise Refused(words, "email")
    now = timezone.now()
    if company.invitations.filter(at__gt=now - WITHIN).count() >= MOST:
        raise Refused(f"招待は、1日に{MOST}件まで送れます。明日、もう一度お試しください。")
    for old in company.invitations.select_for_update().filter(email=email, status=S.OPEN):
        _end(old, S.REPLACED, at=now)
    made = Invitation.objects.create(
        contractor=company, email=email, name=name, company_role=company_role, by=by, at=now, expires_at=now + LIFE
    )
    post.write("invitation", to=email, ref=str(made.pk), context=_letter(made))
    trail.record("invitation.sent", made, by=by, email=email, name=name, company_role=company_role)
    return made


def withdraw(pk: UUID, *, by: User) -> Invitation:
    """Take an open invitation back. Raises NotAllowed, or Invitation.DoesNotExist when it is not open any more."""
    with colleagues.managing(by) as company:
        invitation: Invitation = company.invitations.select_for_update().get(pk=pk, status=S.OPEN)
        _end(invitation, S.WITHDRAWN, at=timezone.now())
        trail.record("invitation.withdrawn", invitation, by=by, email=invitation.email)
    return invitation


def link(ref: str) -> str:
    """Write the address that opens an invitation, for its letter (settings.LETTER_LINKS): the same one every time."""
    return settings.PORTAL_URL + reverse("accounts:invitation", args=[token(UUID(ref))])


def token(pk: UUID) -> str:
    """Sign the id of an invitation."""
    return _SIGNER.sign(pk.hex)


def find(signed: str) -> Invitation:
    """Give the invitation behind a link. Raises Invitation.DoesNotExist for a link that we did not write, Ended for an old one."""
    try:
        pk = UUID(_SIGNER.unsign(signed))
    except (signing.BadSignature, ValueError):
        raise Invitation.DoesNotExist from None
    found = Invitation.objects.select_related("contractor", "by").get(pk=pk)
    _require_open(found)
    return found


@sensitive_variables("password")
def accept(invitation: Invitation, password: str) -> User:
    """Make the account with the password chosen, already tried against the rules; the invitation is used up.

    Raises Ended, also when two follow the link at once or the address was taken meanwhile. The slow hash comes first:
    no lock waits for it.
    """
    person = newcomer(invitation)
    person.set_password(password)
    with transaction.atomic():
        Contractor.objects.select_for_update(no_key=True).get(pk=invitation.contractor_id)
        current = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        _require_open(current)
        try:
            with transaction.atomic():
                person.save(force_insert=True)
        except IntegrityError:
            raise Ended("このメールアドレスは使えません。招待した方へご連絡ください。") from None
        _end(current, S.USED, at=timezone.now())
        trail.record(
            "user.joined",
            person,
            by=person,
            name=person.name,
            company_role=person.company_role,
            invited_by=current.by_id,
        )
    return person


def newcomer(invitation: Invitation) -> User:
    """The person whom an invitation would make, as the rules for passwords ask for him. Not stored."""
    return User(
        email=invitation.email,
        name=invitation.name,
        role=User.Role.CONTRACTOR,
        company_role=invitation.company_role,
        contractor=invitation.contractor,
    )


def is_late(invitation: Invitation) -> bool:
    """Tell whether nobody followed the link in time."""
    return timezone.now() >= invitation.expires_at


def _require_open(invitation: Invitation) -> None:
    reasons = {
        S.USED: "この招待は、すでに使われています。設定したパスワードでログインしてください。",
        S.WITHDRAWN: "この招待は取り消されました。くわしくは、招待した方へお問い合わせください。",
        S.REPLACED: "この招待には、新しいメールをお送りしています。新しいメールのリンクを開いてください。",
    }
    if invitation.status != S.OPEN:
        raise Ended(reasons[S(invitation.status)])
    if is_late(invitation):
        raise Ended(
            f"この招待は、期限（{LIFE.days}日間）を過ぎました。招待した方へ、もう一度送るよう依頼してください。"
        )


def _end(invitation: Invitation, status: Invitation.Status, *, at: dt.datetime) -> None:
    invitation.status, invitation.ended_at = status, at
    invitation.save(update_fields=["status", "ended_at"])


def _letter(invitation: Invitation) -> dict[str, object]:
    return {
        "name": invitation.name,
        "contractor_name": invitation.contractor.name,
        "invited_by": invitation.by.name,
        "role": invitation.get_company_role_display(),
        "until": timezone.localtime(invitation.expires_at),
        "company_name": settings.COMPANY_NAME,
        "company_phone": settings.COMPANY_PHONE,
    }
