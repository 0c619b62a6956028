"""The official's page: what may be typed, what is answered, how long an answer lasts."""

import logging
import re
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guarantees import clock, keys, throttle
from guarantees.models import Key, Look
from tests.guarantees import browsing
from tests.guarantees.asking import FORM, REFUSAL, address, ask, other, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued():
    return browsing.issued()


@pytest.fixture
def in_force():
    today = clock.today()
    browsing.rule()
    return browsing.issued(works_from=today, works_until=today, starts_on=today, ends_on=today)


def recased(key: str) -> str:
    """The key in the other case, as far as the alphabet has it."""
    return "".join(sign.swapcase() if sign.swapcase() in keys.ALPHABET else sign for sign in key)


def unmasked(response) -> str:
    """The page without its CSRF token, which is masked anew in every answer."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())


def test_number_and_key_open_the_certificate(in_force):
    guarantee, key = in_force
    browser = Client()
    answer = ask(guarantee.number, key, browser)
    assert (answer.status_code, answer["Location"]) == (303, address(guarantee))
    result = browser.get(answer["Location"])
    page, look = text(result), Look.objects.get()
    assert "<title>照会結果｜電子保証の照会｜ネットデスク</title>" in result.content.decode()
    for words in (
        "有効な電子保証です",
        "当社が発行しました",
        "内容は変更されていません",
        "保証期間内です",
        "最新の版です第1版",
        f"照会番号：{look.receipt}",
        f"保証契約番号{guarantee.number}（第1版）",
        "被保証者杉並区長",
        "保証金額20,000,000円（請負金額の40.0%）",
        "工事番号8-杉教-0123",
        "東京都杉並区みどり二丁目3番4号髙﨑建設 株式会社",
        "新宿支店03-0000-0001",
    ):
        assert words in page
    assert "no-store" in result["Cache-Control"]
    assert (look.result, look.guarantee_id, look.by) == ("opened", guarantee.pk, None)


def test_a_service_to_be_contracted_is_told_in_its_own_words():
    ahead = clock.today().replace(year=clock.today().year + 1, day=1)
    days = dict.fromkeys(["contracted_on", "works_from", "works_until", "starts_on", "ends_on"], ahead)
    guarantee, key = browsing.issued(**browsing.CONTRACT | days, work_kind="service")
    browser = Client()
    ask(guarantee.number, key, browser)
    page = text(browser.get(address(guarantee)))
    for words in (
        "保証期間前の電子保証です",
        f"契約日{ahead.year}年{ahead.month}月1日（予定）",
        "5,000,000円（業務委託料の10.0%）",
    ):
        assert words in page


def test_the_answer_shows_no_persons_phone_or_mail_and_never_the_key(in_force):
    guarantee, key = in_force
    browser = Client()
    ask(guarantee.number, key, browser)
    page = browser.get(address(guarantee)).content.decode()
    for secret in (key, "03-0000-0123", "keiyaku@city.example.jp", "hosho@example.jp"):
        assert secret not in page


@pytest.mark.parametrize("shape", ["{}", "{0[0]}{0[1]}", "Ｎ", "ー", "–", "—", "－", "−", " "])
def test_a_number_is_read_in_any_width_and_with_any_hyphen(issued, shape):
    number = issued[0].number
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-"})
    typed = {"{}": number, "{0[0]}{0[1]}": number.replace("-", ""), "Ｎ": wide}.get(shape, number.replace("-", shape))
    assert ask(typed, issued[1]).status_code == 303


def spaced(key: str) -> str:
    return " ".join(keys.grouped(key))


def wide(key: str) -> str:
    return "－".join(keys.grouped(key)).translate({ord(c): ord(c) + 0xFEE0 for c in key})


def broken(key: str) -> str:
    return key[:6] + "\r\n" + key[6:]


def invisible(key: str) -> str:
    return "\u200b" + key[:4] + "\u200b" + key[4:] + "\ufeff"


@pytest.mark.parametrize("typed_as", [spaced, wide, broken, invisible])
def test_a_key_is_read_however_it_was_copied(issued, typed_as):
    assert ask(issued[0].number, typed_as(issued[1])).status_code == 303


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "認証キーを入力してください。"),
        ("   ", "認証キーを入力してください。"),
        ("Z28YUE4J3Bu", "認証キーは12文字です。入力された文字数：11文字"),
        ("Z28YUE4J3Buxx", "認証キーは12文字です。入力された文字数：13文字"),
        *[(f"Z28Y{sign}E4J3Bux", f"認証キーに使われない文字があります（{sign}）。") for sign in "0O1Ilo"],
        ("Z28Y'E4J3Bux", "認証キーに使われない文字があります（&#x27;）。"),
        ("' OR 1=1 --", "認証キーに使われない文字があります"),
        ("*", "認証キーに使われない文字があります（*）。"),
        ("%", "認証キーに使われない文字があります（%）。"),
        ("_", "認証キーに使われない文字があります（_）。"),
        ("..", "認証キーに使われない文字があります（.）。"),
        ("日本語のキーです", "認証キーに使われない文字があります"),
        ("Z" * 10_000, "認証キーは12文字です。"),
    ],
)
def test_what_cannot_be_a_key_is_said_at_the_field_before_anything_is_looked_up(issued, typed, said):
    answer = ask(issued[0].number, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count(said) == 2  # in the summary and at the field
    assert "<title>エラー：電子保証の照会｜ネットデスク</title>" in page
    assert f'value="{issued[0].number}"' in page  # what was right is kept
    assert not Look.objects.exists()


@pytest.mark.parametrize(
    "typed", ["1234-1", "abcde-fghijk", "２６１０２", "26102-0001234", "' OR 1=1 --", "*", "%", "_", "..", "9" * 10_000]
)
def test_what_cannot_be_a_number_is_said_at_the_field(typed):
    answer = ask(typed, "Z28YUE4J3Bux")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("保証契約番号は、数字5桁と6桁（例：00000-000000）で入力してください。") == 2
    assert 'value="Z28YUE4J3Bux"' in page
    assert not Look.objects.exists()


def test_both_fields_missing_are_two_errors():
    page = text(Client().post(FORM, {}))
    assert "入力内容に2件の誤りがあります" in page
    assert page.count("保証契約番号を入力してください。") == page.count("認証キーを入力してください。") == 2


def test_a_wrong_number_and_a_wrong_key_get_the_same_page_to_the_byte(issued):
    guarantee, key = issued
    second, _ = browsing.issued()
    wrong = [
        ("99999-999999", key),
        (guarantee.number, other(key)),
        (second.number, key),
        (guarantee.number, recased(key)),
    ]
    pages = set()
    for number, typed in wrong:
        answer = ask(number, typed)
        assert answer.status_code == 200
        assert f'value="{number}"' in answer.content.decode()
        pages.add(unmasked(answer).replace(f'value="{number}"', "").replace(f'value="{typed}"', ""))
        assert answer.cookies.keys() <= {"__Host-csrftoken"}
    assert len(pages) == 1
    assert REFUSAL in pages.pop()
    assert set(Look.objects.values_list("result", "guarantee")) == {("refused", None)}


def test_a_paper_guarantee_is_never_found():
    paper, _ = browsing.issued(format="paper")
    assert REFUSAL in text(ask(paper.number, "Z28YUE4J3Bux"))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"status": "superseded"}, "この電子証書は変更されています"),
        ({"status": "revoked"}, "この認証キーは停止されています"),
        ({"expires_on": "2026-01-01"}, "この電子証書の閲覧期限が過ぎています"),
    ],
)
def test_a_key_that_was_right_once_is_told_so_and_opens_nothing(issued, state, said):
    guarantee, key = issued
    Key.objects.update(**state)
    browser = Client()
    answer = ask(guarantee.number, key, browser)
    page = text(answer)
    assert answer.status_code == 200
    assert said in page
    assert f"照会番号：{Look.objects.get().receipt}" in page
    for content in ("20,000,000", "杉並区長", "髙﨑建設", guarantee.number, key):
        assert content not in page
    assert browser.get(address(guarantee))["Location"] == "/verify/?again"


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("names", [["number", "key"], ["number"], ["key"]], ids=" ".join)
def test_number_and_key_in_the_address_are_ignored_and_logged_without_their_values(issued, caplog, method, names):  # 81
    guarantee, key = issued
    values = {"number": guarantee.number, "key": key}
    with caplog.at_level(logging.DEBUG):
        answer = getattr(Client(), method)(FORM, {name: values[name] for name in names})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert guarantee.number not in page
    assert key not in page
    assert not Look.objects.exists()
    ours = [record for record in caplog.records if record.name == "guarantees.verify_views"]
    assert [(record.levelname, record.getMessage()) for record in ours] == [
        ("WARNING", f"a look-up in the address was ignored: {' '.join(names)}")
    ]
    assert not any(value in record.getMessage() for record in ours for value in values.values())


def test_a_form_without_anything_in_its_address_is_not_logged(caplog):
    Client().get(FORM, {"again": ""})
    assert [record for record in caplog.records if record.name == "guarantees.verify_views"] == []


def test_a_prefetch_or_a_link_scanner_opens_nothing(issued):
    for method in ("get", "head"):
        assert getattr(Client(), method)(FORM).status_code == 200
    assert Client().put(FORM).status_code == 405
    assert not Look.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"number": "26102-000001", "key": "Z28YUE4J3Bux"}', "application/json"),
        (urlencode([("number", "26102-000001"), ("key[]", "Z28YUE4J3Bux")]), "application/x-www-form-urlencoded"),
        (urlencode([("number[0]", "26102-000001"), ("key", "Z28YUE4J3Bux")]), "application/x-www-form-urlencoded"),
        (urlencode([("number", "1"), ("key", "a"), ("key", "b")]), "application/x-www-form-urlencoded"),
        (urlencode([("number", "1"), ("number", "1"), ("key", "b")]), "application/x-www-form-urlencoded"),
    ],
)
def test_json_arrays_and_doubled_fields_are_refused(body, kind):
    answer = Client().post(FORM, body, content_type=kind)
    assert answer.status_code == 400
    assert "送られた内容を読み取れませんでした" in answer.content.decode()
    assert not Look.objects.exists()


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 200), (1_000_001, 413)])
def test_a_body_of_more_than_a_million_bytes_is_refused(size, status):
    body = "number=26102-000001&key=".ljust(size, "Z")
    answer = Client().post(FORM, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status
    assert ("送られた内容が大きすぎます" in answer.content.decode()) is (status == 413)
    assert not Look.objects.exists()


def test_a_file_in_the_form_is_refused():
    assert Client().post(FORM, {"number": "1", "key": SimpleUploadedFile("key", b"Z28YUE4J3Bux")}).status_code == 400


def test_the_form_needs_its_token_and_works_without_any_account(issued):
    guarantee, key = issued
    strict = Client(enforce_csrf_checks=True)
    assert ask(guarantee.number, key, strict).status_code == 403
    page = strict.get(FORM, secure=True).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    fields = {"number": guarantee.number, "key": key, "csrfmiddlewaretoken": token}
    assert strict.post(FORM, fields, secure=True, headers={"Referer": "https://testserver/verify/"}).status_code == 303


def test_the_eleventh_wrong_try_has_to_wait_and_is_told_whom_to_call(issued):
    guarantee, key = issued
    for _ in range(throttle.FREE):
        assert REFUSAL in text(ask(guarantee.number, other(key)))
    answer = ask(guarantee.number, key)
    page = text(answer)
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= throttle.PAUSE
    assert "少し待ってから、もう一度照会してください" in page
    assert "03-0000-0000" in page
    assert f'value="{guarantee.number}"' in answer.content.decode()
    elsewhere = ask(guarantee.number, key, REMOTE_ADDR="192.0.2.77")
    assert elsewhere.status_code == 303  # the number itself is never locked


def test_a_busy_moment_is_answered_with_a_time_to_come_back(issued, monkeypatch):
    monkeypatch.setattr(keys, "_PATIENCE", 0.01)
    with keys._AT_ONCE, keys._AT_ONCE:
        answer = ask(issued[0].number, issued[1])
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "ただいま照会が混み合っています。" in text(answer)


@pytest.mark.parametrize("user_agent", ["", "x" * 5000, "Mozilla/5.0"])
def test_any_browser_may_ask(issued, user_agent):
    assert ask(issued[0].number, issued[1], headers={"User-Agent": user_agent}).status_code == 303
