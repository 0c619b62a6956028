"""Knows by name who keeps which promise; settings.JOBS says it, so that nothing here imports an app above."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

MAIL = "mail"  # kept by the outbox itself, under a lease


def kinds() -> set[str]:
    """The kinds of job that this process can keep. During a deploy others may lie in the table."""
    return {*settings.JOBS, MAIL}


def named(kind: str) -> Callable[[str], None]:
    """Return the function that does jobs of this kind; it takes the job's ref and may be called twice."""
    doer: Callable[[str], None] = import_string(settings.JOBS[kind])
    return doer


def queue(kind: str) -> str | None:
    """The Celery queue that hints of this kind go to; None is Celery's default queue."""
    queues: dict[str, str] = getattr(settings, "JOB_QUEUES", {})
    return queues.get(kind)


def max_attempts(kind: str) -> int:
    """How often a job of this kind is tried before a person must look at it."""
    attempts: dict[str, int] = getattr(settings, "JOB_ATTEMPTS", {})
    return attempts.get(kind, 20)
