"""The branch's desk inside the admin site: the queue, the review sheet, the moves. The door stands in netdesk.admin."""

import uuid

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest
from applications import comparing, finding, lifecycle, paper_views, revival, talk, wording
from applications import queue as work
from applications import review as sheet
from applications.models import Approval, Line, Message
from netdesk import filters, hours, paging
from outbox.models import Job
from outbox.revival import NotDead


def _lines(request: MemberRequest) -> QuerySet[Line]:
    related = "application__contractor", "issuer__rule", "branch", "issue__guarantee", "reviewed_by"
    return Line.objects.visible_to(request.user).select_related(*related)


@require_safe
def queue(request: MemberRequest) -> HttpResponse:
    """受付キュー of the own branch (the head office sees all), the longest waiting first, a page at a time."""
    facets = work.facets(request.user)
    names = [facet.name for facet in facets]
    facet = request.GET.get("show", "open")
    facet = facet if facet in names else "open"
    page = work.page(request.user, facet, after=request.GET.get("after", ""))
    shown = {
        "rows": [work.row(line) for line in page.rows],
        "facet": facet,
        "title": work.FACETS[facet][0],
        "facets": [one for one in facets if one.name != work.MINE],
        "mine": [one for one in facets if one.name == work.MINE],
        "older": f"?show={facet}&after={page.older}" if page.older else "",
        "newer": "" if page.is_first else f"?show={facet}",
        "is_head": request.user.is_head,
    }
    return render(request, "desk/queue.html", shown)


@require_safe
def search(request: MemberRequest) -> HttpResponse:
    """申込を検索: a number that is one, or parts of names, among what the person may see."""
    asked = FindFilters(request.GET)
    text = asked.values.get("q", "")
    found = finding.find(request.user, text, after=request.GET.get("after", ""))
    shown = {
        "filters": asked,
        "text": text,
        "found": found,
        "rows": [(line, wording.status_of(line)) for line in found.rows],
        "window": finding.WINDOW,
        "size": paging.SIZE,
        "older": asked.address(after=found.older) if found.older else "",
        "newer": "" if found.is_first else asked.address(),
        "is_head": request.user.is_head,
    }
    return render(request, "desk/search.html", shown)


class FindFilters(filters.Filters):
    """The one box of 申込を検索."""

    q = filters.Keyword(help_text="保証契約番号・申込番号・お客様番号、または件名・受注者・発注者・工事番号の一部")


@require_safe
def review(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """審査: everything about one line on one sheet, and the moves that are open."""
    line = get_object_or_404(_lines(request), pk=pk)
    return render(request, "desk/review.html", _sheet(request, line))


@require_POST
def say(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """お客様への連絡: say something to the customer about a line of the own branch."""
    line = get_object_or_404(_lines(request), pk=pk)
    if lifecycle.side_of(request.user, line) != "branch":
        raise Http404
    text = request.POST.get("text", "")
    try:
        talk.say(line, text, by=request.user)
    except talk.Unsaid as fault:
        return render(request, "desk/review.html", _sheet(request, line) | {"typed": text, "error": str(fault)})
    messages.success(request, "お客様へ連絡を送りました。")
    return redirect("admin:review", pk=pk)


def _sheet(request: MemberRequest, line: Line) -> dict[str, object]:
    found = sheet.points(line)
    contract, product, destination, contact = comparing.compared(line)
    sisters = _lines(request).filter(application=line.application_id).exclude(pk=line.pk)
    return {
        "line": line,
        "wording": wording.status_of(line),
        "points": found,
        "cautions": sum(bool(point.caution) for point in found),
        "eyes": sheet.eyes(line),
        "acts": sheet.history(line),
        # While a print is being drawn, its own section says so.
        "jobs": revival.open_jobs(line).exclude(~Q(status=Job.Status.DEAD), kind="render_paper"),
        "paper": paper_views.section(line, request),
        "contract_rows": contract,
        "product_rows": product,
        "destination_rows": destination,
        "contact_rows": contact,
        "changes": sum(row.is_changed for row in (*contract, *product, *destination, *contact)),
        "dealings": comparing.dealings(line),
        "talk": talk.conversation(line, reader=request.user, whole="talk" in request.GET),
        "may_say": lifecycle.side_of(request.user, line) == "branch",
        "longest": talk.LONGEST[Message.Side.BRANCH],
        "sisters": [(one, wording.status_of(one)) for one in sisters],
        "moves": lifecycle.open_to(request.user, line),
        "waited": hours.words(hours.between(line.sent_at or timezone.now(), timezone.now())),
    }


def move(request: MemberRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """Say what a move will do and ask for what it needs; a POST makes it. 受付 and 審査開始 need nothing and go at once."""
    line = get_object_or_404(_lines(request), pk=pk)
    if (
        name not in lifecycle.MOVES
        or lifecycle.MOVES[name].side != "branch"
        or lifecycle.side_of(request.user, line) != "branch"
    ):
        raise Http404
    wish = {field: request.POST.get(field, "") for field in ("remark", "contract_seen", "reason", "revision")}
    if request.method != "POST":
        return _move_page(request, line, name, wish | {"revision": str(line.revision)})
    revision = (
        int(wish["revision"])
        if wish["revision"].isascii() and wish["revision"].isdigit() and len(wish["revision"]) < 9
        else 0
    )
    try:
        if name == "approve":
            lifecycle.approve(
                line, by=request.user, revision=revision, contract_seen=wish["contract_seen"], reason=wish["reason"]
            )
        else:
            lifecycle.move(line, name, by=request.user, remark=wish["remark"], revision=revision)
    except lifecycle.NotAllowed as refusal:
        return _move_page(
            request, line, name, wish, error=str(refusal), status=409 if isinstance(refusal, lifecycle.TooLate) else 200
        )
    line.refresh_from_db()
    messages.success(request, f"{line}を「{wording.status_of(line).words}」にしました。")
    return redirect("admin:review", pk=pk)


def _move_page(
    request: MemberRequest, line: Line, name: str, wish: dict[str, str], error: str = "", status: int = 200
) -> HttpResponse:
    shown = _sheet(request, line) | {
        "name": name,
        "move": lifecycle.MOVES[name],
        "wish": wish,
        "error": error,
        "seen": Approval.Seen.choices,
        "objection": lifecycle.objection(request.user, line) if name == "approve" else "",
        "is_late": status == 409,
    }
    shown["can"] = name in lifecycle.open_to(request.user, line) and not shown["is_late"] and not shown["objection"]
    at_field = error and not shown["is_late"] and not shown["objection"]
    return render(
        request,
        "desk/move.html",
        shown | {"wrong": _field_of(name, wish, shown["cautions"]) if at_field else ""},
        status=status,
    )


def _field_of(name: str, wish: dict[str, str], cautions: object) -> str:
    """Name the field of the page at which a refusal is to be mended, "" when there is none."""
    if name != "approve":
        return "remark" if lifecycle.MOVES[name].needs_remark else ""
    if wish["contract_seen"] not in Approval.Seen.values:
        return "seen"
    return "reason" if cautions else ""


@require_POST
def retry(request: MemberRequest, pk: uuid.UUID, job: int) -> HttpResponse:
    """再開: give a dead promise of the own branch another life."""
    line = get_object_or_404(_lines(request), pk=pk)
    dead = get_object_or_404(revival.open_jobs(line), pk=job)
    if lifecycle.side_of(request.user, line) != "branch":
        raise Http404
    try:
        revival.retry(dead, line, by=request.user)
        messages.success(request, "処理を再開しました。")
    except NotDead as refusal:
        messages.info(request, str(refusal))
    return redirect("admin:review", pk=pk)
