"""Keeps promises: claims a job by its row lock and marks it done in the very transaction of its effect."""

import logging

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from outbox import doers, heartbeats, mailing, reasons, waits
from outbox.models import Job

logger = logging.getLogger(__name__)

_LARGEST_ID = 2**63 - 1


def run(job_id: object) -> None:
    """Answer a hint. Doubled, late, forged or malformed ones do no harm: there is simply nothing to do."""
    heartbeats.beat("worker")
    if type(job_id) is int and 0 < job_id <= _LARGEST_ID:
        keep(job_id)
    elif job_id != 0:  # outbox.hints.PING
        logger.warning("hint without a job id ignored")


def keep(job_id: int) -> None:
    """Do this job if it is due and nobody else is doing it; return when it is done, failed or not ours.

    Exactly once: the doer's changes and DONE are one commit. A doer that raises leaves no trace but the
    reason, and the job waits for its next turn; after the last allowed attempt it is DEAD. May be called
    any number of times, from any number of processes, outside any transaction.
    """
    if Job.objects.filter(pk=job_id, kind=doers.MAIL).exists():
        mailing.send(job_id)
        return
    job = _count_attempt(job_id)
    if job is None:
        logger.info("nothing to do for job %s", job_id)
        return
    try:
        _do(job)
    except Exception as error:  # a doer may fail in any way; the job must outlive all of them
        _note_failure(job, error)


def bury() -> int:
    """Mark jobs DEAD that have used up their attempts without a word, because every worker died over them."""
    with transaction.atomic():
        worn = Job.objects.free().filter(status=Job.Status.READY, attempts__gte=F("max_attempts"), run_after__lte=Now())
        dead = Job.objects.filter(pk__in=[job.pk for job in worn]).update(status=Job.Status.DEAD)
    if dead:
        logger.error("%s jobs are dead: every attempt ended without an outcome", dead)
    return dead


def _count_attempt(job_id: int) -> Job | None:
    """Count before the work, in a transaction of its own, so that a crash counts too, and put the next turn off.

    The later turn keeps all other deliverers away while this one goes from here to its row lock.
    """
    with transaction.atomic(durable=True):
        job = Job.objects.due().free().filter(pk=job_id).first()
        if job is not None:
            job.attempts += 1
            Job.objects.filter(pk=job_id).update(
                attempts=job.attempts, run_after=Now() + waits.before_retry(job.attempts)
            )
    return job


def _do(job: Job) -> None:
    with transaction.atomic(durable=True):
        ours = Job.objects.free().filter(pk=job.pk, status=Job.Status.READY, attempts=job.attempts)
        if ours.first() is None:
            return
        doers.named(job.kind)(job.ref)
        Job.objects.filter(pk=job.pk).update(status=Job.Status.DONE, done_at=Now(), last_error="")


def _note_failure(job: Job, error: Exception) -> None:
    """Keep the reason; a commit that did happen although its answer was lost is left as it is."""
    reason = reasons.short(error)
    dead = job.attempts >= job.max_attempts
    level, status = (logging.ERROR, Job.Status.DEAD) if dead else (logging.WARNING, Job.Status.READY)
    Job.objects.filter(pk=job.pk, status=Job.Status.READY, attempts=job.attempts).update(
        status=status, last_error=reason
    )
    tries = f"{job.attempts} of {job.max_attempts}"
    logger.log(level, "job %s (%s) failed, attempt %s: %s", job.pk, job.kind, tries, reason)
