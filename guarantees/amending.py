"""Changing: what the worker does with an order for the next version of a guarantee, or for its end.

Like `issuing`, every function may run twice. The number stays; the version before and its key open nothing any more from
the moment in which the next one is in force.
"""

from django.db import transaction
from django.db.models import Max

from audit import trail
from guarantees import clock, issuing
from guarantees.models import Guarantee, Key, Purpose, Version
from outbox import post


class KeyMoved(Exception):
    """Say that another key was made for the guarantee meanwhile; the job is simply tried again."""


@transaction.atomic
def amend(ref: str) -> None:
    """Put the ordered version `ref` (its id) in the place of the one in force, all at once: version, key, papers, or the end.

    Running it again is harmless. Raises KeyMoved, and Guarantee.DoesNotExist when the guarantee is not in force.
    """
    ordered = Version.objects.select_related("guarantee").get(pk=ref)
    if ordered.status != Version.Status.ORDERED:
        return
    ends = ordered.purpose == Purpose.CANCELLATION
    secret = None
    if ordered.guarantee.is_electronic and not ends:
        last = ordered.guarantee.keys.order_by("no").last()
        secret = issuing.draw(ordered.guarantee, _next_key(ordered.guarantee), pepper=last.pepper_id if last else "")
    guarantee = Guarantee.objects.select_for_update(no_key=True).get(pk=ordered.guarantee_id, status="issued")
    version = Version.objects.select_related("branch", "issuer", "guarantee").get(pk=ref)
    if version.status != Version.Status.ORDERED:
        return
    if secret and secret.no != _next_key(guarantee):
        raise KeyMoved("another key was made meanwhile")
    before = guarantee.versions.select_related("issuer", "branch").get(status=Version.Status.ISSUED)
    _retire(before, guarantee, Version.Status.CANCELLED if ends else Version.Status.SUPERSEDED)
    assert guarantee.number is not None  # it was issued
    status = Version.Status.CANCELLED if ends else Version.Status.ISSUED
    issuing.issue(version, guarantee.number, clock.now(), before=before, as_status=status)
    key = issuing.keep(secret, version) if secret else None
    issuing.promise_papers(version, key)
    guarantee.status = Guarantee.Status.CANCELLED if ends else guarantee.status
    guarantee.to_leave = not guarantee.is_electronic and not ends
    guarantee.changing_since = None
    guarantee.save(update_fields=["status", "to_leave", "changing_since"])
    if ends:
        _tell_the_end(version)
    trail.record(
        "guarantee.cancelled" if ends else "guarantee.changed",
        guarantee,
        by=None,
        version=version.no,
        purpose=version.purpose,
        snapshot_digest=version.snapshot_digest,
    )


def _next_key(guarantee: Guarantee) -> int:
    return (guarantee.keys.aggregate(last=Max("no"))["last"] or 0) + 1


def _retire(before: Version, guarantee: Guarantee, status: str) -> None:
    before.status = status
    before.save(update_fields=["status"])
    left = Key.Status.REVOKED if status == Version.Status.CANCELLED else Key.Status.SUPERSEDED
    guarantee.keys.filter(status=Key.Status.ACTIVE).update(status=left)


def _tell_the_end(version: Version) -> None:
    """Promise the news of a cancellation to the address of the guarantee, when there is one."""
    if not version.notice_address:
        return
    post.write("guarantee_cancelled", to=version.notice_address, ref=str(version.pk), context=issuing.news(version))
