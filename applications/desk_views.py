"""The branch's desk inside the admin site: the queue, the review sheet, the moves. The door stands in netdesk.admin."""

import uuid
from typing import NamedTuple

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest
from applications import checks, lifecycle, paper_views, revival, summary, wording
from applications import review as sheet
from applications.models import Approval, Line
from netdesk import hours
from outbox.models import Job
from outbox.revival import NotDead

PER_PAGE = 25
TARGET_HOURS = 2
S = Line.Status
FACETS = {
    "open": ("対応が要るもの", Q(status__in=[S.SUBMITTED, S.RECEIVED, S.UNDER_REVIEW])),
    "new": ("新着（送信済）", Q(status=S.SUBMITTED)),
    "received": ("受付済", Q(status=S.RECEIVED)),
    "review": ("審査中", Q(status=S.UNDER_REVIEW)),
    "returned": ("差戻し中", Q(status=S.RETURNED)),
    "issuing": ("発行手続中", Q(status=S.APPROVED, issue__issued_at=None)),
    "done": (
        "終わったもの",
        Q(status__in=[S.DECLINED, S.WITHDRAWN]) | Q(status=S.APPROVED, issue__issued_at__isnull=False),
    ),
}


def _lines(request: MemberRequest) -> QuerySet[Line]:
    related = "application__contractor", "issuer__rule", "branch", "issue__guarantee", "reviewed_by"
    return Line.objects.visible_to(request.user).select_related(*related)


class QueueRow(NamedTuple):
    """One line in the queue with what the eye looks for first."""

    line: Line
    wording: wording.Wording
    waited: str
    is_late: bool
    marks: list[str]


@require_safe
def queue(request: MemberRequest) -> HttpResponse:
    """受付キュー of the own branch (the head office sees all), the longest waiting first, a page at a time."""
    facet = request.GET.get("show", "open")
    if facet not in FACETS:
        facet = "open"
    visible = Line.objects.visible_to(request.user)
    counts = visible.aggregate(
        **{name: Count("pk", filter=condition) for name, (_, condition) in FACETS.items() if name != "done"}
    )
    newest_first = facet == "done"
    found = (
        _lines(request)
        .filter(FACETS[facet][1])
        .order_by("-sent_at" if newest_first else "sent_at", "-id" if newest_first else "id")
    )
    start = _page(request.GET.get("page", ""))
    page = list(found[start : start + PER_PAGE + 1])
    shown = {
        "rows": [_row(line) for line in page[:PER_PAGE]],
        "facet": facet,
        "title": FACETS[facet][0],
        "facets": [(name, label, counts.get(name)) for name, (label, _) in FACETS.items()],
        "older": f"?show={facet}&page={start // PER_PAGE + 2}" if len(page) > PER_PAGE else "",
        "newer": f"?show={facet}&page={start // PER_PAGE}" if start else "",
        "is_head": request.user.is_head,
    }
    return render(request, "desk/queue.html", shown)


def _page(typed: str) -> int:
    """Read a page number from 1 to 400 as the number of rows before it."""
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1
    return (min(max(number, 1), 400) - 1) * PER_PAGE


def _row(line: Line) -> QueueRow:
    waited = hours.between(line.sent_at or timezone.now(), timezone.now())
    marks = ["再送信"] if line.revision > 1 else []
    marks += [caution.title for caution in checks.limits(line)]
    return QueueRow(
        line, wording.status_of(line), hours.words(waited), waited.total_seconds() > TARGET_HOURS * 3600, marks
    )


@require_safe
def review(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """審査: everything about one line on one sheet, and the moves that are open."""
    line = get_object_or_404(_lines(request), pk=pk)
    return render(request, "desk/review.html", _sheet(request, line))


def _sheet(request: MemberRequest, line: Line) -> dict[str, object]:
    found = sheet.points(line)
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
        "contract_rows": summary.contract(line),
        "product_rows": summary.product(line),
        "destination_rows": summary.destination(line, summary.receipt_of([line], line.application.receipt)),
        "contact_rows": summary.contact_of(line.application),
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
