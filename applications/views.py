"""申込の作成, 申込確認 and 送信完了: what a contractor fills in, looks over and sends."""

import datetime
import logging
import uuid

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, company, contractor_only
from applications import addressbook, checks, drafts, searches, sending, summary, terms, wording
from applications.forms import ApplicationForm
from applications.models import Application, Line
from issuers.models import Issuer
from netdesk import refusals

log = logging.getLogger(__name__)


@contractor_only
@require_safe
def new(request: MemberRequest) -> HttpResponse:
    """An empty form with an id of its own; nothing is stored before it is saved."""
    form = ApplicationForm(contractor=company(request), initial=drafts.first_typing(company(request), by=request.user))
    return _page(request, form, pk=uuid.uuid4(), version=0)


@contractor_only
def edit(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The form of a draft or a returned application; a POST saves, searches or goes on to 申込確認."""
    if request.method == "POST":
        return _posted(request, pk)
    if drafts.is_unknown(pk):
        messages.info(request, "この申込は、まだ保存されていません。お手数ですが、もう一度入力してください。")
        return redirect("applications:new")
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if not drafts.is_open(application):
        return redirect("applications:sent", pk=pk)
    query = request.GET.dict()
    typed = terms.held(application) | drafts.picked(query) | addressbook.picked(query, by=request.user)
    form = ApplicationForm(
        typed if "check" in request.GET else None,
        contractor=application.contractor,
        initial=typed,
        locked=drafts.locked(application) if "check" in request.GET else (),
        kept=terms.held(application),
    )
    return _page(request, form, pk=pk, version=application.version, application=application)


def _posted(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    application = Application.objects.visible_to(request.user).filter(pk=pk).first()
    version, act, typed = _read(request)
    if application and not drafts.is_open(application):
        return refusals.page(request, 409)
    try:
        if act == "check":
            return _checked(request, pk, application, version, typed)
        drafts.save(pk, typed, by=request.user, version=version)
    except drafts.Stale:
        return _conflict(request, pk, typed)
    except drafts.TooLong as fault:
        return _too_long(request, pk, application, version, typed, fault.fields)
    except Application.DoesNotExist:
        raise Http404 from None
    if act in searches.BUTTONS:
        return redirect(searches.page(act, pk))
    messages.success(request, f"下書きを保存しました（{timezone.localtime():%H:%M}）")
    return redirect("applications:edit", pk=pk)


def _read(request: MemberRequest) -> tuple[int, str, dict[str, str]]:
    """Read a posted form; a field sent twice or an unknown button is a 400, fields we do not know are ignored and logged."""
    twice = [name for name, values in request.POST.lists() if len(values) > 1]
    version, act = request.POST.get("version", "0"), request.POST.get("act", "check")
    if (
        twice
        or not (version.isascii() and version.isdigit() and len(version) < 9)
        or act not in {"save", "check", *searches.BUTTONS}
    ):
        raise BadRequest("unreadable form")
    unknown = request.POST.keys() - ApplicationForm.base_fields.keys() - {"csrfmiddlewaretoken", "version", "act"}
    if unknown:
        log.warning("fields we do not know were posted by user %s: %s", request.user.pk, sorted(unknown)[:20])
    return int(version), act, drafts.typed_from(request.POST)


def _checked(
    request: MemberRequest, pk: uuid.UUID, application: Application | None, version: int, typed: dict[str, str]
) -> HttpResponse:
    """Go on to 申込確認 when everything is right; otherwise show the form again and store nothing."""
    form = _bound(request, application, typed)
    if not form.is_valid():
        return _page(request, form, pk=pk, version=version, application=application)
    drafts.save(pk, typed, by=request.user, version=version)
    return redirect("applications:confirm", pk=pk)


def _bound(request: MemberRequest, application: Application | None, typed: dict[str, str]) -> ApplicationForm:
    shut = drafts.locked(application) if application else frozenset()
    kept = terms.held(application) if application else {}
    return ApplicationForm(typed, contractor=company(request), locked=shut, kept=kept)


def _too_long(
    request: MemberRequest,
    pk: uuid.UUID,
    application: Application | None,
    version: int,
    typed: dict[str, str],
    fields: list[str],
) -> HttpResponse:
    """Show the form again with all that was typed, and say at each field how much a draft keeps; nothing is stored."""
    form = _bound(request, application, typed)
    most = f"下書きに保存できるのは{drafts.LONGEST_TYPED}文字までです"
    form.say_only(
        {name: f"{form[name].label}が長すぎます。{most}（いまの入力：{len(typed[name])}文字）" for name in fields}
    )
    return _page(request, form, pk=pk, version=version, application=application)


def _conflict(request: MemberRequest, pk: uuid.UUID, typed: dict[str, str]) -> HttpResponse:
    """409: saved elsewhere meanwhile. What was typed stands in the form; saving it again is now a decision."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if not drafts.is_open(application):
        return refusals.page(request, 409)
    form = ApplicationForm(contractor=application.contractor, initial=typed)
    page = _page(request, form, pk=pk, version=application.version, application=application, conflict=True)
    page.status_code = 409
    return page


def _page(
    request: MemberRequest,
    form: ApplicationForm,
    *,
    pk: uuid.UUID,
    version: int,
    application: Application | None = None,
    conflict: bool = False,
) -> HttpResponse:
    sent = application is not None and application.sent_at is not None
    found = Line.objects.filter(application=application) if sent else Line.objects.none()
    lines = {line.product: line for line in found.select_related("issuer", "branch", "issue__guarantee")}
    any_line = next(iter(lines.values()), None)
    shown = {
        "form": form,
        "pk": pk,
        "version": version,
        "application": application,
        "conflict": conflict,
        "sent": sent,
        "lines": lines,
        "open": drafts.open_sections(application) if sent else drafts.open_sections(None),
        "states": form.section_states() if form.is_bound else {},
        "contract_rows": summary.contract(any_line) if any_line else [],
        "rows": {product: summary.product(line) for product, line in lines.items()},
        "remarks": [line for line in lines.values() if line.status == line.Status.RETURNED],
        "branch": any_line.branch if any_line else company(request).branch,
        "title": "申込の修正" if sent else "申込の作成（新規）",
        "acceptance": _acceptance(form.issuer_chosen),
    }
    return render(request, "applications/form.html", shown)


@contractor_only
@require_safe
def issuer_note(request: MemberRequest) -> HttpResponse:
    """The part of the form that follows from the body chosen: its contracting authorities and whether it takes 電子保証."""
    typed = {"issuer": request.GET.get("issuer", ""), "issuer_name": request.GET.get("issuer_name", "")}
    form = ApplicationForm(contractor=company(request), initial=typed)
    return render(
        request, "applications/form/authority.html", {"form": form, "acceptance": _acceptance(form.issuer_chosen)}
    )


def _acceptance(issuer: Issuer | None) -> str:
    if issuer is None:
        return "発注者を選ぶと、契約権者と電子保証への対応を表示します。"
    accepted = sorted(
        {f"{one.get_product_display()}（{one.get_work_kind_display()}）" for one in issuer.acceptances.all()}
    )
    if not accepted:
        return f"発注者コード {issuer.code}／電子保証に対応していません。証書（紙）を選択してください。"
    since = min(one.starts_on for one in issuer.acceptances.all())
    return f"発注者コード {issuer.code}／電子保証に対応しています（{since.year}年{since.month}月{since.day}日から：{'、'.join(accepted)}）"


@contractor_only
def confirm(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """申込確認: what will be sent, what to look at twice, the consent; a POST sends it, once."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return (
            _confirm_page(request, application) if drafts.is_open(application) else redirect("applications:sent", pk=pk)
        )
    wish = {name: request.POST.get(name, "") for name in ("token", "agree", "caution_reason")}
    try:
        sending.send(
            application,
            by=request.user,
            token=wish["token"],
            consent=wish["agree"] == "1",
            reason=wish["caution_reason"],
        )
    except sending.Refused as refusal:
        if refusal.status == 422:
            return _confirm_page(request, application, error=str(refusal), typed=wish)
        return render(
            request,
            "applications/refused.html",
            {"refusal": refusal, "application": application},
            status=refusal.status,
        )
    return redirect("applications:sent", pk=pk)


def _confirm_page(
    request: MemberRequest, application: Application, *, error: str = "", typed: dict[str, str] | None = None
) -> HttpResponse:
    try:
        form, lines = terms.asked(application)
    except terms.Incomplete:
        return redirect(f"{reverse('applications:edit', args=[application.pk])}?check=1")
    contact = terms.contact(form.cleaned_data)
    shown = {
        "application": application,
        "lines": lines,
        "first": lines[0],
        "error": error,
        "typed": typed or {"caution_reason": application.caution_reason},
        "cautions": [caution for line in lines for caution in checks.cautions(line, application_id=application.pk)],
        "contract_rows": summary.contract(lines[0]),
        "products": [(line, summary.product(line), summary.ratio(line)) for line in lines],
        "destination_rows": summary.destination(
            next((line for line in lines if line.is_electronic), lines[0]),
            summary.receipt_of(lines, contact["receipt"]),
        ),
        "contact_rows": summary.contact(contact),
        "token": sending.token_for(application, lines, by=request.user),
        "open": drafts.open_sections(application),
        "branch": lines[0].branch,
        "edition": datetime.date.fromisoformat(lines[0].conditions),
    }
    return render(request, "applications/confirm.html", shown)


@contractor_only
@require_safe
def sent(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """送信完了: the number, what happens next, whom to ask. Safe to reload."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk, sent_at__isnull=False)
    lines = list(application.lines.select_related("branch", "issuer", "issue").order_by("product"))
    shown = {
        "application": application,
        "rows": [(line, wording.status_of(line)) for line in lines],
        "first": lines[0],
        "branch": lines[0].branch,
        "electronic": next((line for line in lines if line.is_electronic), None),
        "receipt": summary.receipt_of(lines, application.receipt),
        "sent_at": max(line.sent_at or timezone.now() for line in lines),
    }
    return render(request, "applications/sent.html", shown)


@contractor_only
@require_safe
def drafts_list(request: MemberRequest) -> HttpResponse:
    """下書き: what is not sent yet, newest first."""
    mine = (
        Application.objects.visible_to(request.user).drafts().select_related("changed_by").order_by("-changed_at")[:100]
    )
    return render(request, "applications/drafts.html", {"drafts": mine})


@contractor_only
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
