"""対応している発注者: what the list shows and finds, each body, and the file."""

import csv
import datetime as dt
import io
import re

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from issuers.models import Acceptance, Authority
from tests import make

URL = "/issuers/"
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
ONE = TODAY - 30 * DAY  # a day on which everybody had begun
NEXT = TODAY + 30 * DAY


def day(date):
    return f"{date.year}年{date.month}月{date.day}日"


def accept(issuer, *offers):
    for product, kind, starts_on, *end in offers:
        Acceptance.objects.create(
            issuer=issuer, product=product, work_kind=kind, starts_on=starts_on, ends_on=end[0] if end else None
        )
    return issuer


@pytest.fixture
def bodies(body):
    """Bodies that accept this and that; 練馬区 takes nothing, 港区 no more."""
    suginami = accept(
        body("131156", "杉並区", "スギナミク"),
        *((product, kind, ONE) for product in ("advance", "contract") for kind in ("works", "service")),
    )
    make.rule(suginami, percent=40, office="契約担当課", email="keiyaku@city.example.jp")
    make.rule(suginami, "contract", office="契約担当課", email="keiyaku@city.example.jp")
    Authority.objects.create(issuer=suginami, title="杉並区長")
    accept(body("022021", "弘前市", "ヒロサキシ", "青森県"), ("advance", "works", ONE), ("contract", "works", NEXT))
    accept(body("132063", "府中市", "フチュウシ"), ("advance", "works", ONE), ("advance", "service", NEXT))
    accept(body("342084", "府中市", "フチュウシ", "広島県"), ("contract", "service", NEXT))
    accept(body("131032", "港区", "ミナトク"), ("advance", "works", ONE, TODAY - DAY))
    body("131202", "練馬区", "ネリマク")
    body("130001", "東京都", "トウキョウト", kind="prefecture")


def rows(answer):
    """The table as words: one list of cells for each row."""
    table = re.findall(r'<tr role="row">(<th scope="row".*?)</tr>', answer.content.decode(), re.DOTALL)
    return [
        [
            " ".join(strip_tags(re.sub(r"</span><span", "</span> <span", cell)).split())
            for cell in re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in table
    ]


def codes(answer):
    return re.findall(r'<a href="/issuers/(\d{6})/">', answer.content.decode())


def test_every_body_that_accepts_or_will_is_listed_with_what_and_since_when(client, bodies):
    assert rows(client.get(URL)) == [
        ["弘前市", "青森県", day(ONE), "工事", "対応", f"{day(NEXT)}から", "要確認"],
        ["杉並区", "東京都", day(ONE), "工事・業務委託", "対応", "対応", "メール"],
        [
            "府中市",
            "東京都",
            day(ONE),
            "工事・業務委託",
            f"対応（工事） {day(NEXT)}から（業務委託）",
            "未対応",
            "要確認",
        ],
        ["府中市", "広島県", day(NEXT), "業務委託", "未対応", f"{day(NEXT)}から", "要確認"],
    ]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "すぎなみ"}, ["131156"]),
        ({"q": "ｽｷﾞﾅﾐ"}, ["131156"]),
        ({"q": "131156"}, ["131156"]),
        ({"q": "府中"}, ["132063", "342084"]),
        ({"q": "府中　ふちゅう"}, ["132063", "342084"]),
        ({"prefecture": "東京都"}, ["131156", "132063"]),
        ({"q": "府中", "prefecture": "東京都"}, ["132063"]),
        ({"product": "advance"}, ["022021", "131156", "132063"]),
        ({"product": "contract"}, ["022021", "131156", "342084"]),
        ({"kind": "service"}, ["131156", "132063", "342084"]),
        ({"product": "advance", "kind": "service"}, ["131156", "132063"]),
        ({"on": f"{TODAY - DAY}"}, ["022021", "131032", "131156", "132063", "342084"]),
        ({"on": day(ONE)}, ["022021", "131032", "131156", "132063", "342084"]),
        ({"on": "  "}, ["022021", "131156", "132063", "342084"]),
        ({"q": "練馬"}, []),
        ({"q": "%"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"after": "x"}, ["022021", "131156", "132063", "342084"]),
        ({"after": "9" * 40}, ["022021", "131156", "132063", "342084"]),
        ({"unknown": "1"}, ["022021", "131156", "132063", "342084"]),
    ],
)
def test_filters(client, bodies, asked, found):
    answer = client.get(URL, asked)
    assert (answer.status_code, codes(answer)) == (200, found)


