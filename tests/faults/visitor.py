"""A browser without a screen, over real HTTP: log-in, cookies, tokens, and a memory for answers that never came."""

import http.client
import re
import time
from contextlib import contextmanager
from html import unescape
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.html import strip_tags

PATIENCE = 20  # seconds for an answer; longer than the web process takes to come back


class Answer(NamedTuple):
    """What came back."""

    status: int
    location: str
    text: str

    @property
    def words(self):
        return re.sub(r"\s+", " ", strip_tags(self.text))


class Cut(Exception):
    """The line went dead before the answer: what was asked may have been done or not."""


class Visitor:
    """One person at one browser. Like Chromium it keeps Secure cookies of a portal on this very machine."""

    def __init__(self, port, email, password):
        self.port, self.email, self.cookies, self.cuts, self.token = port, email, {}, 0, ""
        self.token = self.hidden(self.get("/login/"), "csrfmiddlewaretoken")
        entered = self.post("/login/", email=email, password=password)
        assert (entered.status, "__Host-sessionid" in self.cookies) == (302, True), entered.words

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, **fields):
        return self.ask("POST", path, fields)

    def insist(self, path, **fields):
        """Post until an answer comes, as a person does who presses the button again."""
        end = time.monotonic() + 60
        while True:
            try:
                return self.post(path, **fields)
            except Cut:
                self.cuts += 1
                assert time.monotonic() < end

    def look(self, path):
        """Open a page and remember its CSRF token."""
        while True:
            try:
                page = self.get(path)
            except Cut:
                continue
            self.token = self.hidden(page, "csrfmiddlewaretoken")
            return page

    def ask(self, method, path, fields=None):
        with self.line() as line:
            with _noticing_cuts():
                self.send(line, method, path, fields)
            return self.hear(line)

    def line(self):
        return _Line("127.0.0.1", self.port, timeout=PATIENCE)

    def send(self, line, method, path, fields=None):
        heads = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        body = None
        if method == "POST":
            body = urlencode((fields or {}) | {"csrfmiddlewaretoken": self.token})
            heads["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, heads)

    def hear(self, line):
        with _noticing_cuts():
            response = line.getresponse()
            text = response.read().decode()
        for told in response.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: crumb.value for name, crumb in SimpleCookie(told).items()}
        return Answer(response.status, response.headers.get("Location", ""), text)

    @staticmethod
    def hidden(page, name):
        found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
        assert found, page.words
        return unescape(found[1])


@contextmanager
def _noticing_cuts():
    try:
        yield
    except (OSError, http.client.HTTPException) as fault:
        raise Cut from fault


class _Line(http.client.HTTPConnection):
    """A connection that is closed at the end of its block."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
