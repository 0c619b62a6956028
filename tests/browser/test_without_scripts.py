"""The whole way without JavaScript, and the form with nothing but a keyboard."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.filling import application, fill_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SAVE = ".bar button[name=act][value=save]"
WORK = "区立めじろ小学校体育館改修工事"
# What stands in the tab order: everything that can be reached, a group of radio buttons once.
STOPS = """() => {
    const seen = new Set();
    return [...document.querySelectorAll('a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex="0"]')]
        .filter(one => one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true}))
        .map(one => one.type === 'radio' ? 'radio ' + one.name : one.id || one.name || one.textContent.trim() + (one.getAttribute('href') || ''))
        .filter(name => !name.startsWith('radio ') || (!seen.has(name) && seen.add(name)));
}"""
HERE = """() => { const one = document.activeElement;
    return one === document.body ? '' : one.type === 'radio' ? 'radio ' + one.name : one.id || one.name || one.textContent.trim() + (one.getAttribute('href') || ''); }"""


# 1 when the control that has the focus is outside the window or under the bar at its foot.
COVERED = """() => { const one = document.activeElement, bar = document.querySelector('.bar'), box = one.getBoundingClientRect(), over = bar.getBoundingClientRect();
    return Number(box.bottom <= 0 || box.top >= innerHeight || !bar.contains(one) && box.top >= over.top && box.bottom <= over.bottom); }"""


def test_an_application_is_made_reviewed_issued_and_looked_up(visit: Callable[..., Page]) -> None:
    contractor, clerk, approver, official = (
        visit(name, scripts=False) for name in ("contractor", "clerk", "approver", "")
    )

    number = _apply(contractor)
    for page, moves in ((clerk, ("受け付ける", "審査を始める")), (approver, ())):
        _open(page, number)
        for move in moves:
            page.get_by_role("button", name=move).click()
            expect(page.locator(".note.ok")).to_contain_text(number)
    _approve(approver)
    guarantee, key = _key(contractor, number)
    _look_up(official, guarantee, key)


def _apply(page: Page) -> str:
    """Make a draft, let both searches bring their choice back into it, look it over and send it."""
    page.goto("/applications/new/")
    page.fill("[name=work_name]", WORK)
    page.click("button[value=look_issuer]")
    expect(page.locator("h1")).to_have_text("発注者の検索")
    page.fill("[name=q]", "すぎなみ")
    page.locator("main form[role=search] button[type=submit]").click()
    page.get_by_label("杉並区").check()
    page.get_by_role("button", name="選択した発注者を入力").click()
    expect(page.locator("[name=issuer_name]")).to_have_value("杉並区")
    expect(page.locator("[name=work_name]")).to_have_value(WORK)
    answers = application(
        work_number="8-杉教-0901",
        work_name=WORK,
        contract_on="",
        contract_format="",
        contract_amount="",
        contract_billing="",
        contract_statement="",
    )
    fill_in(page, answers)
    page.click("button[value=look_bank]")
    expect(page.locator("h1")).to_have_text("預託金融機関の検索")
    page.fill("[name=q]", "みずほ")
    page.fill("[name=branch]", "荻窪")
    page.locator("main form[role=search] button[type=submit]").click()
    page.get_by_label("0001-244").check()
    page.get_by_role("button", name="選択した支店を入力").click()
    expect(page.locator("[name=advance_bank_name]")).to_have_value("みずほ銀行　荻窪支店")
    expect(page.locator("[name=advance_amount]")).to_have_value("12,000,000")
    page.click(SAVE)
    expect(page.locator(".note.ok")).to_contain_text("下書きを保存しました")
    page.get_by_role("button", name="申込内容を確認する").click()
    expect(page.locator("h1")).to_have_text("申込内容の確認")
    expect(page.locator("main")).to_contain_text("みずほ銀行　荻窪支店")
    page.check("[name=agree]")
    page.get_by_role("button", name="この内容で送信する").click()
    expect(page.locator("h1")).to_contain_text("申込を送信しました")
    return page.locator(".ref b").inner_text()


def _open(page: Page, number: str) -> None:
    page.goto("/admin/queue/")
    page.get_by_role("link", name=f"{number} 前払金保証").click()
    expect(page.locator("h1")).to_have_text(f"審査：{number} 前払金保証")


def _approve(page: Page) -> None:
    page.get_by_role("link", name="承認へ進む").click()
    page.check("[name=contract_seen][value=mail]")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".note.ok")).to_contain_text("前払金保証")


def _key(page: Page, number: str) -> tuple[str, str]:
    """Wait for the guarantee on 手続の詳細 by loading it again, then have its key shown."""
    page.goto("/applications/")
    page.get_by_role("link", name=re.compile(number)).click()
    for _ in range(60):
        if page.get_by_role("link", name="電子保証を開く").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("link", name="電子保証を開く").click()
    page.get_by_role("button", name="認証キーを表示する").click()
    return page.locator(".keybox .no").inner_text(), page.locator("#key").inner_text()


def _look_up(page: Page, guarantee: str, key: str) -> None:
    page.goto("/verify/")
    page.fill("[name=number]", guarantee)
    page.fill("[name=key]", key)
    page.get_by_role("button", name="照会する").click()
    expect(page.locator("#verdict")).to_contain_text("有効な電子保証です")
    expect(page.locator("main")).to_contain_text("12,000,000円")


def test_the_tab_key_reaches_every_control_of_the_form_once_and_in_order(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    page.goto("/applications/new/")
    page.check("[name=advance_on]")
    page.check("[name=contract_on]")
    page.emulate_media(reduced_motion="reduce")  # a smooth scroll would still be on its way when the eye looks
    page.locator(".skip").focus()
    wanted, reached, covered = page.evaluate(STOPS), [page.evaluate(HERE)], []
    for _ in wanted:
        page.keyboard.press("Tab")
        stop = page.evaluate(HERE)
        if not stop:
            break
        reached.append(stop)
        covered += [stop] * page.evaluate(COVERED)

    assert reached == wanted
    assert len(wanted) > 60
    assert covered == []


@pytest.mark.parametrize(("address", "first"), [("/issuers/search/", "search_q"), ("/applications/banks/", "search_q")])
def test_a_dialog_opens_keeps_and_gives_back_the_keyboard(visit: Callable[..., Page], address: str, first: str) -> None:
    page = visit("contractor")
    page.goto("/applications/new/")
    page.check("[name=advance_on]")
    opener = page.locator(f"[data-dialog='{address}']")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog[open]")
    expect(dialog.locator(f"#{first}")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
