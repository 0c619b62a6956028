import re

import pytest

from applications import banks
from tests import make

URL = "/applications/banks/"
FORM = "/applications/11111111-1111-1111-1111-111111111111/edit/"
LISTED = banks.Listed("0001", "みずほ", "ミズホ", (("244", "荻窪", "オギクボ"), ("245", "西荻窪", "ニシオギクボ")))


@pytest.fixture
def contractor(client, db):
    banks.load([LISTED])
    client.force_login(make.person("contractor"))
    return client


def radios(response):
    return re.findall(r'<input class="rd" type="radio" ([^>]*)>', response.content.decode())


def said(response):
    return re.findall(r'<p class="cnt" role="status">([^<]*)</p>', response.content.decode())


def test_a_stranger_is_sent_to_the_log_in_page(client, db):
    response = client.get(URL, {"q": "みずほ"})
    assert (response.status_code, response.url.partition("?")[0]) == (302, "/login/")


@pytest.mark.parametrize("role", ["clerk", "approver", "head"])
def test_for_our_own_staff_the_page_does_not_exist(client, db, role):
    client.force_login(make.person(role))
    assert client.get(URL).status_code == 404


def test_only_reading_is_possible(contractor):
    assert contractor.post(URL).status_code == 405


def test_a_branch_found_bears_what_the_form_needs(contractor):
    response = contractor.get(URL, {"q": "みずほ", "branch": "にしおぎ"})
    assert radios(response) == [
        'name="pick_bank" value="0001-245" checked data-set-bank_code="0001-245" data-set-bank_name="みずほ銀行　西荻窪支店"'
    ]
    assert said(response) == ["1件見つかりました"]
    assert "ミズホ／ニシオギクボ<code>0001-245</code>" in response.content.decode()


def test_nothing_asked_says_what_to_type(contractor):
    assert said(contractor.get(URL)) == ["金融機関名と支店名の一部を入力すると、ここに表示します。"]


def test_nothing_found_says_what_to_do(contractor):
    assert said(contractor.get(URL, {"q": "存在しない"})) == [
        "見つかりませんでした。別の文字で検索するか、申込の入力欄に金融機関名と支店名を直接入力してください。"
    ]


def test_a_dialog_gets_the_inside_only_and_a_browser_the_page(contractor):
    page = contractor.get(URL, {"q": "みずほ"})
    part = contractor.get(URL, {"q": "みずほ"}, headers={"HX-Request": "true"})
    assert "<title>預託金融機関の検索｜保証申込｜ネットデスク</title>" in page.content.decode()
    assert b"<html" not in part.content
    assert len(radios(part)) == 2
    assert radios(part) == radios(page)


def test_the_choice_goes_back_to_the_form_it_was_opened_from(contractor):
    text = contractor.get(URL, {"q": "みずほ", "back": FORM}).content.decode()
    assert f'<form class="sec" action="{FORM}" method="get" novalidate>' in text
    assert "選択した支店を入力" in text


def test_a_choice_goes_nowhere_but_to_a_form(contractor):
    text = contractor.get(URL, {"q": "みずほ", "back": "//evil.example.jp" + FORM}).content.decode()
    assert '<form class="sec" action="" method="get" novalidate>' in text
    assert "evil" not in text


def test_too_long_a_query_is_an_error_on_the_page(contractor):
    response = contractor.get(URL, {"q": "あ" * 61})
    assert "<title>エラー：預託金融機関の検索" in response.content.decode()
    assert radios(response) == []
