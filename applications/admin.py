"""The register of financial institutions at the desk of the head office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from applications import banks
from applications.models import Bank, BankBranch
from issuers.admin import SearchedAdmin


@admin.register(Bank)
class BankAdmin(SearchedAdmin):
    """The name shown, and whether we have an entrustment contract (業務委託契約)."""

    list_display = ["code", "name", "kana", "entrusted"]
    list_filter = ["entrusted"]
    given_once = ("code",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.search = banks.bank_key(obj, form.initial.get("name", ""))
        super().save_model(request, obj, form, change)


@admin.register(BankBranch)
class BankBranchAdmin(SearchedAdmin):
    """The name shown of a branch."""

    list_display = ["bank", "code", "name", "kana"]
    list_select_related = ["bank"]
    given_once = ("bank", "code")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.search = banks.branch_key(obj, form.initial.get("name", ""))
        super().save_model(request, obj, form, change)
