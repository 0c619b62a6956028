"""登録情報 in a real browser: its pages, and the dialogs of the form, with scripts and without, by mouse and by keyboard."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
FORM = "申込の作成（新規）"
BOOKS = {"billing": "請求先", "mail": "メールアドレス", "department": "担当部署"}


def name() -> str:
    """A name that no earlier run has registered."""
    return f"見本建設{time.time_ns()}"


def test_the_pages_of_the_register_and_the_password(visit: Callable[..., Page]) -> None:
    page = visit("rival")
    walk = Walk(page)
    walk.open("/register/", "登録情報", narrow=True)
    walk.open("/register/mail/", "メールアドレス", state="empty")
    walk.open("/register/billing/", "請求先")
    for slug, word in BOOKS.items():
        walk.open(f"/register/{slug}/add/", f"{word}の登録")
        walk.press("main form button[type=submit]")
        walk.see(f"エラー：{word}の登録", narrow=slug == "billing")
        walk.open(f"/register/{slug}/search/", f"{word}の検索")
    page.goto("/register/mail/add/")
    page.fill("[name=address]", "ｍｉｄｏｒｉ@example.jp")
    walk.press("main form button[type=submit]")
    walk.see("メールアドレス", state="added")
    expect(page.locator("main")).to_contain_text("midori@example.jp")
    walk.press(page.get_by_role("link", name="変更する").first)
    walk.see("メールアドレスの変更")
    page.goto("/register/mail/")
    walk.press(page.get_by_role("link", name="削除する").first)
    walk.see("メールアドレスの削除")
    walk.press(page.get_by_role("button", name="このメールアドレスを削除する"))
    walk.see("メールアドレス", state="removed")
    assert walk.faults == {}


@pytest.mark.parametrize("somebody", ["rival", "head"])
def test_the_page_of_the_password(visit: Callable[..., Page], somebody: str) -> None:
    page = visit(somebody)
    walk = Walk(page)
    walk.press(page.get_by_role("link", name="パスワードの変更"))
    walk.see("パスワードの変更", narrow=True)
    walk.press(page.get_by_role("button", name="パスワードを変更する"))
    walk.see("エラー：パスワードの変更", narrow=True)
    page.fill("[name=current]", "not this one at all")
    for field in ("new", "again"):
        page.fill(f"[name={field}]", "quite another pass phrase")
    walk.press(page.get_by_role("button", name="パスワードを変更する"))
    walk.see("エラー：パスワードの変更", state="wrong")
    assert walk.faults == {}


def test_the_dialogs_of_the_form(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    walk = Walk(page)
    _form(page)
    dialog = page.locator("dialog[open]")
    for button, found in (
        ("look_contract_billing", "髙﨑建設株式会社　東京支店"),
        ("look_mail", "koumu@example.jp"),
        ("look_department", "工務部　濵田　健"),
    ):
        page.click(f"button[value={button}]")
        expect(dialog.locator(".res li").first).to_be_visible()
        walk.see(FORM, state=f"{button} opened", narrow=button == "look_department")
        dialog.locator("input[name=q]").fill("ない言葉")
        expect(dialog.locator(".cnt")).to_contain_text("見つかりませんでした")
        walk.see(FORM, state=f"{button} nothing")
        dialog.locator("input[name=q]").fill(found[:3])
        dialog.locator("label", has_text=found).click()
        dialog.locator("[data-fill]").click()
        expect(dialog).to_have_count(0)
        expect(page.locator(f"button[value={button}]")).to_be_focused()
    expect(page.locator("[name=contract_billing] option:checked")).to_have_text("髙﨑建設株式会社　東京支店")
    expect(page.locator("[name=advance_billing]")).to_have_value("")
    expect(page.locator("[name=email]")).to_have_value("koumu@example.jp")
    texts = [page.locator(f"[name={field}]").input_value() for field in ("department", "post", "person", "phone")]
    assert texts == ["工務部", "主任", "濵田　健", "03-0000-0124"]

    page.click("button[value=add_advance_billing]")
    expect(dialog.locator("[name=name]")).to_be_focused()
    walk.see(FORM, state="add opened", narrow=True)
    new = name()
    dialog.locator("[name=name]").fill(new)
    dialog.locator("button[type=submit]").click()
    expect(dialog.locator("[name=address]")).to_be_focused()
    expect(dialog.locator("[name=name]")).to_have_value(new)
    expect(dialog).to_contain_text("住所を入力してください")
    walk.see(FORM, state="add refused", narrow=True)
    dialog.locator("[name=address]").fill("東京都杉並区みどり二丁目3番4号")
    dialog.locator("button[type=submit]").dblclick()
    expect(dialog).to_have_count(0)
    expect(page.locator("button[value=add_advance_billing]")).to_be_focused()
    expect(page.locator("[name=advance_billing] option:checked")).to_have_text(new)
    expect(page.locator("[name=contract_billing] option", has_text=new)).to_have_count(1)
    expect(page.locator("[name=contract_billing] option:checked")).to_have_text("髙﨑建設株式会社　東京支店")
    expect(page.locator("main > p[role=status]")).to_have_text(f"請求先「{new}」を登録して選びました")
    walk.see(FORM, state="added")
    page.goto("/register/billing/")
    expect(page.locator("tbody tr", has_text=new)).to_have_count(1)
    assert walk.faults == {}


def _form(page: Page) -> None:
    page.goto("/applications/new/")
    for name in ("advance_on", "contract_on"):
        page.check(f"[name={name}]")
    page.check("[name=advance_format][value=electronic]")
    page.check("[name=notice][value=yes]")


def test_the_dialogs_are_worked_by_the_keyboard_alone(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    _form(page)
    dialog, opener = page.locator("dialog[open]"), page.locator("button[value=look_mail]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog.locator("#search_q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()

    page.keyboard.press("Enter")
    expect(dialog.locator("#search_q")).to_be_focused()
    dialog.get_by_role("link", name="メールアドレスを新しく登録する").focus()
    page.keyboard.press("Enter")
    expect(dialog.locator("#entry_address")).to_be_focused()
    address = f"a{time.time_ns()}@example.jp"
    page.keyboard.type(address)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
    expect(page.locator("[name=email]")).to_have_value(address)

    opener = page.locator("button[value=add_contract_billing]")
    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog.locator("#entry_name")).to_be_focused()
    for _ in range(9):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()


def test_a_registration_that_does_not_arrive_keeps_what_was_typed(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    _form(page)
    page.click("button[value=add_advance_billing]")
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=name]").fill("見本建設")
    page.route("**/register/billing/add/", lambda route: route.abort())
    dialog.locator("button[type=submit]").click()
    expect(dialog.get_by_role("alert")).to_contain_text("登録できませんでした。")
    expect(dialog.locator("[name=name]")).to_have_value("見本建設")


def test_without_scripts_every_choice_comes_back_into_the_form(visit: Callable[..., Page]) -> None:
    page = visit("contractor", scripts=False)
    _form(page)
    page.fill("[name=work_name]", "体育館改修工事")
    for button, label in (
        ("look_contract_billing", "髙﨑建設株式会社　東京支店"),
        ("look_mail", "koumu@example.jp"),
        ("look_department", "工務部　濵田　健"),
    ):
        page.click(f"button[value={button}]")
        page.get_by_label(label).check()
        page.get_by_role("button", name=re.compile("^選択した")).click()
        page.click(".bar button[value=save]")
    page.click("button[value=add_advance_billing]")
    expect(page.locator("h1")).to_have_text("請求先の登録")
    new = name()
    page.fill("[name=name]", new)
    page.get_by_role("button", name="この内容で登録する").click()
    expect(page.locator("#error-summary")).to_contain_text("住所を入力してください")
    page.fill("[name=address]", "東京都杉並区みどり二丁目3番4号")
    page.get_by_role("button", name="この内容で登録する").click()
    expect(page.locator("h1")).to_have_text(FORM)
    expect(page.locator(".note.ok")).to_contain_text(new)
    expect(page.locator("[name=advance_billing] option:checked")).to_have_text(new)
    expect(page.locator("[name=contract_billing] option:checked")).to_have_text("髙﨑建設株式会社　東京支店")
    fields = ("work_name", "email", "department", "post", "person", "phone")
    assert [page.locator(f"[name={field}]").input_value() for field in fields] == [
        *("体育館改修工事", "koumu@example.jp", "工務部", "主任", "濵田　健", "03-0000-0124")
    ]
