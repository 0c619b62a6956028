import re

import pytest
from django.urls import reverse

from issuers.models import Acceptance
from tests import make

URL = "/issuers/search/"
FORM = "/applications/11111111-1111-1111-1111-111111111111/edit/"


@pytest.fixture
def contractor(client, body):
    suginami = body("131156", "杉並区", "スギナミク")
    Acceptance.objects.create(issuer=suginami, product="advance", work_kind="works", starts_on="2026-02-01")
    body("130001", "東京都", "トウキョウト", kind="prefecture")
    client.force_login(make.person("contractor"))
    return client


def radios(response):
    return re.findall(r'<input class="rd" type="radio" ([^>]*)>', response.content.decode())


def said(response):
    return re.findall(r'<p class="cnt" role="status">([^<]*)</p>', response.content.decode())


def test_the_search_stands_at_its_address():
    assert reverse("issuers:search") == URL


def test_a_stranger_is_sent_to_the_log_in_page(client, db):
    response = client.get(URL, {"q": "杉並"})
    assert (response.status_code, response.url.partition("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("role", ["clerk", "approver", "head"])
def test_for_our_own_staff_the_page_does_not_exist(client, db, role):
    client.force_login(make.person(role))
    assert client.get(URL).status_code == 404


def test_only_reading_is_possible(contractor):
    assert contractor.post(URL).status_code == 405


def test_a_body_found_bears_what_the_form_needs(contractor):
    response = contractor.get(URL, {"q": "すぎなみ"})
    assert radios(response) == [
        'name="pick_issuer" value="131156" checked data-set-issuer="131156" data-set-issuer_name="杉並区"'
    ]
    assert said(response) == ["1件見つかりました"]
    assert "東京都／スギナミク／電子保証に対応<code>131156</code>" in response.content.decode()


def test_a_body_without_acceptance_is_told(contractor):
    assert "トウキョウト／証書（紙）のみ" in contractor.get(URL, {"q": "130001"}).content.decode()


def test_more_than_twenty_ask_for_more_letters(contractor, body):
    for number in range(21):
        body(f"{number:06d}", f"見本{number}市", "ミホンシ")
    response = contractor.get(URL, {"q": "市"})
    assert len(radios(response)) == 20
    assert said(response) == ["20件より多く見つかりました。最初の20件を表示しています。文字を足すと絞り込めます。"]


def test_nothing_found_says_what_to_do(contractor):
    response = contractor.get(URL, {"q": "存在しない町"})
    assert radios(response) == []
    assert said(response) == [
        "見つかりませんでした。別の文字で検索してください。一覧にない発注者は、申込の画面で「発注者が一覧にない」にチェックを入れると、名称を直接入力できます。"
    ]


def test_nothing_asked_says_what_to_type(contractor):
    assert said(contractor.get(URL)) == ["名称の一部を入力するか、都道府県を選ぶと、ここに表示します。"]


def test_a_dialog_gets_the_inside_only_and_a_browser_the_page(contractor):
    page = contractor.get(URL, {"q": "杉並"})
    part = contractor.get(URL, {"q": "杉並"}, headers={"HX-Request": "true"})
    assert page.content.startswith(b"<!doctype html>")
    assert "<title>発注者の検索｜保証申込｜ネットデスク</title>" in page.content.decode()
    assert b"<html" not in part.content
    assert radios(part) == radios(page)
    assert "HX-Request" in page.headers["Vary"]


def test_the_choice_goes_back_to_the_form_it_was_opened_from(contractor):
    text = contractor.get(URL, {"q": "杉並", "back": FORM}).content.decode()
    assert f'<form class="sec" action="{FORM}" method="get" novalidate>' in text
    assert f'<input type="hidden" name="back" value="{FORM}">' in text
    assert "選択した発注者を入力" in text


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example.jp/applications/11111111-1111-1111-1111-111111111111/edit/",
        "//evil.example.jp" + FORM,
        "\\\\evil.example.jp",
        "javascript:alert(1)",
        "/applications/",
        "/logout/",
        "/nowhere/",
        FORM + "?x=1",
        FORM + "#x",
        "http://[::1",
        "x",
        FORM + "\n",
    ],
)
def test_a_choice_goes_nowhere_but_to_a_form(contractor, elsewhere):
    response = contractor.get(URL, {"q": "杉並", "back": elsewhere})
    assert response.status_code == 200
    assert re.findall(r'<form class="sec" action="([^"]*)"', response.content.decode()) == [""]
    assert "evil" not in response.content.decode()


@pytest.mark.parametrize("query", [{"q": "あ" * 61}, {"prefecture": "存在県"}])
def test_what_cannot_be_searched_is_an_error_on_the_page(contractor, query):
    response = contractor.get(URL, query)
    assert response.status_code == 200
    assert "<title>エラー：発注者の検索" in response.content.decode()
    assert radios(response) == []


def test_what_was_typed_stays_and_is_escaped(contractor):
    text = contractor.get(URL, {"q": '"><script>x'}).content.decode()
    assert "&quot;&gt;&lt;script&gt;x" in text
    assert "<script>x" not in text
