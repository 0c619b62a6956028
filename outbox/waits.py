"""How long the outbox waits: for a lease, before a hint, and between two attempts."""

import random
from datetime import timedelta

LEASE = timedelta(seconds=120)  # a letter on its way belongs to one process for so long
HINT_AFTER = timedelta(seconds=5)  # younger jobs still have the hint of their own commit
HINT_AGAIN = timedelta(seconds=30)
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=10)
# Between two attempts to send a letter that the mail server did not take yet; the last step repeats.
RESEND = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 3600, 7200, 14400, 28800))
AFTER_UNKNOWN = timedelta(minutes=2)
LETTER_LIFE = timedelta(hours=24)
WORKER_QUIET = timedelta(seconds=30)  # after such a silence the relay asks whether a worker is there
PING_AGAIN = timedelta(seconds=60)


def before_retry(attempt: int) -> timedelta:
    """The pause after the nth attempt (1, 2, …) of a job: doubling, and never in step with its neighbours."""
    return _about(min(FIRST_RETRY * 2 ** min(attempt - 1, 20), LONGEST_RETRY))


def before_resend(attempt: int) -> timedelta:
    """The pause after the nth refused attempt (1, 2, …) to send a letter."""
    return _about(RESEND[min(attempt, len(RESEND)) - 1])


def after_unknown(attempt: int) -> timedelta:
    """The pause after an nth attempt whose outcome nobody knows: two minutes, later the ordinary schedule."""
    return max(AFTER_UNKNOWN, before_resend(attempt))


def _about(pause: timedelta) -> timedelta:
    return pause * random.uniform(0.8, 1.2)  # ± 20 %
