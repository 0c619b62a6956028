"""What a right answer leaves in the session: one guarantee, for 15 minutes, also in a process of its own."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import access
from guarantees import clock, grants
from guarantees.models import Key, Look, Version
from tests import make
from tests.guarantees import browsing
from tests.guarantees.asking import REFUSAL, address, ask, other, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued():
    return browsing.issued()


@pytest.fixture
def in_force():
    today = clock.today()
    return browsing.issued(works_from=today, works_until=today, starts_on=today, ends_on=today)


def test_without_a_look_up_the_result_leads_back_to_the_form(issued):
    browser = Client()
    for page in (address(issued[0]), address(issued[0]) + "certificate.pdf"):
        assert browser.get(page)["Location"] == "/verify/?again"
    assert "もう一度、番号と認証キーを入力してください" in text(browser.get("/verify/?again"))


def test_the_grant_ends_after_fifteen_minutes(issued, printer):
    guarantee, key = issued
    browser = Client()
    ask(guarantee.number, key, browser)
    browsing.draw(guarantee, "certificate")
    pages = (address(guarantee), address(guarantee) + "certificate.pdf")
    assert [browser.get(page).status_code for page in pages] == [200, 200]
    session = browser.session
    assert session.get_expiry_age() <= 15 * 60
    session[grants.NAME] = session[grants.NAME][:3] + [int(clock.now().timestamp()) - 1]
    session.save()
    assert [browser.get(page)["Location"] for page in pages] == ["/verify/?again"] * 2


def test_the_grant_is_for_one_guarantee_only(issued):
    second, second_key = browsing.issued()
    browser = Client()
    ask(issued[0].number, issued[1], browser)
    assert browser.get(address(second)).status_code == 404
    assert browser.get(address(second) + "certificate.pdf").status_code == 404
    ask(second.number, second_key, browser)
    assert browser.get(address(second)).status_code == 200
    assert browser.get(address(issued[0])).status_code == 404


def test_a_right_answer_gets_a_new_session(issued):
    browser = Client()
    ask(issued[0].number, issued[1], browser)
    first = browser.session.session_key
    ask(issued[0].number, issued[1], browser)
    assert browser.session.session_key != first
    assert not Session.objects.filter(session_key=first).exists()


def test_a_key_closed_in_the_meantime_ends_the_grant(issued):
    browser = Client()
    ask(issued[0].number, issued[1], browser)
    Key.objects.update(status="revoked")
    assert browser.get(address(issued[0]))["Location"] == "/verify/?again"


def test_who_is_logged_in_stays_so_and_the_look_is_their_own(issued):
    owner = make.person("contractor")
    browser = browsing.entered(owner)
    ask(issued[0].number, issued[1], browser)
    assert browser.get(address(issued[0])).status_code == 200
    assert browser.get(reverse("guarantees:list")).status_code == 200
    assert browser.session.get_expiry_age() > 15 * 60
    assert access.ENTERED_AT in browser.session
    assert Look.objects.get().by == owner


def test_the_certificate_is_given_out_only_with_the_grant(issued, printer):
    guarantee, key = issued
    browsing.draw(guarantee, "certificate")
    browser, pdf = Client(), address(guarantee) + "certificate.pdf"
    ask(guarantee.number, key, browser)
    assert "電子保証書を保存（PDF・" in text(browser.get(address(guarantee)))
    answer = browser.get(pdf)
    assert answer.content == f"%PDF certificate {guarantee.number} ".encode()
    assert answer["Content-Disposition"] == f'attachment; filename="{guarantee.number}-certificate.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert Client().get(pdf)["Location"] == "/verify/?again"


def test_until_the_certificate_is_drawn_the_page_says_so(issued):
    browser = Client()
    ask(issued[0].number, issued[1], browser)
    assert "電子保証書（PDF）を作成中です。" in text(browser.get(address(issued[0])))
    assert browser.get(address(issued[0]) + "certificate.pdf").status_code == 404


@pytest.fixture
def alone(settings):
    settings.ROOT_URLCONF = "guarantees.verify_urls"


@pytest.mark.usefixtures("alone")
def test_the_look_up_runs_as_a_process_of_its_own(in_force):
    guarantee, key = in_force
    browser = Client()
    assert browser.get("/").status_code == 200
    assert REFUSAL in text(browser.post("/", {"number": guarantee.number, "key": other(key)}))
    answer = browser.post("/", {"number": guarantee.number, "key": key})
    assert (answer.status_code, answer["Location"]) == (303, f"/result/{guarantee.pk}/")
    assert "有効な電子保証です" in text(browser.get(answer["Location"]))
    assert browser.get("/guarantees/").status_code == 404
    assert Client().post("/", "{}", content_type="application/json").status_code == 400
    assert Client(enforce_csrf_checks=True).post("/", {}).status_code == 403
    assert Version.objects.count() == 1


def test_a_log_in_ends_the_grant_and_its_short_session(issued):
    browser = Client()
    ask(issued[0].number, issued[1], browser)
    person = make.person("contractor", email="later@example.jp")
    person.set_password("a long enough pass phrase")
    person.save()
    browser.post("/login/", {"email": "later@example.jp", "password": "a long enough pass phrase"})
    assert browser.session["_auth_user_id"] == str(person.pk)
    assert browser.session.get_expiry_age() == 12 * 3600
    assert browser.get(address(issued[0]))["Location"] == "/verify/?again"
