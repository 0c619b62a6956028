"""全体トップ: what waits for the company, what it began, what moved lately, and nothing of anybody else's."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from applications import talk
from guarantees import issuing
from guarantees.models import Guarantee, Look
from netdesk import front
from tests import make


@pytest.fixture
def people(db):
    return make.people()


@pytest.fixture
def page(client):
    def words(person):
        client.force_login(person)
        return re.sub(r"\s+", " ", strip_tags(client.get("/").content.decode()))

    return words


def issued(people, **changes):
    line = make.line(people, "approved", contract_on=None, **changes)
    issuing.mint(str(line.issue.guarantee_id))
    talk.opened(line, by=people["contractor"])  # what the branch wrote on the way was read
    return line


def look(guarantee, by=None, result=Look.Result.OPENED):
    return Look.objects.create(guarantee=guarantee, number_hmac="0" * 64, result=result, visitor="192.0.2.1", by=by)


def test_one_returned_line_is_opened_at_once_and_two_are_listed(people, page):
    line = make.line(people, "returned", contract_on=None)
    assert front.of(people["contractor"]).tasks == [
        front.Task(
            1,
            "差戻し（要修正）",
            "bad",
            "支店からの連絡を確認し、修正して再送信してください",
            f"/applications/lines/{line.pk}/",
        )
    ]
    make.line(people, "returned", contract_on=None)
    assert front.of(people["contractor"]).tasks[0][::4] == (2, "/applications/?state=returned")
    assert "2件差戻し（要修正）支店からの連絡を確認し、修正して再送信してください" in page(people["contractor"])


def test_an_electronic_guarantee_waits_until_somebody_not_logged_in_opened_it(people):
    line = issued(people)
    [task] = front.of(people["contractor"]).tasks
    assert task == front.Task(
        1,
        "発注者 未閲覧",
        "info",
        "「認証キー」のお知らせを発注者へ提出してください",
        f"/guarantees/{line.issue.guarantee_id}/",
    )
    guarantee = Guarantee.objects.get()
    look(guarantee, by=people["contractor"])
    look(guarantee, result=Look.Result.REFUSED)
    assert front.of(people["contractor"]).tasks == [task]
    look(guarantee)
    assert front.of(people["contractor"]).tasks == []


def test_what_the_branch_said_waits_until_the_company_opens_it(people):
    line = make.line(people, contract_on=None)
    talk.say(line, "契約書の写しを送ってください。", by=people["clerk"])
    words = ("支店から連絡", "info", "支店からの連絡を確認してください", f"/applications/lines/{line.pk}/")
    assert front.of(people["contractor"]).tasks == [front.Task(1, *words)]
    line.refresh_from_db()
    talk.opened(line, by=people["rival"])
    assert front.of(people["contractor"]).tasks == [front.Task(1, *words)]
    talk.opened(line, by=people["colleague"])
    assert front.of(people["contractor"]).tasks == []


def test_paper_is_not_waited_for(people):
    issued(people, advance_format="paper", receipt="post", notice="no")
    assert front.of(people["contractor"]).tasks == []


def test_drafts_are_counted_and_led_to(people, page):
    make.draft(people["contractor"])
    make.draft(people["colleague"])
    make.draft(people["rival"])
    assert "下書きの続きを入力する（2件）" in page(people["contractor"])


def test_the_newest_five_lines_are_shown_with_the_words_of_their_state(people, page):
    for status in ("submitted", "received", "returned", "declined", "withdrawn"):
        make.line(people, status, contract_on=None)
    newest = make.line(people, "approved", contract_on=None, work_name="みどり公園トイレ改築工事")
    shown = front.of(people["contractor"]).recent
    assert [wording.words for _, wording in shown] == [
        "発行手続中",
        "取下げ",
        "お引受不可",
        "差戻し（要修正）",
        "受付済",
    ]
    words = page(people["contractor"])
    day = timezone.localdate()
    assert (
        f"{newest.application.number}（前払金・電子） みどり公園トイレ改築工事 杉並区 前払金・電子 20,000,000円 "
        f"発行手続中 {day.year}年{day.month}月{day.day}日"
    ).replace(" ", "") in words.replace(" ", "")
    assert "新しい順に5件を表示しています" in words


def test_of_another_company_nothing_is_shown(people, page):
    issued(people)
    make.line(people, "returned", contract_on=None)
    make.draft(people["contractor"])
    assert front.of(people["rival"]) == front.Top(tasks=[], drafts=0, recent=[])
    assert "杉並区" not in page(people["rival"])


def test_the_previous_log_in_is_told(people, page):
    person = people["contractor"]
    assert "はじめてのログインです。" in page(person)
    person.seen_at = dt.datetime(2026, 5, 29, 7, 48, tzinfo=dt.UTC)
    person.save()
    assert "前回のログイン：2026年5月29日 16:48" in page(person)


def test_the_page_asks_the_database_a_fixed_number_of_questions(people, client, django_assert_max_num_queries):
    for status in ("returned", "returned", "submitted", "approved"):
        make.line(people, status)
    client.force_login(people["contractor"])
    with django_assert_max_num_queries(15):
        assert client.get("/").status_code == 200
