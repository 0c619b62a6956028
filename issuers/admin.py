"""The register of public bodies at the desk of the head office."""

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from audit.recording import RecordedAdmin, RecordedInline
from issuers import search
from issuers.models import Acceptance, Authority, Issuer, SubmissionRule


class AuthorityInline(RecordedInline):
    model = Authority


class AcceptanceInline(RecordedInline):
    model = Acceptance


class SubmissionRuleInline(RecordedInline):
    model = SubmissionRule


@admin.register(Issuer)
class IssuerAdmin(RecordedAdmin):
    """Names, contracting authorities, electronic acceptance and submission rules of a body; the code is given once."""

    list_display = ["code", "name", "prefecture", "kind"]
    list_filter = ["kind", "prefecture"]
    search_fields = ["search"]
    search_help_text = "名称・カナ・ひらがな・発注者コードで検索できます。"
    list_per_page = 50
    show_full_result_count = False
    inlines = [AuthorityInline, AcceptanceInline, SubmissionRuleInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Issuer | None = None) -> list[str]:
        return ["code"] if obj else []

    def get_search_results(self, request, queryset, search_term):
        return queryset.matching(search.words(search_term)), False

    def save_model(self, request: HttpRequest, obj: Issuer, form: ModelForm, change: bool) -> None:
        obj.search = search.issuer_key(obj)
        super().save_model(request, obj, form, change)
