import datetime as dt

import pytest

from issuers import search
from issuers.models import Acceptance


@pytest.fixture
def bodies(body):
    return [
        body("131156", "杉並区", "スギナミク"),
        body("131032", "港区", "ミナトク"),
        body("132063", "府中市", "フチュウシ"),
        body("342084", "府中市", "フチュウシ", "広島県"),
        body("130001", "東京都", "トウキョウト", kind="prefecture"),
        body("122246", "鎌ケ谷市", "カマガヤシ", "千葉県"),
    ]


def found(text, prefecture=""):
    return [(issuer.code, issuer.name) for issuer in search.issuers(text, prefecture).rows]


@pytest.mark.parametrize(
    ("typed", "reduced"),
    [
        ("ＡＢＣ１２", "abc12"),
        ("ｽｷﾞﾅﾐ", "すぎなみ"),
        ("スギナミ", "すぎなみ"),
        ("フチュウ", "ふちゆう"),
        ("鎌ヶ谷", "鎌け谷"),
        ("鎌ケ谷", "鎌け谷"),
        ("霞が関", "霞け関"),
        ("八カ所", "八け所"),
        ("ユーエフ", "ゆ-えふ"),
        ("ユ－エフ", "ゆ-えふ"),
        ("つきぢ", "つきじ"),
        ("髙﨑", "高崎"),
        ("バンク・オブ", "ばんくおぶ"),
        ("　みずほ　 荻窪\n", "みずほ 荻窪"),
        ("がく", "がく"),
    ],
)
def test_ways_of_typing_the_same_are_one(typed, reduced):
    assert search.normalise(typed) == reduced


@pytest.mark.parametrize(
    "text", ["杉並", "杉並区", "すぎなみ", "スギナミ", "ｽｷﾞﾅﾐ", "131156", "１３１１５６", "東京都杉並区", "東京 杉並"]
)
def test_a_body_is_found_by_name_kana_or_code(bodies, text):
    assert found(text) == [("131156", "杉並区")]


def test_small_and_large_ke_are_one(bodies):
    assert found("鎌ヶ谷") == found("鎌ケ谷") == found("かまがや") == [("122246", "鎌ケ谷市")]


def test_bodies_of_one_name_are_told_apart_by_the_prefecture(bodies):
    assert found("府中市") == [("132063", "府中市"), ("342084", "府中市")]
    assert found("府中市", "広島県") == [("342084", "府中市")]


def test_the_body_of_that_very_name_comes_first(bodies):
    assert found("東京都")[0] == ("130001", "東京都")
    assert len(found("東京都")) == 4


def test_a_prefecture_alone_lists_its_bodies(bodies):
    assert found("", "千葉県") == [("122246", "鎌ケ谷市")]


@pytest.mark.parametrize("text", ["", "　 "])
def test_nothing_asked_finds_nothing(bodies, text):
    assert search.issuers(text) == search.Found([], more=False)


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "杉並区 港区"])
def test_wildcards_and_words_that_do_not_meet_find_nothing(bodies, text):
    assert found(text) == []


@pytest.mark.parametrize(("count", "shown", "more"), [(20, 20, False), (21, 20, True)])
def test_twenty_rows_are_shown_and_more_is_told(body, count, shown, more):
    for number in range(count):
        body(f"{number:06d}", f"見本市{number}", "ミホンシ")
    result = search.issuers("見本")
    assert (len(result.rows), result.more) == (shown, more)


def test_prefectures_stand_in_the_order_of_their_codes(bodies, body):
    body("010006", "北海道", "ホッカイドウ", "北海道", "prefecture")
    assert search.prefectures() == ["北海道", "東京都"]


def test_electronic_means_an_acceptance_in_force_today(bodies):
    today = search.timezone.localdate()
    day = dt.timedelta(days=1)
    periods = [(today, None), (today + day, None), (today - day, today), (today - 2 * day, today - day)]
    for issuer, (starts_on, ends_on) in zip(bodies, periods, strict=False):
        Acceptance.objects.create(
            issuer=issuer, product="advance", work_kind="works", starts_on=starts_on, ends_on=ends_on
        )
    assert search.electronic_today(bodies) == {"131156", "132063"}


@pytest.mark.parametrize("typed", ["かわせみ橋", "区立かわせみ", "カワセミ橋", "わせみ"])
def test_a_word_that_begins_behind_a_kanji_is_found_by_its_beginning(typed):
    assert search.words(typed)[0] in search.key("区立かわせみ橋架替工事")
