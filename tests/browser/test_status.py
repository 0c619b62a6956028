"""手続状況, the talk of customer and branch, and 申込を検索, each of their states seen by axe and by checks of our own."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import places
from tests.browser.conftest import Portal
from tests.browser.walking import Walk

# More than the two minutes of every test: whichever comes first waits for the portal as well.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SEND = "連絡を送る"


def test_the_list_narrowed_sorted_and_wrong(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    walk = Walk(page)
    walk.open("/applications/?q=工事&product=advance", "手続状況", state="results", narrow=True)
    walk.press(page.get_by_role("button", name="保証金額"))
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("保証金額▼")
    walk.see("手続状況", state="sorted")
    assert page.locator("#id_q").input_value() == "工事"
    walk.open("/applications/?q=ペンギン水族館", "手続状況", state="nothing found", narrow=True)
    page.get_by_role("link", name="条件を消す").last.click()
    page.wait_for_url("**/applications/")
    walk.open("/applications/?sent_from=6月&q=工事", "エラー：手続状況", state="wrong day", narrow=True)
    walk.open("/guarantees/?q=学校&seen=no", "電子保証", state="results", narrow=True)
    expect(page.locator("tbody tr", has_text=places.ISSUED)).to_have_count(2)
    walk.open("/guarantees/?q=ペンギン水族館", "電子保証", state="nothing found")
    with page.expect_download() as started:
        page.goto("/applications/")
        page.get_by_role("link", name="CSVを保存").click()
    assert started.value.suggested_filename.startswith("netdesk-status-")
    assert walk.faults == {}


def test_customer_and_branch_talk(portal: Portal, visit: Callable[..., Page]) -> None:
    page, clerk = visit("contractor"), visit("clerk")
    walk, desk = Walk(page), Walk(clerk)
    line = portal.own("received", "区立かわせみ小学校改修工事")
    page.goto("/applications/?state=received")
    walk.press(page.locator(f"tbody a[href*='{line}']"))
    walk.see("手続の詳細", state="no talk yet")
    expect(page.locator(".talk")).to_have_count(0)
    walk.press(page.get_by_role("button", name=SEND))
    walk.see("エラー：手続の詳細", state="nothing said", narrow=True)
    page.fill("[name=text]", "契約書の写しを郵送しました。")
    walk.press(page.get_by_role("button", name=SEND))
    walk.see("手続の詳細", state="said", narrow=True)

    desk.open("/admin/queue/", "受付キュー", state="marked")
    desk.press(clerk.locator("tr", has_text="お客様から連絡").locator(f"th a[href*='{line}']"))
    desk.press(clerk.get_by_role("button", name=SEND))
    desk.see("エラー：審査", state="nothing said")
    clerk.fill("[name=text]", "届きました。ありがとうございます。")
    desk.press(clerk.get_by_role("button", name=SEND))
    desk.see("審査", state="answered")
    walk.open("/", "全体トップ", state="heard")
    walk.open("/applications/?state=heard", "手続状況", state="heard", narrow=True)
    walk.press(page.locator(f"tbody a[href*='{line}']"))
    expect(page.locator(".talk li.them").last).to_contain_text("届きました。")
    assert walk.faults | desk.faults == {}


def test_the_desk_finds_and_compares(portal: Portal, visit: Callable[..., Page]) -> None:
    page, customer = visit("clerk"), visit("contractor")
    walk = Walk(page)
    walk.open("/admin/search/", "申込を検索", narrow=True)
    walk.open("/admin/search/?q=工事", "申込を検索", state="found", narrow=True)
    walk.open("/admin/search/?q=ペンギン", "申込を検索", state="nothing found")
    walk.open(f"/admin/search/?q={'%25' * 101}", "エラー：申込を検索", state="too long")
    walk.open("/admin/queue/?show=mine", "受付キュー", state="mine")

    line = portal.own("returned", "区立かささぎ小学校改修工事")
    customer.goto(f"/applications/lines/{line}/")
    customer.get_by_role("link", name="申込を修正する").click()
    customer.fill("[name=price]", "52,000,000")
    customer.press("[name=price]", "Tab")
    # A button pressed at the very moment the form saves itself is another test's matter.
    expect(customer.locator("#saved")).to_contain_text("自動保存しました")
    customer.get_by_role("button", name="申込内容を確認する").click()
    customer.wait_for_url("**/confirm/")
    customer.check("[name=agree]")
    if customer.locator("[name=caution_reason]").count():
        customer.fill("[name=caution_reason]", "契約書で確かめました。")
    customer.get_by_role("button", name="この内容で送信する").click()
    customer.wait_for_url("**/sent/")
    page.goto("/admin/queue/?show=new")
    walk.press(page.locator("tr", has_text="再送信").locator(f"th a[href*='{line}']"))
    expect(page.locator(".chg")).not_to_have_count(0)
    walk.see("審査", state="changes")
    assert walk.faults == {}
