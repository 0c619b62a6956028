import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from audit import trail
from guarantees import clock, issuing, keys, numbers, snapshot
from guarantees.models import Guarantee, Key, NumberSeries, Version
from outbox import delivery
from outbox.models import Job
from tests import make

TOKYO = ZoneInfo("Asia/Tokyo")
JUNE = dt.datetime(2026, 6, 1, 14, 20, 5, tzinfo=TOKYO)


@pytest.fixture
def june(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: JUNE)


@pytest.mark.django_db
def test_a_mint_numbers_keys_and_issues_and_promises_the_papers(june):
    version = make.ordered()
    guarantee = version.guarantee

    issuing.mint(str(guarantee.pk))

    guarantee.refresh_from_db()
    version.refresh_from_db()
    key = Key.objects.get()
    assert (guarantee.number, guarantee.status) == ("26102-000001", "issued")
    assert (version.status, version.issued_at, version.starts_on) == ("issued", JUNE, dt.date(2026, 6, 1))
    assert (key.guarantee, key.version, key.no, key.status) == (guarantee, version, 1, "active")
    assert key.expires_on == version.ends_on + dt.timedelta(days=90)
    shown = keys.reveal(key)
    assert keys.faults(shown) == ""
    assert keys.verifier(shown, guarantee.pk, bytes(guarantee.salt), key.pepper_id) == bytes(key.verifier)
    assert version.snapshot_digest == snapshot.digest(version.snapshot)
    assert (version.snapshot["number"], version.snapshot["starts_on"]) == ("26102-000001", "2026-06-01")
    assert set(Job.objects.values_list("kind", "ref", "purpose")) == {
        ("mint", str(guarantee.pk), f"mint:{guarantee.pk}"),
        ("render_certificate", str(version.pk), f"render_certificate:{guarantee.pk}:0"),
        ("render_notice", str(key.pk), f"render_notice:{guarantee.pk}:1"),
    }
    entry = trail.of(guarantee).first()
    assert (entry.action, entry.actor) == ("guarantee.issued", None)
    assert entry.data == {"number": "26102-000001", "version": 0, "snapshot_digest": version.snapshot_digest}


@pytest.mark.django_db
def test_minting_twice_is_minting_once():
    version = make.issued()
    before = (list(Guarantee.objects.values()), list(Version.objects.values()), list(Key.objects.values()))

    issuing.mint(str(version.guarantee_id))

    assert (list(Guarantee.objects.values()), list(Version.objects.values()), list(Key.objects.values())) == before
    assert NumberSeries.objects.get().last == 1
    assert trail.of(version.guarantee).filter(action="guarantee.issued").count() == 1


@pytest.mark.django_db
def test_a_paper_guarantee_gets_its_number_from_the_same_series_and_nothing_else(june):
    make.issued()

    version = make.issued(format="paper")

    assert (version.guarantee.number, version.status) == ("26102-000002", "issued")
    assert version.snapshot["key_expires_on"] == ""
    assert not version.guarantee.keys.exists()
    assert not Job.objects.exclude(kind="mint").filter(purpose__contains=str(version.guarantee_id)).exists()


@pytest.mark.django_db
def test_a_first_day_that_was_approved_stays(june):
    version = make.issued(product="contract", starts_on=dt.date(2026, 5, 20))

    assert version.starts_on == dt.date(2026, 5, 20)
    assert version.fingerprint() == version.terms_digest


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "number", "first_day"),
    [
        (dt.datetime(2027, 3, 31, 23, 59, 59, tzinfo=TOKYO), "26102-000001", dt.date(2027, 3, 31)),
        (dt.datetime(2027, 4, 1, 0, 0, 1, tzinfo=TOKYO), "27102-000001", dt.date(2027, 4, 1)),
    ],
)
def test_the_year_of_the_number_is_that_of_the_moment_of_issue(monkeypatch, at, number, first_day):
    monkeypatch.setattr(clock, "now", lambda: at)

    version = make.issued()

    assert (version.guarantee.number, version.starts_on) == (number, first_day)


@pytest.mark.django_db
def test_a_year_that_turns_while_the_number_is_taken_gives_it_back(monkeypatch):
    version = make.ordered()
    job = Job.objects.get(kind="mint")
    turn = dt.datetime(2027, 4, 1, 0, 0, 0, tzinfo=TOKYO)
    moments = iter([turn - dt.timedelta(microseconds=1), turn, turn, turn])
    monkeypatch.setattr(clock, "now", lambda: next(moments))

    delivery.run(job.pk)
    assert not NumberSeries.objects.exists()
    issuing.mint(str(version.guarantee_id))

    assert Guarantee.objects.get().number == "27102-000001"
    assert list(NumberSeries.objects.values_list("prefix", "last")) == [("27102", 1)]


