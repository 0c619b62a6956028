import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from audit import trail
from guarantees import amending, keys, lookup, orders, snapshot, standing
from guarantees.models import Guarantee, Key, Look, Version
from guarantees.standing import Standing
from outbox.models import Job, Letter
from tests import make

VISITOR = {"visitor": "192.0.2.1", "agent": "test"}


def jobs(guarantee):
    return set(Job.objects.filter(purpose__contains=str(guarantee.pk)).values_list("purpose", flat=True))


@pytest.mark.django_db
def test_a_change_takes_the_place_of_the_version_before_under_the_same_number():
    first = make.issued()
    guarantee = first.guarantee
    number, old_key = guarantee.number, Key.objects.get()

    second = make.amended(
        first,
        amount_yen=24_000_000,
        price_yen=60_000_000,
        ends_on=dt.date(2028, 3, 10),
        works_until=dt.date(2028, 3, 10),
    )

    first.refresh_from_db()
    guarantee.refresh_from_db()
    old_key.refresh_from_db()
    new_key = guarantee.keys.get(no=2)
    assert (guarantee.number, guarantee.status) == (number, "issued")
    assert (first.status, second.status, second.no, second.edition) == ("superseded", "issued", 1, "第2版")
    assert (old_key.status, new_key.status, new_key.version) == ("superseded", "active", second)
    assert new_key.expires_on == dt.date(2028, 3, 10) + dt.timedelta(days=90)
    assert second.starts_on == first.starts_on
    assert keys.reveal(new_key) != keys.reveal(old_key)
    assert {
        f"amend:{guarantee.pk}:1",
        f"render_certificate:{guarantee.pk}:1",
        f"render_notice:{guarantee.pk}:2",
    } <= jobs(guarantee)
    assert trail.of(guarantee).first().action == "guarantee.changed"


@pytest.mark.django_db
def test_the_papers_of_a_change_say_what_was_before_and_what_is_now():
    first = make.issued()
    second = make.amended(
        first,
        amount_yen=24_000_000,
        price_yen=60_000_000,
        ends_on=dt.date(2028, 3, 10),
        works_until=dt.date(2028, 3, 10),
    )

    shown = snapshot.read(second)

    assert (shown["schema"], shown["replaces"], shown["purpose_label"]) == (2, "第1版", "増額・保証期限変更")
    assert shown["changed_on"] == "2026-07-01"
    assert [(row["label"], row["before"], row["after"]) for row in shown["changes"]] == [
        ("請負金額", "50,000,000円", "60,000,000円"),
        ("保証金額", "20,000,000円", "24,000,000円"),
        ("工期の終わり", "令和9年12月18日（2027年12月18日）", "令和10年3月10日（2028年3月10日）"),
        ("保証期限", "令和9年12月18日（2027年12月18日）", "令和10年3月10日（2028年3月10日）"),
    ]


@pytest.mark.django_db
def test_the_old_key_opens_only_the_news_of_the_change_and_the_new_one_the_new_version():
    first = make.issued()
    old = keys.reveal(Key.objects.get())
    second = make.amended(first, amount_yen=10_000_000)
    new = keys.reveal(Key.objects.get(no=2))
    number = first.guarantee.number

    closed = lookup.find(number, old, **VISITOR)
    opened = lookup.find(number, new, **VISITOR)

    assert (closed.result, closed.version, closed.key) == (Look.Result.SUPERSEDED, None, None)
    assert (opened.result, opened.version) == (Look.Result.OPENED, second)


@pytest.mark.django_db
def test_amending_twice_is_amending_once():
    version = make.amended(make.issued(), amount_yen=10_000_000)
    before = (list(Guarantee.objects.values()), list(Version.objects.values()), list(Key.objects.values()))

    amending.amend(str(version.pk))

    assert (list(Guarantee.objects.values()), list(Version.objects.values()), list(Key.objects.values())) == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_change_make_one_version_and_one_key():
    first = make.issued()
    with transaction.atomic():
        ordered = orders.amend(make.next_terms(first, amount_yen=10_000_000), first.guarantee, by=make.person())
    start = Barrier(2)

    def work(_):
        start.wait()
        try:
            amending.amend(str(ordered.pk))
        except amending.KeyMoved:
            pass  # tried again by the outbox
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    amending.amend(str(ordered.pk))

    guarantee = first.guarantee
    assert list(guarantee.keys.values_list("no", "status")) == [(1, "superseded"), (2, "active")]
    assert list(guarantee.versions.values_list("no", "status")) == [(0, "superseded"), (1, "issued")]


