"""Windows for the desk, not doors: guarantees, papers and look-ups are read here and changed nowhere."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest

from accounts.models import User
from audit.recording import OfferedFilters
from guarantees.models import Document, Guarantee, HandOver, Look, Print
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
    fields = ["number", "product", "format", "contractor", "issuer", "branch", "status", "created_at"]


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
