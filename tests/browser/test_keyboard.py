"""The whole way with nothing but a keyboard: from the log-in to the official's answer, not one click."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.filling import application

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WORK = "区立かもめ小学校昇降口改修工事"
HERE = """selector => { const one = document.activeElement, wanted = [...document.querySelectorAll(selector)].filter(e => e.checkVisibility());
    return wanted.includes(one) || one.type === 'radio' && wanted.some(e => e.type === 'radio' && e.name === one.name); }"""


class Keyboard:
    """Somebody whose hands stay on the keys."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, selector: str, most: int = 160) -> None:
        """Press Tab until a control that fits has the focus."""
        for _ in range(most):
            if self.page.evaluate(HERE, selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not reach {selector} on {self.page.url}")

    def press(self, selector: str, key: str = "Enter") -> None:
        """Reach a control, press a key on it and wait for the page it leads to."""
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def answer(self, name: str, value: str) -> None:
        """Answer one question the way its control wants it: by typing, ticking, or walking through its choices."""
        self.reach(f"[name={name}]:not([type=hidden])")
        kind = self.page.evaluate("document.activeElement.type")
        if kind == "checkbox":
            if not self.page.evaluate("document.activeElement.checked"):
                self.page.keyboard.press("Space")
        elif kind == "radio":
            self._choose_radio(value)
        elif kind.startswith("select"):
            self._choose_option(value)
        else:
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(value)

    def _choose_radio(self, value: str) -> None:
        self.page.keyboard.press("Space")
        for _ in range(6):
            if self.page.evaluate("document.activeElement.checked && document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no choice {value}")

    def _choose_option(self, words: str) -> None:
        for _ in range(12):
            if words in self.page.evaluate("document.activeElement.selectedOptions[0].textContent"):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no option {words}")

    def search(self, opener: str, typed: dict[str, str], found: str) -> None:
        """Open a search dialog, type, choose the hit and come back to where it was opened."""
        self.reach(opener)
        self.page.keyboard.press("Enter")
        dialog = self.page.locator("dialog[open]")
        for name, text in typed.items():
            expect(dialog.locator(f"[name={name}]")).to_be_visible()
            self.reach(f"dialog[open] [name={name}]", 20)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.insert_text(text)
        expect(dialog.locator("label", has_text=found).first).to_be_visible()
        self.reach("dialog[open] #dlg-results input[type=radio]", 20)
        self.page.keyboard.press("Space")
        self.reach("dialog[open] [data-fill]", 60)
        self.page.keyboard.press("Enter")
        expect(dialog).to_have_count(0)


def log_in(page: Page, person: str) -> Keyboard:
    keys = Keyboard(page)
    page.goto("/login/")
    keys.answer("email", f"{person}@example.jp")
    keys.answer("password", "netdesk-demo")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
    return keys


def test_the_whole_story_by_keyboard(visit: Callable[..., Page]) -> None:
    ours, clerk, approver, official = visit(), visit(), visit(), visit()

    number = _apply(log_in(ours, "contractor"))
    _review(log_in(clerk, "clerk"), number)
    _approve(log_in(approver, "approver"), number)
    guarantee, key = _key(Keyboard(ours))

    keys = Keyboard(official)
    official.goto("/verify/")
    keys.answer("number", guarantee)
    keys.answer("key", key)
    official.keyboard.press("Enter")
    expect(official.locator("#verdict")).to_contain_text("有効な電子保証です")
    expect(official.locator("#verdict")).to_be_focused()


def _apply(keys: Keyboard) -> str:
    """From the top page over the form and its dialogs to 送信完了; give the number."""
    page = keys.page
    keys.press("a[href='/applications/new/']")
    page.emulate_media(reduced_motion="reduce")
    answers = application(
        work_name=WORK, work_number="8-杉教-0955", contract_on="", contract_format="", contract_amount=""
    )
    answers = {
        name: value for name, value in answers.items() if not name.startswith("contract_") or name == "contracted_on"
    }
    keys.search("[data-dialog*='/issuers/search/']", {"q": "すぎなみ"}, "杉並区")
    expect(page.locator("[name=authority] option", has_text="杉並区長")).to_have_count(1)
    for name, value in answers.items():
        keys.answer(name, value)
        if name == "advance_amount":
            keys.search("[data-dialog*='/applications/banks/']", {"q": "みずほ", "branch": "荻窪"}, "荻窪支店")
    keys.press("button[name=act][value=check]")
    expect(page.locator("h1")).to_have_text("申込内容の確認")
    keys.answer("agree", "1")
    keys.press("main form button[type=submit].pri")
    expect(page.locator("h1")).to_contain_text("申込を送信しました")
    return page.locator(".ref b").inner_text()


def _review(keys: Keyboard, number: str) -> None:
    _open(keys, number)
    for _ in ("受け付ける", "審査を始める"):
        keys.press(".bar form button.pri")
        expect(keys.page.locator(".note.ok")).to_contain_text(number)


def _approve(keys: Keyboard, number: str) -> None:
    _open(keys, number)
    keys.press(".bar a.b.pri")
    keys.answer("contract_seen", "mail")
    keys.press("main form button[type=submit].pri")
    expect(keys.page.locator(".note.ok")).to_contain_text(number)


def _open(keys: Keyboard, number: str) -> None:
    page = keys.page
    page.goto("/admin/queue/")
    line = page.get_by_role("link", name=f"{number} 前払金保証").get_attribute("href")
    keys.press(f"a[href='{line}']")
    expect(page.locator("h1")).to_contain_text(number)


def _key(keys: Keyboard) -> tuple[str, str]:
    """Wait for the guarantee, open it from its list and have its key shown."""
    page = keys.page
    page.goto("/guarantees/")
    row = page.locator("tbody tr", has_text=WORK).first
    for _ in range(60):
        if row.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    overview = row.locator("a").last.get_attribute("href")
    keys.press(f"a[href='{overview}']")
    keys.press("form[action*='/key/'] button")
    return page.locator(".keybox .no").inner_text(), page.locator("#key").inner_text()
