"""The portal's real processes on the database of the tests, kept alive by the product's own runner, and a gun."""

import os
import random
import signal
import socket
import threading
import time
from pathlib import Path
from typing import NamedTuple

from django.db import connection

from netdesk import demo
from netdesk.runner import children
from netdesk.runner.household import Household

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("web", "worker", "relay")


class Kill(NamedTuple):
    """One SIGKILL: whose family, and which process of it."""

    part: str
    words: str


class House:
    """Web, worker, relay and mail sink in a folder of their own; whatever dies is started again within a second.

    All starting happens in the main thread and in one that lives as long as the children: the kernel ends a child
    together with the thread that started it (netdesk.lifeline).
    """

    def __init__(self, var):
        self.var, self.said, self.kills = var, [], []
        self.door = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.door.getsockname()[1]
        self.household = Household(var, None, self.door, self.said.append)
        self.lock, self.over = threading.Lock(), threading.Event()
        self.watch = threading.Thread(target=self._tend)

    def open(self):
        self.household.start_children()
        self.watch.start()
        self.household.await_web(60)

    def close(self):
        with self.lock:
            children.stop(self.household.children, 0)
            self.household.children.clear()
        self.over.set()
        self.watch.join()
        self.door.close()

    def _tend(self):
        while not self.over.wait(0.05):
            with self.lock:
                self.household.tend()

    def child(self, part):
        return next(child for child in self.household.children if child.log.stem == part)

    def family(self, part):
        """Process ids of a part, eldest first: master and workers, and for the worker whatever draws a page just now."""
        head = self.child(part)._process
        return sorted(pid for pid in _processes() if head and _group(pid) == head.pid)

    def kill(self, part, chance=None):
        """SIGKILL one process of a part, any of them by chance; the whole part at one blow without."""
        with self.lock:
            victims = self.family(part)
            for pid in [chance.choice(victims)] if chance and victims else victims:
                self.kills.append(Kill(part, _words(pid)))
                _end(pid)

    def kill_workers(self, part):
        """SIGKILL all but the eldest, which replaces them at once."""
        with self.lock:
            for pid in self.family(part)[1:]:
                self.kills.append(Kill(part, _words(pid)))
                _end(pid)

    def without(self, *parts):
        """Take parts away for good; `with_again` brings them back."""
        with self.lock:
            gone = [self.child(part) for part in parts]
            for child in gone:
                self.household.children.remove(child)
                child.kill()
        return gone

    def with_again(self, gone):
        with self.lock:
            for child in gone:
                child._process = None
                self.household.children.append(child)

    def log(self, part):
        return self.child(part).log.read_text("utf-8", "replace")


def environment(var):
    """What the children are told: the database of the tests and a folder of their own."""
    url = os.environ["DATABASE_URL"].rpartition("/")[0]
    return {
        "DJANGO_SETTINGS_MODULE": "tests.faults.child_settings",
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"{url}/{connection.settings_dict['NAME']}",
        "VAR_DIR": str(var),
        "REDIS_URL": "",  # hints are files, which a test can take away
        "EMAIL_URL": demo.NOT_SET,  # the runner starts its sink and says where
    }


def impatient(monkeypatch):
    """Let the runner start again at once what it would give up for half a minute after so many deaths."""
    monkeypatch.setattr(children, "LONGEST_PAUSE", 0.5)


def wait_for(question, seconds=60):
    end = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return answer


def seed():
    """The seed of this run, told in every failure; FAULTS_SEED repeats one."""
    return int(os.environ.get("FAULTS_SEED") or random.SystemRandom().randrange(10**6))


def _processes():
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _group(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _words(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _end(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
