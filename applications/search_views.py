"""The search for the bank branch that holds the advance payment."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import applicant_only
from applications import banks as register
from applications.models import BankBranch
from issuers import dialog


class BankSearchForm(forms.Form):
    """Both fields are optional; without either there is nothing to show."""

    use_required_attribute = False
    q = forms.CharField(
        label="金融機関名",
        help_text="漢字・ひらがな・カタカナ・金融機関コードで検索できます。",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    branch = forms.CharField(
        label="支店名", required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )


@applicant_only
@require_safe
def banks(request: HttpRequest) -> HttpResponse:
    """Search by bank (?q=) and branch (?branch=), each by name, kana or code; a page, or the inside of the dialog."""
    form = BankSearchForm(request.GET, auto_id="search_%s")
    typed = form.cleaned_data if form.is_valid() else {"q": "", "branch": ""}
    found = register.find(typed["q"], typed["branch"])
    context = {
        "form": form,
        "asked": any(typed.values()),
        "choices": [_choice(branch) for branch in found.rows],
        "more": found.more,
    }
    return dialog.answer(request, "applications/search_banks.html", context)


def _choice(branch: BankBranch) -> dialog.Choice:
    code = f"{branch.bank_id}-{branch.code}"
    return dialog.Choice(
        value=code,
        label=str(branch),
        note=f"{branch.bank.kana}／{branch.kana}",
        code=code,
        fills={"bank_code": code, "bank_name": str(branch)},  # the opener names the rest: advance_
    )
