"""Sending an application: checked again, numbered, frozen; the same sending twice is one sending."""

import datetime
import hashlib
import json
import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import changing, checks, copies, drafts, finding, following, japanese, lifecycle, talk, terms
from applications.change_forms import ChangeForm
from applications.forms import ApplicationForm
from applications.models import Application, ApplicationSeries, Line, Submission
from audit import trail
from guarantees import orders
from guarantees.models import Guarantee, Purpose

LONGEST_REASON = 500  # signs of 注意があっても申し込む理由
_SALT = "applications.sending"


class Refused(Exception):
    """A sending that cannot be carried out as it stands. `status` is the HTTP status that says so; the text is fit to show."""

    def __init__(self, text: str, status: int = 409) -> None:
        super().__init__(text)
        self.status = status


class Token(NamedTuple):
    """What the confirm page showed: the version of the application, and the digest of all its terms."""

    version: int
    shown: str
    mark: uuid.UUID


def token_for(application: Application, lines: Iterable[Line], *, by: User) -> str:
    """Make the token of one confirm page: bound to person, application and the lines shown, good for one sending."""
    return signing.dumps(
        [str(by.pk), str(application.pk), application.version, _digest(lines), str(uuid.uuid4())], salt=_SALT
    )


def _digest(lines: Iterable[Line]) -> str:
    return hashlib.sha256("".join(line.terms_digest for line in lines).encode()).hexdigest()


def read_token(token: str, application: Application, *, by: User) -> Token:
    """Read a token. Refused: 403 missing, another person's or of whoever may not send, 400 malformed, 409 older than a day."""
    if not by.may_apply or by.contractor_id != application.contractor_id:
        raise Refused("申込を送信できるのは、申込者・管理者の方です。", 403)
    if not token:
        raise Refused("送信の手続きを、申込内容の確認からもう一度行ってください。", 403)
    try:
        person, pk, version, shown, mark = signing.loads(token, salt=_SALT, max_age=24 * 3600)
    except signing.SignatureExpired:
        raise Refused("確認の画面を開いてから時間がたちました。内容をもう一度確かめてください。") from None
    except signing.BadSignature:
        raise Refused("送信の手続きを読み取れませんでした。申込内容の確認からもう一度行ってください。", 400) from None
    if person != str(by.pk) or pk != str(application.pk):
        raise Refused("この送信の手続きは、別の方または別の申込のものです。", 403)
    return Token(int(version), shown, uuid.UUID(mark))


def send(application: Application, *, by: User, token: str, consent: bool, reason: str = "") -> Application:
    """Send what the confirm page showed, once. Locks the application, then its lines.

    The same token with the same content returns the first result; with other content it is Refused (409), as is a draft
    that was changed since or is no longer valid. An application already sent is returned as it is.
    """
    page = read_token(token, application, by=by)
    reason = _readable(reason)
    digest = hashlib.sha256(json.dumps([str(application.pk), page.version, consent, reason]).encode()).hexdigest()
    with transaction.atomic():
        current = Application.objects.select_for_update().get(pk=application.pk)
        earlier = Submission.objects.filter(user=by, token=page.mark).first()
        if earlier:
            if earlier.content_digest != digest:
                raise Refused("この画面からはすでに送信しています。手続状況を確かめてください。")
            return current
        if not drafts.is_open(current):
            return current
        existing = {
            line.product: line for line in current.lines.select_for_update()
        }  # before the check: no approval slips in
        if told := following.overtaken(current):
            raise Refused(told)
        form, wanted = _checked(current, page)
        _require(current, wanted, consent=consent, reason=reason)
        _freeze(current, form, [(line, existing.get(line.product)) for line in wanted], by=by, reason=reason)
        Submission.objects.create(user=by, token=page.mark, content_digest=digest, application=current)
    return current


def _readable(reason: str) -> str:
    try:
        return japanese.block(reason, "このまま申し込む理由", LONGEST_REASON)
    except ValidationError as fault:
        raise Refused(fault.messages[0], 422) from None


