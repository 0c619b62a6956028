"""The parts of the form that follow from an answer: what a body takes, and what a guarantee will cost."""

import json

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, applicant_only, company
from applications import allowances, costs, sections
from applications.forms import ApplicationForm
from issuers.kinds import Product


@applicant_only
@require_safe
def issuer_note(request: MemberRequest) -> HttpResponse:
    """The part of the form that follows from the body chosen: its contracting authorities and whether it takes 電子保証."""
    typed = {"issuer": request.GET.get("issuer", ""), "issuer_name": request.GET.get("issuer_name", "")}
    form = ApplicationForm(contractor=company(request), initial=typed)
    return render(
        request, "applications/form/authority.html", {"form": form, "acceptance": allowances.body(form.issuer_chosen)}
    )


@applicant_only
@require_safe
def estimate(request: MemberRequest, product: str) -> HttpResponse:
    """The part of the form that tells what a product will cost; an amount that cannot be read costs nothing yet.

    In the section of 契約保証 the answer to 申し込む保証 decides which of its two products it is.
    """
    prefix = sections.PREFIX.get(Product(product)) if product in Product.values else None
    if prefix is None:
        raise Http404
    if request.GET.get("contract_kind") == Product.RESERVE and prefix == "contract":
        product = Product.RESERVE
    cost = costs.of_text(product, request.GET.get(f"{prefix}_amount", ""))
    shown = {"kind": Product(product), "estimate": cost}
    return render(request, "applications/form/estimate.html", shown)


@applicant_only
@require_safe
def limit(request: MemberRequest, product: str) -> HttpResponse:
    """The part of the form that tells how much of a product the body chosen allows for the price typed."""
    prefix = sections.PREFIX.get(Product(product)) if product in Product.values else None
    if prefix is None:
        raise Http404
    typed = request.GET.dict()
    form = ApplicationForm(contractor=company(request), initial=typed)
    shown = {"product": prefix, "allowance": allowances.of(product, form.issuer_chosen, typed, prefix=prefix)}
    return render(request, "applications/form/limit.html", shown)


def of_body(form: ApplicationForm, opened: dict[str, bool]) -> dict[str, object]:
    """What the form tells about the body chosen: what it takes, and how much it allows in each section."""
    limiting = {name: held(form, name) for name in (*allowances.FROM, "advance_base")}
    chosen = form.issuer_chosen
    return {
        "acceptance": allowances.body(chosen),
        "allowances": {
            prefix: allowances.of(kind_of(form, prefix), chosen, limiting, prefix=prefix) for prefix in sections.ANCHOR
        },
        "closed": "" if opened["s1"] else json.dumps({name: limiting[name] for name in allowances.FROM}),
    }


def kind_of(form: ApplicationForm, prefix: str) -> Product:
    """Tell which of its two products a section asks for; an answer that nobody offered is none."""
    kind = Product.INTERIM if form.is_interim and prefix == "advance" else held(form, f"{prefix}_kind")
    return Product(kind) if sections.PREFIX.get(kind) == prefix else Product(prefix)


def held(form: ApplicationForm, name: str) -> str:
    """What the page will show in a field of the form; "" where the form has no such field."""
    return str(form[name].value() or "") if name in form.fields else ""
