"""会社情報: what we hold about the company, and the numbers that its 管理者 keeps."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import colleagues, companies
from accounts.access import MemberRequest, company, contractor_only, manager_only
from applications import posted
from applications.people_forms import NumbersForm, numbers_form


@contractor_only
@require_safe
def company_page(request: MemberRequest) -> HttpResponse:
    """会社情報, as registered: the branch changes what stands on papers, a 管理者 the numbers."""
    mine = company(request)
    licence = mine.licence
    shown = {
        "branch": mine.branch,
        "signatories": mine.signatories.all(),
        "licence": licence,
        "licence_is_old": licence is not None and licence.is_old(timezone.localdate()),
    }
    return render(request, "register/company.html", shown)


@manager_only
def numbers(request: MemberRequest) -> HttpResponse:
    """法人番号 and 建設業許可番号: filled in and changed."""
    mine = company(request)
    if request.method != "POST":
        return _numbers_page(request, numbers_form(mine))
    form = numbers_form(mine, posted.once(request))
    if form.is_valid():
        try:
            companies.keep(form.texts()["corporate_no"], form.licence(), by=request.user)
        except companies.Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        except colleagues.NotAllowed as refusal:
            messages.warning(request, str(refusal))
            return redirect("register:company")
        else:
            messages.success(request, "法人番号・建設業許可番号を保存しました。")
            return redirect("register:company")
    return _numbers_page(request, form)


def _numbers_page(request: MemberRequest, form: NumbersForm) -> HttpResponse:
    return render(request, "register/numbers.html", {"form": form})
