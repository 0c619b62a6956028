"""手続状況 as the company sees it."""

import re

import pytest
from django.urls import reverse

from applications import lifecycle
from applications.models import Line
from audit import trail
from guarantees import issuing
from guarantees.models import Guarantee
from netdesk import paging
from tests import make, many

LIST = "/applications/"
# status → the words of its chip and what happens next
WORDS = {
    "submitted": ("送信済", "支店が受付を始めるまでお待ちください"),
    "received": ("受付済", "支店が審査を始めるまでお待ちください"),
    "under_review": ("審査中", "支店で審査しています"),
    "returned": ("差戻し（要修正）", "貴社の修正をお待ちしています"),
    "declined": ("お引受不可", "お引受けできませんでした"),
    "approved": ("発行手続中", "証書を発行しています。数分で終わります"),
    "withdrawn": ("取下げ", "取り下げました"),
}


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


def detail(line):
    return reverse("applications:line", args=[line.pk])


def withdraw(line):
    return reverse("applications:withdraw", args=[line.pk])


def chip(page):
    return re.search(r'<p class="meta">.*?<span class="chip \w+">(.*?)</span>', page, re.S)[1]


def timeline(page):
    marks = re.findall(
        r'<span class="vh">(済み|現在|これから)：</span><b>(.*?)</b>(?:<p>.*?<br>(.*?)</p>)?', page, re.S
    )
    return [" ".join(filter(None, mark)) for mark in marks]


@pytest.mark.parametrize("status", WORDS)
def test_each_status_says_what_happens_next(owner, people, status):
    line = make.line(people, status)
    page = owner.get(detail(line)).content.decode()
    assert (chip(page), re.search(r'<h2 id="nx">(.*?)</h2>', page)[1]) == WORDS[status]
    assert (withdraw(line) in page) is (status in {"submitted", "received", "returned"})
    assert (reverse("applications:edit", args=[line.application_id]) in page) is (status == "returned")
    assert ("お知らせします。" in page) is (status in {"received", "under_review", "returned", "declined", "approved"})


def test_an_issued_line_speaks_the_words_of_its_guarantee(owner, people):
    line = make.line(people, "approved")
    issuing.mint(str(line.issue.guarantee_id))
    number = Guarantee.objects.get().number
    page = owner.get(detail(line)).content.decode()
    assert chip(page) == "手続完了"
    assert f'<b class="mono">{number}</b>' in page
    assert reverse("guarantees:overview", args=[line.issue.guarantee_id]) in page


def test_the_way_of_a_line_names_our_people_by_their_branch(owner, people):
    line = make.line(people, "approved")
    page = owner.get(detail(line)).content.decode()
    assert timeline(page) == [
        "済み 送信 保証　花子",
        "済み 受付 新宿支店",
        "済み 審査 新宿支店",
        "現在 承認 新宿支店",
        "これから 発行",
    ]
    assert "佐藤" not in page
    assert "田中" not in page
    issuing.mint(str(line.issue.guarantee_id))
    page = owner.get(detail(line)).content.decode()
    assert timeline(page)[-2:] == ["済み 承認 新宿支店", "済み 発行 新宿支店"]


def test_the_way_ahead_after_a_return_begins_with_sending_again(owner, people):
    page = owner.get(detail(make.line(people, "returned"))).content.decode()
    assert timeline(page)[-5:] == [
        "現在 差戻し（要修正） 新宿支店",
        "これから 再送信",
        "これから 審査",
        "これから 承認",
        "これから 発行",
    ]


def test_the_list_shows_the_companys_lines_newest_first_and_nobody_elses(client, people, text):
    make.application(people["contractor"], work_name="古い工事", contract_on=None)
    make.application(people["colleague"], work_name="新しい工事", contract_on=None)
    make.application(people["rival"], work_name="他社の工事", contract_on=None)
    make.draft(people["contractor"], work_name="まだ下書き")
    for person in ("contractor", "colleague"):
        client.force_login(people[person])
        words = text(client.get(LIST))
        assert words.index("新しい工事") < words.index("古い工事")
        assert "他社" not in words
        assert "まだ下書き" not in words


def test_the_list_goes_on_page_by_page_without_losing_or_repeating_a_line(owner, people, monkeypatch):
    monkeypatch.setattr(paging, "SIZE", 2)
    lines = [make.line(people, contract_on=None) for _ in range(5)]
    address, seen = LIST, []
    while address:
        page = owner.get(address).content.decode()
        seen.append(re.findall(r'<a href="/applications/lines/([0-9a-f-]{36})/">S-', page))
        older = re.search(r'href="(\?after=[^"]+)"', page)
        address = older and LIST + older[1]
    ids = [str(line.pk) for line in reversed(lines)]
    assert seen == [ids[:2], ids[2:4], ids[4:]]


