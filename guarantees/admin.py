"""Windows for the desk, not doors: guarantees, papers and look-ups are read here and changed nowhere."""

import unicodedata
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from accounts.models import User
from audit.recording import PLAIN_DATES, OfferedFilters, RecordedAdmin
from guarantees import premium
from guarantees.models import Document, Guarantee, HandOver, Look, Premium, Print, Tariff
from netdesk import dates


class Window(OfferedFilters):
    """A read-only list and page of what the person's branch has; the head office sees all branches."""

    show_full_result_count = False
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    actions = None
    change_form_template = "admin/window.html"
    branch_path = ""  # from the model to the guarantee's branch

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        found, person = super().get_queryset(request), request.user
        if not isinstance(person, User) or not person.is_desk:
            return found.none()
        return found if person.is_head else found.filter(**{self.branch_path: person.branch_id})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Model:
        """Answer 404 for what is not there, and for what another branch has."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def has_module_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.is_desk

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Guarantee)
class GuaranteeWindow(Window):
    """保証契約: what was ordered and issued, newest first."""

    branch_path = "branch"
    list_display = ["number", "product", "format", "contractor", "issuer", "branch", "status", "created_at"]
    list_display_links = ["number", "product"]
    list_select_related = ["contractor", "issuer", "branch"]
    list_filter = ["product", "format", "status"]
    search_fields = ["number__startswith"]
    search_help_text = "保証契約番号のはじめの文字"
    fields = [
        "number",
        "product",
        "format",
        "contractor",
        "issuer",
        "branch",
        "follows",
        "fiscal_year",
        "status",
        "created_at",
    ]


@admin.register(Document)
class DocumentWindow(Window):
    """書類: which papers are finished. Their bytes are not given out here."""

    branch_path = "guarantee__branch"
    list_display = ["guarantee", "kind", "key_no", "print_no", "size", "created_at"]
    list_select_related = ["guarantee"]
    list_filter = ["kind"]
    search_fields = ["guarantee__number__startswith"]
    search_help_text = "保証契約番号のはじめの文字"
    fields = ["guarantee", "kind", "key_no", "print_no", "template", "digest", "size", "created_at"]


@admin.register(Print)
class PrintWindow(Window):
    """証書の印刷: which paper certificates were printed, by whom, and how they left."""

    branch_path = "version__guarantee__branch"
    list_display = ["version", "no", "at", "by", "reason", "left"]
    list_select_related = ["version__guarantee", "by", "hand_over"]
    list_filter = ["hand_over__how"]
    search_fields = ["version__guarantee__number__startswith"]
    search_help_text = "保証契約番号のはじめの文字"
    fields = ["version", "no", "at", "by", "reason", "left"]

    @admin.display(description="引渡し", empty_value="—")
    def left(self, made: Print) -> str | None:
        note: HandOver | None = getattr(made, "hand_over", None)
        return f"{note.get_how_display()}　{dates.seireki(note.on)}" if note else None


@admin.register(Look)
class LookWindow(Window):
    """A refused look-up belongs to no guarantee, so only the head office sees it here."""

    branch_path = "guarantee__branch"
    list_display = ["at", "guarantee", "result", "visitor", "by"]
    list_select_related = ["guarantee", "by"]
    list_filter = ["result"]
    search_fields = ["guarantee__number__startswith"]
    search_help_text = "保証契約番号のはじめの文字"
    fields = ["at", "number", "guarantee", "result", "visitor", "agent", "by"]

    @admin.display(description="照会番号")
    def number(self, look: Look) -> str:
        return look.receipt


class Bands(forms.CharField):
    """The bands of a tariff as people write them, a line each: the upper end in yen, a space, the rate in percent."""

    widget = forms.Textarea(attrs={"rows": 8, "cols": 40})
    OPEN = "上限なし"

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{self.OPEN if up_to is None else f'{up_to:,}'}　{rate}" for up_to, rate in value)

    def to_python(self, value: Any) -> Any:
        lines = [line.split() for line in unicodedata.normalize("NFKC", value or "").splitlines() if line.strip()]
        bands = [self._band(n, line) for n, line in enumerate(lines, start=1)]
        try:
            premium.sound(bands)
        except premium.UnsoundBands as fault:
            raise ValidationError(str(fault)) from None
        return bands

    def _band(self, n: int, words: list[str]) -> premium.Band:
        if len(words) == 2:
            end, rate = words[0].replace(",", "").removesuffix("円"), words[1].removesuffix("%")
            if end == self.OPEN:
                return None, rate
            if end.isascii() and end.isdigit() and len(end) <= 12:
                return int(end), rate
        raise ValidationError(f"{n}行目を「5,000,000 0.30」のように、上限額と料率を空白で区切って入力してください。")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(str(self.prepare_value(initial) or "").split() != str(data or "").split())


@admin.register(Tariff)
class TariffAdmin(RecordedAdmin):
    """保証料率表: a new table begins on its day; one by which a premium was charged is never changed again."""

    formfield_overrides = PLAIN_DATES
    list_display = ["product", "valid_from", "name", "minimum_yen", "unit_yen"]
    list_filter = ["product"]
    given_once = ("product",)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "bands":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        told = "1行に1つの区分を、「上限額（円） 料率（%）」の順に、空白で区切って入力します。最後の行の上限額は「上限なし」です。"
        return Bands(label="区分と料率", help_text=told)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_used(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_used(obj)


def _is_used(tariff: Model | None) -> bool:
    return tariff is not None and Premium.objects.filter(tariff=tariff.pk).exists()
