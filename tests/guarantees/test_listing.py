"""電子保証 narrowed by words and by what was heard of the notice, and as a file."""

import csv
import io
import re

import pytest
from django.urls import reverse

from guarantees import clock, lookup
from tests import make
from tests.guarantees import browsing
from tests.guarantees.browsing import CONTRACT, entered

pytestmark = pytest.mark.django_db
LIST = "/guarantees/"


@pytest.fixture
def company():
    return make.contractor()


@pytest.fixture
def browser(company):
    return entered(make.person("contractor", contractor=company))


def numbers(answer):
    return re.findall(r'<th scope="row"[^>]*>([\d-]+)</th>', answer.content.decode())


@pytest.fixture
def two(company):
    """One of a school, one of a bridge; the school's was opened by somebody not logged in."""
    officer = make.person("approver")
    school, key = browsing.issued(company=company, by=officer)
    bridge, _ = browsing.issued(company=company, by=officer, **CONTRACT, work_name="ひばり１００％＿橋塗装ＡＢＣ工事")
    browsing.issued(by=officer)
    lookup.find(school.number, key, visitor="192.0.2.1", agent="")
    return school, bridge


def test_a_keyword_is_a_part_of_what_the_papers_say(browser, two):
    school, bridge = (one.number for one in two)
    wanted = {
        "小学校": [school], "杉並　小学校": [school], "100%": [bridge], "％_橋": [bridge], "abc": [bridge], school: [school],
        bridge.replace("-", "－"): [bridge], "工事": [bridge, school], "8-杉教": [bridge, school], "_": [bridge], "小%校": [], "\\": [],
    }  # fmt: skip
    assert {text: numbers(browser.get(LIST, {"q": text})) for text in wanted} == wanted


def test_what_was_opened_and_what_not_are_told_apart(browser, two):
    school, bridge = two
    assert [numbers(browser.get(LIST, {"seen": seen})) for seen in ("yes", "no")] == [[school.number], [bridge.number]]
    page = browser.get(LIST, {"q": "中学校"}).content.decode()
    assert "キーワード「中学校」にあてはまる電子保証はありません。" in page
    assert f'<a class="b" href="{LIST}">条件を消す</a>' in page


@pytest.mark.parametrize("query", [{"q": "%" * 10_000}, {"seen": "password"}])
def test_a_wrong_filter_is_said_at_its_field(browser, two, query):
    answer = browser.get(LIST, query)
    assert (answer.status_code, len(numbers(answer))) == (200, 2)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert browser.get(reverse("guarantees:list_csv"), query).status_code == 400


def test_the_file_holds_what_the_filters_leave(browser, two):
    school, _ = two
    answer = browser.get(reverse("guarantees:list_csv"), {"seen": "yes"})
    assert answer["Content-Disposition"] == f'attachment; filename="netdesk-guarantees-{clock.today():%Y%m%d}.csv"'
    head, row = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline=""))
    assert head[0] == "保証契約番号"
    assert row[:6] == [
        school.number,
        "前払金保証",
        "杉並区",
        "8-杉教-0123",
        "杉並区立あおば小学校外壁改修工事",
        "20000000",
    ]
    assert row[6:8] == ["2026-06-01", "2026-12-18"]
    assert row[9] != "未閲覧"
