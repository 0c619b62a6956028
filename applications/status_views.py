"""手続状況: where each line stands, its detail, what is said about it, and taking it back."""

import datetime
import uuid
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import MemberRequest, applicant_only, contractor_only
from applications import attachments, costs, following, lifecycle, listing, summary, talk, traces, wording, years
from applications.models import Line, Message
from audit.models import Entry
from guarantees import clock, papers, viewing
from guarantees.models import Document, Version
from netdesk import paging, tables


def _lines(request: MemberRequest) -> QuerySet[Line]:
    return Line.objects.visible_to(request.user).select_related(
        "application", "issuer", "branch", "issue__guarantee", "premium", "about"
    )


@contractor_only
@require_safe
def status(request: MemberRequest) -> HttpResponse:
    """The company's lines as far as the filters leave them, a page at a time; `after` names the last one of the page before."""
    asked = listing.StatusFilters(request.GET)
    found = listing.rows(request.user, asked)
    page = paging.page(found, *asked.order, after=request.GET.get("after", ""))
    shown = {
        "filters": asked,
        "rows": [(line, wording.status_of(line)) for line in page.rows],
        "count": paging.count(found) if page.rows else "0件",
        "order": asked.words("sort"),
        "is_first": page.is_first,
        "newer": "" if page.is_first else asked.address() or reverse("applications:status"),
        "older": asked.address(after=page.older) if page.older else "",
        "file": reverse("applications:status_csv") + asked.address(),
    }
    return render(request, "applications/status.html", shown)


@contractor_only
@require_safe
def status_csv(request: MemberRequest) -> HttpResponseBase:
    """The same lines as a file; a filter that cannot be read is refused, or the file would hold what nobody asked for."""
    asked = listing.StatusFilters(request.GET)
    if not asked.is_valid():
        raise BadRequest("unreadable filter")
    found = listing.rows(request.user, asked).order_by(*asked.order)
    return tables.csv_response("netdesk-status", listing.HEADER, listing.cells(found.iterator(chunk_size=500)))


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
    "line.paid": "保証料のお支払い",
    "line.declined": "お引受不可",
    "line.withdrawn": "取下げ",
    "guarantee.issued": "発行",
    "guarantee.changed": "変更後の保証の発行",
    "guarantee.cancelled": "解約",
    "premium.refunded": "保証料の返還",
    "paper.handed_over": "証書の引渡し",
}
# What is still to come of a paper certificate, by 保証証書受取; and what came, by HandOver.how.
_LEAVES = {"post": "証書の郵送", "visit": "窓口でのお渡し"}
_AHEAD = {
    "submitted": ["受付", "審査", "承認", "発行"],
    "received": ["審査", "承認", "発行"],
    "under_review": ["承認", "発行"],
    "returned": ["再送信", "審査", "承認", "発行"],
    "awaiting_premium": ["保証料のお支払い", "発行"],
    "approved": ["発行"],
}


def steps(line: Line) -> list[Step]:
    """The line's way so far and ahead. Branch people appear as their branch, the company's own by name."""
    past = list(reversed(traces.of(line, _TITLES, most=50)))
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
    talk.opened(found, by=request.user)
    return _detail(request, found)


def _detail(request: MemberRequest, found: Line, *, typed: str = "", error: str = "") -> HttpResponse:
    shown = {
        "line": found,
        "wording": wording.status_of(found),
        "issued_as": wording.issued_as(found),
        "paper": wording.of_paper(found),
        "steps": steps(found),
        "talk": talk.conversation(found, reader=request.user, whole="talk" in request.GET),
        "typed": typed,
        "error": error,
        "longest": talk.LONGEST[Message.Side.CONTRACTOR],
        "ended_on": viewing.ended_on(found.issue.guarantee, clock.today()) if found.issue else None,
        "certificate": papers.latest(found.issue, Document.Kind.CERTIFICATE) if found.issue else None,
        "notice": papers.latest(found.issue, Document.Kind.NOTICE) if found.issue else None,
        "cost": costs.of_line(found) if found.premium else None,
        "branch": found.branch,
        "changed": summary.changes(found),
        "change_rows": summary.change(found),
        "may_change": request.user.may_apply
        and found.issue is not None
        and found.issue.status == Version.Status.ISSUED,
        "contract_rows": summary.contract(found),
        "product_rows": summary.product(found),
        "contact_rows": summary.contact_of(found.application),
        "destination_rows": summary.destination(found, summary.receipt_of([found], found.application.receipt)),
        "sisters": [
            (one, wording.status_of(one))
            for one in _lines(request).filter(application=found.application_id).exclude(pk=found.pk)
        ],
        "moves": lifecycle.open_to(request.user, found),
        "offers": following.offers(found.issue.guarantee) if found.issue else [],
        "years": years.of(found),
        "copies": list(found.application.copies.all()),
        "files": list(attachments.of(found.application)),
        "may_add": request.user.may_apply and attachments.may_add(found.application),
    }
    return render(request, "applications/line.html", shown)


@applicant_only
@require_http_methods(["GET", "HEAD", "POST"])
def say(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """連絡を送る: say something to the branch about a line. A GET, as of a page loaded again, leads to where the form stands."""
    found = get_object_or_404(_lines(request), pk=pk)
    if request.method != "POST":
        return redirect(f"{reverse('applications:line', args=[pk])}#talk")
    text = request.POST.get("text", "")
    try:
        talk.say(found, text, by=request.user)
    except talk.Unsaid as fault:
        return _detail(request, found, typed=text, error=str(fault))
    messages.success(request, f"{found.branch.name}へ連絡を送りました。")
    return redirect("applications:line", pk=pk)


@applicant_only
def withdraw(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """取下げ: a page that says what will happen and asks for the reason; a POST does it."""
    found = get_object_or_404(_lines(request), pk=pk)
    error, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            lifecycle.move(found, "withdraw", by=request.user, remark=reason)
        except lifecycle.NotAllowed as refusal:
            error, found = str(refusal), get_object_or_404(_lines(request), pk=pk)
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
