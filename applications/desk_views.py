"""The branch's desk inside the admin site: the queue, the review sheet, the moves. The door stands in netdesk.admin."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest
from applications import desk_sheet_views, finding, lifecycle, phrases, revival, wording
from applications import queue as work
from applications.models import Approval, Line
from netdesk import filters, paging
from outbox.revival import NotDead


@require_safe
def queue(request: MemberRequest) -> HttpResponse:
    """受付キュー of the own branch (the head office sees all), the longest waiting first, a page at a time."""
    facets = work.facets(request.user)
    names = [facet.name for facet in facets]
    facet = request.GET.get("show", "open")
    facet = facet if facet in names else "open"
    after = request.GET.get("after", "")
    page = work.page(request.user, facet, after=after)
    shown = {
        "rows": work.rows(page.rows, request.user),
        "facet": facet,
        "title": work.FACETS[facet][0],
        "facets": [one for one in facets if one.name not in work.HOLDERS],
        "holders": [one for one in facets if one.name in work.HOLDERS],
        "after": "" if page.is_first else after,
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
    line = get_object_or_404(desk_sheet_views.lines(request), pk=pk)
    return render(request, "desk/review.html", desk_sheet_views.of(request, line))


def move(request: MemberRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """Say what a move will do and ask for what it needs; a POST makes it. 受付 and 審査開始 need nothing and go at once.

    Who comes too late finds what was typed again: in the form while the move is still open, else to be copied.
    """
    line = desk_sheet_views.ours(request, pk)
    if name not in lifecycle.MOVES or lifecycle.MOVES[name].side != "branch":
        raise Http404
    wish = {field: request.POST.get(field, "") for field in ("remark", "contract_seen", "reason", "revision")}
    if request.method != "POST":
        return _move_page(request, line, name, wish | {"revision": str(line.revision)})
    if request.POST.get("act") == "insert":
        wish["remark"], offer = phrases.insert(wish["remark"], request.POST.get("phrase", ""), phrases.offered(name))
        return _move_page(request, line, name, wish, offer=offer)
    revision = _whole(wish["revision"])
    try:
        if name == "approve":
            lifecycle.approve(
                line, by=request.user, revision=revision, contract_seen=wish["contract_seen"], reason=wish["reason"]
            )
        else:
            lifecycle.move(line, name, by=request.user, remark=wish["remark"], revision=revision)
    except lifecycle.TooLate as refusal:
        line = desk_sheet_views.ours(request, pk)  # as it stands now: what was typed may be sent anew for that
        wish |= {"revision": str(line.revision), "contract_seen": ""}
        return _move_page(request, line, name, wish, error=str(refusal), status=409)
    except lifecycle.NotAllowed as refusal:
        return _move_page(request, line, name, wish, error=str(refusal))
    line.refresh_from_db()
    messages.success(request, f"{line}を「{wording.status_of(line).words}」にしました。")
    return redirect("admin:review", pk=pk)


def _move_page(
    request: MemberRequest,
    line: Line,
    name: str,
    wish: dict[str, str],
    *,
    error: str = "",
    status: int = 200,
    offer: phrases.Offer | None = None,
) -> HttpResponse:
    shown = desk_sheet_views.of(request, line) | {
        "name": name,
        "move": lifecycle.MOVES[name],
        "wish": wish,
        "error": error,
        "seen": Approval.Seen.choices,
        "objection": lifecycle.objection(request.user, line) if name == "approve" else "",
        "is_late": status == 409,
        "offer": offer or phrases.offered(name),
    }
    shown["can"] = name in lifecycle.open_to(request.user, line) and not shown["objection"]
    at_field = error and not shown["is_late"] and not shown["objection"]
    wrong = _field_of(name, wish, shown["cautions"]) if at_field else ""
    shown |= {"wrong": wrong, "anchor": f"{wrong}_0" if wrong == "seen" else wrong}
    return render(request, "desk/move.html", shown, status=status)


def _whole(typed: str) -> int:
    """Read a revision; 0, which no line has, for anything that is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


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
    line = desk_sheet_views.ours(request, pk)
    dead = get_object_or_404(revival.open_jobs(line), pk=job)
    try:
        revival.retry(dead, line, by=request.user)
        messages.success(request, "処理を再開しました。")
    except NotDead as refusal:
        messages.info(request, str(refusal))
    return redirect("admin:review", pk=pk)
