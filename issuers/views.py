"""The search for the public body that ordered the work."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import applicant_only
from issuers import dialog
from issuers import search as register
from issuers.forms import SearchForm
from issuers.models import Issuer


@applicant_only
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search by name, kana or code (?q=) within a prefecture (?prefecture=); a page, or the inside of the dialog."""
    form = SearchForm(request.GET, auto_id="search_%s")
    typed = form.cleaned_data if form.is_valid() else {"q": "", "prefecture": ""}
    found = register.issuers(typed["q"], typed["prefecture"])
    electronic = register.electronic_today(found.rows)
    context = {
        "form": form,
        "asked": any(typed.values()),
        "choices": [_choice(issuer, issuer.code in electronic) for issuer in found.rows],
        "more": found.more,
    }
    return dialog.answer(request, "issuers/search.html", context)


def _choice(issuer: Issuer, electronic: bool) -> dialog.Choice:
    place = "" if issuer.kind == Issuer.Kind.PREFECTURE else f"{issuer.prefecture}／"
    accepts = "電子保証に対応" if electronic else "証書（紙）のみ"
    return dialog.Choice(
        value=issuer.code,
        label=issuer.name,
        note=f"{place}{issuer.kana}／{accepts}",
        code=issuer.code,
        fills={"issuer": issuer.code, "issuer_name": issuer.name},
    )
