"""What a contractor finds on the top page: what waits for the company, what it began, what moved lately."""

from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from accounts.models import User
from applications import listing, wording
from applications.models import Application, Line
from guarantees import clock, lookup, viewing
from guarantees.models import Guarantee, Key
from issuers.kinds import Format
from netdesk import paging

RECENT = 5


class Task(NamedTuple):
    """One row of やること: how many, which state, what to do, and the page where it is done."""

    waiting: int
    chip: str
    tone: str  # class of the chip
    words: str
    url: str


class Top(NamedTuple):
    """Everything the top page draws."""

    tasks: list[Task]
    drafts: int
    recent: list[tuple[Line, wording.Wording]]

    @property
    def last(self) -> Application | None:
        """An application that a new one may start from, when the company has sent any."""
        return self.recent[0][0].application if self.recent else None


def of(person: User) -> Top:
    """Collect the top page of a contractor's person, from what that person may see."""
    lines = Line.objects.visible_to(person)
    shown = lines.select_related("application", "issue").order_by("-sent_at", "-id")[:RECENT]
    tasks = [_returned(person), _unpaid(person), _unheard(person), _unopened(person)]
    return Top(
        tasks=[task for task in tasks if task.waiting],
        drafts=Application.objects.visible_to(person).drafts().count(),
        recent=[(line, wording.status_of(line)) for line in shown],
    )


def _returned(person: User) -> Task:
    return _lines(person, Line.Status.RETURNED, "bad", "支店からの連絡を確認し、修正して再送信してください")


def _unpaid(person: User) -> Task:
    return _lines(person, Line.Status.AWAITING_PREMIUM, "wait", "お支払いを確認すると、証書を発行します")


def _lines(person: User, status: Line.Status, tone: str, words: str) -> Task:
    """Count the lines in a state. A single one is opened at once, several are found in the list."""
    found = Line.objects.visible_to(person).filter(status=status)
    return _task(found, status.label, tone, words, ("applications:line", "applications:status", f"state={status}"))


def _unheard(person: User) -> Task:
    """Count the lines about which the branch said something that nobody has opened."""
    way = ("applications:line", "applications:status", f"state={listing.HEARD}")
    found = listing.unheard(person).exclude(status=Line.Status.RETURNED)  # told as what is to be corrected
    return _task(found, "支店から連絡", "info", "支店からの連絡を確認してください", way)


def _task(found: QuerySet[Any], chip: str, tone: str, words: str, way: tuple[str, str, str]) -> Task:
    """Make a row of what was found; `way` names the page of one, the list of several and its filter."""
    ids = list(found.order_by().values_list("pk", flat=True)[: paging.COUNTED])
    one, several, wish = way
    url = reverse(one, args=ids) if len(ids) == 1 else f"{reverse(several)}?{wish}"
    return Task(len(ids), chip, tone, words, url)


def _unopened(person: User) -> Task:
    """Count electronic guarantees that no official has opened yet and still can; looks of people logged in do not count."""
    opened = lookup.opened().filter(guarantee=OuterRef("pk"))
    waiting = Guarantee.objects.visible_to(person).filter(format=Format.ELECTRONIC, status=Guarantee.Status.ISSUED)
    can_be_opened = Exists(Key.objects.filter(viewing.opens(clock.today()), guarantee=OuterRef("pk")))
    found, way = (
        waiting.filter(can_be_opened).exclude(Exists(opened)),
        ("guarantees:overview", "guarantees:list", "seen=no"),
    )
    return _task(found, "発注者 未閲覧", "info", "「認証キー」のお知らせを発注者へ提出してください", way)