@pytest.mark.parametrize("after", ["-1", "9e9", "' OR 1=1 --", "00000000-0000-0000-0000-000000000000", "x" * 5000])
def test_a_place_that_is_none_leads_to_the_first_page(owner, people, after):
    line = make.line(people)
    answer = owner.get(LIST, {"after": after})
    assert (answer.status_code, line.application.number in answer.content.decode()) == (200, True)


def test_the_place_of_another_company_leads_to_the_first_page(owner, people):
    foreign = make.application(people["rival"]).lines.first()
    line = make.line(people)
    assert line.application.number in owner.get(LIST, {"after": str(foreign.pk)}).content.decode()


def test_the_list_costs_the_same_for_one_line_and_for_thirty(owner, people, django_assert_num_queries):
    line = make.line(people, "approved", contract_on=None)
    owner.get(LIST)  # the session notes its first use
    for rows in (1, 25):
        with django_assert_num_queries(6):  # session, person, company, lines, count, branch
            assert owner.get(LIST).content.decode().count("<tr ") == rows + 1
        many.lines(line, 30)
    last = str(Line.objects.order_by("-sent_at")[24].pk)
    with django_assert_num_queries(7):  # and the place where the page before ended
        owner.get(LIST, {"after": last})


# Withdrawal


def test_a_withdrawal_says_what_will_happen_and_asks_for_the_reason(owner, people):
    line = make.line(people)
    assert "元に戻すことはできません" in owner.get(withdraw(line)).content.decode()
    for reason in ("", "　"):
        answer = owner.post(withdraw(line), {"reason": reason})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert '<a href="#reason">取下げの理由を入力してください。</a>' in page
        assert 'id="reason-e"' in page
        line.refresh_from_db()
        assert line.status == "submitted"
    answer = owner.post(withdraw(line), {"reason": "延期のため"}, follow=True)
    assert answer.redirect_chain == [(detail(line), 302)]
    assert f"{line.application.number}（前払金保証）を取り下げました。" in answer.content.decode()


@pytest.mark.parametrize("length", [501, 100_000])
def test_the_reason_of_a_withdrawal_is_never_cut(owner, people, length):
    line, reason = make.line(people), "あ" * length
    answer = owner.post(withdraw(line), {"reason": reason})
    page = answer.content.decode()
    message = f"取下げの理由は、500文字以内で入力してください（いまの入力：{length}文字）。"
    assert (answer.status_code, f'<a href="#reason">{message}</a>' in page) == (200, True)
    assert f">{reason}</textarea>" in page
    line.refresh_from_db()
    assert line.status == "submitted"
    assert owner.post(withdraw(line), {"reason": reason[:500]}).status_code == 302
    assert trail.of(line).first().data["remark"] == reason[:500]


@pytest.mark.parametrize("reason", ["a%00b", "a%1Bb", "%E2%80%AE%E3%83%BB", "%F0%9F%98%80"])
def test_a_reason_that_cannot_be_kept_never_breaks_the_page(owner, people, reason):
    line = make.line(people)
    answer = owner.post(withdraw(line), f"reason={reason}", "application/x-www-form-urlencoded")
    assert answer.status_code in {200, 302}
    assert all("\x00" not in str(entry.data) and "\x1b" not in str(entry.data) for entry in trail.of(line))


def test_a_withdrawal_that_comes_too_late_says_so_and_changes_nothing(owner, people):
    line = make.line(people, "under_review")
    answer = owner.post(withdraw(line), {"reason": "延期のため"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "この申込は審査中のため、「この申込を取り下げる」の操作はできません。" in page
    assert 'id="copy-reason">延期のため</p>' in page and "<textarea" not in page
    line.refresh_from_db()
    assert line.status == "under_review"


def test_withdrawing_one_line_leaves_the_other(owner, people):
    line = make.line(people)
    owner.post(withdraw(line), {"reason": "延期のため"})
    assert sorted(line.application.lines.values_list("product", "status")) == [
        ("advance", "withdrawn"),
        ("contract", "submitted"),
    ]


@pytest.mark.parametrize("person", ["rival", "clerk", "approver", "otherbranch", "head"])
def test_for_others_neither_detail_nor_withdrawal_exists(client, people, person):
    line = make.line(people)
    client.force_login(people[person])
    for answer in (client.get(detail(line)), client.get(withdraw(line)), client.post(withdraw(line), {"reason": "x"})):
        assert answer.status_code == 404
        assert line.application.number not in answer.content.decode()
    assert Line.objects.get(pk=line.pk).status == "submitted"


def test_a_line_that_moved_while_the_page_was_open_cannot_be_taken_back(owner, people):
    line = make.line(people, "received")
    owner.get(withdraw(line))
    lifecycle.move(line, "review", by=people["clerk"])
    assert owner.post(withdraw(line), {"reason": "延期のため"}).status_code == 409
