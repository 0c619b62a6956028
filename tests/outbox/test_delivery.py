from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from outbox import delivery
from outbox.models import Heartbeat, Job
from tests.outbox import doers


def test_a_kept_promise_is_done_with_its_moment(promise):
    job = promise("note", "x")

    delivery.run(job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempts, job.last_error) == ("done", 1, "")
    assert job.created_at < job.done_at
    assert doers.done("x") == 1


def test_doubled_hints_do_the_work_once(promise):
    job = promise("note", "x")

    for _ in range(3):
        delivery.run(job.pk)

    job.refresh_from_db()
    assert (doers.done("x"), job.attempts) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_deliverers_at_once_do_the_work_once(promise):
    jobs = [promise("note", ref).pk for ref in range(5)]
    start = Barrier(6)

    def work():
        start.wait()
        for job_id in jobs:
            delivery.run(job_id)
        connection.close()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [doers.done(ref) for ref in range(5)] == [1] * 5
    assert list(Job.objects.values_list("status", "attempts")) == [("done", 1)] * 5


@pytest.mark.django_db(transaction=True)
def test_a_job_that_somebody_is_at_work_on_is_left_alone(promise, due):
    job = promise("note", "x")

    with transaction.atomic():
        Job.objects.select_for_update().get(pk=job.pk)

        def visit():
            delivery.keep(job.pk)
            connection.close()

        other = Thread(target=visit)
        other.start()
        other.join(timeout=2)
        assert not other.is_alive()

    job.refresh_from_db()
    assert (job.attempts, doers.done("x")) == (0, 0)


def test_who_slept_between_counting_and_working_finds_the_work_done(promise, due):
    job = promise("note", "x")
    sleeper = delivery._count_attempt(job.pk)
    due(job)

    delivery.keep(job.pk)
    delivery._do(sleeper)

    job.refresh_from_db()
    assert (job.attempts, doers.done("x")) == (2, 1)


def test_a_failed_doer_leaves_no_trace_but_the_reason_and_a_later_turn(promise, caplog):
    job = promise("stumble", "x")

    delivery.run(job.pk)

    job.refresh_from_db()
    place = f"[doers.py:{doers.stumble.__code__.co_firstlineno + 2}]"
    assert (job.status, job.attempts) == ("ready", 1)
    assert job.last_error == f"ValueError: cannot do x for *** with *** {place}"
    assert doers.done("x") == 0
    pause = Job.objects.filter(pk=job.pk).values_list(F("run_after") - Now(), flat=True).get()
    assert 3.5 < pause.total_seconds() < 6
    assert [record.message for record in caplog.records] == [
        f"job {job.pk} (stumble) failed, attempt 1 of 20: {job.last_error}"
    ]


def test_before_its_turn_a_job_is_left_alone(promise):
    job = promise("stumble", "x")

    delivery.run(job.pk)
    delivery.run(job.pk)

    job.refresh_from_db()
    assert job.attempts == 1


def test_after_its_last_attempt_a_job_is_dead(promise, due):
    job = promise("stumble", "x")
    due(job, attempts=19)

    delivery.run(job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempts, job.done_at) == ("dead", 20, None)
    assert list(Job.objects.dead()) == [job]


def test_a_job_that_took_every_worker_down_is_buried(promise, due):
    worn, fresh = promise("note", "worn"), promise("note", "fresh")
    due(worn, attempts=20)

    assert delivery.bury() == 1

    assert dict(Job.objects.values_list("ref", "status")) == {"worn": "dead", "fresh": "ready"}
    delivery.run(worn.pk)
    assert doers.done("worn") == 0
    assert fresh.status == "ready"


def test_a_doer_that_cannot_be_found_is_a_failure_like_others(promise):
    job = promise("vanish", "x")

    delivery.run(job.pk)

    job.refresh_from_db()
    assert (job.status, job.last_error.partition(":")[0]) == ("ready", "ImportError")


def test_a_kind_of_newer_code_is_left_for_the_newer_worker(promise, settings):
    job = promise("note", "x")
    settings.JOBS = {}

    delivery.run(job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempts) == ("ready", 0)


@pytest.mark.django_db(transaction=True)
def test_a_killed_database_session_costs_one_attempt(promise, due, monkeypatch):
    job = promise("note", "x")

    with monkeypatch.context() as patch:
        patch.setattr(doers, "note", work_until_the_session_is_killed)
        delivery.keep(job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempts, doers.done("x")) == ("ready", 1, 0)
    due(job)
    delivery.keep(job.pk)
    assert doers.done("x") == 1


def work_until_the_session_is_killed(ref):
    Heartbeat.objects.create(component="x", detail={"done": ref})
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
