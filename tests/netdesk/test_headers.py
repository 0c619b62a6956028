"""Every kind of answer carries the security headers; nothing but static files is kept."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from netdesk.middleware import headers
from tests import make

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "report-uri /csp-report",
}


def assert_protected(answer, cache="no-store"):
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert {part.strip() for part in answer["Content-Security-Policy"].split(";")} == POLICY
    assert answer["Cache-Control"] == cache


@pytest.fixture
def person(db):
    return make.person("contractor")


@pytest.mark.parametrize("path", ["/login/", "/conditions/contract/", "/verify/", "/healthz", "/readyz", "/demo/mail/"])
def test_public_pages(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert_protected(answer, answer["Cache-Control"])
    assert "no-store" in answer["Cache-Control"]


def test_a_page_of_a_logged_in_person(client, person):
    client.force_login(person)
    answer = client.get("/")
    assert answer.status_code == 200
    assert_protected(answer)


def test_redirects(client, db):
    answer = client.get("/applications/")
    assert answer.status_code == 302
    assert_protected(answer)


@pytest.mark.parametrize(
    ("path", "status"), [("/nothing/", 404), ("/logout/", 405), ("/?q=%ff", 400), ("/static/nothing.css", 404)]
)
def test_refusals(client, db, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert_protected(answer)


def test_a_body_too_large(client, db):
    answer = client.post("/login/", {"email": "x" * 1_000_001})
    assert answer.status_code == 413
    assert_protected(answer)


def test_too_many_log_ins(client, db):
    for _ in range(6):
        answer = client.post("/login/", {"email": "a@example.jp", "password": "wrong"})
    assert answer.status_code == 429
    assert_protected(answer)


def test_a_missing_token(db):
    answer = Client(enforce_csrf_checks=True).post("/login/", {})
    assert answer.status_code == 403
    assert_protected(answer)


def test_a_foreign_host(client, db):
    answer = client.get("/", HTTP_HOST="evil.example")
    assert answer.status_code == 400
    assert_protected(answer)
    assert "evil.example" not in answer.content.decode()


def test_our_own_fault(client, db, monkeypatch):
    def broken():
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("netdesk.health.ready", broken)
    client.raise_request_exception = False
    answer = client.get("/readyz")
    assert answer.status_code == 500
    assert_protected(answer)
    page = answer.content.decode()
    assert "申し訳ありません。処理を完了できませんでした" in page and "secret detail" not in page


def test_static_files_are_protected_and_kept(client, db):
    answer = client.get("/static/nd/tokens.css")
    assert answer.status_code == 200
    assert_protected(answer, answer["Cache-Control"])
    assert "max-age" in answer["Cache-Control"]
    answer.close()


def test_the_icon_is_kept_for_a_day(client, db):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.url) == (302, "/static/nd/icons/favicon.ico")
    assert_protected(answer, "max-age=86400, public")


def test_what_a_view_has_set_stays():
    def view(request):
        return HttpResponse(headers={"Cache-Control": "private, max-age=60", "X-Frame-Options": "SAMEORIGIN"})

    answer = headers(view)(RequestFactory().get("/"))
    assert (answer["Cache-Control"], answer["X-Frame-Options"]) == ("private, max-age=60", "SAMEORIGIN")


def test_strict_transport_is_said_on_secure_requests_only(settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD = (
        63072000,
        True,
        False,
    )
    view = headers(lambda request: HttpResponse())
    assert (
        view(RequestFactory().get("/", secure=True))["Strict-Transport-Security"]
        == "max-age=63072000; includeSubDomains"
    )
    assert "Strict-Transport-Security" not in view(RequestFactory().get("/"))
