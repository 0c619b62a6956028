"""`manage.py portal`, run for real: its words, its children, and what happens when one of them is killed."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from netdesk import postgres

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
# What a person's shell does not have: the portal must find or make all of it.
SET_BY_TESTS = (
    "DATABASE_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "SECRET_KEY",
    "KEY_RING",
    "PEPPER_RING",
    "DEMO",
    "DJANGO_SETTINGS_MODULE",
)
SINK_ANSWERS = (
    "import smtplib; from django.conf import settings as s; print(smtplib.SMTP(s.EMAIL_HOST, s.EMAIL_PORT).noop()[0])"
)
CHILDREN = {"web": "gunicorn", "worker": "celery", "relay": "relay", "sink": "netdesk.runner.sink"}


class Run:
    """One start of the portal of a folder `var`, and what it says."""

    all = []

    def __init__(self, var, port):
        Run.all.append(self)
        self.var, self.port = var, port
        self.env = {name: value for name, value in os.environ.items() if name not in SET_BY_TESTS}
        self.env |= {"VAR_DIR": str(var), "PORT": str(port)}
        self.said = var / f"said-{time.monotonic_ns()}"
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(self.command("portal"), cwd=ROOT, env=self.env, stdout=out, stderr=out)

    def command(self, *args):
        return [sys.executable, "manage.py", *args]

    def words(self):
        return self.said.read_text("utf-8")

    def until(self, words, seconds=120):
        wait_for(lambda: words in self.words() or self.process.poll() is not None, seconds)
        assert words in self.words(), self.words()
        return self

    def beside(self, *args):
        done = subprocess.run(self.command(*args), cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=60)
        return (done.returncode, done.stdout.strip() or done.stderr.strip())

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def child(self, name):
        """The process id of a child, or None between two lives."""
        for pid in processes():
            if parent(pid) == self.process.pid and CHILDREN[name] in " ".join(words_of(pid)):
                return pid
        return None

    def family(self):
        """Every process that works on this folder, except those that only ask."""
        return [
            pid
            for pid in processes()
            if f"VAR_DIR={self.var}" in environment(pid) or str(self.var) in " ".join(words_of(pid))
        ]

    def stop(self, signum=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(signum)
        return self.process.wait(60)


def read(pid, name):
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""


def words_of(pid):
    return read(pid, "cmdline").split("\0")


def environment(pid):
    return read(pid, "environ").split("\0")


def parent(pid):
    found = re.search(r"^PPid:\s+(\d+)", read(pid, "status"), re.MULTILINE)
    return int(found[1]) if found else 0


def processes():
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def wait_for(question, seconds=60):
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture(scope="module", autouse=True)
def everything_ends():
    """Whatever a failed test leaves running is killed; the rest follows its runner."""
    yield
    for run in Run.all:
        run.process.kill()
        run.process.wait()


@pytest.fixture(scope="module")
def var():
    folder = settings.VAR_DIR / "house"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def fresh():
    """Another folder; unlike pytest's own it can be entered by the account of the database."""
    folder = settings.VAR_DIR / "fresh"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def first(var):
    """What the very first start said, and what was there; it is stopped again."""
    run = Run(var, free_port()).until("起動にかかった時間")
    try:
        yield run
    finally:
        run.stop()


@pytest.fixture
def portal(first, var):
    """A running portal that has seen its first start."""
    if first.process.poll() is None:
        yield first
        return
    run = Run(var, free_port()).until("起動にかかった時間")
    yield run
    run.stop()


def test_the_first_start_tells_everything_one_needs(first):
    words = first.words()
    address = f"http://127.0.0.1:{first.port}"
    for told in (
        f"{address}/\n",
        f"{address}/verify/",
        f"{address}/demo/mail/",
        str(first.var / "mail"),
        "netdesk-demo",
    ):
        assert told in words
    logins = ("contractor", "colleague", "viewer", "rival", "clerk", "approver", "otherbranch", "head")
    assert [f"{name}@example.jp" in words for name in logins] == [True] * 8
    assert "残りの作業 0件" in words  # issued by the real worker
    assert list((first.var / "mail").glob("*.eml"))


