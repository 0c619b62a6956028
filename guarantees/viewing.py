"""閲覧: until which day a key opens its guarantee. It ends by the date; a chore writes 閲覧終了 into the row afterwards.

Whoever asks is answered by the date, so that nothing that people see waits for the chore or changes with it.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q

from audit import trail
from guarantees import clock
from guarantees.models import Guarantee, Key

BATCH = 50  # keys in one transaction: the trail's head is held meanwhile, and everybody who acts waits for it
BATCHES = 10  # in one go, some seconds of the relay at most: twelve thousand keys a day, twenty times what falls due


def opens(on: dt.date) -> Q:
    """Tell of keys (for filter) whether they open their guarantee on a day in Tokyo; the last day counts."""
    return Q(status=Key.Status.ACTIVE, expires_on__gte=on)


def ended_on(guarantee: Guarantee, on: dt.date) -> dt.date | None:
    """Give the last day on which the newest key opened the guarantee, once it is over; None before, and for other ends."""
    key = max(guarantee.keys.all(), key=lambda one: one.no, default=None)
    if key is None:
        return None
    is_over = key.status == Key.Status.EXPIRED or key.status == Key.Status.ACTIVE and key.expires_on < on
    return key.expires_on if is_over else None


def close() -> int:
    """Write 閲覧終了 into the keys whose last day is over, with an entry for each guarantee; tell how many there were.

    May be called at any time and by several at once: keys that another one has in hand are passed over.
    """
    today, closed = clock.today(), 0
    for _ in range(BATCHES):
        count = _close_some(today)
        closed += count
        if not count:
            break
    return closed


def _close_some(today: dt.date) -> int:
    """Close one batch in a transaction of its own. Locks the keys, then the trail's head."""
    with transaction.atomic():
        waiting = Key.objects.filter(status=Key.Status.ACTIVE, expires_on__lt=today).order_by("expires_on", "pk")
        found = list(waiting.select_related("guarantee").select_for_update(of=("self",), skip_locked=True)[:BATCH])
        Key.objects.filter(pk__in=[key.pk for key in found]).update(status=Key.Status.EXPIRED)
        for key in found:
            trail.record("key.expired", key.guarantee, by=None, key_no=key.no, expires_on=key.expires_on.isoformat())
    return len(found)
