"""The registers of financial institutions and of phrases at the desk of the head office."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from applications import banks
from applications.models import Bank, BankBranch, Phrase
from applications.phrase_forms import PhraseForm
from audit.recording import RecordedAdmin
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


@admin.register(Phrase)
class PhraseAdmin(RecordedAdmin):
    """定型文 of the desk. What was said with one keeps its words when it is changed, put out of use or deleted."""

    form: Any = PhraseForm
    list_display = ["title", "purpose", "place", "is_active"]
    list_filter = ["purpose", "is_active"]
    search_fields = ["title", "text"]
    search_help_text = "題名・文面で検索できます。"
