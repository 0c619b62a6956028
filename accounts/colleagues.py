"""What a 管理者 does with the people of his company: gives a role, stops, reopens. Nobody is ever deleted.

Every act is one transaction with its audit entry and the letter to the person concerned. It holds the company's row, and
asks again whether the one who acts is still a 管理者: as nobody acts on himself, a company that has one keeps one.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import QuerySet

from accounts import people
from accounts.models import Contractor, User
from audit import trail


class NotAllowed(Exception):
    """Something that a 管理者 cannot do, or not any more. The text is fit to show."""


def of(company: Contractor) -> QuerySet[User]:
    """Everybody who ever belonged to the company's accounts, those who may log in first."""
    return company.people.order_by("-is_active", "email")


def give_role(pk: int, role: str, *, by: User) -> User:
    """Give a colleague another role. The same one again changes nothing. Raises NotAllowed, or User.DoesNotExist."""
    if role not in User.CompanyRole.values:
        raise NotAllowed("会社での役割を選択してください")
    with managing(by) as company:
        person = _colleague(company, pk, by=by, doing="ご自分の役割は変更できません。ほかの管理者に依頼してください。")
        if person.company_role != role:
            before = person.get_company_role_display()
            person.company_role = role
            people.keep(person, ["company_role"], by=by, is_new=False)
            _record(person, {"会社での役割": [before, person.get_company_role_display()]}, by=by)
    return person


def stop(pk: int, *, by: User) -> User:
    """Shut a colleague out (利用停止); his sessions end at once. May be repeated. Raises NotAllowed, or User.DoesNotExist."""
    return _set_active(pk, False, by=by)


def reopen(pk: int, *, by: User) -> User:
    """Let a colleague in again, with the password he had. May be repeated. Raises NotAllowed, or User.DoesNotExist."""
    return _set_active(pk, True, by=by)


def _set_active(pk: int, active: bool, *, by: User) -> User:
    with managing(by) as company:
        person = _colleague(company, pk, by=by, doing="ご自分の利用は停止できません。ほかの管理者に依頼してください。")
        if person.is_active != active:
            person.is_active = active
            people.keep(person, ["is_active"], by=by, is_new=False)
            _record(person, {"利用中": [not active, active]}, by=by)
    return person


@contextmanager
def managing(by: User) -> Iterator[Contractor]:
    """Hold the company of a 管理者 in one transaction; raises NotAllowed when he is none any more."""
    assert by.contractor_id is not None  # the door let a 管理者 in
    with transaction.atomic():
        company = Contractor.objects.select_for_update(no_key=True).get(pk=by.contractor_id)
        now = User.objects.get(pk=by.pk)
        if not now.is_manager or not now.is_active or now.contractor_id != company.pk:
            raise NotAllowed("この操作をする権限がなくなりました。画面を開き直してください。")
        yield company


def _colleague(company: Contractor, pk: int, *, by: User, doing: str) -> User:
    person: User = company.people.select_for_update(no_key=True, of=("self",)).get(pk=pk)
    if person.pk == by.pk:
        raise NotAllowed(doing)
    return person


def _record(person: User, fields: dict[str, list[object]], *, by: User) -> None:
    trail.record("user.changed", person, by=by, name=person.name, fields=fields)
