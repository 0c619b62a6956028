"""Master data in the admin: kept by the head office, seen by branches, every change recorded in the audit trail."""

import datetime
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from audit import trail
from audit.models import Entry

if TYPE_CHECKING:  # generic for the type checker only
    Admin = admin.ModelAdmin[models.Model]
    Inline = admin.StackedInline[models.Model, models.Model]
else:
    Admin, Inline = admin.ModelAdmin, admin.StackedInline

HISTORY_SHOWN = 200
MOST_ROWS = 100  # rows below one record; a form that claims more is sent back, and no more are even made
WITHHELD = "（記録しません）"  # in place of passwords


# Controls and marks that nobody sees but that turn words around: no name of a person or an office holds one.
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0085\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def require_what_is_seen(text: str) -> None:
    """Raise ValidationError for a text with signs that cannot be seen."""
    if UNSEEN.search(text):
        raise ValidationError("目に見えない文字（制御文字など）が含まれています。入力し直してください。")


class HeadEdits:
    """Who may do what with master data. The person is asked by its own words, `is_desk` and `is_head`."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(getattr(request.user, "is_desk", False))

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(getattr(request.user, "is_head", False))

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(getattr(request.user, "is_head", False))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return bool(getattr(request.user, "is_head", False))


# Django's own date box comes with a calendar that a keyboard or a screen reader cannot use.
PLAIN_DATES: dict[Any, Any] = {
    models.DateField: {"widget": forms.DateInput, "help_text": "2026-04-01 のように入力してください。"}
}


class RecordedInline(HeadEdits, Inline):
    """Rows below a master record, one below the other so that every control has its own label; recorded with it."""

    extra = 0
    max_num = MOST_ROWS
    formfield_overrides = PLAIN_DATES

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Refuse more rows than anybody types, whatever number the form claims."""
        return super().get_formset(request, obj, validate_max=True, absolute_max=MOST_ROWS + 1, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Take no text that says something else to the machine than to the eye."""
        return _seen(super().formfield_for_dbfield(db_field, request, **kwargs))


class OfferedFilters(Admin):
    """Answers the filters it offers and no others.

    Left alone, Django filters by any column that an address names: sign by sign that tells a password's hash, and a
    broken regular expression is an error of the database.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        column, _, how = lookup.rpartition("__")
        return how in {"exact", "isnull"} and column.removesuffix("__id") in self.get_list_filter(request)


class RecordedAdmin(HeadEdits, OfferedFilters):
    """Record "<model>.added", ".changed" and ".deleted" in our trail, in place of LogEntry, with the act itself.

    Bulk actions are off: each change is one person's, of one thing. Fields `given_once` cannot be changed later.
    """

    actions = None
    show_facets = admin.ShowFacets.NEVER
    given_once: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Take no text that says something else to the machine than to the eye."""
        return _seen(super().formfield_for_dbfield(db_field, request, **kwargs))

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[str]:
        return [*self.readonly_fields, *(self.given_once if obj else ())]

    def construct_change_message(
        self, request: HttpRequest, form: forms.BaseForm, formsets: Iterable[Any] | None, add: bool = False
    ) -> Any:
        """Describe what a saved form changed: {"fields": {label: [before, after]}, "rows": [changes of rows below]}."""
        below = [change for formset in formsets or () for change in _rows(formset)]
        return {"fields": _fields(form)} | ({"rows": below} if below else {})

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        return _record("added", obj, request, message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        return _record("changed", obj, request, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[models.Model]) -> Any:
        return [_record("deleted", obj, request, {}) for obj in queryset]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the entries about one record from our trail, newest first."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        shown = {"title": f"{obj}の履歴", "object": obj, "opts": self.opts, "entries": trail.of(obj)[:HISTORY_SHOWN]}
        context = self.admin_site.each_context(request) | shown | (extra_context or {})
        return TemplateResponse(request, "audit/history.html", context)


def _seen(field: Any) -> Any:
    if type(field) is forms.CharField:
        field.validators = [*field.validators, require_what_is_seen]
    return field


def _record(done: str, obj: models.Model, request: HttpRequest, data: dict[str, Any]) -> Entry:
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    with transaction.atomic():
        return trail.record(f"{obj._meta.model_name}.{done}", obj, by=request.user, name=str(obj), **data)


def _rows(formset: Any) -> Iterable[dict[str, Any]]:
    """The rows of one inline that were added, changed or taken away."""
    for form in formset.forms:
        if not form.has_changed():
            continue
        gone = form in formset.deleted_forms
        done = "deleted" if gone else "added" if form.instance in formset.new_objects else "changed"
        yield {
            "row": f"{formset.model._meta.verbose_name} {form.instance}",
            "done": done,
            "fields": {} if gone else _fields(form),
        }


def _fields(form: forms.BaseForm) -> dict[str, list[Any]]:
    changed = [name for name in form.changed_data if name in form.fields]
    return {str(form.fields[name].label): _before_and_after(form, name) for name in changed}


def _before_and_after(form: forms.BaseForm, name: str) -> list[Any]:
    if "password" in name:
        return [WITHHELD, WITHHELD]
    return [_plain(form.initial.get(name)), _plain(form.cleaned_data.get(name))]


def _plain(value: Any) -> Any:
    """Write a value as JSON and people read it: moments and days as ISO text, things by their names."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, list | tuple | models.QuerySet):
        return [_plain(one) for one in value]
    return str(value)
