"""Processes killed in the middle of their work, for real."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.db import connection
from django.db.models.functions import Now

from outbox import delivery, mailing
from outbox.models import Job, Letter
from tests.outbox import doers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def start(settings):
    """Start another Python process on the test's database; it is killed at the end at the latest."""
    children = []

    def run(*arguments):
        told = {
            "database": {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
            "mail": [settings.EMAIL_HOST, settings.EMAIL_PORT],
        }
        environment = os.environ | {
            "CHILD": json.dumps(told),
            "DATABASE_URL": "postgres://replaced.example.jp/by_the_above",
            "DJANGO_SETTINGS_MODULE": "tests.outbox.child_settings",
        }
        root = Path(__file__).resolve().parents[2]
        child = subprocess.Popen([sys.executable, *arguments], env=environment, cwd=root)
        children.append(child)
        return child

    yield run
    for child in children:
        child.kill()
        child.wait()


@pytest.fixture
def linger(tmp_path, monkeypatch):
    """While this file is there, the doer "linger" stays inside its transaction; `.inside` tells that it is there."""
    (tmp_path / "linger").touch()
    monkeypatch.setenv("LINGER", str(tmp_path / "linger"))
    return tmp_path / "linger"


def wait_for(question, seconds=20):
    end = monotonic() + seconds
    while not question():
        assert monotonic() < end, "it did not happen in time"
        sleep(0.02)


def deliver(start, job):
    return start("-c", f"import django; django.setup(); from outbox import delivery; delivery.run({job.pk})")


def test_a_worker_killed_in_its_job_leaves_it_to_the_next_who_does_it_once(promise, due, start, linger):
    job = promise("linger", "x")
    child = deliver(start, job)
    wait_for(Path(f"{linger}.inside").exists)

    child.kill()
    child.wait()
    linger.unlink()

    assert (Job.objects.get().status, doers.done("x")) == ("ready", 0)
    due(job)
    wait_for(lambda: delivery.keep(job.pk) or Job.objects.get().status == "done")  # the dead session lets go soon
    assert (doers.done("x"), Job.objects.get().attempts) == (1, 2)


def test_a_worker_killed_before_it_knows_the_answer_sends_the_same_letter_again(job, due, start, server):
    server.before_reply = lambda: child.kill()
    child = deliver(start, job)
    child.wait(timeout=20)
    assert (Job.objects.get().status, Letter.objects.get().status) == ("leased", "sending")

    server.before_reply = lambda: None
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))
    mailing.reclaim()
    due(job)
    delivery.run(job.pk)

    assert (Job.objects.get().status, Letter.objects.get().status) == ("done", "sent")
    assert server.message_ids == [Letter.objects.get().message_id] * 2


def test_a_relay_told_to_stop_finishes_the_job_in_hand_and_begins_no_other(promise, start, linger):
    first, second = promise("linger", "x"), promise("note", "y")
    relay = start("manage.py", "relay")
    wait_for(Path(f"{linger}.inside").exists)

    relay.send_signal(signal.SIGTERM)
    sleep(0.2)
    linger.unlink()

    assert relay.wait(timeout=20) == 0
    assert dict(Job.objects.values_list("ref", "status")) == {"x": "done", "y": "ready"}
    assert (doers.done("x"), doers.done("y")) == (1, 0)
    assert first.pk < second.pk
