import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction

from guarantees.models import Document, Guarantee, Look, NumberSeries, Version
from tests import make

DAY = dt.date(2026, 6, 5)
MOMENT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)


def refused(sentence, change):
    """Ask the database for something and expect it to say no, in these words."""
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        change()


def update(row, **values):
    return lambda: type(row).objects.filter(pk=row.pk).update(**values)


def delete(row):
    return lambda: type(row).objects.filter(pk=row.pk)._raw_delete("default")


def look():
    return Look.objects.create(number_hmac="0" * 64, result="refused", visitor="192.0.2.1", network="192.0.2.1")


@pytest.mark.django_db
def test_a_guarantee_keeps_its_identity():
    guarantee = make.issued().guarantee
    others = {
        "product": "contract",
        "format": "paper",
        "branch": make.branch("103"),
        "contractor": make.contractor(),
        "issuer": make.issuer("131041", name="新宿区"),
        "follows": guarantee,
        "fiscal_year": 2026,
        "salt": b"x" * 16,
        "created_at": MOMENT,
    }

    assert set(others) | {"id", "number", "status", "to_leave", "changing_since"} == {
        field.name for field in Guarantee._meta.fields
    }
    for name, value in others.items():
        refused("a guarantee keeps its identity", update(guarantee, **{name: value}))


@pytest.mark.django_db
def test_a_guarantee_is_numbered_once():
    guarantee = make.issued().guarantee

    refused("a guarantee is numbered once", update(guarantee, number="26102-999999"))
    refused("a guarantee is numbered once", update(guarantee, number=None))


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["26102-1", "2610-000001", "26102_000001", "26102-00000a", ""])
def test_a_number_has_its_form(number):
    refused("guarantee_number_has_its_form", update(make.ordered().guarantee, number=number, status="issued"))


@pytest.mark.django_db
def test_numbered_and_issued_go_together():
    guarantee = make.ordered().guarantee

    refused("guarantee_is_numbered_once_issued", update(guarantee, status="issued"))
    refused("guarantee_is_numbered_once_issued", update(guarantee, number="26102-000001"))


@pytest.mark.django_db
@pytest.mark.parametrize("old", Guarantee.Status.values)
def test_a_guarantee_moves_along_its_table_only(old):
    allowed = {
        "ordered": {"issued"},
        "issued": {"cancelled", "claim", "closed"},
        "cancelled": set(),
        "claim": {"closed"},
        "closed": set(),
    }
    guarantee = make.ordered().guarantee if old == "ordered" else make.issued().guarantee
    if old != "ordered":
        update(guarantee, status=old)()

    for new in set(Guarantee.Status.values) - {old} - allowed[old]:
        refused(f"a guarantee does not go from {old} to {new}", update(guarantee, status=new))
    for new in allowed[old]:
        with transaction.atomic():
            number = guarantee.number or "26102-000001"
            Guarantee.objects.filter(pk=guarantee.pk).update(status=new, number=number)
            assert Guarantee.objects.get(pk=guarantee.pk).status == new
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_issued_version_is_frozen_but_for_its_status():
    version = make.issued()
    values = {
        field.attname: {
            "CharField": "x",
            "EmailField": "x@example.jp",
            "BigIntegerField": 7,
            "PositiveSmallIntegerField": 7,
            "DateField": DAY,
            "DateTimeField": MOMENT,
            "JSONField": {"a": 1},
        }.get(field.get_internal_type())
        for field in Version._meta.fields
        if field.name not in {"id", "status"} and not field.is_relation
    }
    values |= {"issuer_id": make.issuer("131041", name="新宿区").pk, "branch_id": make.branch("103").pk}
    values |= {"guarantee_id": make.ordered().guarantee_id, "ordered_by_id": make.person().pk}

    assert set(values) == {field.attname for field in Version._meta.fields} - {"id", "status"}
    for name, value in values.items():
        refused("a version is frozen", update(version, **{name: value}))


@pytest.mark.django_db
def test_an_ordered_version_is_frozen_until_it_is_issued():
    version = make.ordered()

    refused("a version is frozen", update(version, amount_yen=1))
    refused("a version is frozen", update(version, starts_on=DAY))
    refused("a version is frozen", update(version, issued_at=MOMENT))
    issue = {"status": "issued", "issued_at": MOMENT, "snapshot": {}, "starts_on": DAY}
    refused("a version is frozen", update(version, amount_yen=1, **issue))
    refused("version_has_its_moment_once_issued", update(version, status="issued"))
    update(version, **issue)()


