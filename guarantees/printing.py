"""Printing a paper certificate (証書（紙）): who prints 正 and 副 how often, who may fetch the PDF, how it leaves the branch."""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from django.db import transaction

from accounts.models import User
from audit import trail
from guarantees import clock, papers
from guarantees.models import Document, Guarantee, HandOver, Print, Version
from issuers.kinds import Format
from netdesk import dates
from outbox import promises
from outbox.models import Job

# How long whoever printed may fetch the PDF once it is drawn; a download that broke off can be made good in that time.
LASTS = dt.timedelta(minutes=30)


class NotAllowed(Exception):
    """What cannot be done with this certificate now by this person. The text is fit to show."""


class TooLate(NotAllowed):
    """The page showed what is no longer so: somebody else was quicker."""


class NotReady(Exception):
    """The PDF is being drawn, or its time is over. The text is fit to show."""


class State(StrEnum):
    """How far a print is, for the person who looks at it."""

    DRAWING = "drawing"  # its PDF is being drawn
    STOPPED = "stopped"  # drawing failed for good: somebody has to look at the job
    OPEN = "open"  # this person may fetch the PDF
    CLOSED = "closed"


class Shown(NamedTuple):
    """One print as a page shows it; `until` is when its PDF closes."""

    made: Print
    state: State
    paper: Document | None = None
    until: dt.datetime | None = None

    @property
    def left(self) -> HandOver | None:
        """How this print left the branch, if it did."""
        return getattr(self.made, "hand_over", None)


def hand_out(version: Version, *, by: User, seen: int, reason: str = "") -> Print:
    """Note the next print of a paper certificate and promise its PDF; or raise NotAllowed and change nothing.

    `seen` is how many prints the page showed. The same wish again (a double click, a second tab) gives the same print
    back; when somebody else has printed since then it is refused (TooLate). From the second print on a reason is due.
    Opens its own transaction and locks the guarantee.
    """
    reason = reason.strip()
    with transaction.atomic():
        guarantee = Guarantee.objects.select_for_update(no_key=True).get(pk=version.guarantee_id)
        current = Version.objects.get(pk=version.pk)
        if not _is_of(by, guarantee):
            raise NotAllowed("この証書を印刷する権限がありません。")
        if guarantee.format != Format.PAPER or current.status != Version.Status.ISSUED:
            raise NotAllowed("印刷できるのは、発行済の証書（紙）だけです。")
        made = list(current.prints.select_related("by").order_by("no"))
        if len(made) != seen:
            return _same_again(made, seen, by, reason)
        if made and not reason:
            raise NotAllowed("再発行の理由を入力してください。")
        new = Print.objects.create(version=current, no=seen + 1, by=by, at=clock.now(), reason=reason if made else "")
        Guarantee.objects.filter(pk=guarantee.pk).update(to_leave=True)
        promises.make("render_paper", str(new.pk), purpose=f"render_paper:{guarantee.pk}:{current.no}:{new.no}")
        data = {"reason": new.reason} if new.reason else {}
        trail.record("paper.printed", guarantee, by=by, version=current.no, print_no=new.no, **data)
    return new


def prints(version: Version, *, reader: User) -> list[Shown]:
    """Tell of every print of a version, the first one first, as `reader` may use it now."""
    drawn = {paper.print_no: paper for paper in version.documents.filter(kind=Document.Kind.PAPER).order_by("pk")}
    made = list(version.prints.select_related("by", "hand_over").order_by("no"))
    undrawn = [str(one.pk) for one in made if one.no not in drawn]
    dead = Job.objects.dead().filter(kind="render_paper", ref__in=undrawn).values_list("ref", flat=True)
    stopped = set(dead) if undrawn else set()
    now = clock.now() if made else None
    return [_shown(one, drawn.get(one.no), str(one.pk) in stopped, reader, now) for one in made]


