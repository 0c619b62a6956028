"""People on every side of the desk."""

import datetime as dt

import pytest
from django.utils import timezone

from outbox.models import Letter
from tests import make

PASSWORD = "a long enough pass phrase"


def somebody(email, name, role, **home):
    one = make.person(role, email=email, name=name, **home)
    one.set_password(PASSWORD)
    one.save()
    return one


@pytest.fixture
def branch(db):
    return make.branch("101")


@pytest.fixture
def contractor(branch):
    return make.contractor(branch=branch)


@pytest.fixture
def person(contractor):
    return somebody("soumu@example.jp", "髙﨑 花子", "contractor", contractor=contractor)


@pytest.fixture
def clerk(branch):
    return somebody("clerk@example.jp", "新宿 太郎", "clerk", branch=branch)


@pytest.fixture
def head(db):
    return somebody("head@example.jp", "本店 一郎", "head")


@pytest.fixture
def log_in(client):
    """Post the log-in form as a browser does."""

    def post(email, password=PASSWORD, **more):
        headers = {key: more.pop(key) for key in list(more) if key == "REMOTE_ADDR"}
        return client.post("/login/", {"email": email, "password": password} | more, **headers)

    return post


@pytest.fixture
def clock(monkeypatch):
    """Move the clock of the portal by hand: clock(minutes=5)."""
    at = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: at[0])

    def forward(**span):
        at[0] += dt.timedelta(**span)
        return at[0]

    return forward


@pytest.fixture
def manager(contractor):
    return somebody("kanri@example.jp", "管理 良子", "contractor", contractor=contractor, company_role="manager")


@pytest.fixture
def mailbox(db):
    """The letters written so far, the oldest first: mailbox(to="…")."""
    return lambda **wanted: list(Letter.objects.filter(**wanted).order_by("created_at"))
