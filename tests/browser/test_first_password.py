"""A person registered by the head office: a letter, a first log-in with the password told, and a password of one's own."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
GIVEN, CHOSEN = "told by telephone only", "a pass phrase of my own"
SENTENCE = "はじめてのログインです。ご自分で決めたパスワードに変更してください。"


def test_a_first_log_in_leads_to_a_password_of_ones_own(visit: Callable[..., Page]) -> None:
    head, page = visit("head"), visit()
    desk, walk = Walk(head), Walk(page)
    head.goto("/admin/accounts/user/add/")
    for name, text in {"email": "shinjin@example.jp", "name": "見本　新", "new_password": GIVEN}.items():
        head.fill(f"[name={name}]", text)
    head.select_option("[name=role]", "clerk")
    head.select_option("[name=branch]", label="新宿支店")
    desk.press(head.locator("[name=_save]"))

    page.goto("/admin/queue/?show=all")
    page.fill("[name=email]", "shinjin@example.jp")
    page.fill("[name=password]", GIVEN)
    walk.press(page.locator("main button[type=submit]"))
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    walk.see("パスワードの変更", state="first log-in", narrow=True)
    walk.open("/admin/search/", "パスワードの変更", state="led back")
    walk.press(page.get_by_role("button", name="パスワードを変更する"))
    walk.see("エラー：パスワードの変更", state="first log-in, nothing typed", narrow=True)
    for name, text in {"current": GIVEN, "new": CHOSEN, "again": CHOSEN}.items():
        page.fill(f"[name={name}]", text)
    walk.press(page.get_by_role("button", name="パスワードを変更する"))
    expect(page).to_have_url(re.compile(r"/admin/search/$"))
    letters(page)
    walk.press(page.get_by_role("link", name="ネットデスクの利用者登録が変更されました").first)
    expect(page.locator("main")).to_contain_text("登録：新しい利用者として登録しました（支店（受付・審査）、新宿支店）")
    expect(page.locator("main")).not_to_contain_text(GIVEN)
    assert desk.faults | walk.faults == {}


def letters(page: Page) -> None:
    """Open 見本のメール, again until the letter has come: it is sent in the background."""
    for _ in range(60):
        page.goto("/demo/mail/")
        if page.get_by_role("link", name="ネットデスクの利用者登録が変更されました").count():
            return
        page.wait_for_timeout(500)
