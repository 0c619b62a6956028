"""The register of financial institutions at the desk of the head office."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from applications import banks
from applications.models import Bank, BankBranch
from audit.recording import RecordedAdmin
from issuers import search


class SearchedAdmin(RecordedAdmin):
    """A register with a search column, found the way people type; the code is the truth and is given once."""

    search_fields = ["search"]
    search_help_text = "名称・カナ・ひらがな・コードで検索できます。"
    list_per_page = 50
    show_full_result_count = False

    def get_search_results(self, request, queryset, search_term):
        for word in search.words(search_term):
            queryset = queryset.filter(search__contains=word)
        return queryset, False


@admin.register(Bank)
class BankAdmin(SearchedAdmin):
    """The name shown, and whether we have an entrustment contract (業務委託契約)."""

    list_display = ["code", "name", "kana", "entrusted"]
    list_filter = ["entrusted"]

    def get_readonly_fields(self, request: HttpRequest, obj: Bank | None = None) -> list[str]:
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: Bank, form: ModelForm, change: bool) -> None:
        obj.search = banks.bank_key(obj)
        super().save_model(request, obj, form, change)


@admin.register(BankBranch)
class BankBranchAdmin(SearchedAdmin):
    """The name shown of a branch."""

    list_display = ["bank", "code", "name", "kana"]
    list_select_related = ["bank"]
    autocomplete_fields = ["bank"]

    def get_readonly_fields(self, request: HttpRequest, obj: BankBranch | None = None) -> list[str]:
        return ["bank", "code"] if obj else []

    def save_model(self, request: HttpRequest, obj: BankBranch, form: ModelForm, change: bool) -> None:
        obj.search = banks.branch_key(obj)
        super().save_model(request, obj, form, change)
