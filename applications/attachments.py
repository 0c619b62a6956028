"""添付書類: a contractor adds files to an application, takes them back while that is possible; the branch opens them."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet, Sum

from accounts import acting
from accounts.models import User
from applications import inspecting, talk
from applications.attached import LONGEST_NAME, MEGABYTE, MOST, MOST_TOGETHER
from applications.models import Application, Attachment, Line, Message
from audit import trail
from guarantees import papers

SHELF = "attachments"  # their folder among the papers
S = Line.Status
OPEN = frozenset({S.SUBMITTED, S.RECEIVED, S.UNDER_REVIEW, S.RETURNED, S.AWAITING_PREMIUM})
# Controls, and marks that nobody sees but that turn a name around: "contract\u202efdp.exe".
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd\ud800-\udfff\U000e0000-\U000e007f]"
)


class NotAttached(Exception):
    """A file that was not added or not taken back. The text says why and is fit to show; `field` is where it belongs."""

    def __init__(self, text: str, field: str = "file") -> None:
        super().__init__(text)
        self.field = field


class Added(NamedTuple):
    """What became of a file: its row, and whether it is new or had been attached before."""

    attachment: Attachment
    is_new: bool


def add(application: Application, *, kind: str, name: str, data: bytes, by: User) -> Added:
    """Add a file to an application of the person's company, judged by its content. The same bytes again are one file.

    Once the application was sent, the branch is told in the conversation of every line still open. Locks the
    application, then its lines. Raises NotAttached, Application.DoesNotExist when it is not theirs, PermissionDenied
    for a 閲覧者.
    """
    company = acting.company_of(by)
    if kind not in Attachment.Kind.values:
        raise NotAttached("書類の種類を選択してください", "kind")
    if against := _objection(application):
        raise NotAttached(against)
    try:
        type_ = inspecting.judge(data)
    except inspecting.Refused as reason:
        raise NotAttached(str(reason)) from None
    shown = clean_name(name, type_)
    digest = papers.put(data, SHELF)  # before the transaction, like every paper: what no row names is swept
    with transaction.atomic():
        current = Application.objects.select_for_update().get(pk=application.pk, contractor=company)
        lines = list(current.lines.select_for_update())
        if earlier := current.attachments.filter(digest=digest).first():
            return Added(earlier, is_new=False)
        if against := _objection(current, lines) or _no_room(current, len(data)):
            raise NotAttached(against)
        made = current.attachments.create(kind=kind, name=shown, type=type_, size=len(data), digest=digest, by=by)
        made.refresh_from_db(fields=["at"])
        _tell(lines, f"添付書類を追加しました：{made}", by=by)
        trail.record("attachment.added", current, by=by, **_told(made))
    return Added(made, is_new=True)


def take_back(attachment: Attachment, *, by: User) -> None:
    """Take back a file while the branch has not received the application. Locks the application, then its lines.

    Raises NotAttached; Attachment.DoesNotExist when it was taken back a moment ago; PermissionDenied for a 閲覧者.
    """
    company = acting.company_of(by)
    with transaction.atomic():
        current = Application.objects.select_for_update().get(pk=attachment.application_id, contractor=company)
        lines = list(current.lines.select_for_update())
        mine = current.attachments.get(pk=attachment.pk)
        if not are_loose(current, lines):
            raise NotAttached(
                "支店が受け付けたあとの添付書類は、取り消せません。差し替えるときは、新しいファイルを追加してください。"
            )
        _tell(lines, f"添付書類を取り消しました：{mine}", by=by)
        trail.record("attachment.removed", current, by=by, **_told(mine))
        mine.delete()


def open_file(attachment: Attachment, *, by: User) -> bytes:
    """Give the bytes of a file; what the desk opens is kept in the trail. Raises papers.Damaged instead of wrong bytes."""
    data = papers.fetch(attachment.digest, SHELF)
    if by.is_desk:
        with transaction.atomic():
            trail.record("attachment.opened", attachment.application, by=by, **_told(attachment))
    return data


def of(application: Application) -> QuerySet[Attachment]:
    """Give the files of an application, the oldest first."""
    return application.attachments.select_related("by")


def may_add(application: Application) -> bool:
    """Tell whether files can be added: to a draft, and while a line is open."""
    return not _objection(application)


def are_loose(application: Application, lines: list[Line] | None = None) -> bool:
    """Tell whether files can still be taken back: as a draft, or sent and received by nobody yet (a trigger keeps it)."""
    lines = list(application.lines.all()) if lines is None else lines
    return all(line.status == S.SUBMITTED and line.revision == 1 for line in lines)


def sweep() -> int:
    """Remove files that no row names and that are older than a day, and count them."""
    return papers.clear(SHELF, lambda name: Attachment.objects.filter(digest=name).exists())


def clean_name(given: str, type_: Attachment.Type) -> str:
    """Make of a name what can be shown and saved anywhere: no folders, nothing unseen, and the ending of what it is."""
    name = UNSEEN.sub("", unicodedata.normalize("NFC", given).replace("\\", "/")).rpartition("/")[2]
    name = re.sub(r"\s+", " ", name).strip().rstrip(" .")
    endings = inspecting.ENDINGS[type_]
    stem, ending = (
        (name[: -len(found)], name[-len(found) :]) if (found := _ending(name, endings)) else (name, endings[0])
    )
    return (stem.strip(" .")[: LONGEST_NAME - len(ending)] or "添付書類") + ending


def _ending(name: str, endings: tuple[str, ...]) -> str:
    suffix = PurePosixPath(f"x{name}").suffix
    return suffix if suffix.lower() in endings else ""


def _objection(application: Application, lines: list[Line] | None = None) -> str:
    if application.sent_at is None:
        return ""
    lines = list(application.lines.all()) if lines is None else lines
    if any(line.status in OPEN for line in lines):
        return ""
    return "この申込の手続は終わっているため、書類を添付できません。支店へお電話ください"


def _no_room(application: Application, size: int) -> str:
    held = application.attachments.aggregate(bytes=Sum("size"))["bytes"] or 0
    if application.attachments.count() >= MOST:
        return f"1つの申込に添付できるのは{MOST}ファイルまでです。追加が必要なときは、支店へお電話ください"
    if held + size > MOST_TOGETHER:
        left = max(0, MOST_TOGETHER - held) / MEGABYTE
        return f"1つの申込に添付できるのは、合わせて{MOST_TOGETHER // MEGABYTE}MBまでです（残り{left:.1f}MB）。小さくしてから添付してください"
    return ""


def _tell(lines: list[Line], text: str, *, by: User) -> None:
    """Put a change after the sending before the eyes of the branch: nobody looks at a sheet again without a reason."""
    for line in lines:
        if line.status in OPEN:
            line.messages.create(side=Message.Side.CONTRACTOR, by=by, text=text)
            talk.mark(line, Message.Side.CONTRACTOR)
            line.save(update_fields=["unread", "unanswered"])


def _told(attachment: Attachment) -> dict[str, str | int]:
    return {
        "attachment": str(attachment.pk),
        "kind": attachment.kind,
        "name": attachment.name,
        "size": attachment.size,
        "digest": attachment.digest,
    }
