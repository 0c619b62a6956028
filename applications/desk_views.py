"""The branch's desk inside the admin site: the queue, the review sheet, the moves. The door stands in netdesk.admin."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest
from applications import (
    attachments,
    comparing,
    costs,
    finding,
    holding,
    lifecycle,
    memos,
    paper_views,
    phrases,
    revival,
    talk,
    wording,
)
from applications import queue as work
from applications import review as sheet
from applications.models import Approval, Line, Message, Phrase, Remittance
from guarantees import papers
from guarantees.models import Document
from netdesk import filters, hours, paging
from outbox.models import Job
from outbox.revival import NotDead


def _lines(request: MemberRequest) -> QuerySet[Line]:
    related = (
        "application__contractor",
        "issuer__rule",
        "branch",
        "issue__guarantee",
        "reviewed_by",
        "held_by",
        "premium",
    )
    return Line.objects.visible_to(request.user).select_related(*related)


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
    line = get_object_or_404(_lines(request), pk=pk)
    return render(request, "desk/review.html", _sheet(request, line))


@require_POST
def hold(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """担当する・担当を替える, from the sheet or from a row of the queue, to which it leads back."""
    line = _ours(request, pk)
    try:
        holding.take(line, by=request.user, instead_of=request.POST.get("instead_of", ""))
        messages.success(request, f"{line}の担当になりました。")
    except holding.NotHeld as refusal:
        messages.warning(request, str(refusal))
    if "show" not in request.POST:
        return redirect("admin:review", pk=pk)
    place = {name: request.POST.get(name, "") for name in ("show", "after")}
    return redirect(f"{reverse('admin:queue')}?{urlencode(place)}")


@require_POST
def let_go(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """担当を外れる: leave a line of one's own to whoever takes it next."""
    line = _ours(request, pk)
    try:
        holding.give_back(line, by=request.user)
        messages.success(request, f"{line}の担当を外れました。")
    except holding.NotHeld as refusal:
        messages.warning(request, str(refusal))
    return redirect("admin:review", pk=pk)


@require_POST
def settle(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """対応済みにする: what the customer said needs no more answer."""
    line = get_object_or_404(_lines(request), pk=pk)
    try:
        talk.settle(line, by=request.user)
    except talk.Unsaid:
        raise Http404 from None
    messages.success(request, "お客様からの連絡を、対応済みにしました。")
    return redirect("admin:review", pk=pk)


@require_POST
def say(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """お客様への連絡: say something to the customer about a line of the own branch, or only put a phrase into the text."""
    line = _ours(request, pk)
    typed = {"typed": request.POST.get("text", ""), "memo": request.POST.get("memo", "")}
    if request.POST.get("act") == "insert":
        text, offer = phrases.insert(
            typed["typed"], request.POST.get("phrase", ""), phrases.offered(Phrase.Purpose.TALK)
        )
        return _written(request, line, typed | {"typed": text, "offer": offer})
    try:
        talk.say(line, typed["typed"], by=request.user)
    except talk.Unsaid as fault:
        return _written(request, line, typed | {"error": str(fault)})
    messages.success(request, "お客様へ連絡を送りました。")
    return _written(request, line, typed | {"typed": ""})


@require_POST
def memo(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """社内メモ: note something about a line of the own branch that no customer reads."""
    line = _ours(request, pk)
    typed = {"typed": request.POST.get("text", ""), "memo": request.POST.get("memo", "")}
    try:
        memos.write(line, typed["memo"], by=request.user)
    except memos.NotWritten as fault:
        return _written(request, line, typed | {"memo_error": str(fault)})
    messages.success(request, "社内メモを残しました。")
    return _written(request, line, typed | {"memo": ""})


def _ours(request: MemberRequest, pk: uuid.UUID) -> Line:
    """Find a line of the person's own branch; nobody else does anything with it."""
    line = get_object_or_404(_lines(request), pk=pk)
    if lifecycle.side_of(request.user, line) != "branch":
        raise Http404
    return line


def _written(request: MemberRequest, line: Line, kept: Mapping[str, object]) -> HttpResponse:
    """Lead back to the sheet, or show it at once where something typed or something wrong is still to be seen on it."""
    if not any(kept.values()):
        return redirect("admin:review", pk=line.pk)
    return render(request, "desk/review.html", {**_sheet(request, line), **kept})


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
        "cost": costs.of_line(line),
        "statement": line.issue and papers.latest(line.issue.guarantee, Document.Kind.STATEMENT),
        "remittance": Remittance.objects.filter(line=line).select_related("by").first() if line.premium_id else None,
        "files": list(attachments.of(line.application)),
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


def move(request: MemberRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """Say what a move will do and ask for what it needs; a POST makes it. 受付 and 審査開始 need nothing and go at once."""
    line = _ours(request, pk)
    if name not in lifecycle.MOVES or lifecycle.MOVES[name].side != "branch":
        raise Http404
    wish = {field: request.POST.get(field, "") for field in ("remark", "contract_seen", "reason", "revision")}
    if request.method != "POST":
        return _move_page(request, line, name, wish | {"revision": str(line.revision)})
    if request.POST.get("act") == "insert":
        wish["remark"], offer = phrases.insert(wish["remark"], request.POST.get("phrase", ""), phrases.offered(name))
        return _move_page(request, line, name, wish, offer=offer)
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
    request: MemberRequest,
    line: Line,
    name: str,
    wish: dict[str, str],
    *,
    error: str = "",
    status: int = 200,
    offer: phrases.Offer | None = None,
) -> HttpResponse:
    shown = _sheet(request, line) | {
        "name": name,
        "move": lifecycle.MOVES[name],
        "wish": wish,
        "error": error,
        "seen": Approval.Seen.choices,
        "objection": lifecycle.objection(request.user, line) if name == "approve" else "",
        "is_late": status == 409,
        "offer": offer or phrases.offered(name),
    }
    shown["can"] = name in lifecycle.open_to(request.user, line) and not shown["is_late"] and not shown["objection"]
    at_field = error and not shown["is_late"] and not shown["objection"]
    wrong = _field_of(name, wish, shown["cautions"]) if at_field else ""
    shown |= {"wrong": wrong, "anchor": f"{wrong}_0" if wrong == "seen" else wrong}
    return render(request, "desk/move.html", shown, status=status)


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
    line = _ours(request, pk)
    dead = get_object_or_404(revival.open_jobs(line), pk=job)
    try:
        revival.retry(dead, line, by=request.user)
        messages.success(request, "処理を再開しました。")
    except NotDead as refusal:
        messages.info(request, str(refusal))
    return redirect("admin:review", pk=pk)
