"""The contractor's pages of a guarantee: who may open them, what they show, what they leave behind."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from guarantees import advice, clock, listing, lookup
from guarantees.models import Guarantee
from issuers.models import Rule
from netdesk import paging
from tests import make, many
from tests.guarantees import browsing
from tests.guarantees.browsing import CONTRACT, entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make.contractor()


@pytest.fixture
def owner(company):
    return make.person("contractor", contractor=company, name="保証　花子")


@pytest.fixture
def officer():
    return make.person("approver")


@pytest.fixture
def rival():
    return make.person("contractor", contractor=make.contractor(name="競合建設 株式会社"))


@pytest.fixture
def issued(company, officer):
    browsing.rule()
    guarantee, key = browsing.issued(company=company, by=officer)
    guarantee.keys.update(expires_on=clock.today() + dt.timedelta(days=90))
    return guarantee, key


def url(name: str, guarantee: Guarantee) -> str:
    return reverse(f"guarantees:{name}", args=[guarantee.pk])


def text(response) -> str:
    return re.sub(r"<[^>]+>", "", response.content.decode())


def test_the_list_shows_the_issued_electronic_guarantees_of_the_company_newest_first(company, owner, officer, issued):
    second, _ = browsing.issued(company=company, by=officer, **CONTRACT)
    paper, _ = browsing.issued(company=company, by=officer, format="paper")
    rivals, _ = browsing.issued(by=officer)
    page = entered(owner).get(reverse("guarantees:list")).content.decode()
    assert re.findall(r'<th scope="row"[^>]*>([\d-]+)</th>', page) == [second.number, issued[0].number]
    assert paper.number not in page
    assert rivals.number not in page


def test_the_list_says_so_when_there_is_nothing_yet(owner):
    page = entered(owner).get(reverse("guarantees:list"))
    assert "発行された電子保証は、まだありません" in text(page)


def test_the_list_goes_on_page_by_page_without_losing_or_repeating_one(monkeypatch, company, owner, officer):
    monkeypatch.setattr(paging, "SIZE", 2)
    numbers = [browsing.issued(company=company, by=officer)[0].number for _ in range(5)]
    browser, address, seen = entered(owner), reverse("guarantees:list"), []
    while address:
        page = browser.get(address).content.decode()
        seen.append(re.findall(r'<th scope="row"[^>]*>([\d-]+)</th>', page))
        more = re.search(r'href="(\?after=[^"]+)"', page)
        address = reverse("guarantees:list") + more[1] if more else ""
    assert seen == [numbers[:2:-1], numbers[2:0:-1], numbers[:1]]


@pytest.mark.parametrize("after", ["-1", "9e9", "' OR 1=1 --", "00000000-0000-0000-0000-000000000000", "x" * 5000])
def test_a_place_that_is_none_leads_to_the_first_page(owner, issued, after):
    page = entered(owner).get(reverse("guarantees:list"), {"after": after})
    assert page.status_code == 200
    assert issued[0].number in text(page)


def test_the_list_costs_the_same_number_of_queries_for_one_row_and_for_many(
    company, owner, officer, issued, django_assert_num_queries
):
    browser = entered(owner)
    for rows in (1, 25):
        with django_assert_num_queries(
            10
        ):  # session, person, company, clock, guarantees, versions, keys, looks, count, branch
            assert browser.get(reverse("guarantees:list")).content.decode().count("<tr ") == rows + 1
        for _ in range(30):
            many.version(issued[0].current)


@pytest.mark.parametrize(("days", "late"), [(3, False), (14, True), (90, True), (91, False)])
def test_three_working_days_without_a_look_are_pointed_out_while_one_can_look(owner, issued, days, late):
    found = Guarantee.objects.visible_to(owner)
    since = clock.day(issued[0].current.issued_at)
    on = since + dt.timedelta(days=days)
    assert [row.is_late for row in listing.page(found, after="", on=on).rows] == [late]


def test_new_year_and_golden_week_are_no_working_days():
    tokyo = dt.timezone(dt.timedelta(hours=9))
    # 30 April, 1 and 7 May: 29 April and 3 to 6 May are holidays.
    assert listing.working_days(dt.datetime(2026, 4, 28, 12, tzinfo=tokyo), dt.date(2026, 5, 7)) == 3
    # Our offices are closed from 29 December to 3 January.
    assert listing.working_days(dt.datetime(2026, 12, 28, 12, tzinfo=tokyo), dt.date(2027, 1, 4)) == 1


def test_the_overview_tells_the_terms_and_keeps_the_key_hidden(owner, issued):
    guarantee, key = issued
    answer = entered(owner).get(url("overview", guarantee))
    page = answer.content.decode()
    assert "<title>電子保証概要 " + guarantee.number + "｜電子保証｜ネットデスク</title>" in page
    assert "<h1>電子保証概要（前払金保証）</h1>" in page
    for words in (
        "20,000,000円",
        "50,000,000円",
        "杉並区長",
        "杉並区立あおば小学校外壁改修工事",
        "第1版",
        "未閲覧",
        "●●●●●●●●●●●●",
    ):
        assert words in page
    assert key not in page.replace("</span><span>", "")
    assert not Entry.objects.filter(action="key.shown").exists()


def test_the_key_is_shown_to_who_asks_and_the_showing_is_kept(owner, issued):
    guarantee, key = issued
    answer = entered(owner).post(url("key", guarantee))
    assert answer.status_code == 200
    assert "".join(f"<span>{group}</span>" for group in (key[:4], key[4:8], key[8:])) in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(action="key.shown")
    assert (entry.actor_id, entry.subject_id, entry.data) == (owner.pk, str(guarantee.pk), {"key_no": 1})


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_key_is_not_shown_by_following_a_link(owner, issued, method):
    answer = getattr(entered(owner), method)(url("key", issued[0]))
    assert (answer.status_code, answer["Location"]) == (302, url("overview", issued[0]))
    assert not Entry.objects.filter(action="key.shown").exists()


def test_a_key_that_is_not_in_force_is_not_shown(owner, issued):
    issued[0].keys.update(status="revoked")
    answer = entered(owner).post(url("key", issued[0]), follow=True)
    assert "いま有効な認証キーはありません。取扱店へお問い合わせください。" in text(answer)
    assert not Entry.objects.filter(action="key.shown").exists()


def test_the_notice_is_being_made_until_it_is_there(owner, issued):
    answer = entered(owner).get(url("notice_pdf", issued[0]), follow=True)
    assert answer.redirect_chain == [(url("overview", issued[0]), 302)]
    assert "お知らせ（PDF）を作成中です。" in text(answer)
    assert "「認証キー」のお知らせを作成しています。" in text(answer)
    assert not Entry.objects.filter(action="notice.downloaded").exists()


def test_the_notice_is_handed_over_and_the_download_is_kept(owner, issued, printer):
    guarantee, key = issued
    browsing.draw(guarantee, "notice")
    browser = entered(owner)
    assert "お知らせ（PDF・0KB）" in text(browser.get(url("overview", guarantee)))
    answer = browser.get(url("notice_pdf", guarantee))
    assert answer.content == f"%PDF notice {guarantee.number} {key}".encode()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{guarantee.number}-notice.pdf"'
    assert "no-store" in answer["Cache-Control"]
    entry = Entry.objects.get(action="notice.downloaded")
    assert (entry.actor_id, entry.subject_id, entry.data) == (owner.pk, str(guarantee.pk), {"key_no": 1})


def test_the_certificate_is_for_the_company_and_the_desk_of_its_branch(owner, officer, issued, printer):
    guarantee, _ = issued
    address = url("certificate_pdf", guarantee)
    assert entered(owner).get(address).status_code == 404  # not drawn yet
    browsing.draw(guarantee, "certificate")
    head = make.person("head")
    for reader in (owner, officer, head):
        answer = entered(reader).get(address)
        assert answer.content == f"%PDF certificate {guarantee.number} ".encode()
        assert answer["Content-Disposition"] == f'attachment; filename="{guarantee.number}-certificate.pdf"'
    elsewhere = make.person("clerk", branch=make.branch("103", name="横浜支店"))
    assert entered(elsewhere).get(address).status_code == 404


@pytest.mark.parametrize("name", ["overview", "key", "certificate", "certificate_pdf", "notice_pdf"])
def test_another_company_and_a_stranger_find_nothing(rival, issued, name):
    address = url(name, issued[0])
    for method in ("get", "head", "post", "put", "delete", "patch"):
        assert getattr(entered(rival), method)(address).status_code in (404, 405)
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('accounts:login')}?next={address}")


@pytest.mark.parametrize("name", ["overview", "key", "certificate", "notice_pdf"])
def test_the_desk_never_sees_key_or_notice(officer, issued, printer, name):
    browsing.draw(issued[0], "notice")
    browser = entered(officer)
    assert browser.get(url(name, issued[0])).status_code == 404
    assert browser.post(url(name, issued[0])).status_code in (404, 405)
    assert not Entry.objects.filter(action__in=["key.shown", "notice.downloaded"]).exists()


def test_a_guarantee_that_is_not_issued_has_no_page_yet(company, owner, issued):
    ordered = Guarantee.objects.create(
        product="advance",
        format="electronic",
        branch=make.branch(),
        contractor=company,
        issuer=make.issuer(),
        salt=b"0" * 16,
    )
    assert entered(owner).get(url("overview", ordered)).status_code == 404


def test_the_sheet_calls_a_contract_to_come_planned(company, owner):
    ahead = clock.today().replace(year=clock.today().year + 1, day=1)
    days = dict.fromkeys(["contracted_on", "works_from", "works_until", "starts_on", "ends_on"], ahead)
    guarantee, _ = browsing.issued(**CONTRACT | days, company=company)
    page = text(entered(owner).get(url("certificate", guarantee)))
    assert f"（{ahead.year}年{ahead.month}月1日）締結予定　工事番号" in page


def test_the_sheet_says_what_the_paper_says(owner, issued):
    guarantee, key = issued
    answer = entered(owner).get(url("certificate", guarantee))
    page, version = text(answer), guarantee.current
    for words in (
        guarantee.number,
        "杉並区長殿",
        "𠮷田　太郎",
        "金20,000,000円",
        "令和8年6月2日 〜 令和8年12月18日",
        "令和8年6月1日（2026年6月1日）締結　工事番号 8-杉教-0123",
        "前払金保証約款（令和8年4月1日版）",
        "支払われた前払金の額から、工事の既済部分の代価に相当する額を差し引いた額を、保証金額を限度として",
        version.reference,
    ):
        assert words in page
    assert key not in page
    assert "PDF" not in page  # not drawn yet: no link to it


def test_an_own_look_is_listed_but_only_a_strangers_look_counts_as_seen(owner, issued):
    guarantee, key = issued
    browser = entered(owner)
    lookup.find(guarantee.number, key, visitor="192.0.2.1", agent="", user=owner)
    page = text(browser.get(url("overview", guarantee)))
    assert "貴社（ログイン中）" in page
    assert "発注者の閲覧は、まだありません" in page
    assert "「認証キー」のお知らせを、杉並区へ提出してください" in page
    lookup.find(guarantee.number, key, visitor="192.0.2.2", agent="")
    page = text(browser.get(url("overview", guarantee)))
    assert "認証キーで照会した方（発注者）" in page
    assert "発注者が電子保証を閲覧しました" in page
    assert "閲覧済" in text(browser.get(reverse("guarantees:list")))


def test_the_advice_follows_the_rule_of_the_body(owner, issued):
    advised = advice.of(issued[0].current, reader=owner)
    assert advised.email == "keiyaku@city.example.jp"
    assert advised.subject == "【電子保証】8-杉教-0123 杉並区立あおば小学校外壁改修工事"
    assert advised.body == (
        "杉並区契約担当課　ご担当者様\n\nいつもお世話になっております。髙﨑建設 株式会社です。\n"
        "下記の工事について、前払金保証の「認証キー」のお知らせ（PDF）をお送りします。\n\n"
        "工事名：杉並区立あおば小学校外壁改修工事\n工事番号：8-杉教-0123\n保証：前払金保証（電子保証）\n"
        "添付：「認証キー」のお知らせ（PDF）1件、前払金請求書 1件\n\nご確認をお願いいたします。\n\n"
        "髙﨑建設 株式会社　保証　花子\n電話 03-0000-0123"
    )
    assert (advised.enclosure, advised.deadline) == ("前払金請求書", "前払金を請求する日まで")


def test_without_a_rule_the_advice_sends_the_contractor_to_the_body(owner, issued):
    Rule.objects.all().delete()
    page = text(entered(owner).get(url("overview", issued[0])))
    assert "杉並区へお問い合わせください。" in page
    assert "【電子保証】8-杉教-0123 杉並区立あおば小学校外壁改修工事" in page


def test_braces_that_people_type_into_a_pattern_are_only_signs(owner, issued):
    Rule.objects.update(subject="{0} {work_number.__class__} {work_number}")
    assert advice.of(issued[0].current, reader=owner).subject == "{0} {work_number.__class__} 8-杉教-0123"
