"""The branch's desk: queue, review sheet and moves."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import checks, desk_sheet_views, lifecycle, memos, talk
from applications.models import Approval, Line
from guarantees import clock, expiry, issuing, printing
from guarantees.models import Guarantee, Key, Version
from issuers.models import Acceptance
from netdesk import dates, paging
from outbox.models import Job, Letter
from tests import make, many

QUEUE = "/admin/queue/"
TODAY = timezone.localdate


@pytest.fixture
def desk(client, people):
    """The browser of the branch's clerk."""
    client.force_login(people["clerk"])
    return client


def review(line):
    return reverse("admin:review", args=[line.pk])


def move(line, name):
    return reverse("admin:move", args=[line.pk, name])


def listed(page):
    return re.findall(r'<a href="/admin/lines/([0-9a-f-]{36})/">S-', page.content.decode())


def ids(*lines):
    return [str(line.pk) for line in lines]


# The queue


def test_the_queue_shows_what_the_own_branch_has_to_do_the_longest_waiting_first(client, people):
    ours = [make.line(people, status, contract_on=None) for status in ("under_review", "received", "submitted")]
    for status in ("returned", "declined", "approved", "withdrawn"):
        make.line(people, status, contract_on=None)
    elsewhere = make.application(people["rival"], contract_on=None).lines.get()
    make.draft(people["contractor"])
    for person in ("clerk", "approver"):
        client.force_login(people[person])
        assert listed(client.get(QUEUE)) == ids(*ours)
    client.force_login(people["otherbranch"])
    assert listed(client.get(QUEUE)) == ids(elsewhere)
    client.force_login(people["head"])
    assert listed(client.get(QUEUE)) == ids(*ours, elsewhere)


def test_each_facet_shows_its_own_and_counts_it(desk, people):
    lines = {status: make.line(people, status, contract_on=None) for status in make.WAYS}
    made = make.line(people, "approved", contract_on=None)
    issuing.mint(str(made.issue.guarantee_id))
    shown = {
        "open": ["submitted", "received", "under_review"],
        "new": ["submitted"],
        "received": ["received"],
        "review": ["under_review"],
        "returned": ["returned"],
        "issuing": ["approved"],
    }
    for facet, statuses in shown.items():
        page = desk.get(QUEUE, {"show": facet})
        assert listed(page) == ids(*(lines[status] for status in statuses))
        assert re.search(rf'show={facet}" aria-current="page">[^<]*<span class="c">(\d+)件', page.content.decode())[
            1
        ] == str(len(statuses))
    assert listed(desk.get(QUEUE, {"show": "done"})) == ids(made, lines["withdrawn"], lines["declined"])


def test_the_queue_goes_on_page_by_page(desk, people, monkeypatch):
    monkeypatch.setattr(paging, "SIZE", 2)
    lines = [make.line(people, contract_on=None) for _ in range(5)]
    pages = [desk.get(QUEUE, {"after": after}) for after in ("", str(lines[1].pk), str(lines[3].pk))]
    assert [listed(page) for page in pages] == [ids(*lines[:2]), ids(*lines[2:4]), ids(lines[4])]
    links = [
        re.findall(r'<li><a href="(\?show=open[^"]*)">\s*(?:次|<svg)', page.content.decode().replace("&amp;", "&"))
        for page in pages
    ]
    assert links == [
        [f"?show=open&after={lines[1].pk}"],
        ["?show=open", f"?show=open&after={lines[3].pk}"],
        ["?show=open"],
    ]


@pytest.mark.parametrize(
    "query",
    [{"after": "-1"}, {"page": "9e9"}, {"after": "x" * 5000}, {"show": "password"}, {"show": "' OR 1=1"}],
)
def test_what_no_page_offers_leads_to_the_first(desk, people, query):
    line = make.line(people, contract_on=None)
    answer = desk.get(QUEUE, query)
    assert (answer.status_code, listed(answer)) == (200, ids(line))


def test_the_queue_costs_the_same_for_one_line_and_for_thirty(desk, people, django_assert_num_queries):
    make.line(people, "approved", contract_on=None)  # being issued
    line = make.line(people, "under_review", contract_on=None)
    desk.get(QUEUE)  # the session notes its first use
    for rows in (1, 25):
        # session, person, branch, counts of open, in hands, unanswered, refunds, returned, leaving, issuing (2) and ending (2), lines,
        # the rules of their bodies, what is to be looked at in them (3)
        with django_assert_num_queries(18):
            assert len(listed(desk.get(QUEUE))) == rows
        for one in [*many.lines(line, 15), *many.lines(line, 15, held_by=None)]:
            memos.write(one, "メモ", by=people["clerk"])


