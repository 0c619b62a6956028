"""Gives a dead job another life when a person has mended what killed it."""

import logging

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models.functions import Now

from outbox import doers, promises, waits
from outbox.models import Job, Letter

logger = logging.getLogger(__name__)


class NotDead(Exception):
    """Only a dead job can be revived; this one is waiting, at work or done."""


@transaction.atomic
def retry(job: Job, *, by: AbstractBaseUser) -> Job:
    """Make a dead job ready again, with all its attempts before it; raise NotDead and change nothing if it is not dead.

    Locks the job. The outbox knows no audit: the caller records the act (say "job.retried") in the same transaction.
    """
    current = Job.objects.select_for_update().get(pk=job.pk)
    if current.status != Job.Status.DEAD:
        raise NotDead("この処理はすでに再開されています。画面を更新して状況をご確認ください。")
    is_letter = current.kind == doers.MAIL
    Job.objects.filter(pk=current.pk).update(
        status=Job.Status.READY,
        attempts=0,
        run_after=Now(),
        hinted_at=None,
        give_up_at=Now() + waits.LETTER_LIFE if is_letter else None,
    )
    if is_letter:
        Letter.objects.filter(pk=current.ref).update(status=Letter.Status.QUEUED)
    promises.hint_on_commit(current)
    logger.info("job %s revived by %s", current.pk, by.pk)
    current.refresh_from_db()
    return current
