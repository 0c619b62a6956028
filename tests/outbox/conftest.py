import re
import socket
from time import monotonic, sleep

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from celery import current_app
from django.db import transaction
from django.db.models.functions import Now

from outbox import post, promises
from outbox.models import Job
from tests.outbox.jobs import JOBS


@pytest.fixture(autouse=True)
def _house(settings, tmp_path):
    """Jobs and one letter of the tests' own, short waits for mail servers, and a broker made of files."""
    settings.JOBS = JOBS
    settings.RELAY_INLINE_AFTER = 30
    settings.EMAIL_TIMEOUT = 1
    settings.DEFAULT_FROM_EMAIL = "ネットデスク <no-reply@netdesk.example.jp>"
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "news.txt").write_text("{{ name }}からのお知らせ\n\n{{ name }} 様\n.点で始まる行\n")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]


@pytest.fixture(autouse=True)
def broker(monkeypatch, tmp_path):
    """A broker of files of our own: the folder in which its messages lie."""
    folder = tmp_path / "broker"
    (folder / "control").mkdir(parents=True)
    options = {"data_folder_in": str(folder), "data_folder_out": str(folder), "control_folder": str(folder / "control")}
    monkeypatch.setitem(current_app.conf, "broker_write_url", "filesystem://")
    monkeypatch.setitem(current_app.conf, "broker_transport_options", options)
    return folder


@pytest.fixture
def promise(db):
    """Make a promise in a transaction of its own."""

    def make(kind="note", ref="1", **options):
        with transaction.atomic():
            return promises.make(kind, ref, **options)

    return make


@pytest.fixture
def due(db):
    """Let the pause of a job be over."""

    def arrive(job, **values):
        Job.objects.filter(pk=job.pk).update(run_after=Now(), **values)

    return arrive


@pytest.fixture
def letter(db):
    with transaction.atomic():
        return post.write("news", to="taro@example.jp", ref="G-1", context={"name": "Ａ&Ｂ建設"})


@pytest.fixture
def job(letter):
    return Job.objects.get(ref=str(letter.pk))


class Line(SMTP):
    """A connection that is counted from its first moment until it is closed."""

    def __init__(self, handler, **options):
        handler.lines += 1
        super().__init__(handler, **options)

    def connection_lost(self, error):
        self.event_handler.lines -= 1
        super().connection_lost(error)


class Door(Controller):
    def factory(self):
        return Line(self.handler, **self.SMTP_kwargs)


class Server:
    """A mail server that answers as told and keeps what it accepted."""

    def __init__(self):
        self.lines = 0
        self.received, self.envelopes = [], []
        self.replies = {}  # "RCPT" or "DATA" → the reply instead of 250
        self.cut_after_dot = False
        self.before_reply = lambda: None

    async def handle_RCPT(self, server, session, envelope, address, options):
        if "RCPT" in self.replies:
            return self.replies["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if "DATA" in self.replies:
            return self.replies["DATA"]
        self.received.append(envelope.content)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.before_reply()
        if self.cut_after_dot:
            server.transport.abort()
        return "250 OK"

    @property
    def message_ids(self):
        return [re.search(rb"(?i)^message-id: *(\S+)", mail, re.M).group(1).decode() for mail in self.received]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def server(settings):
    handler = Server()
    controller = Door(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield handler
    end = monotonic() + 5
    while handler.lines and monotonic() < end:
        sleep(0.01)
    controller.stop()


@pytest.fixture
def silent_port():
    """A door that opens and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]
