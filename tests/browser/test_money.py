"""保証料 in the browser: estimated while one types, received by the branch, told by statement and monthly sum."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from tests.browser.walking import Walk

pytestmark = pytest.mark.timeout(300)
RECORD = "main form button[type=submit]"


def test_the_form_tells_what_it_will_cost_while_one_types(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    walk = Walk(page)
    page.goto("/applications/new/")
    page.check("[name=advance_on]")
    expect(page.locator("#advance-estimate")).to_contain_text("保証金額を入力すると")
    page.fill("[name=advance_amount]", "２０，０００，０００円")
    page.press("[name=advance_amount]", "Tab")
    expect(page.locator("#advance-estimate caption")).to_contain_text("48,000円")
    expect(page.locator("#advance-estimate tbody")).to_contain_text("33,000円")
    page.check("[name=contract_on]")
    page.fill("[name=contract_amount]", "5000000")
    page.press("[name=contract_amount]", "Tab")
    expect(page.locator("#contract-estimate caption")).to_contain_text("24,000円")
    walk.see("申込の作成（新規）", state="estimate", narrow=True)
    assert walk.faults == {}


def test_a_premium_is_received_and_told(portal: Portal, visit: Callable[..., Page]) -> None:
    line = portal.own("unpaid", "区立ひよどり保育園改修工事")
    clerk, contractor = visit("clerk"), visit("contractor")
    desk, company = Walk(clerk), Walk(contractor)
    company.open(f"/applications/lines/{line}/", "手続の詳細", state="unpaid", narrow=True)
    expect(contractor.locator("main")).to_contain_text("お支払いを確認してから発行します。")
    desk.open(f"/admin/lines/{line}/", "審査", state="unpaid")
    desk.press(clerk.get_by_role("link", name="入金を記録する"))
    desk.see("入金の記録", narrow=True)
    desk.press(RECORD)
    desk.see("エラー：入金の記録", state="nothing typed", narrow=True)
    clerk.fill("[name=amount]", "47,000")
    desk.press(RECORD)
    desk.see("エラー：入金の記録", state="too little")
    expect(clerk.locator("main")).to_contain_text("1,000円足りません")
    clerk.fill("[name=amount]", "48000")
    desk.press(RECORD)
    desk.see("審査", state="paid", narrow=True)
    expect(clerk.locator("#premium")).to_contain_text("入金済")

    row = contractor.locator("tbody tr", has_text="ひよどり")
    for _ in range(60):
        contractor.goto("/statements/?payment=transfer&q=ひよどり")
        if row.get_by_role("link", name=re.compile("^PDF")).count():
            break
        contractor.wait_for_timeout(1000)
    company.see("保証料計算書", state="one of transfer", narrow=True)
    expect(contractor.locator(".tools")).to_contain_text("48,000円")
    with contractor.expect_download() as paper:
        row.get_by_role("link", name=re.compile("^PDF")).click()
    assert re.fullmatch(r"K-20\d\d-\d{6}\.pdf", paper.value.suggested_filename)
    company.press(row.locator("th a"))
    company.see("保証料計算書 K-", state="of transfer", narrow=True)
    expect(contractor.locator("main")).to_contain_text("お支払い済みです")
    company.open("/statements/", "保証料計算書", narrow=True)
    company.open("/statements/?month=6月", "エラー：保証料計算書", narrow=True)
    company.open("/statements/?q=ペンギン水族館", "保証料計算書", state="nothing found")
    company.open("/statements/monthly/", "一括納付のご請求", narrow=True)
    expect(contractor.locator("main")).to_contain_text("引落日")
    assert desk.faults | company.faults == {}


def test_the_monthly_sum_is_what_its_statements_say(portal: Portal, visit: Callable[..., Page]) -> None:
    portal.own("issued", "区立もず体育館改修工事")
    page = visit("contractor")
    walk = Walk(page)
    walk.open("/statements/monthly/", "一括納付のご請求", state="with bills", narrow=True)
    bill = page.locator("section", has_text="もず体育館").first
    expect(bill).to_contain_text("引落日")
    sums = [yen(cell) for cell in bill.locator("td[data-l*='保証料']").all_inner_texts()]
    charged = bill.locator("p", has_text="ご請求額")
    assert yen(charged.locator("b").inner_text()) == sum(sums)
    expect(charged).to_contain_text(f"（{len(sums)}件）")
    month = page.locator("h1").inner_text()
    found = re.search(r"(\d+)年(\d+)月分", month)
    assert found
    following = f"{int(found[1]) + int(found[2]) // 12}-{int(found[2]) % 12 + 1}"
    page.goto(f"/statements/monthly/?month={following}")
    expect(page.locator("main")).not_to_contain_text("もず体育館")
    assert walk.faults == {}


def yen(text: str) -> int:
    """Read an amount as a page writes it."""
    return int(re.sub(r"[^0-9-]", "", text))
