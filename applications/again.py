"""A new draft from an application the company has made before: 前回の内容をもとに作成, 同じ内容で別の申込を作成."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import acting
from accounts.models import Contractor, User
from applications import drafts
from applications.models import Application, Line
from guarantees.models import Purpose

# What belongs to one contract only. The rest is what a clerk types every time: the body and its authority, the kind and
# place of the work, who signs, the bank, formats, payment and billing, where it is sent and who answers questions.
OF_ONE_CONTRACT = frozenset(
    "work_number work_name price contracted_on works_from works_until joint_venture low_bid "
    "joint_venture_on joint_venture_members advance_base advance_amount advance_ruled_on "
    "contract_amount message".split()
)


def last(company: Contractor) -> Application | None:
    """Find the company's application sent last, whose content a new one may start from: not one that came to nothing."""
    sent = Application.objects.filter(contractor=company, sent_at__isnull=False, purpose=Purpose.NEW)
    alive = Line.objects.filter(application=OuterRef("pk")).exclude(status__in=["withdrawn", "declined"])
    return sent.filter(Exists(alive)).order_by("-sent_at").first()


def begin(source: Application, *, by: User, whole: bool) -> Application:
    """Begin a draft with what was typed in `source`, or without what belongs to that contract only (`whole` is False).

    Choices that are no longer offered (a billing party deleted since) come up as not chosen yet. Raises drafts.Full,
    PermissionDenied for whoever does not act for the company (閲覧者 too).
    """
    if acting.company_of(by).pk != source.contractor_id:
        raise PermissionDenied("an application is begun from one of the own company")
    left_out = {"message"} if whole else OF_ONE_CONTRACT  # what was said to the branch was said of the other one
    typed = {name: text for name, text in source.typed.items() if name not in left_out}
    with transaction.atomic():
        return drafts.begin(uuid.uuid4(), typed, by=by, source=str(source.pk))