@pytest.mark.parametrize(
    "typed", ["令和8年6月1日", "R8.6.1", "2026/6/1", "2026-06-01", "20260601", "２０２６年６月１日"]
)
def test_the_day_is_read_in_any_usual_way_of_writing(client, bodies, typed):
    assert "2026年6月1日 現在" in client.get(URL, {"on": typed}).content.decode()


def test_on_a_later_day_what_will_begin_has_begun(client, bodies):
    later = rows(client.get(URL, {"on": f"{NEXT}", "q": "弘前"}))
    assert later == [["弘前市", "青森県", day(ONE), "工事", "対応", "対応", "要確認"]]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"on": "令和8年2月30日"}, "基準日は、"),
        ({"q": "あ" * 101}, "名前・よみ・コードは、100文字以内で入力してください（いまの入力：101文字）"),
        ({"prefecture": "存在県"}, "都道府県を一覧から選択してください"),
        ({"product": "x"}, "保証を一覧から選択してください"),
        ({"kind": "x"}, "対象の契約を一覧から選択してください"),
    ],
)
def test_a_wrong_filter_is_told_and_the_others_stay(client, bodies, wrong, told):
    page = client.get(URL, {"q": "杉並"} | wrong).content.decode()
    assert "<title>エラー：対応している発注者" in page
    assert page.count(told) == 2  # in the summary and at the field
    [typed] = wrong.values()
    if "q" not in wrong:
        assert re.findall(r'<a href="/issuers/(\d{6})/">', page) == ["131156"]
    if "q" in wrong or "on" in wrong:
        assert f'value="{typed}"' in page


def test_nothing_found_names_the_filters_and_offers_to_drop_them(client, bodies):
    page = strip_tags(client.get(URL, {"q": "<練馬>", "kind": "works"}).content.decode())
    assert "あてはまる発注者はありません。" in page
    assert "いまの条件：名前・よみ・コード「&lt;練馬&gt;」、対象の契約「工事」" in page
    assert "条件を消す" in page and "CSVを保存" not in page


def test_the_list_goes_on_after_25(client, body):
    for number in range(30):
        accept(body(f"1{number:05d}", f"見本{number}市", "ミホンシ"), ("advance", "works", ONE))
    first = client.get(URL, {"q": "見本"})
    [older] = re.findall(r'href="(\?q=[^"]*after=\d+)"', first.content.decode())
    second = client.get(URL + older.replace("&amp;", "&"))
    assert codes(first) + codes(second) == [f"1{number:05d}" for number in range(30)]
    assert "対応している発注者（30件）" in first.content.decode()
    assert "対応している発注者（30件の続き）" in second.content.decode()
    assert len(codes(first)) == 25


def test_the_list_tells_the_ways_of_handing_in_that_hold_on_the_day(client, body):
    issuer = accept(body("100000", "見本市", "ミホンシ"), ("advance", "works", ONE))
    make.rule(issuer, ways=["post"])
    make.rule(issuer, "contract", ways=["mail", "post"])
    make.rule(issuer, valid_from=NEXT, ways=["fax"])
    assert [row[-1] for row in rows(client.get(URL))] == ["メール・郵送"]
    assert [row[-1] for row in rows(client.get(URL, {"on": f"{NEXT}"}))] == ["メール・FAX・郵送"]


def test_a_body_tells_its_rules_for_each_product_and_kind(client, body):
    issuer = accept(body("100000", "見本市", "ミホンシ"), ("advance", "works", ONE))
    make.rule(issuer, work_kind="works", percent=40, cap_yen=400_000_000, unit_yen=100_000, least_price_yen=1_300_001)
    make.rule(
        issuer,
        "contract",
        ways=["counter"],
        office="経理課",
        deadline="award",
        deadline_days=7,
        note="押印は不要です。",
    )
    make.rule(issuer, "contract", valid_from=NEXT, office="次の課")
    page = client.get(f"{URL}100000/").content.decode()
    section = re.search(r'aria-labelledby="c">(.*?)</section>', page, re.DOTALL)[1]
    assert strip_tags(re.sub(r"</(h3|dt|dd)>", "|", section)).replace("\n", "").split("|")[:-1] == [
        *("金額のきまりと提出先前払金保証（工事）", "割合の上限", "請負金額の40%", "上限額", "400,000,000円"),
        *("端数", "100,000円未満切捨て", "対象の契約", "請負金額が1,300,000円を超える契約"),
        *("契約保証", "提出方法", "窓口持参", "提出先の担当課", "経理課", "提出期限", "落札決定の日から7日以内"),
        *("提出の案内", "押印は不要です。"),
    ]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_database_five_times(client, body, django_assert_num_queries, count):
    for number in range(count):
        issuer = accept(body(f"1{number:05d}", f"見本{number}市", "ミホンシ"), ("advance", "works", ONE))
        make.rule(issuer, email="keiyaku@city.example.jp")
    with django_assert_num_queries(5):
        client.get(URL)


