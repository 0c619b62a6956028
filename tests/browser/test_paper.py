"""A paper certificate is printed again, opened and handed over: with scripts and without, and open to everybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PRINT, OPEN = "main form button[type=submit]", "証書（正・副）のPDFを開く"


def _address(page: Page, listing: str, line: str) -> str:
    page.goto(listing)
    return str(page.locator(f"tbody th a[href*='{line}']").get_attribute("href"))


def test_a_paper_certificate_is_printed_again_and_handed_over(portal: Portal, visit: Callable[..., Page]) -> None:
    page, line = visit("clerk"), portal.own("printed", "しらさぎ公園トイレ改築工事")
    walk = Walk(page)
    sheet = _address(page, "/admin/queue/?show=done", line)
    walk.open(sheet, "審査", state="printed", narrow=True)
    walk.open(f"{sheet}print/", "証書の印刷", narrow=True)
    late = page.context.new_page()
    late.goto(f"{sheet}print/")
    walk.press(PRINT)
    walk.see("エラー：証書の印刷", narrow=True)
    page.fill("[name=reason]", "窓口で汚損したため")
    walk.press(PRINT)
    expect(page.get_by_role("link", name=OPEN)).to_be_visible(timeout=60_000)  # without a reload
    walk.see("審査", state="drawn", narrow=True)
    with page.expect_download() as download:
        page.get_by_role("link", name=OPEN).click()
    assert download.value.suggested_filename.endswith("-paper-2.pdf")

    late.fill("[name=reason]", "別の理由")
    late_walk = Walk(late)
    late_walk.press(PRINT)
    late_walk.see("エラー：証書の印刷", state="too late")

    walk.press(page.get_by_role("link", name="証書を渡した・郵送した"))
    walk.see("証書の引渡し", narrow=True)
    page.fill("[name=on]", "2020/1/1")
    walk.press(PRINT)
    walk.see("エラー：証書の引渡し", narrow=True)
    page.goto(f"{sheet}handed-over/")
    page.locator("[name=how][value=visit]").check()
    walk.press(PRINT)
    walk.see("審査", state="handed over", narrow=True)

    contractor = visit("contractor")
    seen = Walk(contractor)
    seen.open(_address(contractor, "/applications/", line), "手続の詳細", narrow=True)
    expect(contractor.locator("#nx")).to_contain_text("窓口でお渡ししました")
    assert walk.faults | late_walk.faults | seen.faults == {}


def test_without_scripts_a_link_refreshes_the_sheet(portal: Portal, visit: Callable[..., Page]) -> None:
    page, line = visit("approver", scripts=False), portal.own("printed", "うぐいす公園トイレ改築工事")
    page.goto(f"{_address(page, '/admin/queue/?show=done', line)}print/")
    page.fill("[name=reason]", "紛失したため")
    page.click(PRINT)
    for _ in range(60):
        if page.get_by_role("link", name=OPEN).count():
            break
        page.wait_for_timeout(1000)
        page.get_by_role("link", name="表示を更新する").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=OPEN).click()
    assert download.value.suggested_filename.endswith("-paper-2.pdf")
