"""Sends letters under a lease, because SMTP must not sit inside a transaction: lease, attempt, settle.

What is promised: accepted by our mail server at least once, normally exactly once, never another content
under the same Message-ID. What cannot be: arrival in the mailbox, and that it is read.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from outbox import smtp, waits
from outbox.models import Job, Letter, LetterAttempt

logger = logging.getLogger(__name__)

Outcome = LetterAttempt.Outcome
PAUSES = {Outcome.DEFERRED: waits.before_resend, Outcome.UNKNOWN: waits.after_unknown}


def send(job_id: int) -> None:
    """Make one attempt to send the letter of this job if it is due and nobody holds its lease; may be called again."""
    job = _lease(job_id)
    if job is None:
        logger.info("nothing to send for job %s", job_id)
        return
    result = smtp.send(Letter.objects.get(pk=job.ref))
    if not _settle(job, result):
        logger.warning("job %s: the lease ended before the attempt; its outcome stays unknown", job_id)


def reclaim() -> int:
    """Take back the letters whose lease has ended: nobody knows whether they went out, so they go out again."""
    with transaction.atomic():
        stale = Job.objects.free().filter(status=Job.Status.LEASED, lease_until__lt=Now())
        jobs = list(stale.order_by("lease_until")[:100])
        for job in jobs:
            began = _open_attempt(job).started_at
            _note(job, smtp.Result(Outcome.UNKNOWN, text="the lease ended without an outcome"), since=began)
    return len(jobs)


def _lease(job_id: int) -> Job | None:
    """Take the job for waits.LEASE; the new generation shuts out whoever held it before."""
    with transaction.atomic(durable=True):
        job = Job.objects.due().free().filter(pk=job_id).first()
        if job is not None:
            job.attempts += 1
            job.generation += 1
            Job.objects.filter(pk=job.pk).update(
                status=Job.Status.LEASED,
                attempts=job.attempts,
                generation=job.generation,
                lease_until=Now() + waits.LEASE,
            )
            Letter.objects.filter(pk=job.ref).update(status=Letter.Status.SENDING, attempts=F("attempts") + 1)
            letter = Letter.objects.get(pk=job.ref)
            LetterAttempt.objects.create(letter=letter, n=letter.attempts)
    return job


def _settle(job: Job, result: smtp.Result) -> bool:
    """Write down how the attempt ended, unless its lease has meanwhile passed to another; tell whether it was ours."""
    with transaction.atomic(durable=True):
        ours = Job.objects.select_for_update().filter(pk=job.pk, status=Job.Status.LEASED, generation=job.generation)
        current = ours.first()
        if current is not None:
            _note(current, result)
    return current is not None


def _note(job: Job, result: smtp.Result, *, since: datetime | None = None) -> None:
    """Close the open attempt, move job and letter on; pauses count from since, or now. The caller holds the job."""
    now = _now(job)
    since = since or now
    status, wait = _next(job, result.outcome, since)
    attempt = _open_attempt(job)
    LetterAttempt.objects.filter(pk=attempt.pk).update(
        finished_at=now, outcome=result.outcome, smtp_code=result.code, smtp_text=result.text
    )
    sent = result.outcome == Outcome.SENT
    Letter.objects.filter(pk=job.ref).update(
        status=Letter.Status.DEAD if status == Job.Status.DEAD and wait else Letter.Status(result.outcome),
        smtp_code=result.code,
        sent_at=now if sent else None,
    )
    Job.objects.filter(pk=job.pk).update(
        status=status,
        lease_until=None,
        run_after=since + wait if wait else F("run_after"),
        done_at=now if sent else None,
        last_error="" if sent else f"{result.outcome}: {result.code or ''} {result.text}"[:300],
    )
    if status == Job.Status.DEAD:
        logger.error("letter %s was not accepted: %s %s", job.ref, result.outcome, result.code)


def _next(job: Job, outcome: str, since: datetime) -> tuple[str, timedelta | None]:
    """Tell the job's next status, and after what pause it is tried again if it is of the kind to be tried again."""
    if outcome not in PAUSES:
        return (Job.Status.DONE if outcome == Outcome.SENT else Job.Status.DEAD), None
    wait = PAUSES[Outcome(outcome)](job.attempts)
    too_late = job.give_up_at is not None and since + wait > job.give_up_at
    return (Job.Status.DEAD if too_late or job.attempts >= job.max_attempts else Job.Status.READY), wait


def _open_attempt(job: Job) -> LetterAttempt:
    return LetterAttempt.objects.get(letter_id=job.ref, finished_at=None)


def _now(job: Job) -> datetime:
    moment: datetime = Job.objects.values_list(Now(), flat=True).get(pk=job.pk)
    return moment
