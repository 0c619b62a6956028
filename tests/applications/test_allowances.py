"""What the form tells about the body chosen, and how much it allows for the price typed."""

import json
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from applications import allowances, lifecycle
from issuers.models import Rule
from tests import make

TYPED = {"work_kind": "works", "price": "50,000,000", "contracted_on": "2026-06-01", "low_bid": "no"}


@pytest.fixture
def body(db):
    return make.accept(make.issuer())


def allowed(body, product="advance", **changes):
    return allowances.of(product, body, TYPED | changes)


def words(told):
    return f"{told.share}：{told.sum}（{told.within}）"


@pytest.mark.parametrize(
    ("rule", "typed", "told"),
    [
        ({}, {}, "上限 40%：20,000,000円（）"),
        ({}, {"work_kind": "service"}, "上限 30%：15,000,000円（）"),
        ({}, {"price": "５０，０００，０００円"}, "上限 40%：20,000,000円（）"),
        ({}, {"price": ""}, "上限 40%：（）"),
        ({}, {"price": "五千万円"}, "上限 40%：（）"),
        ({}, {"advance_base": "10000000"}, "上限 今年度対象額の40%：4,000,000円（）"),
        ({"unit_yen": 100_000}, {"price": "50,240,000"}, "上限 40%：20,000,000円（100,000円未満切捨て）"),
        ({"percent": "35.5"}, {}, "上限 35.5%：17,750,000円（）"),
        (
            {"cap_yen": 10_000_000, "unit_yen": 10_000},
            {},
            "上限 40%：10,000,000円（上限額 10,000,000円、10,000円未満切捨て）",
        ),
        ({"low_bid_percent": 20}, {"low_bid": "yes"}, "上限 20%：10,000,000円（）"),
        ({"low_bid_percent": 20}, {"low_bid": ""}, "上限 40%：20,000,000円（）"),
    ],
)
def test_the_most_of_an_advance_is_told(body, rule, typed, told):
    make.rule(body, **rule)
    assert words(allowed(body, **typed)) == told


@pytest.mark.parametrize(
    ("rule", "typed", "told"),
    [
        ({}, {}, "下限 10%：5,000,000円（）"),
        ({}, {"price": "50,000,001"}, "下限 10%：5,000,001円（）"),
        ({}, {"low_bid": "yes"}, "下限 30%：15,000,000円（）"),
        ({"percent": 20}, {"advance_base": "1"}, "下限 20%：10,000,000円（）"),
    ],
)
def test_the_least_of_a_contract_guarantee_is_told(body, rule, typed, told):
    make.rule(body, "contract", **rule)
    assert words(allowed(body, "contract", **typed)) == told


def test_it_says_whose_limit_it_is_and_since_when(body):
    assert allowed(None).notes == ["標準の割合です。発注者を選ぶと、そのきまりで計算します。"]
    assert allowed(body).notes == ["標準の割合です（杉並区の金額のきまりは、登録がありません）。"]
    make.rule(body, office="経理課")
    assert allowed(body).notes == ["標準の割合です（杉並区の金額のきまりは、登録がありません）。"]
    make.rule(body, valid_from="2026-02-01", unit_yen=10_000, limits_note="工期が60日以上の契約が対象です。")
    assert allowed(body).notes == [
        "工期が60日以上の契約が対象です。",
        "杉並区のきまり（2026年2月1日から適用）。割合は標準です。",
    ]


@pytest.mark.parametrize(("price", "short"), [("1300000", True), ("1300001", False), ("", False)])
def test_a_contract_that_is_too_small_is_told(body, price, short):
    make.rule(body, least_price_yen=1_300_001)
    note = allowed(body, price=price).notes[0]
    assert note.startswith("請負金額が1,300,000円を超える契約が対象です。")
    assert ("対象にならないことがあります" in note) is short


@pytest.mark.parametrize(("day", "percent"), [("2026-05-31", 40), ("2026-06-01", 20), ("令和8年6月2日", 20)])
def test_the_rule_of_the_day_of_the_contract_counts(body, day, percent):
    make.rule(body, percent=40)
    make.rule(body, valid_from="2026-06-01", percent=20)
    assert allowed(body, contracted_on=day).share == f"上限 {percent}%"


def test_until_the_day_is_typed_the_rule_of_today_counts(body):
    make.rule(body, percent=20)
    make.rule(body, valid_from="2090-01-01", percent=10)
    for day in ("", "あした", "2026-02-30"):
        assert allowed(body, contracted_on=day).share == "上限 20%"


def test_nothing_is_told_while_the_kind_of_work_is_open_and_a_reservation_is_told_like_what_it_promises(body):
    assert allowed(body, work_kind="") is None
    assert allowed(body, work_kind="beer") is None
    assert allowed(body, "reserve") == allowed(body, "contract")


