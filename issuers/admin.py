"""The register of public bodies at the desk of the head office."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from audit.recording import RecordedAdmin, RecordedInline
from issuers import search
from issuers.models import Acceptance, Authority, Issuer, SubmissionRule


class SearchedAdmin(RecordedAdmin):
    """A register with a search column, found the way people type; the code is the truth and is given once."""

    search_fields = ["search"]
    search_help_text = "名称・カナ・ひらがな・コードで検索できます。"
    list_per_page = 50
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Model], search_term: str
    ) -> tuple[QuerySet[Model], bool]:
        return search.containing(queryset, search.words(search_term)), False


class AuthorityInline(RecordedInline):
    model = Authority


class AcceptanceInline(RecordedInline):
    model = Acceptance


class SubmissionRuleInline(RecordedInline):
    model = SubmissionRule


@admin.register(Issuer)
class IssuerAdmin(SearchedAdmin):
    """Names, contracting authorities, electronic acceptance and submission rules of a body; the code is given once."""

    list_display = ["code", "name", "prefecture", "kind"]
    list_filter = ["kind", "prefecture"]
    given_once = ("code",)
    inlines = [AuthorityInline, AcceptanceInline, SubmissionRuleInline]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.search = search.issuer_key(obj)
        super().save_model(request, obj, form, change)
