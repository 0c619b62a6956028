"""What the desk says, notes and takes in hand about a line: small acts that move nothing."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest
from applications import desk_sheet_views, holding, memos, phrases, talk
from applications.models import Line, Phrase


@require_POST
def hold(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """担当する・担当を替える, from the sheet or from a row of the queue, to which it leads back."""
    line = desk_sheet_views.ours(request, pk)
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
    line = desk_sheet_views.ours(request, pk)
    try:
        holding.give_back(line, by=request.user)
        messages.success(request, f"{line}の担当を外れました。")
    except holding.NotHeld as refusal:
        messages.warning(request, str(refusal))
    return redirect("admin:review", pk=pk)


@require_POST
def settle(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """対応済みにする: what the customer said needs no more answer."""
    line = get_object_or_404(desk_sheet_views.lines(request), pk=pk)
    try:
        talk.settle(line, by=request.user)
    except talk.Unsaid:
        raise Http404 from None
    messages.success(request, "お客様からの連絡を、対応済みにしました。")
    return redirect("admin:review", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def say(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """お客様への連絡: say something to the customer about a line of the own branch, or only put a phrase into the text.

    Whoever loads an answer of this address again is led to the sheet, where the form stands.
    """
    line = desk_sheet_views.ours(request, pk)
    if request.method != "POST":
        return redirect(f"{reverse('admin:review', args=[pk])}#talk")
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


@require_http_methods(["GET", "HEAD", "POST"])
def memo(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """社内メモ: note something about a line of the own branch that no customer reads. A GET leads to the sheet."""
    line = desk_sheet_views.ours(request, pk)
    if request.method != "POST":
        return redirect(f"{reverse('admin:review', args=[pk])}#memos")
    typed = {"typed": request.POST.get("text", ""), "memo": request.POST.get("memo", "")}
    try:
        memos.write(line, typed["memo"], by=request.user)
    except memos.NotWritten as fault:
        return _written(request, line, typed | {"memo_error": str(fault)})
    messages.success(request, "社内メモを残しました。")
    return _written(request, line, typed | {"memo": ""})


def _written(request: MemberRequest, line: Line, kept: Mapping[str, object]) -> HttpResponse:
    """Lead back to the sheet, or show it at once where something typed or something wrong is still to be seen on it."""
    if not any(kept.values()):
        return redirect("admin:review", pk=line.pk)
    return render(request, "desk/review.html", {**desk_sheet_views.of(request, line), **kept})
