"""People on every side of the desk."""

import pytest

from accounts.models import Branch, Contractor, User

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def branch(db):
    return Branch.objects.create(code="101", name="新宿支店", phone="03-0000-0001", address="東京都新宿区見本町1-1")


@pytest.fixture
def contractor(branch):
    return Contractor.objects.create(
        customer_no="10000001", name="髙﨑建設 株式会社", kana="タカサキケンセツ", postal_code="160-0000",
        address="東京都新宿区見本町2-2", phone="03-0000-0002", branch=branch,
    )


@pytest.fixture
def person(contractor):
    return User.objects.create_user("soumu@example.jp", PASSWORD, name="髙﨑 花子", role="contractor", contractor=contractor)


@pytest.fixture
def clerk(branch):
    return User.objects.create_user("clerk@example.jp", PASSWORD, name="新宿 太郎", role="clerk", branch=branch)


@pytest.fixture
def head(db):
    return User.objects.create_user("head@example.jp", PASSWORD, name="本店 一郎", role="head")


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
    import datetime as dt

    from django.utils import timezone

    at = [timezone.now()]
    monkeypatch.setattr(timezone, "now", lambda: at[0])

    def forward(**span):
        at[0] += dt.timedelta(**span)
        return at[0]

    return forward
