"""下書き: the list, taking one away, and beginning a new one from what was typed before."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, applicant_only, company
from applications import again, drafts, following
from applications.models import Application, Line
from guarantees.models import Purpose
from netdesk import paging


@applicant_only
@require_safe
def drafts_list(request: MemberRequest) -> HttpResponse:
    """下書き: what is not sent yet, newest first, a page at a time; `after` names the last draft of the page before."""
    mine = Application.objects.visible_to(request.user).drafts().select_related("changed_by", "about")
    page = paging.page(mine, "-changed_at", "-id", after=request.GET.get("after", ""))
    shown = {"page": page, "count": paging.count(mine), "most": drafts.MOST}
    return render(request, "applications/drafts.html", shown)


@applicant_only
def discard(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """削除: a page that names the draft and asks; a POST deletes it."""
    application = get_object_or_404(Application.objects.visible_to(request.user).drafts(), pk=pk)
    if request.method != "POST":
        return render(request, "applications/discard.html", {"draft": application})
    try:
        drafts.discard(application, by=request.user)
    except Application.DoesNotExist:
        raise Http404 from None  # sent or discarded in this moment
    messages.success(request, "下書きを削除しました。")
    return redirect("applications:drafts")


@require_POST
@applicant_only
def again_like(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """同じ内容で別の申込を作成: a draft with everything that was typed in this application."""
    source = get_object_or_404(Application.objects.visible_to(request.user), pk=pk, purpose=Purpose.NEW)
    return _begun(request, source, whole=True)


@require_POST
@applicant_only
def again_last(request: MemberRequest) -> HttpResponse:
    """前回の内容をもとに作成: a draft with what the application sent last has in common with the next one."""
    source = again.last(company(request))
    if source is None:
        messages.info(request, "送信した申込がまだないため、新しい申込から始めます。")
        return redirect("applications:new")
    return _begun(request, source, whole=False)


@require_POST
@applicant_only
def follow(request: MemberRequest, pk: uuid.UUID, asks: str) -> HttpResponse:
    """翌年度の前払金保証・中間前払金保証・契約保証を申し込む: a draft that goes on from the guarantee of a line."""
    lines = Line.objects.visible_to(request.user).select_related("issue__guarantee__follows")
    line = get_object_or_404(lines, pk=pk, issue__isnull=False)
    assert line.issue is not None
    try:
        draft, is_new = following.begin(line.issue.guarantee, asks, by=request.user)
    except drafts.Full as refusal:
        messages.warning(request, str(refusal))
        return redirect("applications:drafts")
    except following.Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("applications:line", pk=pk)
    told = (
        "もとの保証の内容を引き継いで、下書きを作成しました。"
        if is_new
        else "書きかけの下書きがあります。続きから入力してください。"
    )
    messages.success(request, told)
    return redirect("applications:edit", pk=draft.pk)


def _begun(request: MemberRequest, source: Application, *, whole: bool) -> HttpResponse:
    try:
        draft = again.begin(source, by=request.user, whole=whole)
    except drafts.Full as refusal:
        messages.warning(request, str(refusal))
        return redirect("applications:drafts")
    told = (
        "同じ内容で、新しい下書きを作成しました。変わるところを直してください。"
        if whole
        else "前回の内容をもとに、新しい下書きを作成しました。契約ごとに異なる項目（工事番号・名称・金額・日付など）を入力してください。"
    )
    messages.success(request, told)
    return redirect("applications:edit", pk=draft.pk)