def read(answer):
    raw = b"".join(answer.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf") and raw.count(b"\r\n") == raw.count(b"\n")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_file_holds_one_row_for_each_acceptance_that_was_asked_for(client, bodies):
    answer = client.get(f"{URL}list.csv", {"q": "府中", "product": "advance"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="issuers-{TODAY:%Y%m%d}.csv"'
    assert read(answer) == [
        "発注者コード,発注者,よみ,都道府県,保証,対象の契約,受付の開始日,受付の終了日,状態,提出先の担当課,提出先メールアドレス".split(
            ","
        ),
        ["132063", "府中市", "フチュウシ", "東京都", "前払金保証", "工事", f"{ONE}", "", "受付中", "", ""],
        ["132063", "府中市", "フチュウシ", "東京都", "前払金保証", "業務委託", f"{NEXT}", "", "開始前", "", ""],
    ]


def test_the_file_brings_the_rule_and_the_end(client, bodies):
    rows = read(client.get(f"{URL}list.csv", {"on": f"{TODAY - DAY}", "prefecture": "東京都", "kind": "works"}))
    assert [row[:2] + row[4:] for row in rows[1:]] == [
        ["131032", "港区", "前払金保証", "工事", f"{ONE}", f"{TODAY - DAY}", "受付中", "", ""],
        ["131156", "杉並区", "前払金保証", "工事", f"{ONE}", "", "受付中", "契約担当課", "keiyaku@city.example.jp"],
        ["131156", "杉並区", "契約保証", "工事", f"{ONE}", "", "受付中", "契約担当課", "keiyaku@city.example.jp"],
        ["132063", "府中市", "前払金保証", "工事", f"{ONE}", "", "受付中", "", ""],
    ]


@pytest.mark.parametrize("head", list("=+-@\t＝＋－＠"))
def test_no_name_becomes_a_formula(client, body, head):
    issuer = accept(body("100000", "見本市", "ミホンシ"), ("advance", "works", ONE))
    make.rule(issuer, office=f"{head}1+1")
    assert read(client.get(f"{URL}list.csv"))[1][9] == f"'{head}1+1"


@pytest.mark.parametrize("count", [1, 30])
def test_the_file_asks_the_database_three_times(client, body, django_assert_num_queries, count):
    for number in range(count):
        accept(body(f"1{number:05d}", f"見本{number}市", "ミホンシ"), ("advance", "works", ONE))
    with django_assert_num_queries(3):
        assert len(read(client.get(f"{URL}list.csv"))) == count + 1


def test_a_body_shows_what_it_takes_who_signs_and_where_to_send(client, bodies):
    answer = client.get(f"{URL}131156/")
    assert rows(answer) == [
        [product, kind, f"{day(ONE)}から", "受付中"]
        for product in ("前払金保証", "契約保証")
        for kind in ("工事", "業務委託")
    ]
    page = " ".join(strip_tags(answer.content.decode()).split())
    for words in (
        "スギナミク",
        "発注者コード 131156",
        "杉並区長",
        "請負金額の40%",
        "契約担当課",
        "keiyaku@city.example.jp",
    ):
        assert words in page, words


def test_a_body_that_takes_none_says_so(client, bodies):
    page = client.get(f"{URL}131202/").content.decode()
    assert "この発注者は、電子保証を受け付けていません。証書（紙）でお申し込みください。" in page
    assert "登録がありません。" in page and "提出先" not in page


@pytest.mark.parametrize("code", ["131157", "13115", "x" * 500, "%E6%9D%89"])
def test_codes_of_nobody_lead_nowhere(client, bodies, code):
    assert client.get(f"{URL}{code}/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_a_body_asks_the_database_four_times(client, body, django_assert_num_queries, count):
    issuer = body("100000", "見本市", "ミホンシ")
    accept(issuer, *(("advance", "works", ONE - number * DAY) for number in range(count)))
    Authority.objects.bulk_create(Authority(issuer=issuer, title=f"見本{number}長") for number in range(count))
    with django_assert_num_queries(4):
        client.get(f"{URL}100000/")