@pytest.mark.parametrize("status", ["received", "approved", "declined"])
def test_what_the_customer_said_waits_until_the_branch_answers_or_settles_it(desk, people, text, status):
    line = make.line(people, status, contract_on=None, message="よろしくお願いします。")
    assert "お客様から連絡 0件" in text(desk.get(QUEUE))  # what came with the sending is read with it
    for words, answer in (
        ("契約書を郵送しました。", lambda: talk.say(line, "届きました。", by=people["clerk"])),
        ("ありがとうございます。", lambda: desk.post(reverse("admin:settle", args=[line.pk]))),
    ):
        talk.say(line, words, by=people["contractor"])
        assert "20,000,000円 お客様から連絡" in text(desk.get(QUEUE, {"show": "heard"}))
        assert "返信待ち" in text(desk.get(review(line)))
        answer()
        assert "お客様から連絡 0件" in text(desk.get(QUEUE))
        assert listed(desk.get(QUEUE, {"show": "heard"})) == []


def test_a_paper_certificate_waits_until_it_has_left(desk, people, text):
    line = make.line(
        people, "approved", contract_on=None, advance_format="paper", receipt="post", notice=None, email=None
    )
    assert "証書（紙）の引渡し 0件" in text(desk.get(QUEUE))
    issuing.mint(str(line.issue.guarantee_id))
    assert "証書（紙）の引渡し 1件" in text(desk.get(QUEUE))
    assert "証書の引渡し前" in text(desk.get(QUEUE, {"show": "leaving"}))
    version = Version.objects.get()
    made = printing.hand_out(version, by=people["clerk"], seen=0)
    issuing.render_paper(str(made.pk))
    printing.hand_over(made, by=people["clerk"], how="post", on=clock.today())
    assert "証書（紙）の引渡し 0件" in text(desk.get(QUEUE))
    printing.hand_out(version, by=people["clerk"], seen=1, reason="届かなかったため")
    assert "証書（紙）の引渡し 1件" in text(desk.get(QUEUE))


def test_the_queue_names_what_the_sheet_will_find(desk, people, text):
    make.line(people, contract_on=None, work_number="8-9")
    double = make.line(people, contract_on=None, work_number="8-9", advance_bank_code="")
    Acceptance.objects.all().delete()
    for line in Line.objects.select_related("issuer", "application"):
        titles = [caution.title for caution in checks.for_review(line)]
        assert sorted(checks.titles([line])[line.pk]) == sorted(set(titles))
    assert "重複" in checks.titles([double])[double.pk] and "預託金融機関" in text(desk.get(QUEUE))


def test_what_waits_for_its_premium_has_a_facet(desk, people, text):
    line = make.line(people, "awaiting_premium", contract_on=None)
    page = desk.get(QUEUE, {"show": "unpaid"})
    assert "入金待ち 1件" in text(page) and listed(page) == ids(line)
    assert listed(desk.get(QUEUE)) == []


def test_what_ends_within_thirty_days_is_named(desk, people, text):
    soon, later = (TODAY() + dt.timedelta(days=days) for days in (12, 60))
    for name, until in (("ひばり工事", soon), ("つぐみ工事", later)):
        line = make.line(people, "approved", contract_on=None, work_name=name, works_until=until.isoformat())
        issuing.mint(str(line.issue.guarantee_id))
    page = text(desk.get(QUEUE, {"show": "ending"}))
    assert "まもなく満了（30日以内） 1件" in page and "ひばり工事" in page and "つぐみ工事" not in page
    assert "満了まであと12日" in page


@pytest.mark.parametrize(("days", "count"), [(1, 1), (30, 1), (31, 0)])
def test_the_last_thirty_days_are_counted_beside_the_queue(desk, people, text, days, count):
    line = make.line(people, "approved", contract_on=None, works_until=(TODAY() + dt.timedelta(days=days)).isoformat())
    issuing.mint(str(line.issue.guarantee_id))
    assert f"まもなく満了（30日以内） {count}件" in text(desk.get(QUEUE))
    assert listed(desk.get(QUEUE, {"show": "ending"})) == (ids(line) if count else [])
    assert f"満了まであと{days}日" in text(desk.get(review(line))) or not count


