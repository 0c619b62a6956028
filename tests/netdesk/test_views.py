"""The front desk: top page, conditions, health, reports of browsers, the demo's mail."""

import logging

import pytest
from django.db import OperationalError, connection

from netdesk import health, reports
from tests import make


@pytest.fixture
def person(db):
    return make.person("contractor")


@pytest.fixture
def clerk(db):
    return make.person("clerk")


def test_a_stranger_sees_the_front_page(client, db):
    assert "<title>工事の保証を電子で｜ネットデスク</title>" in client.get("/").content.decode()


def test_the_desk_goes_to_its_desk(client, clerk):
    client.force_login(clerk)
    assert client.get("/").url == "/admin/"


def test_with_nothing_to_do_the_top_page_says_so_kindly(client, person):
    client.force_login(person)
    page = client.get("/").content.decode()
    assert "<title>全体トップ｜ネットデスク</title>" in page
    assert "<h1>髙﨑建設 株式会社 様</h1>" in page
    assert "いま、お手続きが必要なものはありません。" in page
    assert "まだお手続きはありません。" in page
    assert "新宿支店" in page and "03-0000-0001" in page
    assert "下書きの続き" not in page


@pytest.mark.parametrize(
    ("product", "title"), [("advance", "前払金保証約款（見本）"), ("contract", "契約保証約款（見本）")]
)
def test_the_conditions_say_that_they_are_a_sample(client, db, settings, product, title):
    settings.CONDITIONS_EDITION = "2027-10-01"
    page = client.get(f"/conditions/{product}/").content.decode()
    assert f"<h1>{title}</h1>" in page
    assert "これは見本です" in page
    assert "2027年10月1日版" in page


@pytest.mark.parametrize("product", ["works", "ADVANCE", "advance.html", "..."])
def test_of_other_products_there_are_no_conditions(client, db, product):
    assert client.get(f"/conditions/{product}/").status_code == 404


def test_the_process_lives_without_asking_anything(client):
    answer = client.get("/healthz")  # without a database
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready_means_that_the_database_answers(client, db, monkeypatch):
    assert (client.get("/readyz").status_code, client.get("/readyz").content) == (200, b"ready\n")

    def refuse(*args):
        raise OperationalError("connection refused")

    with monkeypatch.context() as away:
        away.setattr(connection, "cursor", refuse)
        answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_ready_gives_up_after_a_second(transactional_db):
    with connection.execute_wrapper(
        lambda execute, sql, *rest: execute(sql.replace("SELECT 1", "SELECT pg_sleep(3)"), *rest)
    ):
        assert health.ready() is False
    assert health.ready() is True


@pytest.mark.parametrize("content_type", ["application/csp-report", "application/reports+json"])
def test_a_report_of_a_browser_is_noted_in_short(client, caplog, content_type, monkeypatch):
    monkeypatch.setattr(reports, "_noted", [])
    with caplog.at_level(logging.WARNING, logger="netdesk.reports"):
        answer = client.generic("POST", "/csp-report", b'{"csp-report": "' + b"x" * 10_000 + b'\xff"}', content_type)
    assert (answer.status_code, answer.content) == (204, b"")
    [record] = caplog.records
    assert record.getMessage() == 'content security policy: {"csp-report": "' + "x" * 484


def test_reports_are_posted(client):
    assert client.get("/csp-report").status_code == 405


LETTER = "From: desk@example.jp\nTo: soumu@example.jp\nSubject: =?utf-8?b?55m66KGM5a6M5LqG?=\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"


@pytest.fixture
def box(settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MAIL_DIR.mkdir()
    (settings.MAIL_DIR / "20260601-1.eml").write_text(
        LETTER + "髙﨑建設 株式会社 様\n<script>alert(1)</script>\n", encoding="utf-8"
    )
    (settings.MAIL_DIR / "torn.eml").write_bytes(b"\xff\xfe")
    (settings.MAIL_DIR / ".draft.eml").write_text(LETTER + "half writ", encoding="utf-8")
    (settings.MAIL_DIR / "secret.txt").write_text("not a letter")
    return settings.MAIL_DIR


def test_the_letters_of_the_demo_are_listed_and_shown_as_text(client, db, box):
    listed = client.get("/demo/mail/").content.decode()
    assert "発行完了" in listed and "soumu@example.jp" in listed
    page = client.get("/demo/mail/20260601-1/").content.decode()
    assert "<h1>発行完了</h1>" in page
    assert "髙﨑建設 株式会社 様" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script>alert" not in page


def test_an_empty_box_says_so(client, db, settings, tmp_path):
    settings.MAIL_DIR = tmp_path / "none"
    assert "まだメールは届いていません。" in client.get("/demo/mail/").content.decode()


@pytest.mark.parametrize("name", ["nothing", "secret", "secret.txt", "..", "*", "20260601-1.eml", ".draft"])
def test_only_listed_letters_are_shown(client, db, box, name):
    assert client.get(f"/demo/mail/{name}/").status_code == 404


def test_the_mail_is_for_this_machine_and_the_demo_only(client, db, box, settings):
    assert client.get("/demo/mail/", REMOTE_ADDR="::1").status_code == 200
    assert client.get("/demo/mail/", REMOTE_ADDR="192.0.2.1").status_code == 404
    assert client.get("/demo/mail/20260601-1/", REMOTE_ADDR="192.0.2.1").status_code == 404
    settings.DEMO = False
    assert client.get("/demo/mail/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/login/", "/conditions/advance/", "/demo/mail/", "/nothing/", "/logout/", "/?q=%00"]
)
def test_no_page_has_inline_styles_scripts_or_handlers(client, person, path):
    client.force_login(person)
    page = client.get(path, follow=True).content.decode()
    assert "<html" in page
    for forbidden in (" style=", "<style", " onclick=", " onload=", "javascript:", "http://", "<iframe"):
        assert forbidden not in page.replace('xmlns="http://', "")


def test_head_is_answered_like_get(client, db):
    answer = client.head("/login/")
    assert (answer.status_code, answer.content) == (200, b"")
