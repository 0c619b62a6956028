"""Makes promises: a Job row in the caller's transaction, and a hint to the workers once that has committed."""

from datetime import datetime

from django.db import connection, models, transaction

from outbox import doers, hints
from outbox.models import Job


class NotInTransaction(RuntimeError):
    """A promise stands or falls with the change it belongs to; outside a transaction it could not."""


class UnknownKind(LookupError):
    """Nobody is named in settings.JOBS who would keep such a promise."""


def make(kind: str, ref: object, *, purpose: str | None = None, give_up_at: datetime | None = None) -> Job:
    """Promise that the doer of this kind (settings.JOBS) will be called with ref, at least until it has succeeded once.

    ref: a model instance or its id; stored as text, so ids only, never a key, a name or an amount.
    purpose: what the promise is about, `kind:ref` unless told; a second promise for the same purpose
    is the first one, in whatever state that is by now.
    give_up_at: plan no attempt beyond this moment (letters).
    Stands or falls with the caller's transaction; raises NotInTransaction without one, UnknownKind for a typo.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("処理の登録は、操作と同じトランザクションの中でのみ行えます。")
    if kind not in doers.kinds():
        raise UnknownKind(f"処理の種類「{kind}」は登録されていません。")
    key = str(ref.pk if isinstance(ref, models.Model) else ref)
    job, is_new = Job.objects.get_or_create(
        purpose=purpose or f"{kind}:{key}",
        defaults={"kind": kind, "ref": key, "max_attempts": doers.max_attempts(kind), "give_up_at": give_up_at},
    )
    if is_new:
        hint_on_commit(job)
    return job


def hint_on_commit(job: Job) -> None:
    """Wake a worker once the caller's transaction has committed; the broker's troubles never reach the caller."""
    # A lambda, never functools.partial: robust=True names the callback by __qualname__ when it fails (Django 5.2).
    transaction.on_commit(lambda: hints.send(job.pk, job.kind), robust=True)