@pytest.mark.django_db
def test_a_paper_guarantee_gets_no_key_and_its_next_certificate_waits_to_leave():
    first = make.issued(format="paper")
    Guarantee.objects.filter(pk=first.guarantee_id).update(to_leave=False)

    make.amended(first, amount_yen=10_000_000)

    guarantee = Guarantee.objects.get()
    assert guarantee.to_leave
    assert not Key.objects.exists()
    assert not [name for name in jobs(guarantee) if name.startswith("render_")]


@pytest.mark.django_db
def test_a_cancellation_ends_guarantee_and_key_and_tells_it():
    first = make.issued()
    signs = keys.reveal(Key.objects.get())

    last = make.amended(first, purpose="cancel")

    guarantee = Guarantee.objects.get()
    assert (guarantee.status, last.status, Version.objects.get(no=0).status) == ("cancelled", "cancelled", "cancelled")
    assert Key.objects.get().status == "revoked"
    assert lookup.find(guarantee.number, signs, **VISITOR).result == Look.Result.CANCELLED
    assert lookup.reopen(Key.objects.get().pk) is None
    assert Letter.objects.get(kind="guarantee_cancelled").to == "hosho@example.jp"
    assert standing.of(last, dt.date(2026, 8, 1)) == Standing.CANCELLED
    with pytest.raises(orders.Unchangeable), transaction.atomic():
        orders.amend(make.next_terms(first, amount_yen=1), guarantee, by=make.person())


@pytest.mark.django_db
def test_a_second_change_is_not_ordered_before_the_first_is_issued():
    first = make.issued()
    with transaction.atomic():
        orders.amend(make.next_terms(first, amount_yen=10_000_000), first.guarantee, by=make.person())

    with pytest.raises(orders.Unchangeable), transaction.atomic():
        orders.amend(make.next_terms(first, amount_yen=11_000_000), first.guarantee, by=make.person())
    with pytest.raises(IntegrityError, match="a_guarantee_has_one_version_on_order"), transaction.atomic():
        Version.objects.create(
            guarantee=first.guarantee, no=2, ordered_by=make.person(), **kept(make.next_terms(first))
        )


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"format": "paper"}, {"product": "contract"}])
def test_neither_format_nor_product_changes_whoever_asks(changes):
    first = make.issued()

    with pytest.raises(orders.TermsChanged), transaction.atomic():
        orders.amend(make.next_terms(first, **changes), first.guarantee, by=make.person())
    with pytest.raises(IntegrityError, match="keeps product, format and branch"), transaction.atomic():
        Version.objects.create(
            guarantee=first.guarantee, no=1, ordered_by=make.person(), **kept(make.next_terms(first, **changes))
        )


def kept(terms):
    return {field.attname: getattr(terms, field.attname) for field in orders.Terms._meta.fields}


@pytest.mark.django_db(transaction=True)  # the moments of several transactions are told apart
def test_the_issuer_has_seen_only_what_was_opened_since_the_change():
    first = make.issued()
    lookup.find(first.guarantee.number, keys.reveal(Key.objects.get()), **VISITOR)
    assert lookup.opened_by_beneficiary(first.guarantee)

    make.amended(first, amount_yen=10_000_000)

    assert lookup.opened_by_beneficiary(first.guarantee) is None
    lookup.find(first.guarantee.number, keys.reveal(Key.objects.get(no=2)), **VISITOR)
    assert lookup.opened_by_beneficiary(first.guarantee)


@pytest.mark.django_db
def test_a_change_that_is_asked_for_shows_to_the_parties_only():
    version = make.issued()
    Guarantee.objects.update(changing_since=version.issued_at)
    version = Version.objects.select_related("guarantee").get()
    day = dt.date(2027, 1, 1)

    assert standing.to_parties(version, day) == Standing.CHANGING
    assert standing.of(version, day) == Standing.IN_FORCE
