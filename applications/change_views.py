"""変更・訂正発行・解約: the page that tells which one is needed, and the form that asks for it."""

import contextlib
import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, applicant_only
from applications import advising, attachments, change_forms, changing, costs, drafts, japanese
from applications.change_forms import ChangeForm
from applications.fields import Choice, Day, Yen
from applications.models import Application, Line
from guarantees import clock
from guarantees import standing as standings
from guarantees.models import Guarantee, Purpose, Version
from netdesk import dates

ACTS = {"save", "check", "autosave", "attach"}
TITLES = {
    Purpose.CHANGE.value: "保証の変更の申込み",
    Purpose.CORRECTION.value: "訂正発行の申込み",
    Purpose.CANCELLATION.value: "解約の申込み",
}


class Asked(forms.Form):
    """What the page 変更・解約の手続 asks: what happened, and what the changed contract says."""

    use_required_attribute = False
    what = Choice(
        label="契約に何がありましたか",
        needed="always",
        choices=advising.HAPPENED,
        required=True,
        error_messages={"required": "契約に何があったかを選択してください"},
    )
    price = Yen(label="変更後の請負金額（税込）", help_text="変わらないときは、空のままにしてください。")
    works_until = Day(label="変更後の工期の終わり", help_text="変わらないときは、空のままにしてください。")
    more = Choice(label="前払金を追加で受け取りますか", choices=advising.MORE)


@applicant_only
@require_safe
def decide(request: MemberRequest, guarantee_id: uuid.UUID) -> HttpResponse:
    """変更・解約の手続: tells which change a guarantee needs, by what is asked in the address; changes nothing."""
    guarantee = _guarantee(request, guarantee_id)
    against = changing.objection(guarantee, on=timezone.localdate())
    form = Asked(request.GET if "what" in request.GET else None)
    version = _newest(guarantee)
    told = None
    if form.is_bound and form.is_valid() and not against:
        data = form.cleaned_data
        told = advising.answer(
            version,
            data["what"],
            price_yen=data["price"],
            works_until=data["works_until"],
            more=data["more"] == "yes",
            on=timezone.localdate(),
        )
    shown = {
        "guarantee": guarantee,
        "version": version,
        "standing": standings.to_parties(version, clock.today()),
        "against": against,
        "asked_already": changing.open_line(guarantee),
        "form": form,
        "told": told,
        "titles": TITLES,
    }
    return render(request, "applications/change/decide.html", shown)


@applicant_only
@require_POST
def begin(request: MemberRequest, guarantee_id: uuid.UUID, purpose: str) -> HttpResponse:
    """Begin the form of a change with what the guarantee says and what was typed on the page before."""
    if purpose not in change_forms.OWN:
        raise Http404
    guarantee = _guarantee(request, guarantee_id)
    wish = {name: request.POST[name] for name in ("price", "works_until") if request.POST.get(name)}
    try:
        draft = changing.begin(guarantee, purpose, by=request.user, wish=_readable(wish))
    except (changing.NotChangeable, drafts.Full) as refusal:
        messages.warning(request, str(refusal))
        return redirect("applications:change", guarantee_id)
    except (drafts.Stale, drafts.TooLong, Application.DoesNotExist):
        messages.warning(request, "ほかの画面で、この申込が先に保存または削除されました。もう一度お試しください。")
        return redirect("applications:change", guarantee_id)
    return redirect("applications:edit", draft.pk)


def _readable(wish: dict[str, str]) -> dict[str, str]:
    """Write what was typed on the page before as it was read; what could not be read would be a fault to begin with."""
    kept = {}
    with contextlib.suppress(ValidationError):
        kept["price"] = f"{japanese.yen(wish.get('price', ''), '金額'):,}"
    with contextlib.suppress(ValidationError):
        kept["works_until"] = dates.seireki(japanese.date(wish.get("works_until", ""), "日付"))
    return kept


@applicant_only
@require_safe
def estimate(request: MemberRequest, guarantee_id: uuid.UUID) -> HttpResponse:
    """The part of the form that tells what a change will cost or return; an amount that cannot be read costs nothing yet."""
    guarantee = _guarantee(request, guarantee_id)
    cost = _cost(_newest(guarantee), request.GET.dict(), request.GET.get("purpose", Purpose.CHANGE))
    return render(request, "applications/change/estimate.html", {"estimate": cost})


def _cost(version: Version, typed: dict[str, str], purpose: str) -> costs.Cost | None:
    if purpose == Purpose.CANCELLATION:
        if not typed.get("used"):
            return None
        return costs.of_change(version.guarantee, change_forms.amount_after({"used": typed["used"]}, version, purpose))
    try:
        amount = japanese.yen(typed.get("amount", ""), "金額")
    except ValidationError:
        return None
    return costs.of_change(version.guarantee, amount)


