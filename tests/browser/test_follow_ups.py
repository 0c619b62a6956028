"""Going on from a guarantee in the browser: the years of one contract, its interim advance, a reservation that comes true."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.conftest import Portal
from tests.browser.test_changes import approve, look_up, send, show_key
from tests.browser.walking import Walk

pytestmark = pytest.mark.timeout(420)


def check(page: Page) -> None:
    page.get_by_role("button", name="申込内容を確認する").click()


def line_of(page: Page, words: str, kind: str) -> str:
    """Find a line just sent in 手続状況; give its id."""
    page.goto(f"/applications/?q={words}")
    address = page.locator("tbody tr", has_text=kind).first.locator("th a").get_attribute("href")
    assert address
    return address.rstrip("/").split("/")[-1]


def wait_for(page: Page, line: str, link: str) -> None:
    """Open the detail of a line until it offers something."""
    for _ in range(60):
        page.goto(f"/applications/lines/{line}/")
        if page.get_by_role("link", name=link).count():
            return
        page.wait_for_timeout(1000)


def test_a_contract_over_several_years_and_its_interim_advance(
    portal: Portal, visit: Callable[..., Page], files: Callable[[str, bytes], str]
) -> None:
    first = portal.own("several_years", "区立かいつぶり橋架替工事")
    company, clerk, approver, official = visit("contractor"), visit("clerk"), visit("approver"), visit()
    walk, desk, public = Walk(company), Walk(clerk), Walk(official)
    walk.open(f"/applications/lines/{first}/", "手続の詳細", state="several years", narrow=True)
    expect(company.locator("#after")).to_contain_text("翌年度の前払金保証を申し込む")
    company.get_by_role("button", name="中間前払金保証を申し込む").click()
    walk.see("中間前払金保証の申込", narrow=True)
    expect(company.locator("main")).to_contain_text("区立かいつぶり橋架替工事")
    company.fill("[name=advance_amount]", "6,000,001")
    check(company)
    walk.see("エラー：中間前払金保証の申込", narrow=True)
    expect(company.locator("#error-summary")).to_contain_text("認定日")
    company.fill("[name=advance_ruled_on]", f"{timezone.localdate():%Y/%m/%d}")
    check(company)
    walk.see("申込内容の確認", state="interim, too much", narrow=True)
    expect(company.locator("main")).to_contain_text("上限（20%、6,000,000円）を超えています")
    expect(company.locator("main")).to_contain_text("認定調書の写しが添付されていません")
    company.get_by_role("link", name="入力に戻る").click()
    company.fill("[name=advance_amount]", "6,000,000")
    company.locator("button[value=attach]").click()
    company.select_option("[name=kind]", "ruling")
    company.set_input_files("[name=file]", files("ruling.pdf", make.pdf()))
    with company.expect_navigation():
        company.click("#attach button[type=submit]")
    expect(company.locator("main")).to_contain_text("ruling.pdf")
    company.goto(company.url.partition("attachments/")[0] + "edit/")
    check(company)
    walk.see("申込内容の確認", state="interim")
    expect(company.locator("main")).not_to_contain_text("認定調書の写しが添付されていません")
    send(company)
    line = line_of(company, "かいつぶり橋", "中間")
    desk.open(f"/admin/lines/{line}/", "審査", state="interim", narrow=True)
    approve(clerk, approver, line)
    wait_for(company, line, "電子保証を開く")
    company.get_by_role("link", name="電子保証を開く").click()
    number, key = show_key(company, company.url.rstrip("/").split("/")[-1])
    look_up(official, number, key)
    public.see("照会結果", state="interim", narrow=True)
    expect(official.locator("main")).to_contain_text("中間前払金保証")
    assert walk.faults | desk.faults | public.faults == {}


def test_a_reservation_becomes_a_contract_guarantee_without_typing(portal: Portal, visit: Callable[..., Page]) -> None:
    reserved = portal.own("reserved", "区立ばん会館新築工事")
    company, clerk, approver = visit("contractor"), visit("clerk"), visit("approver")
    walk = Walk(company)
    walk.open(f"/applications/lines/{reserved}/", "手続の詳細", state="reserved", narrow=True)
    company.get_by_role("button", name="契約保証を申し込む").click()
    walk.see("契約保証の申込（予約から）", narrow=True)
    assert company.input_value("[name=work_name]") == "区立ばん会館新築工事"
    company.fill("[name=contracted_on]", f"{timezone.localdate():%Y/%m/%d}")
    check(company)
    walk.see("申込内容の確認", state="from a reservation", narrow=True)
    send(company)
    approve(clerk, approver, line_of(company, "ばん会館", "契約"))
    told = company.locator("main").get_by_text("契約保証を発行したため、この予約は終わりました")
    for _ in range(60):
        company.goto(f"/applications/lines/{reserved}/")
        if told.count():
            break
        company.wait_for_timeout(1000)
    walk.see("手続の詳細", state="reservation over", narrow=True)
    expect(told.first).to_be_visible()
    assert walk.faults == {}
