"""The review sheet as the desk's pages share it: which lines a person may open, and everything shown about one."""

import uuid

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.access import MemberRequest
from applications import (
    attachments,
    comparing,
    costs,
    holding,
    lifecycle,
    memos,
    paper_views,
    phrases,
    refunding,
    revival,
    summary,
    talk,
    wording,
    years,
)
from applications import review as points
from applications.models import Line, Message, Phrase, Refund, Remittance
from guarantees import papers
from guarantees.models import Document
from netdesk import hours
from outbox.models import Job


def lines(request: MemberRequest) -> QuerySet[Line]:
    """The lines a person may see, with what a sheet shows of them."""
    related = (
        "application__contractor",
        "issuer",
        "branch",
        "issue__guarantee",
        "reviewed_by",
        "held_by",
        "premium",
        "about",
    )
    return Line.objects.visible_to(request.user).select_related(*related).prefetch_related("issuer__rules")


def ours(request: MemberRequest, pk: uuid.UUID) -> Line:
    """Find a line of the person's own branch; nobody else does anything with it."""
    line = get_object_or_404(lines(request), pk=pk)
    if lifecycle.side_of(request.user, line) != "branch":
        raise Http404
    return line


def _of_change(request: MemberRequest, line: Line, rows: list[comparing.Compared]) -> dict[str, object]:
    """Gather what is told of a change only, and what was paid back for it."""
    return {
        "changed": summary.changes(line),
        "change_rows": rows,
        "origin": _origin(request, line),
        "refund": Refund.objects.filter(line=line).select_related("by").first() if line.premium_id else None,
        "refund_due": refunding.is_due(line),
    }


def _origin(request: MemberRequest, line: Line) -> Line | None:
    """Find the line by which the guarantee that a change is about was ordered first."""
    if line.about_id is None:
        return None
    return lines(request).filter(issue__guarantee=line.about_id, issue__no=0).first()


def of(request: MemberRequest, line: Line) -> dict[str, object]:
    """Gather everything about one line for its sheet and the pages before its moves."""
    found = points.points(line)
    contract, product, destination, contact, change = comparing.compared(line)
    sisters = lines(request).filter(application=line.application_id).exclude(pk=line.pk)
    return {
        "line": line,
        "wording": wording.status_of(line),
        "points": found,
        "cautions": sum(bool(point.caution) for point in found),
        "eyes": points.eyes(line),
        "ending": points.ending(line),
        "acts": points.history(line),
        # While a print is being drawn, its own section says so.
        "jobs": revival.open_jobs(line).exclude(~Q(status=Job.Status.DEAD), kind="render_paper"),
        "paper": paper_views.section(line, request),
        **_of_change(request, line, change),
        "contract_rows": contract,
        "product_rows": product,
        "destination_rows": destination,
        "contact_rows": contact,
        "years": years.of(line),
        "follows": line.application.about if line.application.asks else None,
        "changes": sum(row.is_changed for row in (*contract, *product, *destination, *contact, *change)),
        "files": list(attachments.of(line.application)),
        "cost": costs.of_line(line),
        "statement": line.issue and papers.latest(line.issue, Document.Kind.STATEMENT),
        "remittance": Remittance.objects.filter(line=line).select_related("by").first() if line.premium_id else None,
        "dealings": comparing.dealings(line),
        "talk": talk.conversation(line, reader=request.user, whole="talk" in request.GET),
        "may_say": lifecycle.side_of(request.user, line) == "branch",
        "longest": talk.LONGEST[Message.Side.BRANCH],
        "offer": phrases.offered(Phrase.Purpose.TALK),
        "memos": memos.of(line, reader=request.user),
        "longest_memo": memos.LONGEST,
        "may_hold": holding.may(request.user, line),
        "sisters": [(one, wording.status_of(one)) for one in sisters],
        "moves": lifecycle.open_to(request.user, line),
        "waited": hours.words(hours.between(line.sent_at or timezone.now(), timezone.now())),
    }
