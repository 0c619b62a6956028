"""保証料お支払い待ち at the desk: the branch records what was paid in, and the guarantee is ordered."""

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.access import MemberRequest
from applications import costs, lifecycle
from applications.fields import Choice, Day, Yen
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
    lines = Line.objects.visible_to(request.user).select_related("application", "branch", "premium", "issue")
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
