import base64
import json
import logging
from time import monotonic

import pytest
from celery import current_app

from outbox import heartbeats, hints, tasks, waits
from outbox.models import Heartbeat
from tests.outbox import doers
from tests.outbox.conftest import free_port


def messages(broker):
    """What lies in the broker: queue and body of each message, oldest first."""
    found = [json.loads(path.read_text()) for path in sorted(broker.glob("*.msg"))]
    return [(m["properties"]["delivery_info"]["routing_key"], json.loads(base64.b64decode(m["body"]))) for m in found]


@pytest.mark.django_db(transaction=True)
def test_a_promise_wakes_its_queue_after_the_commit_with_the_id_alone(promise, broker, settings):
    settings.JOB_QUEUES = {"note": "render"}

    job = promise("note", "secret-ref")

    (queue, (args, options, _)) = messages(broker)[0]
    assert len(messages(broker)) == 1
    assert (queue, args, options) == ("render", [job.pk], {})
    assert b"secret-ref" not in b"".join(path.read_bytes() for path in broker.glob("*.msg"))


@pytest.mark.django_db(transaction=True)
def test_a_hung_broker_holds_nobody_up(promise, monkeypatch, silent_port, caplog):
    monkeypatch.setitem(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{silent_port}/0")
    began = monotonic()

    job = promise()

    assert monotonic() - began < 1.5
    job.refresh_from_db()
    assert job.status == "ready"
    assert [record.message for record in caplog.records if record.name == "outbox.hints"] == [
        f"hint for job {job.pk} not sent: OperationalError"
    ]


def test_a_missing_broker_is_no_error(monkeypatch):
    monkeypatch.setitem(current_app.conf, "broker_write_url", f"redis://127.0.0.1:{free_port()}/0")

    assert hints.send(1, "note") is False


def test_a_broken_broker_address_is_no_error(monkeypatch):
    monkeypatch.setitem(current_app.conf, "broker_write_url", "nonsense://")

    assert hints.send(1, "note") is False


def test_a_ping_goes_once_to_every_queue(broker, settings):
    settings.JOB_QUEUES = dict.fromkeys(settings.JOBS, "mint") | {"linger": "render", "mail": "mail"}

    assert hints.ping() is True

    assert sorted((queue, args) for queue, (args, *_) in messages(broker)) == [
        ("mail", [0]),
        ("mint", [0]),
        ("render", [0]),
    ]


def test_a_ping_is_answered_by_a_sign_of_life(db, caplog):
    assert not heartbeats.heard("worker", within=waits.WORKER_QUIET)

    with caplog.at_level(logging.INFO):
        tasks.run(hints.PING)

    assert heartbeats.heard("worker", within=waits.WORKER_QUIET)
    assert caplog.records == []


@pytest.mark.parametrize(
    "arguments",
    [(), (None,), ("1",), (1.0,), (True,), (-1,), (10**30,), ([1],), ({"job": 1},), ("x" * 1_000_000,)],
)
def test_a_forged_hint_is_ignored_and_logged_without_its_content(promise, caplog, arguments):
    job = promise()

    tasks.run(*arguments)

    job.refresh_from_db()
    assert job.attempts == 0
    assert [record.message for record in caplog.records] == ["hint without a job id ignored"]


def test_a_hint_for_a_job_that_never_was_is_ignored_and_logged(db, caplog):
    with caplog.at_level(logging.INFO):
        tasks.run(987654)

    assert [record.message for record in caplog.records] == ["nothing to do for job 987654"]


def test_extra_arguments_of_other_code_are_ignored(promise):
    job = promise("note", "x")

    tasks.run(job.pk, "more", wish="other")

    assert doers.done("x") == 1


def test_a_sign_of_life_replaces_the_one_before(db):
    heartbeats.beat("relay", ready=1)
    first = Heartbeat.objects.get()
    heartbeats.beat("relay", ready=2)

    second = Heartbeat.objects.get()
    assert (second.component, second.detail) == ("relay", {"ready": 2})
    assert second.at > first.at