def _checked(current: Application, page: Token) -> tuple[ApplicationForm | ChangeForm, list[Line]]:
    """Give the form and the lines it asks for, when they are those that the confirm page showed."""
    changed = "確認の画面を開いたあとに、申込の内容が変更されました。新しい内容を確かめてから送信してください。"
    if current.version != page.version:
        raise Refused(changed)
    try:
        form, lines = terms.asked(current)
    except terms.Incomplete:
        raise Refused("入力内容に誤りがあるため、まだ送信できません。修正してから送信してください。") from None
    except changing.NotChangeable as reason:
        raise Refused(str(reason)) from None
    if _digest(lines) != page.shown:
        raise Refused(changed)
    return form, lines


def _require(current: Application, wanted: list[Line], *, consent: bool, reason: str) -> None:
    if lost := "".join(line.unprintable() for line in wanted):
        raise Refused(
            f"登録されている名称に、証書に印字できない文字「{lost[0]}」があります。取扱店へお電話ください", 422
        )
    if not consent:
        raise Refused("約款を承諾して申し込む場合は、チェックを入れてください", 422)
    if not reason and any(any(checks.cautions(line, application_id=current.pk)) for line in wanted):
        raise Refused("確かめていただきたいことがあります。このまま申し込む理由を入力してください", 422)


def _freeze(
    current: Application,
    form: ApplicationForm | ChangeForm,
    wanted: list[tuple[Line, Line | None]],
    *,
    by: User,
    reason: str,
) -> None:
    """Number the application, write its lines and move those that are the contractor's to move. Locks what it changes."""
    now = timezone.now()
    if current.about is not None and current.purpose != Purpose.NEW:
        _announce(current, current.about)
    if current.number is None:
        current.number, current.sent_at = take_number(form.today), now
    lines = [_placed(line, old, current, by=by, now=now) for line, old in wanted]
    current.version += 1  # a page opened before this sending can neither save nor send any more
    current.caution_reason, current.cleared = reason, {}
    for name, value in terms.contact(form.cleaned_data).items():
        setattr(current, name, value)
    current.save()
    for line in filter(None, lines):
        if line.status in lifecycle.MOVES["submit"].sources:
            lifecycle.move(line, "submit", by=by)
        elif line.sent_at == now:
            trail.record("line.revised", line, by=by, revision=line.revision)
    talk.repeat(current, [line for line in lines if line and line.sent_at == now], by=by, at=now)
    copies.freeze(current, by=by, at=now)
    trail.record("application.sent", current, by=by, version=current.version - 1, conditions=wanted[0][0].conditions)


def _announce(current: Application, guarantee: Guarantee) -> None:
    """Let the guarantee note that a change of it is asked for; refused when another one is, or when it ended meanwhile."""
    try:
        orders.announce(guarantee)
        changing.checked(current)  # under the lock of the guarantee: what stood there a moment ago holds
    except orders.Unchangeable as reason:
        raise Refused(str(reason)) from None
    except changing.NotChangeable as reason:
        raise Refused(str(reason)) from None


def _placed(line: Line, old: Line | None, current: Application, *, by: User, now: datetime.datetime) -> Line | None:
    """Write a line as sent: a new one, or the new revision of one that is still open. What is decided stays as it is."""
    if old is not None and old.status not in drafts.OPEN:
        return None
    line.application, line.contractor_id, line.edited_by, line.sent_at = current, current.contractor_id, by, now
    line.search = finding.key(line, current)
    if old is None:
        line.save(force_insert=True)
        return line
    if old.terms_digest == line.terms_digest and old.status != Line.Status.RETURNED:
        return old
    line.pk, line.status, line.revision = old.pk, old.status, old.revision + 1
    line.remark, line.reviewed_by, line.held_by_id = old.remark, old.reviewed_by, old.held_by_id
    line.save(force_update=True)
    return line


def take_number(on: datetime.date) -> str:
    """Take the next 申込番号 of the fiscal year of `on` (Tokyo), inside the caller's transaction: "S-2026-00031"."""
    year = on.year - (on.month < 4)
    series, _ = ApplicationSeries.objects.select_for_update().get_or_create(fiscal_year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"S-{year}-{series.last:05d}"
