"""Who acts for a company: asked once more where things are made, sent or handed out, whatever door led there."""

from django.core.exceptions import PermissionDenied

from accounts.models import Contractor, User


def company_of(by: User) -> Contractor:
    """Give the company for which a person acts (申込者, 管理者).

    Raises PermissionDenied for a 閲覧者, who only reads, and for everybody on our side of the desk.
    """
    if not by.may_apply or by.contractor is None:
        raise PermissionDenied("only 申込者 and 管理者 act for a company")
    return by.contractor
