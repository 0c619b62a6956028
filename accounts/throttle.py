"""Slows guessing down without locking anybody out: waits are computed from the tries, nothing is switched off."""

import hashlib
import math
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from accounts.models import LoginTry

# Failures within WINDOW that cost no wait. An address may be the one door of a whole office, so it gets more.
FREE_FOR_ACCOUNT, FREE_FOR_VISITOR = 5, 20
WINDOW = timedelta(hours=1)
FIRST_WAIT, LONGEST_WAIT = 15, 15 * 60  # seconds; doubled by every further failure
# Where a person logged in within this time, tries made elsewhere do not hold him up. Older tries are forgotten.
FAMILIAR = timedelta(days=30)


class TooManyTries(Exception):
    """No further try is possible before `wait` seconds have passed."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        span = f"{wait}秒" if wait < 60 else f"{math.ceil(wait / 60)}分"
        self.span = span
        super().__init__(
            f"ログインできない状態が続いたため、安全のためお待ちいただいています。あと約{span}たってから、もう一度お試しください。"
            f"お急ぎのときは、{settings.COMPANY_PHONE} へお電話ください。受付は、{settings.OFFICE_HOURS}です。"
        )


def begin(email: str, *, visitor: str) -> LoginTry:
    """Write a try down as failed, before anything is compared, so that tries made at once are counted too.

    email: as typed, in lower case, known or not. visitor: address or network the request came from.
    Raises TooManyTries, and then writes nothing: a refused try lengthens no wait. One try at a time gets
    through here for an account and for a visitor; both locks end with this transaction.
    """
    account = hashlib.sha256(email.encode()).hexdigest()
    with transaction.atomic():
        _queue_up(account, visitor)
        if wait := max(_wait_of_visitor(visitor), _wait_of_account(account, visitor)):
            raise TooManyTries(wait)
        return LoginTry.objects.create(account_digest=account, visitor=visitor, succeeded=False)


def succeed(attempt: LoginTry) -> None:
    """Note that the try brought its person in; the account's earlier failures count no more."""
    LoginTry.objects.filter(pk=attempt.pk).update(succeeded=True)
    LoginTry.objects.filter(at__lt=timezone.now() - FAMILIAR).delete()


def delay(failures: int, *, free: int) -> int:
    """Seconds from the latest failure to the next try: none up to `free` - 1 failures, then 15, 30, 60 … 900."""
    return 0 if failures < free else min(FIRST_WAIT * 2 ** min(failures - free, 10), LONGEST_WAIT)


def _queue_up(account: str, visitor: str) -> None:
    """Hold both names until the transaction ends, in one order for all; a queue beyond lock_timeout is a wait."""
    try:
        with connection.cursor() as cursor:
            for name in sorted((f"account {account}", f"visitor {visitor}")):
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["log-in of " + name])
    except OperationalError as fault:
        if isinstance(fault.__cause__, LockNotAvailable):
            raise TooManyTries(FIRST_WAIT) from fault
        raise


def _wait_of_visitor(visitor: str) -> int:
    return _wait(LoginTry.objects.filter(visitor=visitor), free=FREE_FOR_VISITOR)


def _wait_of_account(account: str, visitor: str) -> int:
    """Count the account's failures since it was last opened; at a familiar address only those made there."""
    tries = LoginTry.objects.filter(account_digest=account)
    opened = tries.filter(succeeded=True, at__gt=timezone.now() - FAMILIAR)
    if opened.filter(visitor=visitor).exists():
        tries, opened = tries.filter(visitor=visitor), opened.filter(visitor=visitor)
    if latest := opened.aggregate(at=Max("at"))["at"]:
        tries = tries.filter(at__gt=latest)
    return _wait(tries, free=FREE_FOR_ACCOUNT)


def _wait(tries: QuerySet[LoginTry], *, free: int) -> int:
    now = timezone.now()
    failed = list(
        tries.filter(succeeded=False, at__gt=now - WINDOW).order_by("-at").values_list("at", flat=True)[: free + 10]
    )
    if not failed:
        return 0
    until = failed[0] + timedelta(seconds=delay(len(failed), free=free))
    return max(0, math.ceil((until - now).total_seconds()))
