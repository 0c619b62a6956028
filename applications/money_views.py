"""Money at the desk: what was paid in is recorded and the guarantee ordered; what was paid back is recorded."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import MemberRequest
from applications import costs, lifecycle, refunding
from applications.fields import Choice, Day, Words, Yen
from applications.models import Line, Remittance
from guarantees import clock
from netdesk import dates


class PaymentForm(forms.Form):
    """How much was paid in, on which day and how."""

    amount = Yen(label="入金額", required=True, error_messages={"required": "入金額を入力してください"})
    on = Day(
        label="入金日",
        required=True,
        error_messages={"required": "入金日を入力してください"},
        help_text="口座に入った日、または窓口で受け取った日です。令和8年2月2日、2026/2/2 のように入力できます。",
    )
    way = Choice(
        label="入金の方法",
        choices=Remittance.Way.choices,
        required=True,
        error_messages={"required": "入金の方法を選択してください"},
    )


def pay(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """入金を記録する: a POST records the money and orders the guarantee, once."""
    lines = Line.objects.visible_to(request.user).select_related("application", "branch", "premium", "issue", "about")
    line = get_object_or_404(lines, pk=pk, premium__isnull=False)
    if lifecycle.side_of(request.user, line) != "branch":
        raise Http404
    wish = {"on": dates.seireki(clock.today()), "way": line.payment}
    form = PaymentForm(request.POST if request.method == "POST" else None, initial=wish)
    if request.method != "POST" or not form.is_valid():
        return _page(request, line, form)
    paid = form.cleaned_data
    try:
        lifecycle.pay(line, by=request.user, amount_yen=paid["amount"], on=paid["on"], way=paid["way"])
    except lifecycle.TooLate as refusal:
        return _page(request, lines.get(pk=pk), form, error=str(refusal))
    except lifecycle.NotAllowed as refusal:
        form.add_error("on" if str(refusal).startswith("入金日") else "amount", str(refusal))
        return _page(request, line, form)
    messages.success(request, "入金を記録し、発行を始めました。")
    return redirect("admin:review", pk=pk)


class RefundForm(forms.Form):
    """On which day and to which account a premium was paid back."""

    on = Day(
        label="返還日",
        required=True,
        error_messages={"required": "返還日を入力してください"},
        help_text="振り込んだ日です。令和8年2月2日、2026/2/2 のように入力できます。",
    )
    account = Words(
        label="返還先の口座",
        limit=200,
        required=True,
        error_messages={"required": "返還先の口座を入力してください"},
        help_text="お客様が申込みで指定した口座です。違う口座へ返したときは、その口座を入力してください。",
    )


def refund(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """返還を記録する: a POST writes down that the premium was paid back, once."""
    lines = Line.objects.visible_to(request.user).select_related("application", "branch", "premium", "issue", "about")
    line = get_object_or_404(lines, pk=pk, premium__total_yen__lt=0)
    if lifecycle.side_of(request.user, line) != "branch":
        raise Http404
    wish = {"on": dates.seireki(clock.today()), "account": line.application.refund_account}
    form = RefundForm(request.POST if request.method == "POST" else None, initial=wish)
    if request.method == "POST" and form.is_valid():
        try:
            refunding.record(line, by=request.user, on=form.cleaned_data["on"], account=form.cleaned_data["account"])
        except lifecycle.TooLate as refusal:
            messages.warning(request, str(refusal))
            return redirect("admin:review", pk=pk)
        except lifecycle.NotAllowed as refusal:
            form.add_error("on" if str(refusal).startswith("返還日") else "account", str(refusal))
        else:
            messages.success(request, "保証料の返還を記録しました。")
            return redirect("admin:review", pk=pk)
    shown = {"line": line, "form": form, "cost": costs.of_line(line), "can": refunding.is_due(line)}
    return render(request, "desk/refund.html", shown)


def _page(request: MemberRequest, line: Line, form: PaymentForm, *, error: str = "") -> HttpResponse:
    shown = {
        "error": error,
        "way": dict(Remittance.Way.choices).get(form["way"].value() or ""),
        "line": line,
        "form": form,
        "cost": costs.of_line(line),
        "can": "pay" in lifecycle.open_to(request.user, line),
    }
    return render(request, "desk/pay.html", shown, status=409 if error else 200)
