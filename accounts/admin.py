"""Branches, contractors and people at the desk: the head office keeps them, branches look, nobody is ever deleted."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest

from accounts import people
from accounts.forms import PersonForm
from accounts.models import Branch, Contractor, Signatory, User
from audit.recording import RecordedAdmin, RecordedInline


class LastingAdmin(RecordedAdmin):
    """A register whose entries stand in guarantees and in the audit trail: they are changed or disabled, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class SignatoryInline(RecordedInline):
    model = Signatory


@admin.register(Branch)
class BranchAdmin(LastingAdmin):
    """営業部・支店. The code is part of every number issued, so it is given once."""

    list_display = ["code", "name", "phone", "address"]
    given_once = ("code",)


@admin.register(Contractor)
class ContractorAdmin(LastingAdmin):
    """受注者, with those who may sign for it. What was already sent keeps the name and address it was sent with."""

    list_display = ["customer_no", "name", "branch", "phone"]
    list_filter = ["branch"]
    search_fields = ["customer_no", "name", "kana"]
    search_help_text = "お客様番号・商号・カナで検索できます。"
    given_once = ("customer_no",)
    inlines = [SignatoryInline]


@admin.register(User)
class PersonAdmin(LastingAdmin):
    """利用者. A new password and 利用中 switched off both end the person's sessions, and a letter tells the person.

    Nobody gives himself another role: who may read everything could else make himself an approver. The own password
    is changed under パスワードの変更, where the current one is asked for.
    """

    form: Any = PersonForm
    list_display = ["email", "name", "role", "contractor", "company_role", "branch", "is_active", "last_login"]
    list_filter = ["role", "company_role", "is_active", "branch"]
    search_fields = ["email", "name", "contractor__name"]
    search_help_text = "メールアドレス・氏名・受注者の商号で検索できます。"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Fix in the own record what somebody else decides."""
        fixed = super().get_readonly_fields(request, obj)
        return (
            [*fixed, "role", "contractor", "company_role", "branch", "new_password"] if _is_own(request, obj) else fixed
        )

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave the password out for those who may only look, and in the own record."""
        shown = list(PersonForm.Meta.fields)
        may_set = self.has_change_permission(request, obj) and not _is_own(request, obj)
        return [*shown, "new_password"] if may_set else shown

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the record together with the letter about it; the admin has opened the transaction."""
        if not isinstance(request.user, User):
            raise PermissionDenied
        before = form.initial.get("email", "")
        people.keep(obj, form.changed_data, by=request.user, is_new=not change, address_before=before)


def _is_own(request: HttpRequest, obj: Model | None) -> bool:
    return obj is not None and obj.pk == request.user.pk
