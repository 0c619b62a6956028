"""The pages for everybody, in every state: axe, checks of our own, and questions that open by their address."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from playwright.sync_api import Page, expect

from netdesk import refusals
from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PAGES = {
    "/": "工事の保証を電子で",
    "/guide/": "電子保証とは",
    "/guide/contractors/": "受注者の方へ",
    "/guide/officials/": "発注者の方へ",
    "/faq/": "よくあるご質問",
    "/contact/": "お問い合わせ",
    "/accessibility/": "ウェブアクセシビリティ方針",
    "/terms/": "ご利用条件（見本）",
    "/privacy/": "個人情報の取扱い（見本）",
    "/issuers/": "対応している発注者",
    "/issuers/131156/": "杉並区",
    "/news/": "お知らせ",
}


def test_the_pages_for_everybody(visit: Callable[..., Page]) -> None:
    page = visit()
    walk = Walk(page)
    for address, title in PAGES.items():
        walk.open(address, title, narrow=True)
    walk.press(page.locator(".news a").first)
    walk.see("電子保証に対応する発注者が増えました")
    walk.open("/issuers/?q=ぬぬぬ&kind=works", "対応している発注者", state="nothing found")
    walk.open("/issuers/?q=すぎなみ&on=令和8年2月30日", "エラー：対応している発注者", narrow=True)
    walk.open("/issuers/131202/", "練馬区", state="takes none")
    page.goto("/issuers/")
    walk.press(page.get_by_role("link", name="次のページ"))
    walk.see("対応している発注者", state="further on")
    body = refusals.page(HttpRequest(), 503, until="6月1日 22:00まで").content.decode()
    page.route("**/503/", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"), times=1)
    walk.open("/503/", "ただいま利用できません", state="planned pause", narrow=True)
    assert walk.faults == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_the_address_of_a_question_opens_it(visit: Callable[..., Page], scripts: bool) -> None:
    page = visit(scripts=scripts)
    page.goto("/faq/#two-products")
    expect(page.locator("#two-products")).to_be_visible()
    expect(page.locator("#one-contract")).to_be_hidden()
    expect(page.locator("summary", has_text="前払金保証は電子、契約保証は紙")).to_be_in_viewport()


def test_news_where_people_begin_and_where_they_are_kept(visit: Callable[..., Page]) -> None:
    contractor, head = visit("contractor"), visit("head")
    ours, desk = Walk(contractor), Walk(head)
    ours.open("/", "全体トップ")
    ours.press(contractor.locator(".news a", has_text="お急ぎの申込について"))
    ours.see("お急ぎの申込について")
    desk.open("/admin/announcements/announcement/add/", "")
    desk.press("input[name=_save]")
    desk.see("エラー：")
    assert ours.faults | desk.faults == {}