def test_a_body_is_told_with_its_limits(body):
    assert allowances.body(None) == "発注者を選ぶと、契約権者と電子保証への対応を表示します。"
    takes = (
        "発注者コード 131156／電子保証に対応しています（2026年2月1日から："
        "中間前払金保証（工事）、中間前払金保証（業務委託）、前払金保証（工事）、前払金保証（業務委託）、契約保証（工事）、契約保証（業務委託））"
    )
    assert allowances.body(body) == takes
    make.rule(body, percent=40, cap_yen=400_000_000, unit_yen=100_000, work_kind="works", least_price_yen=1_300_001)
    make.rule(body, work_kind="service", percent="30.5")
    make.rule(body, "contract", percent=10, limits_note="500万円未満は免除です。")
    assert allowances.body(body).split("\n") == [
        takes,
        "前払金保証（工事）：上限40%、上限額 400,000,000円、100,000円未満切捨て、請負金額が1,300,000円を超える契約が対象",
        "前払金保証（業務委託）：上限30.5%",
        "契約保証：下限10%、500万円未満は免除です",
    ]


def test_a_body_is_told_with_what_it_takes_since_when_and_until_when(db):
    body = make.issuer()
    assert allowances.body(body) == "発注者コード 131156／電子保証に対応していません。証書（紙）を選択してください。"
    for product, kind, starts, ends in (
        ("contract", "works", "2027-04-01", None),
        ("advance", "works", "2026-02-01", None),
        ("advance", "service", "2024-04-01", "2026-03-31"),
    ):
        body.acceptances.create(product=product, work_kind=kind, starts_on=starts, ends_on=ends)
    assert allowances.body(body) == (
        "発注者コード 131156／電子保証に対応しています（"
        "2024年4月1日から2026年3月31日まで：前払金保証（業務委託）／2026年2月1日から：前払金保証（工事）／2027年4月1日から：契約保証（工事））"
    )


# The page


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


def text(answer):
    return " ".join(strip_tags(re.sub(r"</p>", " ", answer.content.decode())).split())


CHOSEN = TYPED | {"issuer": "131156", "issuer_name": "杉並区"}


def test_the_form_asks_for_the_limit_while_people_type(owner):
    Rule.objects.update(unit_yen=100_000)
    answer = owner.get(reverse("applications:limit", args=["advance"]), CHOSEN | {"price": "50,240,000"})
    assert text(answer) == "上限 40%：20,000,000円（100,000円未満切捨て） 杉並区のきまり（2000年1月1日から適用）。"
    answer = owner.get(reverse("applications:limit", args=["contract"]), CHOSEN)
    assert text(answer).startswith("下限 10%：5,000,000円 標準の割合です")
    assert text(owner.get(reverse("applications:limit", args=["advance"]))) == ""


@pytest.mark.parametrize(
    "typed",
    [
        {"issuer": "0" * 9},
        {"issuer": "１３１１５６"},
        {"price": "9" * 5000},
        {"contracted_on": "/" * 99},
        {"unlisted": "on"},
    ],
)
def test_what_nobody_types_is_answered_with_the_usual_limit_or_nothing(owner, typed):
    Rule.objects.update(percent=20)
    answer = owner.get(reverse("applications:limit", args=["advance"]), CHOSEN | {"issuer_name": ""} | typed)
    assert answer.status_code == 200 and "20%" not in text(answer)


def test_there_is_no_limit_of_an_unknown_product(owner):
    assert owner.get(reverse("applications:limit", args=["beer"])).status_code == 404


def test_the_form_of_a_draft_shows_the_limit_at_once(owner, people):
    draft = make.draft(people["contractor"], price="50,000,000")
    page = text(owner.get(reverse("applications:edit", args=[draft.pk])))
    assert "上限 40%：20,000,000円" in page and "下限 10%：5,000,000円" in page


def test_a_closed_contract_block_is_sent_along_for_what_is_open(owner, people):
    application = make.application(people["contractor"])
    for line in application.lines.all():
        for name in ("receive", "review"):
            lifecycle.move(line, name, by=people["clerk"])
        if line.product == "advance":
            lifecycle.move(line, "return", by=people["clerk"], remark="金額を直してください。")
        else:
            lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail")
    page = owner.get(reverse("applications:edit", args=[application.pk])).content.decode()
    asked = re.search(r'id="advance-limit"[^>]*? hx-vals="([^"]*)"', page)[1]
    along = json.loads(unescape(asked))
    assert set(along) == set(allowances.FROM) and along["issuer"] == "131156"
    answer = owner.get(reverse("applications:limit", args=["advance"]), along | {"advance_base": "10000000"})
    assert text(answer).startswith("上限 今年度対象額の40%：4,000,000円")
    assert 'id="contract-limit"' not in page
