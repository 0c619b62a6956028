"""How long a session lasts is told to the page; what the page does by itself makes it no longer."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from accounts import access
from tests import make

pytestmark = pytest.mark.django_db
ADDRESS = reverse("accounts:session")


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves; it starts now."""

    class Clock:
        def __init__(self):
            self.at = access.timezone.now()

        def forward(self, **span):
            self.at += dt.timedelta(**span)

    moved = Clock()
    monkeypatch.setattr(access.timezone, "now", lambda: moved.at)
    return moved


def left(answer):
    found = re.search(r'data-idle="(-?\d+)" data-absolute="(-?\d+)"', answer.content.decode())
    return found and tuple(map(int, found.groups()))


def enter(client, role):
    client.force_login(make.person(role))
    client.get(ADDRESS)


@pytest.mark.parametrize(("role", "idle"), [("contractor", 3600), ("clerk", 1800)])
def test_every_page_says_how_long_the_session_lasts(client, clock, role, idle):
    enter(client, role)
    clock.forward(seconds=30)
    page = client.get(reverse("top" if role == "contractor" else "admin:queue"))
    assert left(page) == (idle - 30, 12 * 3600 - 30)
    assert "まもなくログアウトします" in page.content.decode()


def test_a_post_extends_the_session(client, clock):
    enter(client, "contractor")
    clock.forward(minutes=56)
    assert left(client.post(ADDRESS)) == (3600, 12 * 3600 - 56 * 60)
    clock.forward(minutes=56)
    assert client.get(reverse("top")).status_code == 200


def test_what_the_page_asks_by_itself_extends_nothing(client, clock):
    enter(client, "contractor")
    for _ in range(2):
        clock.forward(minutes=28)
        answer = client.get(ADDRESS, headers={"HX-Request": "true", access.BY_ITSELF: "1"})
    assert left(answer) == (4 * 60, 12 * 3600 - 56 * 60)
    clock.forward(minutes=4)
    answer = client.get(ADDRESS, headers={"HX-Request": "true", access.BY_ITSELF: "1"})
    assert "ended=idle" in answer["HX-Redirect"]


def test_nothing_extends_the_twelve_hours(client, clock):
    enter(client, "contractor")
    for _ in range(14):
        clock.forward(minutes=50)
        answer = client.post(ADDRESS)
    assert left(answer) == (3600, 12 * 3600 - 700 * 60)
    clock.forward(minutes=20)
    assert client.post(ADDRESS).status_code == 302


def test_a_stranger_is_told_nothing(client):
    assert left(client.get(reverse("verify:form"))) is None
    assert client.post(ADDRESS)["Location"].startswith(reverse("accounts:login"))
