"""お知らせ: for whom, from when to when, page by page, and the newest three where people begin."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from announcements import demo
from announcements.models import Announcement
from tests import make

DAY = dt.timedelta(days=1)


def titles(answer):
    return re.findall(r'<a href="/news/\d+/">([^<]*)</a>', answer.content.decode())


@pytest.fixture
def news(db):
    """One of each kind, seen from today."""
    today = timezone.localdate()
    kinds = {
        "きのうまで": {"starts_on": today - 9 * DAY, "ends_on": today - DAY},
        "きょうまで": {"starts_on": today - 2 * DAY, "ends_on": today},
        "きょうから": {"starts_on": today},
        "あすから": {"starts_on": today + DAY},
        "ログインした方": {"starts_on": today - DAY, "audience": "members"},
    }
    return {title: make.announcement(title, **fields) for title, fields in kinds.items()}


def test_a_stranger_reads_what_is_for_everybody_today(client, news):
    assert titles(client.get("/news/")) == ["きょうから", "きょうまで"]


@pytest.mark.parametrize("role", ["contractor", "clerk", "head"])
def test_whoever_is_logged_in_reads_more(client, news, role):
    client.force_login(make.person(role))
    assert titles(client.get("/news/")) == ["きょうから", "ログインした方", "きょうまで"]


def test_what_is_not_in_the_list_is_not_there(client, news):
    found = {title: client.get(f"/news/{one.pk}/").status_code for title, one in news.items()}
    assert found == {"きのうまで": 404, "きょうまで": 200, "きょうから": 200, "あすから": 404, "ログインした方": 404}
    client.force_login(make.person("contractor"))
    assert client.get(f"/news/{news['ログインした方'].pk}/").status_code == 200


@pytest.mark.parametrize("number", ["0", "9" * 30, "9" * 5000, "-1", "x"])
def test_numbers_that_are_none_lead_nowhere(client, db, number):
    assert client.get(f"/news/{number}/").status_code == 404


def test_a_text_is_shown_in_paragraphs_and_as_text(client, db):
    one = make.announcement("題名 & <b>", text="はじめの段落\n\n<script>x</script>\n次の行")
    page = client.get(f"/news/{one.pk}/").content.decode()
    assert "<title>題名 &amp; &lt;b&gt;｜お知らせ｜ネットデスク</title>" in page
    assert "<p>はじめの段落</p>\n\n<p>&lt;script&gt;x&lt;/script&gt;<br>次の行</p>" in page


def test_without_any_news_the_page_says_so(client, db):
    assert "いまお知らせはありません。" in client.get("/news/").content.decode()
    assert "いまお知らせはありません。" in client.get("/login/").content.decode()


def test_the_list_goes_on_page_by_page(client, db):
    today = timezone.localdate()
    for number in range(30):
        make.announcement(f"第{number}号", starts_on=today - number // 2 * DAY)
    first = client.get("/news/")
    [older] = re.findall(r'href="(\?after=\d+)"', first.content.decode())
    second = client.get(f"/news/{older}")
    assert (len(titles(first)), len(titles(second))) == (25, 5)
    assert sorted(titles(first) + titles(second)) == sorted(f"第{number}号" for number in range(30))
    assert "全30件" in first.content.decode() and 'href="/news/"' in second.content.decode()


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_database_twice_for_a_stranger(client, db, django_assert_num_queries, count):
    for number in range(count):
        make.announcement(f"第{number}号")
    with django_assert_num_queries(2):
        client.get("/news/")


@pytest.mark.parametrize("path", ["/", "/login/"])
def test_where_strangers_begin_the_newest_three_are_shown(client, db, path):
    today = timezone.localdate()
    for number in range(5):
        make.announcement(f"第{number}号", starts_on=today - number * DAY)
    make.announcement("内輪", audience="members")
    assert titles(client.get(path)) == ["第0号", "第1号", "第2号"]


def test_the_top_page_of_a_contractor_shows_what_is_for_members_too(client, db):
    make.announcement("内輪", audience="members")
    client.force_login(make.person("contractor"))
    assert titles(client.get("/")) == ["内輪"]


def test_the_demo_has_news_for_both_and_puts_them_up_once(db):
    assert demo.load() == 4
    assert demo.load() == 0
    assert set(Announcement.objects.on(timezone.localdate()).values_list("audience", flat=True)) == {
        "everybody",
        "members",
    }


def test_the_head_office_keeps_them_and_its_work_is_recorded(client, db):
    head = make.person("head")
    client.force_login(head)
    sent = {
        "title": "夏季休業",
        "text": "お休みします。",
        "audience": "everybody",
        "starts_on": "2026-08-01",
        "ends_on": "",
    }
    address = "/admin/announcements/announcement/"
    wrong = client.post(f"{address}add/", sent | {"ends_on": "2026-07-01"})
    assert "掲載の終了日には、開始日以後の日を入力してください。" in wrong.content.decode()
    assert client.post(f"{address}add/", sent).status_code == 302
    one = Announcement.objects.get()
    assert (one.title, one.starts_on, one.ends_on) == ("夏季休業", dt.date(2026, 8, 1), None)
    assert "夏季休業" in client.get(address).content.decode()
    assert head.name in client.get(f"{address}{one.pk}/history/").content.decode()
