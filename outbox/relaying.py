"""One round of the relay: take back, remind, help out. It reads only PostgreSQL, so nothing depends on the broker."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, F, Min, Q, Value, When
from django.db.models.functions import Now

from outbox import delivery, doers, heartbeats, hints, mailing, waits
from outbox.chores import Chores
from outbox.models import Job

logger = logging.getLogger(__name__)

FAILURES = 3  # hints in a row that did not go out: from then on the relay does the work itself
BATCH = 100
HELPING = 10.0  # seconds of work in one round, so that leases and signs of life are never neglected


@dataclass
class Relay:
    """What the relay remembers between two rounds; all of it may be forgotten."""

    failures: int = 0
    pinged_at: float = float("-inf")
    stopping: bool = False
    chores: Chores = field(default_factory=Chores)

    def step(self) -> None:
        """Make one round. Any number of relays may do so at once."""
        mailing.reclaim()
        delivery.bury()
        self._remind()
        self._ask_for_workers()
        self.chores.do()
        heartbeats.beat("relay", **_state(), unsent_hints=self.failures)
        if self.failures >= FAILURES or _overdue():
            self._help()

    def _remind(self) -> None:
        """Hint what is due. After a hint that did not go out the rest must wait: each may cost a second."""
        sent = []
        for job_id, kind in _to_remind(waits.HINT_AFTER if not self.failures else timedelta(0)):
            if not self._count(hints.send(job_id, kind)):
                break
            sent.append(job_id)
        Job.objects.filter(pk__in=sent).update(hinted_at=Now())

    def _ask_for_workers(self) -> None:
        """Ask silent workers for a sign of life, but not so often that questions pile up where nobody listens."""
        if self.failures or monotonic() - self.pinged_at < waits.PING_AGAIN.total_seconds():
            return
        if not heartbeats.heard("worker", within=waits.WORKER_QUIET):
            self.pinged_at = monotonic()
            self._count(hints.ping())

    def _help(self) -> None:
        """Do due jobs here, by the same functions as a worker, until none is left or the round has lasted its time."""
        until = monotonic() + HELPING
        while not self.stopping and monotonic() < until:
            job_id = _next()
            if job_id is None:
                return
            delivery.keep(job_id)

    def _count(self, went_out: bool) -> bool:
        self.failures = 0 if went_out else self.failures + 1
        return went_out


def _to_remind(age: timedelta) -> list[tuple[int, str]]:
    """Due jobs nobody is at work on: once at each turn, then again every waits.HINT_AGAIN."""
    with transaction.atomic():
        unhinted = Q(hinted_at=None) | Q(hinted_at__lt=F("run_after")) | Q(hinted_at__lt=Now() - waits.HINT_AGAIN)
        jobs = Job.objects.due().free().filter(unhinted, created_at__lte=Now() - age)
        return list(jobs.order_by("run_after", "pk").values_list("pk", "kind")[:BATCH])


def _overdue() -> bool:
    """Tell whether some job has been due for so long that no worker can be listening."""
    limit = timedelta(seconds=settings.RELAY_INLINE_AFTER)
    with transaction.atomic():
        return Job.objects.due().free().filter(run_after__lte=Now() - limit).first() is not None


def _next() -> int | None:
    """The due job whose turn came first; letters last, since a slow mail server must not hold up issuing."""
    letters_last = Case(When(kind=doers.MAIL, then=Value(1)), default=Value(0))
    with transaction.atomic():
        return Job.objects.due().free().order_by(letters_last, "run_after", "pk").values_list("pk", flat=True).first()


def _state() -> dict[str, int]:
    """Figures for those who watch: open and dead jobs, and the seconds since the oldest open turn came."""
    figures = Job.objects.exclude(status=Job.Status.DONE).aggregate(
        ready=Count("pk", filter=Q(status=Job.Status.READY)),
        leased=Count("pk", filter=Q(status=Job.Status.LEASED)),
        dead=Count("pk", filter=Q(status=Job.Status.DEAD)),
        oldest=Now() - Min("run_after", filter=Q(status=Job.Status.READY)),
    )
    oldest = figures["oldest"]
    return figures | {"oldest": max(0, int(oldest.total_seconds())) if oldest else 0}