def test_what_ends_first_stands_first_and_no_clock_ticks_for_it(desk, people, monkeypatch):
    monkeypatch.setattr(paging, "SIZE", 2)
    lines = {}
    for days in (20, 3, 3, 11):
        until = (TODAY() + dt.timedelta(days=days)).isoformat()
        line = make.line(people, "approved", contract_on=None, works_until=until)
        issuing.mint(str(line.issue.guarantee_id))
        lines.setdefault(days, []).append(str(line.pk))
    Line.objects.update(sent_at=timezone.now() - dt.timedelta(days=30))
    order = [*sorted(lines[3]), *lines[11], *lines[20]]
    pages = [desk.get(QUEUE, {"show": "ending", "after": after}) for after in ("", order[1])]
    assert [listed(page) for page in pages] == [order[:2], order[2:]]
    assert "wait-t over" not in pages[0].content.decode()


def test_the_sheet_tells_when_a_guarantee_ends_and_whether_its_holder_knows(desk, people, text):
    until = TODAY() + dt.timedelta(days=12)
    line = make.line(people, "approved", contract_on=None, works_until=until.isoformat())
    assert "保証期間と満了" not in text(desk.get(review(line)))  # not issued yet
    issuing.mint(str(line.issue.guarantee_id))
    words = text(desk.get(review(line)))
    assert f"〜 {dates.seireki(until)} 満了まであと12日" in words and "満了のお知らせ まもなく送ります" in words
    expiry.remind()
    Letter.objects.filter(kind="guarantee_expires").update(status="sent", sent_at=timezone.now())
    words = text(desk.get(review(line)))
    assert f"満了のお知らせ {dates.seireki(TODAY())}に送信済" in words
    assert "発注者の閲覧" not in words
    Key.objects.update(expires_on=TODAY() - dt.timedelta(days=1))
    assert f"発注者の閲覧 {dates.seireki(TODAY() - dt.timedelta(days=1))}で終了" in text(desk.get(review(line)))


def test_an_approver_sees_what_waits_for_approval(client, people, text):
    line = make.line(people, "under_review", contract_on=None)
    client.force_login(people["clerk"])
    assert "承認待ち" not in text(client.get(QUEUE))
    client.force_login(people["approver"])
    page = client.get(QUEUE, {"show": "approvable"})
    assert "承認待ち 1件" in text(page) and listed(page) == ids(line)
    Line.objects.filter(pk=line.pk).update(reviewed_by=people["approver"])
    client.force_login(people["approver"])
    assert listed(client.get(QUEUE, {"show": "approvable"})) == []


def test_the_queue_marks_cautions_second_sendings_and_who_has_them_in_hand(desk, people, text):
    make.line(people, "under_review", contract_on=None, advance_amount="25,000,000")
    again = make.line(people, "returned", contract_on=None)
    make.sent(make.edited(again.application, people["contractor"], price="51,000,000"), people["contractor"])
    words = text(desk.get(QUEUE))
    assert "25,000,000円 前払金の割合 審査中 佐藤　花子" in words
    assert "20,000,000円 再送信 送信済 佐藤　花子" in words


def test_office_hours_alone_count_as_waiting(desk, people, monkeypatch):
    line = make.line(people, contract_on=None)
    Line.objects.update(
        sent_at=dt.datetime(2026, 11, 20, 16, 0, tzinfo=timezone.get_default_timezone())
    )  # a Friday; Monday is a holiday
    at = dt.datetime(2026, 11, 24, 10, 30, tzinfo=timezone.get_default_timezone())
    monkeypatch.setattr(desk_sheet_views.timezone, "now", lambda: at)
    page = desk.get(review(line)).content.decode()
    assert "送信から<b>2時間30分</b>" in page


# The review sheet


def test_the_sheet_tells_the_application_its_checks_and_who_may_approve(desk, people, text):
    line = make.line(people, "under_review", advance_amount="25,000,000", message="よろしくお願いします。")
    words = text(desk.get(review(line)))
    for part in (
        "注意1件",
        "前払金保証金額が上限（40%、20,000,000円）を超えています",
        "契約書で確かめました。",
        "田中　一郎 承認できます。",
        "25,000,000円",
        "よろしくお願いします。",
        "佐藤　花子が審査を始めました",
    ):
        assert part in words
    other = line.application.lines.get(product="contract")
    assert f'href="{review(other)}"' in desk.get(review(line)).content.decode()


