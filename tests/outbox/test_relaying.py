import base64
import json
import logging
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.models.functions import Now

from outbox import heartbeats, mailing, waits
from outbox.management.commands import relay as command
from outbox.models import Heartbeat, Job
from outbox.relaying import Relay
from tests.outbox import doers
from tests.outbox.conftest import free_port


@pytest.fixture(autouse=True)
def worker(db):
    """A worker that gave a sign of life a moment ago: nobody is asked for one."""
    heartbeats.beat("worker")


@pytest.fixture
def old(due):
    """Make a job so old that the hint of its own commit must be lost."""

    def age(job, seconds=6):
        Job.objects.filter(pk=job.pk).update(
            created_at=Now() - timedelta(seconds=seconds), run_after=Now() - timedelta(seconds=seconds)
        )

    return age


@pytest.fixture
def no_broker(monkeypatch):
    monkeypatch.setitem(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{free_port()}/0")


def hinted(broker):
    """Take the hints out of the broker: the ids they carry."""
    messages = sorted(broker.glob("*.msg"))
    ids = [json.loads(base64.b64decode(json.loads(path.read_text())["body"]))[0][0] for path in messages]
    for path in messages:
        path.unlink()
    return sorted(ids)


def test_a_lost_hint_is_repeated_once_at_each_turn_and_then_every_half_minute(promise, old, broker):
    job, relay = promise(), Relay()
    relay.step()
    assert hinted(broker) == []  # young: its own hint may still be on the way

    old(job)
    relay.step()
    assert hinted(broker) == [job.pk]
    relay.step()
    assert hinted(broker) == []

    Job.objects.update(hinted_at=Now() - waits.HINT_AGAIN - timedelta(seconds=1))
    relay.step()
    assert hinted(broker) == [job.pk]

    Job.objects.update(run_after=Now())
    relay.step()
    assert hinted(broker) == [job.pk]
    assert doers.done(1) == 0


def test_without_any_broker_the_relay_does_the_work_itself(promise, old, no_broker):
    jobs = [promise("note", ref) for ref in range(3)]
    for job in jobs:
        old(job)
    relay = Relay()

    done = []
    for _ in range(3):
        relay.step()
        done.append([doers.done(ref) for ref in range(3)])

    assert done == [[0, 0, 0], [0, 0, 0], [1, 1, 1]]
    assert relay.failures == 3


def test_with_a_returned_broker_the_relay_stops_helping(promise, old, broker):
    relay, job = Relay(failures=7), promise()

    relay.step()

    assert relay.failures == 0
    assert hinted(broker) == [job.pk]
    assert doers.done(1) == 0


def test_a_job_that_no_worker_fetches_is_done_by_the_relay(promise, old):
    waiting, fresh = promise("note", "waiting"), promise("note", "fresh")
    old(waiting, seconds=29)
    Relay().step()
    assert doers.done("waiting") == 0

    old(waiting, seconds=31)
    Relay().step()

    assert (doers.done("waiting"), doers.done("fresh")) == (1, 1)
    assert fresh.pk > waiting.pk


def test_what_a_job_promises_is_done_in_the_same_round(promise, settings):
    settings.RELAY_INLINE_AFTER = 0
    promise("pass_on", "a")

    call_command("relay", "--once")

    assert (doers.done("a"), doers.done("a, continued")) == (1, 1)
    assert list(Job.objects.values_list("status", flat=True)) == ["done", "done"]


def test_a_poison_job_among_others_harms_none_of_them(promise, settings):
    settings.RELAY_INLINE_AFTER = 0
    for ref in range(10):
        promise("stumble" if ref == 3 else "note", ref)

    Relay().step()

    assert [doers.done(ref) for ref in range(10)] == [1, 1, 1, 0, 1, 1, 1, 1, 1, 1]


def test_letters_wait_until_all_other_work_is_done(job, promise, old, server, settings):
    settings.RELAY_INLINE_AFTER = 0
    old(job)
    promise("note", "x")
    seen = []
    server.before_reply = lambda: seen.append("letter")

    relay = Relay()
    relay.step()

    assert seen == ["letter"]
    assert Job.objects.get(kind="note").done_at < Job.objects.get(kind="mail").done_at


def test_a_kind_of_newer_code_neither_is_done_nor_keeps_the_relay_busy(promise, old, broker, settings):
    job = promise("note", "x")
    old(job, seconds=3600)
    settings.JOBS = {}

    Relay().step()

    assert (doers.done("x"), hinted(broker)) == (0, [])


def test_each_round_takes_leases_back_and_buries_the_dead(job, promise, due):
    mailing._lease(job.pk)
    Job.objects.filter(pk=job.pk).update(lease_until=Now() - timedelta(seconds=1))
    worn = promise("note", "worn")
    due(worn, attempts=20)

    Relay().step()

    assert dict(Job.objects.values_list("kind", "status")) == {"mail": "ready", "note": "dead"}


def test_the_relay_gives_a_sign_of_life_with_its_figures(promise, old, due):
    old(promise("note", 1), seconds=10)
    due(promise("note", 2), status="dead")
    promise("note", 3)

    Relay().step()

    detail = Heartbeat.objects.get(component="relay").detail
    assert detail == {"ready": 2, "leased": 0, "dead": 1, "oldest": 10, "unsent_hints": 0}


def test_a_silent_worker_is_asked_for_a_sign_of_life_once_a_minute(broker, settings):
    settings.JOB_QUEUES = {"mail": "mail"}
    Heartbeat.objects.update(at=Now() - waits.WORKER_QUIET - timedelta(seconds=1))
    relay = Relay()

    relay.step()
    relay.step()

    assert hinted(broker) == [0, 0]


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_do_everything_once(promise, settings):
    settings.RELAY_INLINE_AFTER = 0
    for ref in range(10):
        promise("note", ref)
    start = Barrier(2)

    def work():
        start.wait()
        Relay().step()
        connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [doers.done(ref) for ref in range(10)] == [1] * 10
    assert set(Job.objects.values_list("status", "attempts")) == {("done", 1)}


def test_a_round_that_fails_does_not_end_the_relay(caplog):
    class Ailing(Relay):
        def step(self):
            raise OperationalError("the database is away")

    with caplog.at_level(logging.ERROR):
        command.Command()._round(Ailing())

    assert [record.message for record in caplog.records] == ["the relay could not finish its round"]
