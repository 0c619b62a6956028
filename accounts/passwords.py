"""Changes a person's own password: the current one is asked for, slowed down like a log-in, and all other sessions end."""

from django.contrib.auth import authenticate, update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from accounts import throttle
from accounts.access import network, visitor
from accounts.models import User
from audit import trail


class WrongPassword(Exception):
    """What was typed is not the current password."""

    def __init__(self) -> None:
        super().__init__(
            "いまのパスワードが正しくありません。大文字・小文字、全角・半角を確認して、もう一度入力してください。"
        )


@sensitive_variables("current", "new")
def change(request: HttpRequest, *, current: str, new: str, by: User) -> None:
    """Give the person of this session a new password, already tried against the rules.

    Every other session of the person ends, because sessions are bound to the password; this one goes on under a new id.
    Raises WrongPassword (kept in the audit trail) and throttle.TooManyTries. Opens its own transactions: the slow hashes
    are computed outside of them.
    """
    attempt = throttle.begin(by.email, visitor=network(visitor(request)))
    known = authenticate(username=by.email, password=current)
    if not isinstance(known, User) or known.pk != by.pk:
        with transaction.atomic():
            trail.record("user.password_refused", by, by=by, visitor=attempt.visitor)
        raise WrongPassword
    before = known.password
    known.set_password(new)
    with transaction.atomic():
        throttle.succeed(attempt)
        stored = User.objects.select_for_update().get(pk=by.pk)
        if stored.password != before or not stored.is_active:
            raise WrongPassword  # changed elsewhere, or shut out, in this moment
        stored.password, stored.password_given_at = known.password, None
        stored.save(update_fields=["password", "password_given_at"])
        trail.record("user.password_changed", stored, by=by, visitor=attempt.visitor)
    update_session_auth_hash(request, stored)