def fetch(made: Print, *, by: User) -> bytes:
    """Give the PDF of a print to the person who made it, and note that; opens its own transaction.

    Raises NotReady while it is being drawn and after its time, NotAllowed for anybody else, papers.Damaged when its
    bytes are not ours.
    """
    if made.by_id != by.pk:
        raise NotAllowed("証書のPDFを開けるのは、印刷した人だけです。")
    with transaction.atomic():
        if not Version.objects.filter(pk=made.version_id, status=Version.Status.ISSUED).exists():
            raise NotReady("この証書の保証は、変更または解約されています。いまの証書を印刷してください。")
        paper = made.version.documents.filter(kind=Document.Kind.PAPER, print_no=made.no).order_by("-pk").first()
        if paper is None:
            raise NotReady("証書（正・副）のPDFを作成しています。しばらくしてから、もう一度開いてください。")
        if clock.now() >= paper.created_at + LASTS:
            raise NotReady("PDFを開ける時間（作成から30分）を過ぎました。もう一度印刷するときは、再発行になります。")
        pdf = papers.read(paper)
        trail.record("paper.downloaded", made.version.guarantee, by=by, version=made.version.no, print_no=made.no)
    return pdf


def hand_over(made: Print, *, by: User, how: str, on: dt.date) -> HandOver:
    """Note that a print left the branch by post or at the counter on a day; or raise NotAllowed and change nothing.

    Opens its own transaction and locks the guarantee. The same note again gives the first one back. Raises TooLate
    for any but the newest print, NotReady while there is no PDF of it.
    """
    with transaction.atomic():
        guarantee = Guarantee.objects.select_for_update(no_key=True).get(pk=made.version.guarantee_id)
        if not _is_of(by, guarantee):
            raise NotAllowed("この証書の引渡しを記録する権限がありません。")
        if before := HandOver.objects.select_related("by").filter(print=made).first():
            if (before.how, before.on) == (how, on):
                return before
            raise TooLate(f"{made.no}回目に印刷した証書の引渡しは、{before.by.name}さんが記録しています。")
        if later := Print.objects.filter(version=made.version_id, no__gt=made.no).order_by("no").last():
            raise TooLate(f"{later.no}回目の印刷があります。引渡しは、いちばん新しい証書について記録してください。")
        if not Version.objects.filter(pk=made.version_id, status=Version.Status.ISSUED).exists():
            raise TooLate("この証書の保証は、いま発行済ではありません。引渡しは記録できません。")
        if not made.version.documents.filter(kind=Document.Kind.PAPER, print_no=made.no).exists():
            raise NotReady("証書のPDFがまだできていません。印刷してから記録してください。")
        if how not in HandOver.How.values:
            raise NotAllowed("渡し方を選択してください。")
        if fault := _wrong_day(made, on):
            raise NotAllowed(fault)
        note = HandOver.objects.create(print=made, how=how, on=on, by=by)
        Guarantee.objects.filter(pk=guarantee.pk).update(to_leave=False)
        trail.record(
            "paper.handed_over",
            guarantee,
            by=by,
            version=made.version.no,
            print_no=made.no,
            how=how,
            on=on.isoformat(),
        )
    return note


def handed_over(version: Version) -> HandOver | None:
    """Give the newest note of how a certificate of this version left the branch."""
    return HandOver.objects.filter(print__version=version).order_by("-print__no").first()


def _is_of(person: User, guarantee: Guarantee) -> bool:
    return person.is_branch and person.branch_id == guarantee.branch_id


def _same_again(made: list[Print], seen: int, by: User, reason: str) -> Print:
    """Give the newest print back when this very wish made it a moment ago; otherwise say who has printed."""
    last = made[-1] if made else None
    if last is None or last.no < seen:
        raise TooLate("印刷の回数が変わりました。画面を開き直して、いまの状態を確かめてください。")
    is_same = last.no == seen + 1 and last.by_id == by.pk and last.reason == (reason if seen else "")
    if is_same and clock.now() < last.at + LASTS:
        return last
    raise TooLate(f"{last.by.name}さんが{dates.moment(last.at)}に{last.no}回目の印刷をしました。")


def _shown(made: Print, paper: Document | None, is_stopped: bool, reader: User, now: dt.datetime | None) -> Shown:
    if paper is None:
        return Shown(made, State.STOPPED if is_stopped else State.DRAWING)
    until = paper.created_at + LASTS
    is_open = made.by_id == reader.pk and now is not None and now < until
    return Shown(made, State.OPEN if is_open else State.CLOSED, paper, until)


def _wrong_day(made: Print, on: dt.date) -> str:
    """A certificate cannot leave before it was printed, nor on a day to come."""
    first, last = clock.day(made.at), clock.today()
    if first <= on <= last:
        return ""
    if first == last:
        return f"渡した日は、証書を印刷した日（{dates.seireki(first)}）を入力してください。"
    return (
        f"渡した日は、{dates.seireki(first)}（印刷した日）から{dates.seireki(last)}（今日）までの日を入力してください。"
    )