@pytest.mark.parametrize(
    ("status", "buttons"),
    [
        ("submitted", {"receive"}),
        ("received", {"review", "return"}),
        ("under_review", {"return", "decline", "approve"}),
        ("returned", set()),
        ("declined", set()),
        ("approved", set()),
        ("withdrawn", set()),
    ],
)
def test_the_buttons_are_the_moves_that_are_open(client, people, status, buttons):
    line = make.line(people, status)
    for person, expected in (("clerk", buttons), ("approver", buttons), ("head", set())):
        client.force_login(people[person])
        page = client.get(review(line)).content.decode()
        assert set(re.findall(rf"/admin/lines/{line.pk}/(\w+)/", page)) - {"say", "memo", "hold"} == expected
        for other in ("say", "memo"):
            assert (reverse(f"admin:{other}", args=[line.pk]) in page) is (person != "head")


def test_a_clerk_receives_and_reviews_with_one_click_each(desk, people):
    line = make.line(people)
    for name, status, words in (("receive", "received", "受付済"), ("review", "under_review", "審査中")):
        answer = desk.post(move(line, name), {"revision": "1"}, follow=True)
        assert answer.redirect_chain == [(review(line), 302)]
        assert f"{line.application.number} 前払金保証を「{words}」にしました。" in answer.content.decode()
        line.refresh_from_db()
        assert (line.status, line.reviewed_by) == (status, people["clerk"] if name == "review" else None)


@pytest.mark.parametrize("name", ["receive", "review", "return", "decline", "approve"])
def test_following_a_link_moves_nothing(desk, people, name):
    line = make.line(people, "under_review")
    assert desk.get(move(line, name)).status_code == 200
    line.refresh_from_db()
    assert (line.status, Approval.objects.count()) == ("under_review", 0)


