"""A real Celery worker on the configured broker: Redis where REDIS_URL names one, else files."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest
from celery import current_app
from django.conf import settings
from django.db import connection

from outbox.models import Job
from tests.outbox import doers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def broker(monkeypatch):
    """The configured broker, emptied of older hints, instead of the folder that the other tests look into."""
    monkeypatch.setitem(current_app.conf, "broker_write_url", settings.CELERY_BROKER_URL)
    monkeypatch.setitem(current_app.conf, "broker_transport_options", settings.CELERY_BROKER_TRANSPORT_OPTIONS)
    current_app.control.purge()


@pytest.fixture
def worker(broker):
    """A worker of its own session on the test's database."""
    told = {
        "database": {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")},
        "mail": ["127.0.0.1", 1],
    }
    environment = os.environ | {"CHILD": json.dumps(told), "DJANGO_SETTINGS_MODULE": "tests.outbox.child_settings"}
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "netdesk",
        "worker",
        "--concurrency=1",
        "--hostname=test@%h",
        *quiet,
    ]
    worker = subprocess.Popen(command, env=environment, cwd=ROOT, start_new_session=True)
    yield worker
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def test_the_hints_go_through_redis_where_it_is_named(broker):
    """CI names it once; a run that fell back to files unseen would prove nothing of Redis."""
    with current_app.connection_for_write() as connection:
        assert connection.transport.driver_type == ("redis" if settings.REDIS_URL else "filesystem")


def wait_for(question, seconds=30):
    end = monotonic() + seconds
    while not question():
        assert monotonic() < end, "it did not happen in time"
        sleep(0.05)


@pytest.mark.parametrize("kind", ["mint", "render_certificate", "mail"])
def test_a_hint_in_any_queue_reaches_the_worker_who_keeps_the_promise(promise, worker, settings, kind):
    settings.JOB_QUEUES = {"note": settings.JOB_QUEUES[kind]}

    job = promise("note", "x")

    wait_for(lambda: Job.objects.get(pk=job.pk).status == "done")
    assert doers.done("x") == 1
