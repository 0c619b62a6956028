"""The parts of the form that follow from an answer: what a body takes, and what a guarantee will cost."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, applicant_only, company
from applications import costs, sections
from applications.forms import ApplicationForm
from issuers.kinds import Product
from issuers.models import Issuer


@applicant_only
@require_safe
def issuer_note(request: MemberRequest) -> HttpResponse:
    """The part of the form that follows from the body chosen: its contracting authorities and whether it takes 電子保証."""
    typed = {"issuer": request.GET.get("issuer", ""), "issuer_name": request.GET.get("issuer_name", "")}
    form = ApplicationForm(contractor=company(request), initial=typed)
    return render(
        request, "applications/form/authority.html", {"form": form, "acceptance": acceptance(form.issuer_chosen)}
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


def acceptance(issuer: Issuer | None) -> str:
    """Say whether a body takes 電子保証, and of what."""
    if issuer is None:
        return "発注者を選ぶと、契約権者と電子保証への対応を表示します。"
    accepted = sorted(
        {f"{one.get_product_display()}（{one.get_work_kind_display()}）" for one in issuer.acceptances.all()}
    )
    if not accepted:
        return f"発注者コード {issuer.code}／電子保証に対応していません。証書（紙）を選択してください。"
    since = min(one.starts_on for one in issuer.acceptances.all())
    return f"発注者コード {issuer.code}／電子保証に対応しています（{since.year}年{since.month}月{since.day}日から：{'、'.join(accepted)}）"
