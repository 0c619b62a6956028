"""Records who did what to which thing, and reads it back as a history (履歴)."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from audit import chain
from audit.models import Entry, Head

SYSTEM = "システム"


class NotInTransaction(RuntimeError):
    """An act and its entry stand or fall together; outside a transaction they could not."""


def record(action: str, subject: models.Model, *, by: AbstractBaseUser | None, **data: Any) -> Entry:
    """Append one entry to the chain, inside the caller's transaction.

    action: 'noun.participle', e.g. "line.approved". by: the person, None for the system.
    data: values that JSON knows (no fractions; moments and days as ISO text), for people to read
    in ten years. Never a key, a password or a token: whoever reads a history may not open anything.

    Locks the head of the chain until that transaction ends, so call it last, after every other lock.
    Raises NotInTransaction, and TypeError for data that JSON cannot carry.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction("監査記録は、操作と同じトランザクションの中でのみ書き込めます。")
    plain = chain.sound(data)
    head, _ = Head.objects.select_for_update().get_or_create(pk=1)
    entry = Entry(
        seq=head.seq + 1,
        at=Head.objects.values_list(Now(), flat=True).get(),  # asked after the lock: later entries have later moments
        actor_id=by.pk if by else None,
        actor_name=str(by) if by else SYSTEM,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        data=plain,
        prev_hash=head.hash,
    )
    entry.hash = chain.fingerprint(entry)
    entry.save(force_insert=True)
    Head.objects.update(seq=entry.seq, hash=entry.hash)
    return entry


def of(*subjects: models.Model) -> QuerySet[Entry]:
    """The entries about these things, newest first."""
    about = Q(pk__in=[])
    for subject in subjects:
        about |= Q(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
    return Entry.objects.filter(about).order_by("-seq")
