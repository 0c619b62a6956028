"""Which status follows which, of guarantees, versions and keys: the whole table, tried in the database pair by pair.

Whatever code may believe, the triggers let through these ways only.
"""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from guarantees.models import Guarantee, Key, Version
from tests import make

pytestmark = pytest.mark.django_db

GUARANTEE = {
    ("ordered", "issued"),
    ("issued", "cancelled"),
    ("issued", "claim"),
    ("issued", "closed"),
    ("claim", "closed"),
}
# Of a version: what it is for, before and after. Only the version of a cancellation goes to 解約 without being in force.
VERSION = {
    ("new", "ordered", "issued"),
    ("new", "issued", "superseded"),
    ("new", "issued", "cancelled"),
    ("change", "ordered", "issued"),
    ("change", "issued", "superseded"),
    ("change", "issued", "cancelled"),
    ("correct", "ordered", "issued"),
    ("correct", "issued", "superseded"),
    ("correct", "issued", "cancelled"),
    ("cancel", "ordered", "cancelled"),
}
KEY = {("active", "superseded"), ("active", "revoked"), ("active", "expired")}


def goes(row, **fields):
    """Tell whether the database lets a row be changed so; nothing of it stays."""
    try:
        with transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**fields)
            transaction.set_rollback(True)
    except IntegrityError:
        return False
    return True


def guarantee_in(status):
    """A guarantee brought to a status by what leads there."""
    guarantee = (make.ordered() if status == "ordered" else make.issued()).guarantee
    if status == "cancelled":
        make.amended(guarantee.versions.get(), purpose="cancel")
    elif status in {"claim", "closed"}:
        Guarantee.objects.filter(pk=guarantee.pk).update(status=status)
    return guarantee


@pytest.mark.parametrize("before", Guarantee.Status.values)
def test_a_guarantee_goes_these_ways_only(before):
    guarantee = guarantee_in(before)
    number = guarantee.number or "26102-999999"

    ways = {
        (before, after)
        for after in Guarantee.Status.values
        if after != before and goes(guarantee, status=after, number=number)
    }

    assert ways == {way for way in GUARANTEE if way[0] == before}


def version_in(purpose, status):
    """A version for a purpose, brought to a status; None where that cannot be."""
    first = make.ordered() if (purpose, status) == ("new", "ordered") else make.issued()
    if purpose != "new":
        with transaction.atomic():
            version = make.orders.amend(make.next_terms(first, purpose=purpose), first.guarantee, by=make.person())
        if status != "ordered":
            make.amending.amend(str(version.pk))
            first = Version.objects.get(pk=version.pk)
        else:
            first = version
    first.refresh_from_db()
    if first.status == status:
        return first
    if status == "superseded" and first.status == "issued":
        make.amended(first)
    elif status == "cancelled" and first.status == "issued":
        make.amended(first, purpose="cancel")
    first.refresh_from_db()
    return first if first.status == status else None


@pytest.mark.parametrize("purpose", ["new", "change", "correct", "cancel"])
def test_a_version_goes_these_ways_only(purpose):
    ways = set()
    for before in Version.Status.values:
        version = version_in(purpose, before)
        if version is None:
            continue
        news = {"issued_at": timezone.now(), "snapshot": {}, "snapshot_digest": "x"} if before == "ordered" else {}
        news |= {"starts_on": version.ends_on} if before == "ordered" and version.starts_on is None else {}
        Version.objects.filter(guarantee=version.guarantee_id, no__lt=version.no, status="issued").update(
            status="superseded"
        )
        for after in Version.Status.values:
            if after != before and goes(version, status=after, **(news if after != "ordered" else {})):
                ways.add((purpose, before, after))

    assert ways == {way for way in VERSION if way[0] == purpose}


@pytest.mark.parametrize("before", Key.Status.values)
def test_a_key_goes_these_ways_only(before):
    key = make.issued().keys.get()
    Key.objects.filter(pk=key.pk).update(status=before)

    ways = {(before, after) for after in Key.Status.values if after != before and goes(key, status=after)}

    assert ways == {way for way in KEY if way[0] == before}
