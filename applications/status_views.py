"""手続状況: where each line stands, its detail, and taking it back."""

import datetime
import uuid
from typing import NamedTuple

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, contractor_only
from applications import lifecycle, summary, wording
from applications.models import Line
from audit import trail
from audit.models import Entry

PER_PAGE = 25


def _lines(request: MemberRequest) -> QuerySet[Line]:
    return Line.objects.visible_to(request.user).select_related("application", "issuer", "branch", "issue__guarantee")


@contractor_only
@require_safe
def status(request: MemberRequest) -> HttpResponse:
    """The company's lines, newest first, a page at a time; `after` names the last line of the page before."""
    found = _lines(request).order_by("-sent_at", "-id")
    after = request.GET.get("after", "")
    last = found.filter(pk=after).first() if _is_uuid(after) else None
    if last:
        found = found.filter(Q(sent_at__lt=last.sent_at) | Q(sent_at=last.sent_at, pk__lt=last.pk))
    page = list(found[: PER_PAGE + 1])
    older = page[PER_PAGE - 1].pk if len(page) > PER_PAGE else None
    rows = [(line, wording.status_of(line)) for line in page[:PER_PAGE]]
    return render(
        request,
        "applications/status.html",
        {"rows": rows, "older_text": str(older) if older else "", "older": older, "is_first": last is None},
    )


def _is_uuid(text: str) -> bool:
    try:
        return bool(uuid.UUID(text))
    except ValueError:
        return False


class Step(NamedTuple):
    """One mark on the time line 進み具合. state: done, now or yet. `day` stands in for a moment that nobody noted."""

    title: str
    state: str
    at: object = None
    who: str = ""
    day: datetime.date | None = None


_TITLES = {
    "line.submitted": "送信",
    "line.received": "受付",
    "line.under_review": "審査",
    "line.returned": "差戻し（要修正）",
    "line.approved": "承認",
    "line.declined": "お引受不可",
    "line.withdrawn": "取下げ",
    "guarantee.issued": "発行",
    "paper.handed_over": "証書の引渡し",
}
# What is still to come of a paper certificate, by 保証証書受取; and what came, by HandOver.how.
_LEAVES = {"post": "証書の郵送", "visit": "窓口でのお渡し"}
_AHEAD = {
    "submitted": ["受付", "審査", "承認", "発行"],
    "received": ["審査", "承認", "発行"],
    "under_review": ["承認", "発行"],
    "returned": ["再送信", "審査", "承認", "発行"],
    "awaiting_premium": ["発行"],
    "approved": ["発行"],
}


def steps(line: Line) -> list[Step]:
    """The line's way so far and ahead. Branch people appear as their branch, the company's own by name."""
    subjects = [line, line.issue.guarantee] if line.issue else [line]
    past = [entry for entry in reversed(trail.of(*subjects)[:50]) if entry.action in _TITLES]
    ours = {person.pk for person in line.application.contractor.people.all()}
    made = [_made(entry, entry.actor_name if entry.actor_id in ours else line.branch.name) for entry in past]
    finished = line.status == Line.Status.APPROVED and line.issue is not None and line.issue.issued_at is not None
    ahead = [] if finished else _AHEAD.get(line.status, [])
    if ahead != [] and not line.is_electronic or finished and _is_to_leave(line, past):
        ahead = [*ahead, _LEAVES.get(line.application.receipt, "証書の引渡し")]
    if made and not finished:
        made[-1] = made[-1]._replace(state="now")
    return made + [Step(title, "yet") for title in ahead]


def _made(entry: Entry, who: str) -> Step:
    """Mark what an entry tells of; a certificate left on the day that was noted, not when somebody noted it."""
    if entry.action != "paper.handed_over":
        return Step(_TITLES[entry.action], "done", entry.at, who)
    day = datetime.date.fromisoformat(entry.data["on"])
    return Step(_LEAVES[entry.data["how"]], "done", entry.at, who, day)


def _is_to_leave(line: Line, past: list[Entry]) -> bool:
    return not line.is_electronic and all(entry.action != "paper.handed_over" for entry in past)


@contractor_only
@require_safe
def line(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """手続の詳細 of one line: what to do next, what was asked for, what was said, how far it is."""
    found = get_object_or_404(_lines(request), pk=pk)
    shown = {
        "line": found,
        "wording": wording.status_of(found),
        "issued_as": wording.issued_as(found),
        "paper": wording.of_paper(found),
        "steps": steps(found),
        "branch": found.branch,
        "contract_rows": summary.contract(found),
        "product_rows": summary.product(found),
        "contact_rows": summary.contact_of(found.application),
        "destination_rows": summary.destination(found, summary.receipt_of([found], found.application.receipt)),
        "sisters": [
            (one, wording.status_of(one))
            for one in _lines(request).filter(application=found.application_id).exclude(pk=pk)
        ],
        "moves": lifecycle.open_to(request.user, found),
        "copies": list(found.application.copies.all()),
    }
    return render(request, "applications/line.html", shown)


@contractor_only
def withdraw(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """取下げ: a page that says what will happen and asks for the reason; a POST does it."""
    found = get_object_or_404(_lines(request), pk=pk)
    error, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            lifecycle.move(found, "withdraw", by=request.user, remark=reason)
        except lifecycle.NotAllowed as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"{found.application.number}（{found.get_product_display()}）を取り下げました。")
            return redirect("applications:line", pk=pk)
    can = "withdraw" in lifecycle.open_to(request.user, found)
    shown = {
        "line": found,
        "error": error,
        "reason": reason,
        "can": can,
        "wording": wording.status_of(found),
        "branch": found.branch,
    }
    return render(request, "applications/withdraw.html", shown, status=200 if can or not error else 409)
