"""Puts people into the register and keeps their records; who is meant hears by letter what somebody else changed."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.forms import PersonForm
from accounts.models import User
from audit import trail
from outbox import post

# What decides who somebody is and what he may do. A letter goes out when one of these fields of his record changes.
TOLD = ("email", "new_password", "role", "contractor", "branch", "company_role", "is_active")


def register(form: PersonForm, *, by: User | None) -> User:
    """Store the person of a valid form and record it; by=None when somebody with the server in his hands does it."""
    with transaction.atomic():
        person = form.save(commit=False)
        if by is None:
            person.save()
        else:
            keep(person, form.changed_data, by=by, is_new=True)
        trail.record("user.added", person, by=by, name=person.name, role=person.role)
    return person


def keep(person: User, changed: Collection[str], *, by: User, is_new: bool, address_before: str = "") -> None:
    """Store a record of the register as somebody typed it (`changed`: names of fields), inside the caller's transaction.

    A password that somebody else set is for the first log-in only. The letter about the change goes to the address
    before it too: whoever takes over an account by changing its address cannot keep that from its owner. Only what
    was typed is written: a password that the person changes in this moment stays changed.
    """
    now = timezone.now()
    columns = set(changed) - {"new_password"}
    if "new_password" in changed:
        person.password_given_at = now
        columns |= {"password", "password_given_at"}
    if "role" in changed:
        columns |= {"company_role"}  # it follows the role, typed or not
    if "is_active" in changed and not person.is_active:
        person.stopped_at = now  # ends the sessions, for good
        columns |= {"stopped_at"}
    person.save(update_fields=None if is_new else columns)
    news = _in_words(person, changed, is_new=is_new)
    if not news or person.pk == by.pk and "email" not in changed:
        return
    for address in dict.fromkeys(filter(None, [address_before, person.email])):
        post.write(
            "account_changed", to=address, ref=f"user:{person.pk}:{now.isoformat()}", context=_letter(person, news, by)
        )


def _in_words(person: User, changed: Collection[str], *, is_new: bool) -> list[str]:
    """Say what was changed, never a password."""
    words = {
        "email": f"メールアドレス：{person.email} に変更しました",
        "new_password": "パスワード：はじめてのログインに使うパスワードを設定しました",
        "role": f"役割：{person.get_role_display()} に変更しました",
        "contractor": f"受注者：{person.contractor or 'なし'} に変更しました",
        "branch": f"営業部・支店：{person.branch or 'なし'} に変更しました",
        "company_role": f"会社での役割：{person.get_company_role_display()} に変更しました",
        "is_active": "ご利用：再開しました" if person.is_active else "ご利用：停止しました",
    }
    if is_new:
        home = person.contractor or person.branch
        place = f"、{home}" if home else ""
        return [f"登録：新しい利用者として登録しました（{person.get_role_display()}{place}）", words["new_password"]]
    told = set(changed) if person.is_contractor else set(changed) - {"company_role"}
    return [words[name] for name in TOLD if name in told]


def _letter(person: User, news: list[str], by: User) -> dict[str, object]:
    return {
        "name": person.name,
        "who": "当社の担当者" if by.is_desk else f"貴社の管理者（{by.name}様）",
        "news": news,
        "portal_url": settings.PORTAL_URL,
        "company_name": settings.COMPANY_NAME,
        "company_phone": settings.COMPANY_PHONE,
    }