@pytest.mark.django_db
def test_a_first_day_that_was_approved_is_not_moved_by_the_issue():
    version = make.ordered(starts_on=DAY)
    later = DAY + dt.timedelta(days=1)

    refused("a version is frozen", update(version, status="issued", issued_at=MOMENT, snapshot={}, starts_on=later))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new"),
    [("ordered", "superseded"), ("ordered", "cancelled"), ("issued", "ordered"), ("superseded", "issued")]
    + [("superseded", "cancelled"), ("cancelled", "issued"), ("cancelled", "superseded")],
)
def test_a_version_never_goes_back_and_skips_nothing(old, new):
    version = make.ordered() if old == "ordered" else make.issued()
    if old not in {"ordered", "issued"}:
        update(version, status=old)()

    refused(f"a version does not go from {old} to {new}", update(version, status=new))


@pytest.mark.django_db
def test_a_key_stays_with_its_guarantee_and_never_comes_back_to_life():
    key, other = make.issued().keys.get(), make.issued()

    for change in ({"guarantee": other.guarantee}, {"version": other}, {"no": 2}, {"created_at": MOMENT}):
        refused("a key stays with its guarantee", update(key, **change))
    update(key, status="revoked")()
    refused("a key does not go from revoked to active", update(key, status="active"))
    update(key, ciphertext=b"sealed anew", kid="k2", verifier=bytes(32), pepper_id="k2")()


@pytest.mark.django_db
def test_a_guarantee_has_one_active_key_and_one_version_in_force():
    version = make.issued()
    key = version.keys.get()
    key.pk, key.no = None, 2
    refused("a_guarantee_has_one_active_key", key.save)

    version.pk, version.no, version.purpose = None, 1, "change"
    version.changed_on, version.change_reason = MOMENT, "増工のため"
    refused("a_guarantee_has_one_version_in_force", version.save)


@pytest.mark.django_db
def test_a_series_never_goes_back_and_never_gets_a_seventh_digit():
    series = NumberSeries.objects.create(prefix="26102", last=5)

    refused("a series never goes back", update(series, last=4))
    refused("a series never goes back", update(series, prefix="26103"))
    refused("a_series_ends_at_six_digits", update(series, last=1_000_000))


@pytest.mark.django_db
def test_papers_and_looks_are_append_only():
    version = make.issued()
    paper = Document.objects.create(
        guarantee=version.guarantee,
        version=version,
        kind="certificate",
        template="1",
        stored_digest="0" * 64,
        digest="0" * 64,
        size=1,
    )
    seen = look()

    refused("guarantees_document is append-only", update(paper, digest="1" * 64))
    refused("guarantees_document is append-only", delete(paper))
    refused("guarantees_look is append-only", update(seen, result="opened"))
    refused("guarantees_look is append-only", delete(seen))


@pytest.mark.django_db
def test_nothing_that_was_promised_is_deleted():
    version = make.issued()

    for row in (version.keys.get(), version, version.guarantee, NumberSeries.objects.get()):
        refused("is never deleted", delete(row))


@pytest.mark.django_db
def test_a_paper_with_a_key_is_never_stored_open():
    version = make.issued()
    paper = Document(
        guarantee=version.guarantee,
        version=version,
        kind="notice",
        key_no=1,
        template="1",
        stored_digest="0" * 64,
        digest="0" * 64,
        size=1,
    )

    refused("a_paper_with_a_key_is_stored_sealed", paper.save)


@pytest.mark.django_db
def test_guarantees_are_seen_by_their_company_their_branch_and_the_head_office_only():
    version = make.issued()
    guarantee = version.guarantee
    owner = make.person("contractor", contractor=guarantee.contractor)
    stranger, rival = make.person("contractor"), make.person("clerk", branch=make.branch("103", name="立川支店"))

    def seen(user):
        return list(Guarantee.objects.visible_to(user))

    assert (
        seen(owner)
        == seen(make.person("clerk"))
        == seen(make.person("approver"))
        == seen(make.person("head"))
        == [guarantee]
    )
    assert seen(stranger) == seen(rival) == []


@pytest.mark.django_db
def test_the_current_version_is_the_newest_and_costs_nothing_when_prefetched(django_assert_num_queries):
    version = make.issued()

    assert version.guarantee.current == version
    found = Guarantee.objects.prefetch_related("versions").get(pk=version.guarantee_id)
    with django_assert_num_queries(0):
        assert found.current == version


def test_a_number_that_is_not_there_yet_is_said_in_words():
    guarantee = Guarantee(pk=uuid.uuid4(), product="advance")

    assert str(guarantee) == "前払金保証 （番号未定）"
    assert str(Version(guarantee=guarantee, no=1)) == "前払金保証 （番号未定） 第2版"