@pytest.mark.django_db
def test_an_exhausted_series_leaves_the_order_as_it_is_and_its_job_says_why():
    prefix = numbers.prefix(make.branch(), clock.now())
    NumberSeries.objects.create(prefix=prefix, last=999_999)
    version = make.ordered()
    job = Job.objects.get(kind="mint")

    delivery.run(job.pk)

    job.refresh_from_db()
    version.refresh_from_db()
    assert (job.status, version.status, version.guarantee.number) == ("ready", "ordered", None)
    assert "SeriesExhausted" in job.last_error
    assert not Key.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["number", "key", "audit"])
def test_a_crash_after_the_counter_leaves_no_gap(monkeypatch, place):
    version = make.ordered()

    def crash(*_, **__):
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr(
            *{"number": (issuing, "issue"), "key": (issuing, "keep"), "audit": (trail, "record")}[place], crash
        )
        with pytest.raises(MemoryError):
            issuing.mint(str(version.guarantee_id))
    assert not Key.objects.exists()
    assert Guarantee.objects.get().number is None

    issuing.mint(str(version.guarantee_id))

    assert Guarantee.objects.get().number.endswith("-000001")
    assert Key.objects.count() == 1


@pytest.mark.django_db
def test_the_slow_hash_runs_before_the_guarantee_and_the_counter_are_locked(monkeypatch):
    version = make.ordered()
    seen = []
    sound = keys.verifier

    def watched(*args):
        seen.extend(query["sql"] for query in connection.queries_log)
        return sound(*args)

    monkeypatch.setattr(keys, "verifier", watched)
    connection.force_debug_cursor = True
    connection.queries_log.clear()
    issuing.mint(str(version.guarantee_id))
    connection.force_debug_cursor = False

    assert seen
    assert not [sql for sql in seen if "FOR " in sql and "UPDATE" in sql or "numberseries" in sql]


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_job_make_one_guarantee():
    version = make.ordered()
    job = Job.objects.get(kind="mint")
    start = Barrier(2)

    def work(_):
        start.wait()
        delivery.run(job.pk)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    job.refresh_from_db()
    assert (job.status, Guarantee.objects.get().status, Key.objects.count()) == ("done", "issued", 1)
    assert NumberSeries.objects.get().last == 1
    assert trail.of(version.guarantee).filter(action="guarantee.issued").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_mint_past_the_job_make_one_guarantee_too():
    version = make.ordered()
    start = Barrier(2)

    def work(_):
        start.wait()
        issuing.mint(str(version.guarantee_id))
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    assert (Guarantee.objects.get().status, Key.objects.count(), NumberSeries.objects.get().last) == ("issued", 1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_mints_by_four_workers_are_numbered_in_the_order_of_their_moments():
    officer, company = make.person("approver"), make.contractor()
    for _ in range(20):
        make.ordered(by=officer, company=company)
    jobs = list(Job.objects.values_list("pk", flat=True))

    def work(job_id):
        delivery.run(job_id)
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, jobs))

    issued = list(Version.objects.order_by("guarantee__number").values_list("guarantee__number", "issued_at"))
    prefix = numbers.prefix(make.branch(), clock.now())
    assert [number for number, _ in issued] == [f"{prefix}-{n:06d}" for n in range(1, 21)]
    assert [at for _, at in issued] == sorted(at for _, at in issued)


@pytest.mark.django_db
def test_what_would_end_before_it_begins_is_not_issued_and_takes_no_number(monkeypatch):
    version = make.ordered(ends_on=dt.date(2027, 3, 31))
    job = Job.objects.get(kind="mint")
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2027, 4, 1, 0, 0, 5, tzinfo=TOKYO))

    delivery.run(job.pk)

    job.refresh_from_db()
    version.refresh_from_db()
    assert (version.status, version.guarantee.number) == ("ordered", None)
    assert "2027年3月31日まで" in job.last_error
    assert not NumberSeries.objects.filter(last__gt=0).exists()


@pytest.mark.django_db
def test_the_database_takes_no_period_that_ends_before_it_begins():
    with pytest.raises(IntegrityError, match="version_period_ends_after_it_starts"), transaction.atomic():
        make.ordered(product="contract", starts_on=dt.date(2026, 6, 2), ends_on=dt.date(2026, 6, 1))