def test_every_page_for_strangers_answers(portal):
    assert {path: portal.get(path) for path in ("/healthz", "/readyz", "/login/", "/verify/", "/demo/mail/")} == {
        "/healthz": 200, "/readyz": 200, "/login/": 200, "/verify/": 200, "/demo/mail/": 200,
    }  # fmt: skip


def test_secrets_are_for_the_owner_alone(portal):
    secrets = portal.var / "secrets"
    assert [path.stat().st_mode & 0o777 for path in (secrets, secrets / "demo.json")] == [0o700, 0o600]


@pytest.mark.parametrize("name", ["broker", "log", "mail", "papers"])
def test_other_users_of_the_machine_read_no_letters_and_no_logs(portal, name):
    assert (portal.var / name).stat().st_mode & 0o777 == 0o700


def test_what_is_collected_is_noted_outside_of_what_is_served(portal):
    assert (portal.var / "collected.json").exists()
    assert portal.get("/static/.collected.json") == 404


def test_a_command_typed_beside_the_portal_reaches_its_database_and_mail_server(portal):
    ask = "from django.conf import settings as s; from accounts.models import User; print(User.objects.filter(email='head@example.jp').count(), s.EMAIL_PORT)"
    count, port = portal.beside("shell", "-v0", "-c", ask)[1].split()
    assert count == "1"
    socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()


def test_a_second_portal_in_the_same_folder_is_refused(portal):
    refused = Run(portal.var, free_port())
    assert refused.process.wait(30) == 1
    assert f"このフォルダーのポータルは、すでに動いています：http://127.0.0.1:{portal.port}" in refused.words()
    assert portal.get("/readyz") == 200


def test_a_busy_port_is_said_in_words(fresh):
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        refused = Run(fresh, port)
        assert refused.process.wait(30) == 1
    assert f"ポート {port} は、ほかのプログラムが使っています。" in refused.words()
    assert "Traceback" not in refused.words()


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_child_is_started_again(portal, name):
    before = portal.child(name)
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: portal.child(name) not in (None, before))
    assert portal.get("/readyz") == 200


def test_a_killed_database_is_started_again(portal):
    server = postgres.Server(portal.var)
    pid = next(pid for pid in processes() if parent(pid) == portal.process.pid and "-D" in words_of(pid))
    os.kill(pid, signal.SIGKILL)
    portal.until("データベースが止まりました。")
    wait_for(server.answers)
    wait_for(lambda: portal.get("/readyz") == 200)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_way_of_stopping_leaves_nothing_running(first, var, signum):
    first.stop()
    run = Run(var, free_port()).until("起動にかかった時間")
    wait_for(lambda: len(run.family()) > 8)

    assert run.stop(signum) == 0

    assert run.family() == []
    assert "停止しました。" in run.words()
    assert not (var / "portal.env").exists()


def test_a_killed_runner_takes_everything_with_it_and_can_be_started_again(first, var):
    first.stop()
    run = Run(var, free_port()).until("起動にかかった時間")
    run.stop(signal.SIGKILL)
    wait_for(lambda: run.family() == [])

    again = Run(var, free_port()).until("起動にかかった時間")
    assert again.beside("shell", "-v0", "-c", SINK_ANSWERS) == (
        0,
        "250",
    )  # letters go to the new sink, not to the dead one
    assert "デモ用のデータ" not in again.words()  # what the first start made is still there
    assert again.get("/readyz") == 200
    assert again.stop() == 0


def test_a_portal_stopped_in_its_first_start_begins_anew(fresh):
    run = Run(fresh, free_port()).until("デモ用のデータを")
    assert run.stop(signal.SIGINT) == 0
    assert run.family() == []

    again = Run(fresh, free_port()).until("起動にかかった時間")
    assert again.beside(
        "shell",
        "-v0",
        "-c",
        "from accounts.models import User; print(User.objects.filter(email='head@example.jp').count())",
    ) == (0, "1")
    assert again.stop() == 0
