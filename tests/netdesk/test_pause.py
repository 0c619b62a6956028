"""A planned pause (MAINTENANCE): every page says until when, and the look-up goes on."""

import pytest

UNTIL = "6月1日 22:00まで"


@pytest.fixture
def paused(settings):
    settings.MAINTENANCE = UNTIL


@pytest.mark.parametrize("path", ["/", "/login/", "/applications/", "/admin/", "/issuers/", "/nothing/", "/demo/mail/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_names_the_pause(client, paused, path, method):
    answer = getattr(client, method)(path)  # without a database
    assert (answer.status_code, answer["Retry-After"]) == (503, "600")
    page = answer.content.decode()
    assert f"休止の予定：{UNTIL}" in page and "03-0000-0000" in page
    assert 'href="http://127.0.0.1:8000/verify/"' in page
    assert answer["X-Content-Type-Options"] == "nosniff" and "Content-Security-Policy" in answer


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/verify/", "/static/nd/nd.css"])
def test_health_look_and_look_up_go_on(client, db, paused, path):
    answer = client.get(path)
    assert answer.status_code == 200
    answer.close()  # of a static file


def test_a_process_that_serves_the_look_up_only_never_pauses(client, db, paused, settings):
    settings.ROOT_URLCONF = "guarantees.verify_urls"
    assert client.get("/").status_code == 200


def test_without_a_pause_nothing_is_said_of_one(client, db):
    assert client.get("/login/").status_code == 200


def test_what_the_operator_wrote_is_shown_as_text(client, settings):
    settings.MAINTENANCE = "<b>22時</b>まで"
    assert "&lt;b&gt;22時&lt;/b&gt;まで" in client.get("/").content.decode()
