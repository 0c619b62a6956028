"""The whole portal as `make run` starts it, on a port and a folder of its own, and a real Chromium to use it with."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OURS = {
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "KEY_RING",
    "PEPPER_RING",
    "EMAIL_URL",
    "DEMO",
    "DJANGO_SETTINGS_MODULE",
}
READY, PATIENCE = "ネットデスクが動いています", 300


class Portal(NamedTuple):
    """A running portal: its address and the folder with its data."""

    url: str
    var: Path

    def run(self, code: str) -> str:
        """Run Python beside the portal, in its database, as a command typed in another terminal; give what it prints."""
        env = {name: value for name, value in os.environ.items() if name not in OURS} | {"VAR_DIR": str(self.var)}
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", code]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def own(self, state: str, work: str) -> str:
        """Make what a test is going to change: one of the states of tests/browser/own.py, for a work; give its id."""
        return self.run(f"from tests.browser import own; print(own.{state}({work!r}))")


@pytest.fixture(scope="session")
def portal() -> Iterator[Portal]:
    """Start `manage.py portal` from nothing, demo data included, and stop it with Ctrl-C at the end."""
    var = settings.VAR_DIR / "portal"
    shutil.rmtree(var, ignore_errors=True)
    var.mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if name not in OURS} | {
        "PORT": str(port),
        "VAR_DIR": str(var),
    }
    log = var / "runner.log"
    with log.open("wb") as out:
        runner = subprocess.Popen([sys.executable, "manage.py", "portal"], cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        end = time.monotonic() + PATIENCE
        while READY not in log.read_text("utf-8"):
            assert runner.poll() is None and time.monotonic() < end, log.read_text("utf-8")
            time.sleep(0.3)
        yield Portal(f"http://127.0.0.1:{port}", var)
    finally:
        runner.send_signal(signal.SIGINT)
        runner.wait(60)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield browser
        browser.close()


class Visit(NamedTuple):
    """One person's own browser window, and what went wrong in it."""

    page: Page
    troubles: list[str]


@pytest.fixture
def visit(portal: Portal, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a window for a person (logged in by the name before the @) or for a stranger. No window may reach another
    host or break the content security policy: that is checked when the test ends."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_window(person: str = "", *, width: int = 1280, scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, locale="ja-JP", base_url=portal.url
        )
        contexts.append(context)
        context.on(
            "request",
            lambda request: None if request.url.startswith(portal.url) else troubles.append(f"outside: {request.url}"),
        )
        page = context.new_page()
        page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("pageerror", lambda error: troubles.append(f"script: {error}"))
        if person:
            page.goto("/login/")
            page.fill("[name=email]", f"{person}@example.jp")
            page.fill("[name=password]", "netdesk-demo")
            page.click("main button[type=submit]")
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture
def files(tmp_path: Path) -> Callable[[str, bytes], str]:
    """Lay a file down under a name; give its path."""

    def lay(name: str, data: bytes) -> str:
        (tmp_path / name).write_bytes(data)
        return str(tmp_path / name)

    return lay
