"""What customer and branch say to each other about a line (連絡事項・お知らせ): one conversation, in the order of time.

The message of a sending and the remark of a 差戻し or お引受不可 stand in it as well (lifecycle, sending).
"""

import datetime as dt
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import japanese, lifecycle, news
from applications.models import Application, Line, Message
from audit import trail

LONGEST = {Message.Side.CONTRACTOR: 500, Message.Side.BRANCH: 1000}
LABELS = {Message.Side.CONTRACTOR: "支店への連絡", Message.Side.BRANCH: "お客様への連絡"}
SHOWN = 50  # so many messages stand on a page; the earlier ones are a click away
MOST, WITHIN = 20, dt.timedelta(minutes=10)  # so often one person may say something about a line
SAME_AGAIN = dt.timedelta(minutes=1)  # the same words again within it are a second click


class Unsaid(Exception):
    """Something that was not said; the text tells why and is fit to show."""


class Said(NamedTuple):
    """One thing that was said: by whom, as the reader may know it, when, and on which side of the page it stands."""

    who: str
    at: dt.datetime
    text: str
    is_ours: bool  # of the reader's own side


def say(line: Line, text: str, *, by: User) -> Message:
    """Say something about a line to the other side. What the branch says is announced by mail, but not of a line taken back.

    Locks the line. The same words of the same person within a minute are said once. Raises Unsaid.
    """
    side = _side(line, by)
    text = read(text, LABELS[side], LONGEST[side])
    with transaction.atomic():
        related = Line.objects.select_related("application__changed_by", "branch")
        current = related.select_for_update(of=("self",)).get(pk=line.pk)
        again = current.messages.filter(by=by, text=text, at__gte=timezone.now() - SAME_AGAIN).last()
        if again:
            return again
        if current.messages.filter(by=by, at__gte=timezone.now() - WITHIN).count() >= MOST:
            raise Unsaid("短い時間に多くの連絡が送られています。10分ほど待ってから、まとめて送ってください")
        message = Message.objects.create(line=current, side=side, by=by, text=text)
        mark(current, side)
        current.save(update_fields=["unread", "unanswered"])
        if side == Message.Side.BRANCH and current.status != Line.Status.WITHDRAWN:
            news.tell(current, message, at_once=False)
        trail.record("message.sent", current, by=by, message=message.pk, side=side)
    return message


def read(typed: str, label: str, limit: int) -> str:
    """Clean what people write to each other; raises Unsaid for what cannot be kept or says nothing."""
    try:
        text = japanese.block(typed[: japanese.LONGEST_READ], label, limit)
    except ValidationError as fault:
        raise Unsaid(fault.messages[0]) from None
    if not japanese.says_something(text):
        raise Unsaid(f"{label}を入力してください")
    return text


def mark(line: Line, side: Message.Side) -> None:
    """Note for whom it waits what a side has just said; the caller has locked the line and saves it."""
    line.unread, line.unanswered = side == Message.Side.BRANCH, side == Message.Side.CONTRACTOR


def opened(line: Line, *, by: User) -> None:
    """Note that somebody of the company has opened a line: what the branch said waits no longer. May be repeated."""
    if line.unread and lifecycle.side_of(by, line) == "contractor":
        Line.objects.filter(pk=line.pk, unread=True).update(unread=False)


def settle(line: Line, *, by: User) -> None:
    """Note that what the customer said needs no more answer (対応済み). Locks the line; may be repeated. Raises Unsaid."""
    if _side(line, by) != Message.Side.BRANCH:
        raise Unsaid("この連絡を対応済みにする権限がありません。")
    with transaction.atomic():
        current = Line.objects.select_for_update().get(pk=line.pk)
        if current.unanswered:
            current.unanswered = False
            current.save(update_fields=["unanswered"])
            trail.record("message.settled", current, by=by)


def _side(line: Line, by: User) -> Message.Side:
    side = lifecycle.side_of(by, line)
    if side is None:
        raise Unsaid("この申込に連絡を書く権限がありません。")
    return Message.Side(side)


def repeat(application: Application, lines: list[Line], *, by: User, at: dt.datetime) -> None:
    """Put the message of a sending into the conversation of each line sent, unless it was said there already."""
    if not application.message:
        return
    for line in lines:
        if not line.messages.filter(side=Message.Side.CONTRACTOR, text=application.message).exists():
            Message.objects.create(line=line, side=Message.Side.CONTRACTOR, by=by, at=at, text=application.message)


class Talk(NamedTuple):
    """A conversation as a page shows it: what was said, the oldest first, and how many earlier messages are left out."""

    said: list[Said]
    earlier: int


def conversation(line: Line, *, reader: User, whole: bool = False) -> Talk:
    """Tell what was said about a line last, or all of it. The branch speaks to the customer as the branch."""
    every = line.messages.select_related("by").order_by("-at", "-id")
    shown = list(every if whole else every[: SHOWN + 1])
    earlier = 0 if whole or len(shown) <= SHOWN else line.messages.count() - SHOWN
    said = [_told(message, line, reader) for message in reversed(shown[:SHOWN] if earlier else shown)]
    return Talk(said, earlier)


def _told(message: Message, line: Line, reader: User) -> Said:
    of_contractor = message.side == Message.Side.CONTRACTOR
    if reader.is_contractor:
        who = f"貴社から　{message.by.name}" if of_contractor else f"{line.branch.name}から"
    else:
        who = f"お客様から　{message.by.name}" if of_contractor else f"{line.branch.name}から　{message.by.name}"
    return Said(who, message.at, message.text, of_contractor == reader.is_contractor)
