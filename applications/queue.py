"""受付キュー: what the branch has to do, by facets that are counted without reading what is done."""

from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from applications import checks, finding, holding, listing, memos, refunding, wording
from applications.models import Line
from guarantees import clock, expiry
from guarantees.models import Version
from netdesk import hours, paging

TARGET_HOURS = 2
S = Line.Status
OPEN = Q(status__in=[S.SUBMITTED, S.RECEIVED, S.UNDER_REVIEW])
HELD = Q(status__in=holding.AT_WORK, held_by__isnull=False)
MINE, OTHERS, FREE = HOLDERS = ("mine", "others", "free")
ENDING = "ending"  # the guarantees that end soon: has the contract been prolonged?
APPROVABLE = "approvable"  # reviewed by somebody else: the reader may approve it
FACETS = {
    "open": ("対応が要るもの", OPEN),
    "new": ("新着（送信済）", Q(status=S.SUBMITTED)),
    "received": ("受付済", Q(status=S.RECEIVED)),
    "review": ("審査中", Q(status=S.UNDER_REVIEW)),
    APPROVABLE: ("承認待ち", Q(status=S.UNDER_REVIEW)),
    "unpaid": ("入金待ち", Q(status=S.AWAITING_PREMIUM)),
    "heard": ("お客様から連絡", Q(unanswered=True)),
    "refund": ("保証料の返還待ち", refunding.DUE),
    "returned": ("差戻し中", Q(status=S.RETURNED)),
    "leaving": (
        "証書（紙）の引渡し",
        Q(status=S.APPROVED, issue__guarantee__to_leave=True, issue__status=Version.Status.ISSUED),
    ),
    "issuing": ("発行手続中", listing.ISSUING),
    ENDING: ("まもなく満了（30日以内）", Q(status=S.APPROVED)),
    "done": (
        "終わったもの",
        Q(status__in=[S.DECLINED, S.WITHDRAWN]) | listing.ISSUED,
    ),
    MINE: ("自分の担当", HELD),
    FREE: ("担当なし", OPEN & Q(held_by=None)),
    OTHERS: ("ほかの職員の担当", HELD),
}
ORDERS = {"done": ("-sent_at", "-id"), ENDING: ("ends_on", "id")}
AT_WORK = (
    "open",
    "new",
    "received",
    "review",
    "unpaid",
    APPROVABLE,
    FREE,
)  # counted together, by the index of open work
IN_HANDS = (MINE, OTHERS)  # and these by an index of their own


class Mark(NamedTuple):
    """A word beside a line, and the colour of its chip."""

    words: str
    tone: str


class Row(NamedTuple):
    """One line in the queue with what the eye looks for first. `is_free`: the reader may take it, and nobody has it."""

    line: Line
    wording: wording.Wording
    waited: str
    is_late: bool
    marks: list[Mark]
    is_free: bool


class Facet(NamedTuple):
    """One way to narrow the queue; `waiting` says how many, "" where it is not counted."""

    name: str
    label: str
    waiting: str


def _condition(facet: str, person: User) -> Q:
    condition = FACETS[facet][1]
    if facet == "issuing":
        return _issued_as(Version.objects.filter(status=Version.Status.ORDERED).order_by(), person)
    if facet == ENDING:
        return _issued_as(expiry.soon(clock.today()), person)
    if facet == APPROVABLE:
        return condition & ~Q(reviewed_by=person.pk) & ~Q(edited_by=person.pk)
    if facet in IN_HANDS:
        mine = Q(held_by=person.pk)
        return condition & (mine if facet == MINE else ~mine)
    return condition


def _issued_as(versions: QuerySet[Version], person: User) -> Q:
    """Tell of lines whether they were issued as one of these versions, of which the first thousand count.

    They are named one by one: asked for as a whole, a plan may walk all lines in their order to find these few.
    """
    versions = versions.filter(branch=person.branch_id) if person.is_branch else versions
    return Q(status=S.APPROVED, issue__in=[*versions.values_list("pk", flat=True)[: paging.COUNTED + 1]])


def page(person: User, facet: str, *, after: str) -> paging.Page[Line]:
    """Give a page of a facet: the longest waiting first, of what is done the newest, of what ends soon the first to end."""
    found = finding.related(Line.objects.visible_to(person)).select_related("issuer", "held_by")
    found = found.prefetch_related("issuer__rules")
    order = ORDERS.get(facet, ("sent_at", "id"))
    wanted = found.filter(_condition(facet, person)).annotate(noted=memos.are_there())
    return paging.page(wanted, *order, after=after)


def facets(person: User) -> list[Facet]:
    """Count what waits in each facet; more than a thousand are not counted to the end."""
    visible = Line.objects.visible_to(person)
    at_work = {name: Count("pk", filter=_condition(name, person)) for name in AT_WORK}
    counts = {name: f"{n:,}件" for name, n in visible.waiting().aggregate(**at_work).items()}
    if person.is_branch:
        in_hands = {name: Count("pk", filter=_condition(name, person)) for name in IN_HANDS}
        counts |= {name: f"{n:,}件" for name, n in visible.filter(HELD).aggregate(**in_hands).items()}
    for name in ("heard", "refund", "returned", "leaving", "issuing", ENDING):
        counts[name] = paging.count(visible.filter(_condition(name, person)))
    shown = [name for name in FACETS if name not in HOLDERS or person.is_branch]
    if person.role != User.Role.APPROVER:
        shown.remove(APPROVABLE)
    return [Facet(name, FACETS[name][0], counts.get(name, "")) for name in shown]


def rows(lines: list[Line], reader: User) -> list[Row]:
    """Tell of the lines of a page how long they wait and what is to be looked at, with two queries for all of them."""
    found = checks.titles(lines)
    return [_row(line, found[line.pk], reader) for line in lines]


def _row(line: Line, titles: list[str], reader: User) -> Row:
    waited = hours.between(line.sent_at or timezone.now(), timezone.now())
    is_late = waited.total_seconds() > TARGET_HOURS * 3600
    is_free = line.held_by_id is None and holding.may(reader, line)
    return Row(line, wording.status_of(line), hours.words(waited), is_late, _marks(line, titles), is_free)


def _marks(line: Line, titles: list[str]) -> list[Mark]:
    marks = [] if line.is_new else [Mark(str(line.get_purpose_display()), "info")]
    marks += [Mark("お客様から連絡", "info")] if line.unanswered else []
    if (
        line.issue
        and line.issue.status == Version.Status.ISSUED
        and line.ends_on - timezone.localdate() <= expiry.AHEAD
    ):
        left = (line.ends_on - timezone.localdate()).days
        marks.append(Mark(f"満了まであと{left}日" if left >= 0 else "保証期間満了", "wait" if left >= 0 else "todo"))
    if line.issue and line.issue.status == Version.Status.ISSUED and line.issue.guarantee.to_leave:
        marks.append(Mark("証書の引渡し前", "wait"))
    marks += [Mark("再送信", "info")] if line.revision > 1 else []
    marks += [Mark(title, "wait") for title in titles]
    return marks + ([Mark("社内メモ", "todo")] if getattr(line, "noted", False) else [])