@pytest.mark.parametrize("name", ["return", "decline"])
@pytest.mark.parametrize("remark", ["", " ", "　\n"])
def test_without_words_for_the_customer_nothing_goes_back(desk, people, name, remark):  # 90
    line = make.line(people, "under_review")
    answer = desk.post(move(line, name), {"remark": remark, "revision": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<a href="#remark">お客様への連絡を入力してください。</a>' in page
    line.refresh_from_db()
    assert line.status == "under_review"


@pytest.mark.parametrize("name", ["return", "decline"])
@pytest.mark.parametrize("length", [1001, 100_000])
def test_words_for_the_customer_are_never_cut(desk, people, name, length):
    line, remark = make.line(people, "under_review"), "あ" * length
    answer = desk.post(move(line, name), {"remark": remark, "revision": "1"})
    page = answer.content.decode()
    message = f"お客様への連絡は、1000文字以内で入力してください（いまの入力：{length}文字）。"
    assert (answer.status_code, f'<a href="#remark">{message}</a>' in page) == (200, True)
    assert f">{remark}</textarea>" in page
    line.refresh_from_db()
    assert (line.status, line.remark) == ("under_review", "お知らせします。")
    desk.post(move(line, name), {"remark": "あ\r\n" * 500, "revision": "1"})  # a line's end counts as one sign
    line.refresh_from_db()
    assert line.remark == ("あ\n" * 500).strip()


def test_the_reason_of_an_approval_is_never_cut(client, people):
    line, reason = make.line(people, "under_review", advance_amount="20,000,001"), "あ" * 501
    client.force_login(people["approver"])
    wish = {"contract_seen": "mail", "revision": "1"}
    answer = client.post(move(line, "approve"), wish | {"reason": reason})
    page = answer.content.decode()
    message = "注意があっても進める理由は、500文字以内で入力してください（いまの入力：501文字）。"
    assert (answer.status_code, f'<a href="#reason">{message}</a>' in page) == (200, True)
    assert f">{reason}</textarea>" in page
    assert not Approval.objects.exists()
    assert client.post(move(line, "approve"), wish | {"reason": reason[:500]}).status_code == 302
    assert Approval.objects.get().reason == reason[:500]


@pytest.mark.parametrize("remark", ["a%00b", "a%1Bb", "%E2%80%AE%E3%83%BB", "%F0%9F%98%80"])
def test_words_that_cannot_be_kept_never_break_the_page(desk, people, remark):
    line = make.line(people, "under_review")
    answer = desk.post(move(line, "return"), f"revision=1&remark={remark}", "application/x-www-form-urlencoded")
    assert answer.status_code in {200, 302}
    line.refresh_from_db()
    assert not {"\x00", "\x1b", "\u202e"} & set(line.remark)


def test_words_that_look_like_code_reach_the_customer_as_words(desk, client, people):  # 90
    line = make.line(people, "under_review")
    desk.post(move(line, "return"), {"remark": "<script>alert(1)</script>{{7*7}}", "revision": "1"})
    client.force_login(people["contractor"])
    page = client.get(reverse("applications:line", args=[line.pk])).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_an_approval_is_of_the_content_seen(client, people):
    line = make.line(people, "under_review")
    client.force_login(people["approver"])
    answer = client.post(move(line, "approve"), {"contract_seen": "mail", "revision": "1"}, follow=True)
    assert answer.redirect_chain == [(review(line), 302)]
    assert "前払金保証を「発行手続中」にしました。" in answer.content.decode()
    assert (
        Approval.objects.get().by,
        Guarantee.objects.count(),
        Job.objects.exclude(kind="render_copy").get().kind,
    ) == (
        people["approver"],
        1,
        "mint",
    )


@pytest.mark.parametrize("revision", ["2", "0", "", "x", "１", "9" * 30])
def test_another_revision_than_the_one_seen_is_a_conflict(client, people, revision):  # 88
    line = make.line(people, "under_review")
    client.force_login(people["approver"])
    answer = client.post(move(line, "approve"), {"contract_seen": "mail", "revision": revision})
    assert answer.status_code == 409
    assert "内容が変更されました。新しい内容を確かめてから、もう一度操作してください。" in answer.content.decode()
    assert not Approval.objects.exists()


def test_the_second_approval_says_who_was_first(client, people):  # 88
    line = make.line(people, "approved")
    client.force_login(people["approver"])
    answer = client.post(move(line, "approve"), {"contract_seen": "mail", "revision": "1"})
    assert answer.status_code == 409
    assert "この申込はすでに承認済です（田中　一郎、" in answer.content.decode()
    assert Guarantee.objects.count() == 1


WORDS = "工期を確かめてください。\n「8-9」の契約書です。"


def kept(name, words):
    """A text to copy, as a page shows it."""
    return f'id="copy-{name}">{words}</p>'


@pytest.mark.parametrize("name", ["return", "decline"])
def test_words_for_another_revision_stand_in_the_form_and_can_be_sent_anew(desk, people, name):
    line = make.line(people, "under_review")
    Line.objects.update(revision=2, principal_name="新しい名前 株式会社")
    page = desk.post(move(line, name), {"remark": WORDS, "revision": "1"})
    assert page.status_code == 409
    words = page.content.decode()
    assert f">{WORDS}</textarea>" in words and "新しい名前 株式会社" in words
    assert f'href="{review(line)}" target="_blank"' in words
    revision = re.search(r'name="revision" value="(\d+)"', words)[1]
    assert desk.post(move(line, name), {"remark": WORDS, "revision": revision}).status_code == 302
    assert line.messages.latest("at").text == WORDS


@pytest.mark.parametrize("name", ["return", "decline"])
def test_words_for_a_move_that_is_over_are_given_back_to_be_copied(desk, people, name):
    line = make.line(people, "approved")
    page = desk.post(move(line, name), {"remark": WORDS, "revision": "1"})
    assert page.status_code == 409
    words = page.content.decode()
    assert kept("remark", WORDS) in words and "この内容は送信していません。" in words
    assert "<textarea" not in words
    assert "送信していません" not in desk.get(move(line, name)).content.decode()


def test_the_reason_of_an_approval_is_kept_but_the_papers_are_to_be_looked_at_again(client, people):
    line = make.line(people, "under_review", advance_amount="20,000,001")
    client.force_login(people["approver"])
    wish = {"contract_seen": "mail", "reason": WORDS, "revision": "1"}
    Line.objects.update(revision=2)
    page = client.post(move(line, "approve"), wish)
    assert page.status_code == 409
    words = page.content.decode()
    assert f">{WORDS}</textarea>" in words
    assert " checked" not in words
    assert not Approval.objects.exists()
    assert client.post(move(line, "approve"), wish | {"revision": "2"}).status_code == 302
    late = client.post(move(line, "approve"), wish | {"revision": "2"})
    assert (late.status_code, kept("reason", WORDS) in late.content.decode()) == (409, True)


def test_a_reason_that_is_asked_for_no_more_is_given_back_too(client, people):
    line = make.line(people, "under_review", advance_amount="20,000,001")
    client.force_login(people["approver"])
    Line.objects.update(revision=2, amount_yen=20_000_000)  # nothing to be careful about any more
    page = client.post(move(line, "approve"), {"contract_seen": "mail", "reason": WORDS, "revision": "1"})
    words = page.content.decode()
    assert (page.status_code, kept("reason", WORDS) in words, 'name="reason"' in words) == (409, True, False)


def test_the_reason_of_somebody_who_may_not_approve_is_not_lost(desk, people):
    line = make.line(people, "under_review", advance_amount="20,000,001")
    page = desk.post(move(line, "approve"), {"contract_seen": "mail", "reason": WORDS, "revision": "1"})
    assert kept("reason", WORDS) in page.content.decode()


def test_the_page_says_why_one_may_not_approve(desk, people):
    line = make.line(people, "under_review")
    words = "承認の権限がありません。承認できる方に依頼してください。"
    assert words in desk.get(move(line, "approve")).content.decode()
    answer = desk.post(move(line, "approve"), {"contract_seen": "mail", "revision": "1"})
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
    assert not Approval.objects.exists()


@pytest.mark.parametrize("seen", ["", "phone"])
def test_the_tick_of_the_contract_papers_is_required(client, people, seen):
    line = make.line(people, "under_review")
    client.force_login(people["approver"])
    answer = client.post(move(line, "approve"), {"contract_seen": seen, "revision": "1"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert '<a href="#seen_0">契約書等を確認した方法（原本・FAX・メール）を選んでください。</a>' in page
    assert 'id="seen-e"' in page
    assert not Approval.objects.exists()


@pytest.mark.parametrize("name", ["submit", "withdraw", "delete", "x" * 300])
def test_moves_that_are_not_the_branchs_do_not_exist_here(desk, people, name):
    line = make.line(people)
    assert desk.get(move(line, name)).status_code == desk.post(move(line, name)).status_code == 404


@pytest.mark.parametrize("person", ["otherbranch", "contractor", "rival"])
def test_for_others_the_sheet_and_its_moves_do_not_exist(client, people, person):
    line = make.line(people)
    client.force_login(people[person])
    answers = [
        client.get(review(line)),
        client.get(move(line, "receive")),
        client.post(move(line, "receive"), {"revision": "1"}),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert all(line.application.number not in answer.content.decode() for answer in answers)


def test_the_head_office_reads_the_sheet_and_moves_nothing(client, people):
    line = make.line(people)
    client.force_login(people["head"])
    assert client.get(review(line)).status_code == 200
    assert client.post(move(line, "receive"), {"revision": "1"}).status_code == 404
    line.refresh_from_db()
    assert line.status == "submitted"


# Dead jobs


@pytest.fixture
def dead(people):
    line = make.line(people, "approved")
    Job.objects.update(status="dead", last_error="printer on fire")
    return line, Job.objects.get(kind="mint")


def retry(line, job):
    return reverse("admin:retry", args=[line.pk, job.pk])


def test_a_dead_job_is_shown_and_started_again(desk, people, dead):
    line, job = dead
    assert "printer on fire" in desk.get(review(line)).content.decode()
    for _ in range(10):  # 95: ten clicks are one retry
        assert desk.post(retry(line, job), follow=True).status_code == 200
    job.refresh_from_db()
    assert job.status == "ready"
    assert [entry.words for entry in desk_sheet_views.points.history(line)].count("処理を再開しました") == 1


@pytest.mark.parametrize(("person", "status"), [("contractor", 404), ("otherbranch", 404), ("head", 404)])
def test_others_do_not_start_it_again(client, people, dead, person, status):
    line, job = dead
    client.force_login(people[person])
    assert client.post(retry(line, job)).status_code == status
    job.refresh_from_db()
    assert job.status == "dead"


def test_the_job_of_another_line_is_not_there(desk, people, dead):
    _, job = dead
    other = make.line(people, "approved")
    assert desk.post(retry(other, job)).status_code == 404


def test_an_officer_who_lost_the_right_meanwhile_does_not_approve(client, people):
    line = make.line(people, "under_review")
    client.force_login(people["approver"])
    client.get(move(line, "approve"))
    people["approver"].__class__.objects.filter(pk=people["approver"].pk).update(role="clerk")
    answer = client.post(move(line, "approve"), {"contract_seen": "mail", "revision": "1"})
    assert "承認の権限がありません。" in answer.content.decode()
    assert lifecycle.objection(people["approver"], line) == ""
    assert not Approval.objects.exists()
