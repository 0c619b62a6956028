"""申込確認 and 送信完了: what was filled in is looked over, agreed to and sent."""

import datetime
import uuid
from typing import NamedTuple

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, applicant_only, contractor_only
from applications import (
    attachments,
    changing,
    checks,
    costs,
    drafts,
    limits,
    sections,
    sending,
    summary,
    terms,
    wording,
    years,
)
from applications.models import Application, Line
from guarantees.models import Payment
from issuers.kinds import Product

SHUT = "この保証はいま支店で手続中のため、ここでは変更できません。変更するときは、送信したあと、手続の詳細から支店へ差戻しを依頼してください"


@applicant_only
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
    except Application.DoesNotExist:  # discarded in another window a moment ago
        raise Http404 from None
    except sending.Refused as refusal:
        if refusal.status == 422:
            return _confirm_page(request, application, error=str(refusal), typed=wish)
        return render(
            request,
            "applications/refused.html",
            {"refusal": refusal, "application": application, "reason": wish["caution_reason"]},
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
    except changing.NotChangeable as refusal:
        return render(
            request, "applications/refused.html", {"refusal": refusal, "application": application}, status=409
        )
    contact = terms.contact(form.cleaned_data)
    shown = {
        "application": application,
        "lines": lines,
        "first": lines[0],
        "error": error,
        "typed": typed or {"caution_reason": application.caution_reason},
        "cautions": _cautions(application, lines),
        "change_rows": summary.change(lines[0]),
        "changes": summary.changes(lines[0]),
        "contract_rows": summary.contract(lines[0]),
        "products": [_said(line, drafts.open_sections(application)) for line in lines],
        "left_out": _left_out(application, lines),
        "years": years.of(lines[0]),
        "costs": [(line, costs.of_line(line)) for line in lines],
        "destination_rows": summary.destination(
            next((line for line in lines if line.is_electronic), lines[0]),
            summary.receipt_of(lines, contact["receipt"]),
        ),
        "contact_rows": summary.contact(contact),
        "files": list(attachments.of(application)),
        "token": sending.token_for(application, lines, by=request.user),
        "open": drafts.open_sections(application),
        "branch": lines[0].branch,
        "edition": datetime.date.fromisoformat(lines[0].conditions),
    }
    return render(request, "applications/confirm.html", shown)


class Said(NamedTuple):
    """One product on the page: its line, the number of its section, its rows, its share, and whether it can be changed."""

    line: Line
    no: str
    rows: list[summary.Row]
    ratio: str
    is_open: bool


def _said(line: Line, opened: dict[str, bool]) -> Said:
    anchor = sections.anchor(line.product)
    return Said(line, anchor.removeprefix("s"), summary.product(line), summary.ratio(line), opened[anchor])


def _left_out(application: Application, lines: list[Line]) -> str:
    """Name what the form offered and nobody asked for; a follow-up offers one product only."""
    if application.asks or len(lines) > 1:
        return ""
    return str((Product.CONTRACT if lines[0].is_for_advance else Product.ADVANCE).label)


def _cautions(application: Application, lines: list[Line]) -> list[limits.Caution]:
    """What to look at twice; of what is closed to the contractor now, how it can be changed all the same."""
    opened = drafts.open_sections(application)
    closed = {product for product in Product if not opened[sections.anchor(product)]} if application.sent_at else set()
    found = [caution for line in lines for caution in checks.cautions(line, application_id=application.pk)]
    return [one._replace(text=f"{one.text}。{SHUT}") if one.product in closed else one for one in found]


@contractor_only
@require_safe
def sent(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """送信完了: the number, what happens next, whom to ask. Safe to reload."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk, sent_at__isnull=False)
    related = ("branch", "issuer", "issue__guarantee", "about", "premium")
    lines = list(application.lines.select_related(*related).order_by("product"))
    cost = costs.of_line(lines[0]) if not lines[0].is_new else None
    shown = {
        "application": application,
        "is_returned": cost is not None and cost.total_yen < 0,
        "set_off": lines[0].payment == Payment.MONTHLY,
        "costs_nothing": not lines[0].is_new and (cost is None or cost.total_yen == 0),
        "rows": [(line, wording.status_of(line)) for line in lines],
        "first": lines[0],
        "branch": lines[0].branch,
        "electronic": next((line for line in lines if line.is_electronic), None),
        "receipt": summary.receipt_of(lines, application.receipt),
        "due_first": [line for line in lines if line.payment != Payment.MONTHLY],
        "copies": list(application.copies.all()),
        "sent_at": max(line.sent_at or timezone.now() for line in lines),
    }
    return render(request, "applications/sent.html", shown)
