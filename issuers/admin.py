"""The register of public bodies at the desk of the head office."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from audit.recording import RecordedAdmin, RecordedInline
from issuers import codes, search
from issuers.models import Acceptance, Authority, Issuer
from issuers.rule_admin import RuleInline


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
    fields = [("product", "work_kind"), ("starts_on", "ends_on")]


@admin.register(Issuer)
class IssuerAdmin(SearchedAdmin):
    """Names, contracting authorities, electronic acceptance and rules of a body; the code is given once."""

    list_display = ["code", "name", "prefecture", "kind"]
    list_filter = ["kind"]
    given_once = ("code",)
    inlines = [AuthorityInline, AcceptanceInline, RuleInline]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose the prefecture from the list; refuse a code without its check digit."""
        if db_field.name == "prefecture":
            return forms.ChoiceField(label="都道府県", choices=[(name, name) for name in search.prefectures()])
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "code":
            field.validators.append(codes.require_sound)
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.search = search.issuer_key(obj)
        super().save_model(request, obj, form, change)
