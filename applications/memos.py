"""社内メモ: what the branch notes about a line for itself. Customers never read it; the head office may."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from applications import lifecycle, talk
from applications.models import Line, Memo
from audit import trail

LABEL, LONGEST = "社内メモ", 1000


class NotWritten(Exception):
    """A memo that was not written; the text tells why and is fit to show."""


def write(line: Line, text: str, *, by: User) -> Memo:
    """Add a memo to a line of the own branch, in whatever state it is.

    Locks the line. The same words of the same person within a minute are one memo. Raises NotWritten.
    """
    if lifecycle.side_of(by, line) != "branch":
        raise NotWritten("この申込に社内メモを書く権限がありません。")
    try:
        text = talk.read(text, LABEL, LONGEST)
    except talk.Unsaid as fault:
        raise NotWritten(str(fault)) from None
    with transaction.atomic():
        current = Line.objects.select_for_update().get(pk=line.pk)
        again = current.memos.filter(by=by, text=text, at__gte=timezone.now() - talk.SAME_AGAIN).last()
        if again:
            return again
        memo = current.memos.create(by=by, text=text)
        trail.record("memo.written", current, by=by, memo=memo.pk)
    return memo


def of(line: Line, *, reader: User) -> QuerySet[Memo]:
    """Give the memos about a line, the oldest first, to those who stand on our side of the desk."""
    return line.memos.select_related("by") if reader.is_desk else line.memos.none()


def are_there() -> Exists:
    """Tell whether there are memos about a line (for annotate)."""
    return Exists(Memo.objects.filter(line=OuterRef("pk")))
