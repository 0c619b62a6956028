"""申込を検索: numbers that are one, parts of names, and nothing of another branch."""

import re

import pytest
from django.urls import reverse

from applications import finding
from applications.models import Line
from guarantees import issuing
from guarantees.models import Guarantee
from netdesk import paging
from tests import make, many

SEARCH = "/admin/search/"


def pks(found):
    return [line.pk for line in found.rows]


@pytest.fixture
def line(people):
    return make.line(
        people, contract_on=None, work_name="あおば小学校100%_外壁\\改修ＡＢＣ工事", work_number="8-杉教-0123"
    )


@pytest.fixture
def clerk(people):
    return people["clerk"]


@pytest.mark.parametrize(
    "text",
    [
        "小学校", "校１００％", "100%_外", "\\改", "abc", "ＡＢＣ", "ａｂｃ工事", "あおば　改修", "改修 髙﨑", "高崎建設", "高崎 改修",
        "杉並", "杉教-0123", "８−杉教", "校", "あおばしょうがっこう"[:3],
    ],
)  # fmt: skip
def test_parts_of_names_lead_to_a_line(clerk, line, text):
    assert pks(finding.find(clerk, text)) == [line.pk]


@pytest.mark.parametrize(
    "text",
    ["", " ", "中学校", "%", "__", "小%校", "100_", "\\\\", ".*", "[あ-お]", "'; --", "校 中", "あ" * 100, "\x1f"],
)
def test_what_stands_nowhere_is_not_found(clerk, people, text):  # 91
    make.line(people, contract_on=None, work_name="あおば小学校外壁改修工事")
    assert pks(finding.find(clerk, text)) == []


def test_signs_with_a_meaning_of_their_own_are_plain_signs(clerk, line):  # 91
    assert [bool(finding.find(clerk, text).rows) for text in ("%", "_", "\\", "0%_", "0__")] == [True] * 4 + [False]


def test_a_number_leads_to_its_lines(clerk, people, line):
    issued = make.line(people, "approved", contract_on=None)
    issuing.mint(str(issued.issue.guarantee_id))
    number = Guarantee.objects.get().number
    company = people["contractor"].contractor.customer_no
    ways = {
        number: ("保証契約番号", [issued.pk]),
        number.replace("-", ""): ("保証契約番号", [issued.pk]),
        f" {number.translate(str.maketrans('0123456789-', '０１２３４５６７８９－'))}　": ("保証契約番号", [issued.pk]),
        line.application.number: ("申込番号", [line.pk]),
        line.application.number.lower().replace("-", ""): ("申込番号", [line.pk]),
        company: ("お客様番号", [issued.pk, line.pk]),
    }
    found = {text: finding.find(clerk, text) for text in ways}
    assert {text: (one.number, pks(one)) for text, one in found.items()} == ways


def test_of_another_branch_nothing_is_found_and_the_head_office_finds_all(people, line):
    for text in ("小学校", line.application.number, people["contractor"].contractor.customer_no):
        assert pks(finding.find(people["otherbranch"], text)) == []
        assert pks(finding.find(people["contractor"], text)) == [line.pk]
        assert pks(finding.find(people["head"], text)) == [line.pk]


@pytest.fixture
def hundred(people, monkeypatch):
    """12 lines, of which the window shows 4; every other one is of a 橋."""
    monkeypatch.setattr(finding, "WINDOW", 4)
    monkeypatch.setattr(paging, "SIZE", 3)
    first = make.line(people, contract_on=None, work_name="あおば橋塗装工事")
    search = {True: first.search, False: first.search.replace("あおば橋塗装", "ひばり道舗装")}
    lines = [first]
    for n in range(1, 12):
        lines += many.lines(
            first, 1, search=search[n % 2 == 0], sent_at=first.sent_at - n * finding.dt.timedelta(hours=1)
        )
    return lines


def test_the_pages_go_through_the_window_and_on_through_the_index(clerk, hundred):
    for text in ("橋塗装", "おば橋塗 工事"):
        seen, after = [], None
        while after != "":
            found = finding.find(clerk, text, after=after or "")
            seen.append(pks(found))
            after = found.older
        wanted = [line.pk for line in hundred[::2]]
        assert seen == [wanted[:3], wanted[3:]]


def test_a_single_sign_is_looked_for_in_the_window_only_and_this_is_said(client, clerk, hundred):
    found = finding.find(clerk, "橋")
    assert (pks(found), found.is_narrow) == ([line.pk for line in hundred[:4:2]], True)
    client.force_login(clerk)
    page = client.get(SEARCH, {"q": "橋"}).content.decode()
    assert "1文字の言葉は、新しいほうから5,000件の中だけを探しました。" in page


def test_lines_of_the_same_moment_are_neither_lost_nor_repeated(clerk, hundred):
    Line.objects.update(sent_at=hundred[0].sent_at)
    seen, after = [], None
    while after != "":
        found = finding.find(clerk, "工事", after=after or "")
        seen += pks(found)
        after = found.older
    assert len(seen) == len(set(seen)) == 12


def test_the_search_costs_the_same_for_one_line_and_for_thirty(client, clerk, people, django_assert_num_queries):
    line = make.line(people, contract_on=None)
    client.force_login(clerk)
    client.get(SEARCH)  # the session notes its first use
    with django_assert_num_queries(3):  # session, person, branch
        client.get(SEARCH)
    for rows in (1, 25):
        for text in ("小学校", people["contractor"].contractor.customer_no):
            asked = 5 if text == "小学校" else 4  # where the window begins; the lines
            with django_assert_num_queries(asked):
                page = client.get(SEARCH, {"q": text}).content.decode()
            assert len(re.findall(r'href="/admin/lines/', page)) == rows
        many.lines(line, 30)


def test_the_page_says_how_many_it_shows_and_when_there_is_nothing(client, clerk, people, text):
    line = make.line(people, contract_on=None)
    client.force_login(clerk)
    assert "「小学校」を含む申込：1件" in text(client.get(SEARCH, {"q": "小学校"}))
    assert f"申込番号「{line.application.number}」の申込：1件" in text(
        client.get(SEARCH, {"q": line.application.number})
    )
    assert "「中学校」にあてはまる申込は見つかりませんでした。" in text(client.get(SEARCH, {"q": "中学校"}))
    many.lines(line, 30)
    assert "「小学校」を含む申込：新しい順に25件ずつ表示しています" in text(client.get(SEARCH, {"q": "小学校"}))


@pytest.mark.parametrize("query", [{"q": "%" * 10_000}, {"q": "小学校", "after": "junk"}, {"after": "x" * 5000}])
def test_odd_parameters_never_break_the_page(client, clerk, people, query):
    make.line(people, contract_on=None)
    client.force_login(clerk)
    answer = client.get(reverse("admin:search"), query)
    assert answer.status_code == 200
    assert ("文字以内で入力してください" in answer.content.decode()) is (len(query.get("q", "")) > 100)
