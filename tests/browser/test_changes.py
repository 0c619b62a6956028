"""変更 in the browser: from the changed contract to the official's view of what was before, what is now, and since when."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from tests.browser.walking import Walk

pytestmark = pytest.mark.timeout(420)
SEND = "button:has-text('この内容で送信する')"


def today() -> str:
    return f"{timezone.localdate():%Y/%m/%d}"


def show_key(page: Page, guarantee: str) -> tuple[str, str]:
    """Give number and key of a guarantee, as its overview shows them when asked."""
    page.goto(f"/guarantees/{guarantee}/")
    number = re.search(r"\d{5}-\d{6}", page.locator("main").inner_text())
    page.get_by_role("button", name=re.compile("認証キーを表示")).click()
    signs = re.sub(r"\s", "", page.locator("#key").inner_text())
    assert number
    return number[0], signs


def look_up(page: Page, number: str, key: str) -> None:
    page.goto("/verify/")
    page.fill("[name=number]", number)
    page.fill("[name=key]", key)
    page.locator("main button[type=submit]").click()


def approve(clerk: Page, approver: Page, line: str) -> None:
    """Take a line through the branch, by the two people whose business that is."""
    clerk.goto(f"/admin/lines/{line}/")
    clerk.get_by_role("button", name="受け付ける").click()
    clerk.get_by_role("button", name="審査を始める").click()
    expect(clerk.locator("main")).to_contain_text("審査中")
    approver.goto(f"/admin/lines/{line}/approve/")
    approver.check("[name=contract_seen][value=mail]")
    if approver.locator("#reason").count():
        approver.fill("#reason", "変更契約書で確かめました。")
    approver.locator("main form button[type=submit]").click()


def test_a_lowered_advance_from_the_request_to_the_officials_view(portal: Portal, visit: Callable[..., Page]) -> None:
    guarantee = portal.own("paid", "区立つばめ公園改修工事")
    company, clerk, approver, official = visit("contractor"), visit("clerk"), visit("approver"), visit()
    walk, desk, public = Walk(company), Walk(clerk), Walk(official)
    number, old = show_key(company, guarantee)

    decide(walk, guarantee)
    ask(walk)
    company.goto("/applications/?q=つばめ公園")
    address = company.locator("tbody tr", has_text="変更").locator("th a").get_attribute("href")
    assert address
    line = address.rstrip("/").split("/")[-1]
    company.goto(f"/guarantees/{guarantee}/")
    expect(company.locator("main")).to_contain_text("変更手続中")
    look_up(official, number, old)
    expect(official.locator("main")).to_contain_text("有効な電子保証です")

    desk.open(f"/admin/lines/{line}/", "審査", state="change", narrow=True)
    approve(clerk, approver, line)
    pay_back(desk, line)

    look_up(official, number, old)
    public.see("照会結果（変更あり）", narrow=True)
    expect(official.locator("main")).to_contain_text("この電子証書は変更されています")
    expect(official.locator("main")).not_to_contain_text("つばめ公園")
    number, new = show_key(company, guarantee)
    assert new != old
    look_up(official, number, new)
    public.see("照会結果", state="changed", narrow=True)
    said = official.locator("main")
    for words in ("第2版", "20,000,000円", "12,000,000円", "50,000,000円", "30,000,000円"):
        expect(said).to_contain_text(words)
    walk.open(f"/guarantees/{guarantee}/", "電子保証概要", state="changed", narrow=True)
    assert walk.faults | desk.faults | public.faults == {}


def decide(walk: Walk, guarantee: str) -> None:
    """Ask which change is needed, and begin it."""
    page = walk.page
    walk.open(f"/applications/changes/{guarantee}/", "変更・解約の手続", narrow=True)
    page.check("[name=what][value=changed]")
    page.fill("[name=price]", "30,000,000")
    page.check("[name=more][value=no]")
    page.get_by_role("button", name="要る手続を調べる").click()
    walk.see("変更・解約の手続", state="told", narrow=True)
    expect(page.locator("#told")).to_contain_text("減額の手続")
    page.locator("#told form button").click()
    walk.see("保証の変更の申込み", narrow=True)
    assert page.input_value("[name=price]") == "30,000,000"


def ask(walk: Walk) -> None:
    """Fill the form in, once with what is missing told, and send it."""
    page = walk.page
    page.fill("[name=amount]", "12,000,000")
    page.press("[name=amount]", "Tab")
    expect(page.locator("#change-estimate caption")).to_contain_text("お返しする保証料 17,600円")
    page.get_by_role("button", name="申込内容を確認する").click()
    walk.see("エラー：保証の変更の申込み", state="incomplete", narrow=True)
    expect(page.locator("#error-summary")).to_contain_text("前払金の受取りを選択してください")
    assert page.input_value("[name=amount]") == "12,000,000"
    page.check("[name=used][value=yes]")
    page.fill("[name=received]", "12,000,000")
    page.fill("[name=changed_on]", today())
    page.fill("[name=change_reason]", "設計変更による減工のため")
    page.fill("[name=refund_account]", "見本銀行　本店　普通　1234567　タカサキケンセツ（カ")
    page.get_by_role("button", name="申込内容を確認する").click()
    walk.see("申込内容の確認", state="change", narrow=True)
    expect(page.locator("main")).to_contain_text("20,000,000円")
    send(page)
    walk.see("送信完了", state="change")


def send(page: Page) -> None:
    """Agree on the confirm page and send."""
    if page.locator("#caution_reason").count():
        page.fill("#caution_reason", "変更契約書のとおりです。")
    page.check("#agree")
    page.locator(SEND).click()
    page.wait_for_url(re.compile("/sent/$"))


def pay_back(desk: Walk, line: str) -> None:
    """Write down at the desk that the premium was paid back, once the change is issued."""
    page = desk.page
    for _ in range(60):
        page.goto(f"/admin/lines/{line}/")
        if page.get_by_role("link", name="返還を記録する").count():
            break
        page.wait_for_timeout(1000)
    page.get_by_role("link", name="返還を記録する").click()
    desk.see("返還の記録", narrow=True)
    page.fill("[name=on]", "2001/1/1")
    page.locator("main form button[type=submit]").click()
    desk.see("エラー：返還の記録", state="wrong day")
    page.fill("[name=on]", today())
    page.locator("main form button[type=submit]").click()
    desk.see("審査", state="refunded")
    expect(page.locator("#premium")).to_contain_text("返還済")


def test_a_paper_guarantee_says_why_its_change_is_on_paper(portal: Portal, visit: Callable[..., Page]) -> None:
    line = portal.own("printed", "区立すずめ児童館改修工事")
    company = visit("contractor")
    walk = Walk(company)
    company.goto(f"/applications/lines/{line}/")
    company.get_by_role("link", name="変更・解約の手続").click()
    company.get_by_text("調べずに手続を選ぶ").click()
    company.get_by_role("button", name="保証の変更の申込み").click()
    walk.see("保証の変更の申込み", state="on paper", narrow=True)
    expect(company.locator("main")).to_contain_text("1つの保証契約で、電子保証と証書（紙）を混ぜることはできません。")
    assert company.locator("input[name=format]").count() == 0
    company.fill("[name=changed_on]", today())
    company.fill("[name=amount]", "21,000,000")
    company.fill("[name=change_reason]", "増工のため")
    # Whoever asks for it all the same is refused at that place.
    company.evaluate(
        """() => { const one = document.createElement('input');
        Object.assign(one, { type: 'hidden', name: 'format', value: 'electronic' }); document.getElementById('f').append(one); }"""
    )
    company.get_by_role("button", name="申込内容を確認する").click()
    walk.see("エラー：保証の変更の申込み", state="refused", narrow=True)
    expect(company.locator("main")).to_contain_text("形式は変えられません")
    assert walk.faults == {}


def test_a_guarantee_is_cancelled_and_its_key_tells_so(portal: Portal, visit: Callable[..., Page]) -> None:
    guarantee = portal.own("issued", "区立めじろ会館改修工事")
    company, clerk, approver, official = visit("contractor"), visit("clerk"), visit("approver"), visit()
    walk, public = Walk(company), Walk(official)
    number, key = show_key(company, guarantee)
    company.goto(f"/applications/changes/{guarantee}/?what=ended")
    company.locator("#told form button").click()
    walk.see("解約の申込み", narrow=True)
    company.get_by_role("button", name="申込内容を確認する").click()
    walk.see("エラー：解約の申込み", narrow=True)
    company.check("[name=used][value=no]")
    company.check("[name=consent]")
    company.fill("[name=changed_on]", today())
    company.fill("[name=change_reason]", "契約の取りやめのため")
    company.get_by_role("button", name="申込内容を確認する").click()
    walk.see("申込内容の確認", state="cancellation", narrow=True)
    send(company)
    company.goto("/applications/?q=めじろ会館")
    address = company.locator("tbody tr", has_text="解約").locator("th a").get_attribute("href")
    assert address
    approve(clerk, approver, address.rstrip("/").split("/")[-1])

    for _ in range(60):
        look_up(official, number, key)
        if official.locator("main").get_by_text("この保証は解約されています").count():
            break
        official.wait_for_timeout(1000)
    public.see("照会結果（解約）", narrow=True)
    expect(official.locator("main")).not_to_contain_text("めじろ")
    walk.open(f"/guarantees/{guarantee}/", "電子保証概要", state="cancelled", narrow=True)
    expect(company.locator("main")).to_contain_text("解約")
    assert walk.faults | public.faults == {}
