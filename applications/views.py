"""申込の作成: what a contractor fills in; saved by hand or by itself, and changed by the buttons of its sections."""

import logging
import uuid

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, applicant_only, company, contractor_only
from applications import (
    addressbook,
    again,
    attachments,
    autosave_views,
    change_views,
    clearing,
    costs,
    drafts,
    editing,
    follow_ups,
    following,
    part_views,
    progress,
    searches,
    sections,
    summary,
    terms,
)
from applications.forms import ApplicationForm
from applications.models import Application, Line
from guarantees.models import Purpose
from issuers.kinds import Product

log = logging.getLogger(__name__)
ACTS = {"save", "check", "autosave", "attach", *searches.BUTTONS, *editing.ACTS}


@applicant_only
@require_safe
def new(request: MemberRequest) -> HttpResponse:
    """An empty form with an id of its own; nothing is stored before it is saved."""
    form = ApplicationForm(contractor=company(request), initial=drafts.first_typing(company(request), by=request.user))
    return _page(request, form, pk=uuid.uuid4(), version=0)


@applicant_only
def edit(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The form of a draft or a returned application; a POST saves, edits, searches or goes on to 申込確認."""
    change = Application.objects.visible_to(request.user).exclude(purpose=Purpose.NEW).filter(pk=pk).first()
    if change is not None:
        return change_views.edit(request, change)
    if request.POST.get("purpose", "") in change_views.TITLES and drafts.is_unknown(pk):
        return change_views.gone(request, pk)
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
        follow=follow_ups.of(application),
    )
    return _page(request, form, pk=pk, version=application.version, application=application)


def _posted(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    application = Application.objects.visible_to(request.user).filter(pk=pk).first()
    if application is None and not drafts.is_unknown(pk):
        raise Http404  # another company's
    version, act, typed = _read(request)
    try:
        if act == "autosave":
            return autosave_views.answer(request, pk, version, typed)
        if application and not drafts.is_open(application):
            return _sent_already(request, application)
        if act == "check":
            return _checked(request, pk, application, version, typed)
        if act in editing.ACTS:
            return _edited(request, pk, application, version, act, typed)
        return _saved(request, pk, version, act, typed)
    except drafts.Stale:
        return _conflict(request, pk, typed)
    except drafts.TooLong as fault:
        return _too_long(request, pk, application, version, typed, fault.fields)
    except drafts.Full as refusal:
        messages.warning(request, str(refusal))
        form = ApplicationForm(contractor=company(request), initial=typed)
        return _page(request, form, pk=pk, version=version, status=409)
    except Application.DoesNotExist:
        raise Http404 from None


def _sent_already(request: MemberRequest, application: Application) -> HttpResponse:
    """409: what this window holds was sent from another one meanwhile."""
    return render(request, "applications/sent_already.html", {"application": application}, status=409)


def _saved(request: MemberRequest, pk: uuid.UUID, version: int, act: str, typed: dict[str, str]) -> HttpResponse:
    """Store the draft, and go on to the search, the register or the files whose button was pressed."""
    drafts.save(pk, typed, by=request.user, version=version)
    if act in searches.BUTTONS:
        return redirect(searches.page(act, pk, typed))
    if act == "attach":
        return redirect("applications:attachments", pk=pk)
    messages.success(request, f"下書きを保存しました（{timezone.localtime():%H:%M}）")
    return redirect("applications:edit", pk=pk)


def _read(request: MemberRequest) -> tuple[int, str, dict[str, str]]:
    """Read a posted form; a field sent twice or an unknown button is a 400, fields we do not know are ignored and logged."""
    twice = [name for name, values in request.POST.lists() if len(values) > 1]
    version, act = request.POST.get("version", "0"), request.POST.get("act", "check")
    if twice or not (version.isascii() and version.isdigit() and len(version) < 9) or act not in ACTS:
        raise BadRequest("unreadable form")
    unknown = request.POST.keys() - ApplicationForm.base_fields.keys() - {"csrfmiddlewaretoken", "version", "act"}
    if unknown:
        log.warning(
            "fields we do not know were posted by user %s: %s",
            request.user.pk,
            [name[:60] for name in sorted(unknown)[:20]],
        )
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
    follow = follow_ups.of(application)
    return ApplicationForm(typed, contractor=company(request), locked=shut, kept=kept, follow=follow)


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


def _edited(
    request: MemberRequest,
    pk: uuid.UUID,
    application: Application | None,
    version: int,
    act: str,
    typed: dict[str, str],
) -> HttpResponse:
    """Do what a button of a section says, store the result, and come back to that section."""
    made = editing.carry_out(act, typed, application)
    drafts.save(pk, made.typed, by=request.user, version=version, cleared=made.cleared)
    if made.said:
        (messages.success if made.did else messages.info)(request, made.said)
    return redirect(f"{reverse('applications:edit', args=[pk])}#{made.anchor}")


def _conflict(request: MemberRequest, pk: uuid.UUID, typed: dict[str, str]) -> HttpResponse:
    """409: saved elsewhere meanwhile. What was typed stands in the form; saving it again is now a decision."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if not drafts.is_open(application):
        return _sent_already(request, application)
    given = {name: text for name, text in terms.held(application).items() if name in drafts.locked(application)}
    form = ApplicationForm(contractor=application.contractor, initial=typed | given, follow=follow_ups.of(application))
    return _page(request, form, pk=pk, version=application.version, application=application, conflict=True, status=409)


def _page(
    request: MemberRequest,
    form: ApplicationForm,
    *,
    pk: uuid.UUID,
    version: int,
    application: Application | None = None,
    conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    sent = application is not None and application.sent_at is not None
    found = Line.objects.filter(application=application) if sent else Line.objects.none()
    related = found.select_related("issuer", "branch", "issue__guarantee")
    lines = {sections.PREFIX[Product(line.product)]: line for line in related}
    any_line = next(iter(lines.values()), None)
    opened = drafts.open_sections(application)
    judged = form if form.is_bound else ApplicationForm(form.initial, contractor=form.contractor, follow=form.follow)
    shown = {
        "form": form,
        "pk": pk,
        "version": version,
        "application": application,
        "conflict": conflict,
        "sent": sent,
        "lines": lines,
        "open": opened,
        "cleared": clearing.notes(application),
        "files": list(attachments.of(application)) if application else [],
        "again": again.last(company(request)) if version == 0 and not form.is_bound else None,
        "notes": {prefix: summary.in_short(line) for prefix, line in lines.items()},
        "states": progress.of(judged, judged=form.is_bound, opened=opened),
        "rows": {prefix: summary.product(line) for prefix, line in lines.items()},
        **_of_contract(form, any_line, opened=opened["s1"]),
        **_of_products(form, sent=sent),
        "remarks": [line for line in lines.values() if line.status == line.Status.RETURNED],
        "branch": any_line.branch if any_line else company(request).branch,
        "drafts": Application.objects.visible_to(request.user).drafts().count() if version == 0 else 0,
        **part_views.of_body(form, opened),
    }
    return render(request, "applications/form.html", shown, status=status)


def _of_products(form: ApplicationForm, *, sent: bool) -> dict[str, object]:
    """What the page says of what is asked for: its title, what it goes on from, the product of each section and its cost.

    `fixed`: nobody chooses the products any more.
    """
    follow = form.follow
    title = following.TITLES[Product(follow.asks)] if follow else "申込の作成（新規）"
    return {
        "title": "申込の修正" if sent else title,
        "note": following.note(follow) if follow else None,
        "fixed": sent or follow is not None,
        "kinds": {prefix: part_views.kind_of(form, prefix) for prefix in sections.ANCHOR},
        "estimates": {prefix: _estimate(form, prefix) for prefix in sections.ANCHOR},
    }


def _of_contract(form: ApplicationForm, line: Line | None, *, opened: bool) -> dict[str, object]:
    """What the page says of a contract block that is closed: as it was sent, or as the guarantee has it that is gone on from."""
    if opened:
        return {"contract_rows": [], "price_yen": None}
    said = line or (follow_ups.last_of(form.follow.about) if form.follow else None)
    return {"contract_rows": summary.contract(said) if said else [], "price_yen": said and said.price_yen}


def _estimate(form: ApplicationForm, prefix: str) -> costs.Cost | None:
    return costs.of_text(part_views.kind_of(form, prefix), part_views.held(form, f"{prefix}_amount"))


@contractor_only
@require_safe
def help_page(request: MemberRequest) -> HttpResponse:
    """保証申込のヘルプ: every section and field of the form, explained."""
    return render(request, "applications/help.html", {"branch": company(request).branch, "most": drafts.MOST})
