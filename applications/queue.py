"""受付キュー: what the branch has to do, by facets that are counted without reading what is done."""

from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from applications import checks, finding, listing, wording
from applications.models import Line, Message
from guarantees.models import Version
from netdesk import hours, paging

TARGET_HOURS = 2
S = Line.Status
OPEN = Q(status__in=[S.SUBMITTED, S.RECEIVED, S.UNDER_REVIEW])
MINE = "mine"
FACETS = {
    "open": ("対応が要るもの", OPEN),
    "new": ("新着（送信済）", Q(status=S.SUBMITTED)),
    "received": ("受付済", Q(status=S.RECEIVED)),
    "review": ("審査中", Q(status=S.UNDER_REVIEW)),
    "returned": ("差戻し中", Q(status=S.RETURNED)),
    "issuing": ("発行手続中", listing.ISSUING),
    "done": (
        "終わったもの",
        Q(status__in=[S.DECLINED, S.WITHDRAWN]) | listing.ISSUED,
    ),
    MINE: ("自分の担当", OPEN),
}
AT_WORK = ("open", "new", "received", "review", MINE)  # counted together, by the index of open work


class Row(NamedTuple):
    """One line in the queue with what the eye looks for first."""

    line: Line
    wording: wording.Wording
    waited: str
    is_late: bool
    marks: list[str]


class Facet(NamedTuple):
    """One way to narrow the queue; `waiting` says how many, "" where it is not counted."""

    name: str
    label: str
    waiting: str


def _condition(facet: str, person: User) -> Q:
    condition = FACETS[facet][1]
    if facet == "issuing":
        # Named one by one: asked for as a whole, a plan may walk all lines in their order to find these few.
        ordered = Version.objects.filter(status=Version.Status.ORDERED)
        ordered = ordered.filter(branch=person.branch_id) if person.is_branch else ordered
        return Q(status=S.APPROVED, issue__in=[*ordered.order_by().values_list("pk", flat=True)[: paging.COUNTED + 1]])
    return condition & Q(reviewed_by=person.pk) if facet == MINE else condition


def page(person: User, facet: str, *, after: str) -> paging.Page[Line]:
    """Give a page of a facet: the longest waiting first, of what is done the newest."""
    found = finding.related(Line.objects.visible_to(person)).select_related("issuer__rule", "reviewed_by")
    order = ("-sent_at", "-id") if facet == "done" else ("sent_at", "id")
    wanted = found.filter(_condition(facet, person)).annotate(heard=listing.heard())
    return paging.page(wanted, *order, after=after)


def facets(person: User) -> list[Facet]:
    """Count what waits in each facet; more than a thousand are not counted to the end."""
    visible = Line.objects.visible_to(person)
    at_work = {name: Count("pk", filter=_condition(name, person)) for name in AT_WORK}
    counts = {name: f"{n:,}件" for name, n in visible.waiting().aggregate(**at_work).items()}
    for name in ("returned", "issuing"):
        counts[name] = paging.count(visible.filter(_condition(name, person)))
    shown = [name for name in FACETS if name != MINE or person.is_branch]
    return [Facet(name, FACETS[name][0], counts.get(name, "")) for name in shown]


def row(line: Line) -> Row:
    """Tell of a line of the queue how long it waits and what is to be looked at."""
    waited = hours.between(line.sent_at or timezone.now(), timezone.now())
    marks = ["お客様から連絡"] if getattr(line, "heard", None) == Message.Side.CONTRACTOR else []
    marks += ["再送信"] if line.revision > 1 else []
    marks += [caution.title for caution in checks.limits(line)]
    return Row(line, wording.status_of(line), hours.words(waited), waited.total_seconds() > TARGET_HOURS * 3600, marks)
