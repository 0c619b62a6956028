"""電子保証の照会: number and key open a certificate. A wrong number and a wrong key look alike, in words and work."""

import datetime as dt
import logging
import secrets
import uuid
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from audit import trail
from guarantees import clock, keys, numbers, throttle
from guarantees.models import Guarantee, Key, Look, Version
from issuers.kinds import Format

REFUSAL = "保証契約番号または認証キーが正しくありません"
ROWS = 8  # keys compared at every look-up, the newest of the guarantee first, padded with rows that fit nothing
ALARM_AT = 20  # refusals of one number, known or not, within ALARM_WINDOW
ALARM_WINDOW = dt.timedelta(hours=1)

_log = logging.getLogger(__name__)


class Unreadable(Exception):
    """Say which field cannot be right; `messages` maps "number" and "key" to Japanese sentences."""

    def __init__(self, messages: dict[str, str]) -> None:
        super().__init__("".join(messages.values()))
        self.messages = messages


class _Row(NamedTuple):
    """What is compared of a key; nothing more is read before it fits."""

    pk: int
    verifier: bytes
    status: str
    expires_on: dt.date
    guarantee_id: uuid.UUID
    salt: bytes
    pepper_id: str
    stands: str  # the status of its guarantee


@dataclass(frozen=True)
class Outcome:
    """What a look-up answers. All None: refused. `guarantee` alone: right once, but the key opens nothing any more."""

    result: Look.Result
    look: Look
    guarantee: Guarantee | None = None
    version: Version | None = None
    key: Key | None = None


def find(number: str, key: str, *, visitor: str, agent: str, user: User | AnonymousUser | None = None) -> Outcome:
    """Look a guarantee up by what somebody typed, and record the look.

    A wrong number and a wrong key cost the same: one query, one slow hash, eight comparisons, one row. Only electronic
    guarantees are found. A look of a logged-in person is recorded as their own.

    Raises Unreadable before any query when a field cannot be right, throttle.TooManyTries or keys.Busy before the hash.
    """
    asked, typed = _read(number, key)
    network = throttle.network(visitor)
    with transaction.atomic():
        throttle.admit(network)
        row = _fitting(asked, typed)
        look = Look(
            number_hmac=keys.number_mark(asked),
            result=_result(row, clock.today()),
            guarantee_id=row.guarantee_id if row else None,
            visitor=visitor[:45],
            network=network,
            agent=agent.replace("\0", "")[:200],
            by=user if isinstance(user, User) else None,
        )
        look.save()
        _alarm(look)
    return _outcome(look, row)


def reopen(key_pk: int) -> Version | None:
    """Give the version that a key opened earlier still opens now; None once it was superseded, revoked or expired."""
    still = Key.objects.filter(pk=key_pk, status=Key.Status.ACTIVE, expires_on__gte=clock.today())
    found = still.select_related("version__guarantee__branch").first()
    return found.version if found else None


def looks(guarantee: Guarantee) -> QuerySet[Look]:
    """List the looks of those who held a key of this guarantee, newest first (閲覧の記録)."""
    return guarantee.looks.select_related("by").order_by("-at", "-id")


def opened_by_beneficiary(guarantee: Guarantee) -> Look | None:
    """Find the first look at the version in force that nobody of ours made: with it the guarantee counts as 閲覧済."""
    return opened().filter(guarantee=guarantee).order_by("at", "id").first()


def opened() -> QuerySet[Look]:
    """The looks of those who were not logged in at the version that is in force: what was seen before a change is not that."""
    of_version = {  # of one and the same version: in one filter
        "guarantee__versions__status": Version.Status.ISSUED,
        "at__gte": F("guarantee__versions__issued_at"),
    }
    return Look.objects.filter(result=Look.Result.OPENED, by=None, **of_version).order_by()


def _read(number: str, key: str) -> tuple[str, str]:
    faults = {"number": numbers.faults(number), "key": keys.faults(key)}
    if any(faults.values()):
        raise Unreadable({field: message for field, message in faults.items() if message})
    return numbers.normalise(number), keys.normalise(key)


def _fitting(number: str, typed: str) -> _Row | None:
    """Find the row of the key that fits. Every call costs one query, one slow hash and eight comparisons to the end."""
    known = Key.objects.filter(guarantee__number=number, guarantee__format=Format.ELECTRONIC).order_by("-no")[:ROWS]
    columns = (
        "pk", "verifier", "status", "expires_on", "guarantee_id", "guarantee__salt", "pepper_id", "guarantee__status",
    )  # fmt: skip
    rows = [_Row(*values) for values in known.values_list(*columns)]
    rows += [_nobody() for _ in range(ROWS - len(rows))]
    head = rows[0]
    hashed = keys.verifier(typed, head.guarantee_id, bytes(head.salt), head.pepper_id)
    fits = [secrets.compare_digest(hashed, bytes(row.verifier)) for row in rows]
    return next((row for row, fit in zip(rows, fits, strict=True) if fit), None)


def _nobody() -> _Row:
    """Make up a row that no key fits: the verifier is drawn anew each time."""
    return _Row(
        0, secrets.token_bytes(32), Key.Status.REVOKED, dt.date.min, uuid.UUID(int=0), bytes(16), keys.pepper_id(), ""
    )


def _result(row: _Row | None, today: dt.date) -> Look.Result:
    if row is None:
        return Look.Result.REFUSED
    if row.stands == Guarantee.Status.CANCELLED:
        return Look.Result.CANCELLED
    if row.status == Key.Status.ACTIVE:
        return Look.Result.OPENED if today <= row.expires_on else Look.Result.EXPIRED
    return Look.Result(row.status)


def _alarm(look: Look) -> None:
    """Report every twentieth refusal of one number within an hour to log and audit trail; refuse nobody for it."""
    if look.result != Look.Result.REFUSED:
        return
    same = Look.objects.filter(number_hmac=look.number_hmac, result=Look.Result.REFUSED, at__gt=look.at - ALARM_WINDOW)
    if same.count() % ALARM_AT == 0:
        _log.warning("look-up: %d refusals within an hour for one number (look %d)", ALARM_AT, look.pk)
        trail.record("look.repeated", look, by=None, refusals=ALARM_AT, number_hmac=look.number_hmac)


def _outcome(look: Look, row: _Row | None) -> Outcome:
    result = Look.Result(look.result)
    if row is None:
        return Outcome(result, look)
    if result != Look.Result.OPENED:
        return Outcome(result, look, Guarantee.objects.select_related("branch").get(pk=row.guarantee_id))
    key = Key.objects.select_related("version__guarantee__branch").get(pk=row.pk)
    return Outcome(result, look, key.version.guarantee, key.version, key)