def edit(request: MemberRequest, application: Application) -> HttpResponse:
    """The form of a change, of a draft or after a return; a POST saves it or goes on to 申込確認. The door stands before."""
    if not drafts.is_open(application):
        if request.method == "POST":
            return render(request, "applications/sent_already.html", {"application": application}, status=409)
        return redirect("applications:sent", application.pk)
    assert application.about is not None  # a constraint of the table
    try:
        if changing.is_overtaken(application, changing.in_force(application.about)):
            return _ended(request, application, changing.OVERTAKEN)
        if request.method == "POST":
            return _posted(request, application)
        bound = "check" in request.GET
        return _page(request, application, changing.form_of(application, bound=bound), version=application.version)
    except Version.DoesNotExist:  # ended since the draft was begun
        return _ended(request, application, "もとの保証が解約されたか、変更後の保証を発行しています。")


def _posted(request: MemberRequest, application: Application) -> HttpResponse:
    version, act = request.POST.get("version", "0"), request.POST.get("act", "check")
    twice = [name for name, values in request.POST.lists() if len(values) > 1]
    if twice or act not in ACTS or not (version.isascii() and version.isdigit() and len(version) < 9):
        raise BadRequest("unreadable form")
    typed = drafts.typed_from(request.POST, ChangeForm.base_fields)
    by_itself = act == "autosave"
    form = changing.form_of(application, typed)
    if act == "check" and not form.is_valid():
        return _page(request, application, form, version=int(version))
    try:
        saved = drafts.save(application.pk, typed, by=request.user, version=int(version), by_itself=by_itself)
    except drafts.Stale:
        return _stale(request, application, typed, by_itself=by_itself)
    except drafts.TooLong as fault:
        return _too_long(request, application, form, int(version), fault.fields, by_itself=by_itself)
    if by_itself:
        told = {"pk": saved.pk, "state": "by itself", "version": saved.version, "at": timezone.now()}
        return render(request, "applications/form/autosaved.html", told)
    if act == "check":
        return redirect("applications:confirm", saved.pk)
    if act == "attach":
        return redirect("applications:attachments", saved.pk)
    messages.success(request, f"下書きを保存しました（{timezone.localtime():%H:%M}）")
    return redirect("applications:edit", saved.pk)


def _stale(request: MemberRequest, application: Application, typed: dict[str, str], *, by_itself: bool) -> HttpResponse:
    if by_itself:
        told = {"pk": application.pk, "state": "elsewhere"}
        return render(request, "applications/form/autosaved.html", told, status=409)
    application.refresh_from_db()
    if not drafts.is_open(application):
        return render(request, "applications/sent_already.html", {"application": application}, status=409)
    form = changing.form_of(application, typed, bound=False)
    return _page(request, application, form, version=application.version, conflict=True, status=409)


def _too_long(
    request: MemberRequest,
    application: Application,
    form: ChangeForm,
    version: int,
    fields: list[str],
    *,
    by_itself: bool,
) -> HttpResponse:
    if by_itself:
        told = {"pk": application.pk, "state": "too long"}
        return render(request, "applications/form/autosaved.html", told, status=409)
    form.errors.clear()
    for name in fields:
        form.add_error(
            name, f"{form[name].label}が長すぎます。下書きに保存できるのは{drafts.LONGEST_TYPED}文字までです"
        )
    return _page(request, application, form, version=version)


def _page(
    request: MemberRequest,
    application: Application,
    form: ChangeForm,
    *,
    version: int,
    conflict: bool = False,
    status: int = 200,
) -> HttpResponse:
    line = Line.objects.filter(application=application).first()
    held = {name: str(form[name].value() or "") for name in form.fields}
    shown = {
        "form": form,
        "application": application,
        "guarantee": form.version.guarantee,
        "held": form.version,
        "version": version,
        "conflict": conflict,
        "line": line,
        "remark": line if line and line.status == Line.Status.RETURNED else None,
        "title": TITLES[application.purpose],
        "files": list(attachments.of(application)),
        "estimate": _cost(form.version, held, application.purpose),
        "branch": form.version.branch,
    }
    return render(request, "applications/change/form.html", shown, status=status)


def _ended(request: MemberRequest, application: Application, why: str) -> HttpResponse:
    """409: the guarantee was cancelled or changed otherwise since this draft was begun."""
    shown = {"application": application, "why": why, "kept": _typed(request)}
    return render(request, "applications/change/ended.html", shown, status=409)


def gone(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """409: the draft of a change was discarded in another window; what was typed is shown to be copied."""
    if request.POST.get("act") == "autosave":
        return render(request, "applications/form/autosaved.html", {"state": "gone", "pk": pk}, status=409)
    shown = {"why": "この下書きは、ほかの画面で削除されました。", "kept": _typed(request)}
    return render(request, "applications/change/ended.html", shown, status=409)


def _typed(request: MemberRequest) -> str:
    """Write what was posted, a line for each answer, so that it can be copied."""
    fields = ChangeForm.base_fields
    said = [(fields[name].label, text) for name, text in request.POST.items() if name in fields and text]
    return "\n".join(f"{label}：{text[:1000]}" for label, text in said)


def _guarantee(request: MemberRequest, pk: uuid.UUID) -> Guarantee:
    return get_object_or_404(Guarantee.objects.visible_to(request.user).issued(), pk=pk)


def _newest(guarantee: Guarantee) -> Version:
    related = guarantee.versions.exclude(status=Version.Status.ORDERED).select_related("guarantee", "issuer", "branch")
    return related.latest("no")
