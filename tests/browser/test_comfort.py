"""What makes the form kind: it saves itself, asks before it empties, copies answers, and warns before a session ends."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import places
from tests.browser.conftest import Portal
from tests.browser.filling import fill_in
from tests.browser.walking import Walk, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
NEW = "/applications/new/"
SAVE, CHECK = ".bar button[name=act][value=save]", ".bar button[name=act][value=check]"
SAVED = re.compile(r"下書きを自動保存しました（\d\d:\d\d）")
ANSWERS = {"advance_on": "on", "advance_format": "paper", "advance_amount": "12,000,000", "advance_billing": "本社経理部", "advance_statement": "yes"}  # fmt: skip
# Moves back the last use, or the beginning, of every session of a person. Parameters: mail address, key, seconds.
AGE = """
from django.contrib.sessions.models import Session
from django.contrib.sessions.backends.db import SessionStore
from accounts.models import User
person = str(User.objects.get(email='{}').pk)
for row in Session.objects.all():
    store = SessionStore(row.session_key)
    if store.get('_auth_user_id') == person:
        store['{}'] -= {}
        store.save()
"""


def age(portal: Portal, key: str, seconds: int, person: str = "colleague") -> None:
    """Let time pass on the server, for the sessions of one person."""
    portal.run(AGE.format(f"{person}@example.jp", key, seconds))


def type_in(page: Page, name: str, text: str) -> None:
    """Type into a field and leave it, as a person with a keyboard does."""
    page.fill(f"[name={name}]", text)
    page.press(f"[name={name}]", "Tab")


def test_what_is_typed_is_saved_by_itself_and_no_more_often_than_every_ten_seconds(visit: Callable[..., Page]) -> None:
    page, sent = visit("contractor"), []
    page.on("request", lambda request: sent.append(request.method) if "autosave" in (request.post_data or "") else None)
    page.clock.install()
    page.goto(NEW)
    page.focus("[name=work_name]")
    page.press("[name=work_name]", "Tab")
    page.clock.run_for(30_000)
    assert sent == []  # nothing was typed

    type_in(page, "work_name", "区立ひばり小学校改修工事")
    page.clock.run_for(100)
    expect(page.locator("#saved")).to_have_text(SAVED)
    expect(page.locator("#saved-said")).to_have_text(SAVED)
    expect(page).to_have_url(re.compile(r"/applications/[0-9a-f-]{36}/edit/$"))
    type_in(page, "price", "３千万ではなく30000000")
    type_in(page, "price", "30000000")
    type_in(page, "work_place", "東京都杉並区ひばり一丁目")
    page.clock.run_for(5_000)
    assert len(sent) == 1
    page.clock.run_for(6_000)
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert len(sent) == 2
    page.clock.run_for(60_000)
    assert len(sent) == 2
    assert faults(page) == []
    page.reload()
    expect(page.locator("[name=price]")).to_have_value("30,000,000")
    expect(page.locator("[name=work_place]")).to_have_value("東京都杉並区ひばり一丁目")
    page.click(SAVE)  # the version on the page is the one that was saved
    expect(page.locator(".note.ok")).to_contain_text("下書きを保存しました")


def test_a_button_pressed_while_the_form_saves_itself_meets_no_conflict(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    page.goto(NEW)

    def slowly(route):
        if "autosave" in (route.request.post_data or ""):
            page.wait_for_timeout(700)
        route.continue_()

    page.route("**/edit/", slowly)
    type_in(page, "work_name", "区立かもめ小学校改修工事")
    page.fill("[name=work_place]", "東京都杉並区かもめ一丁目")
    page.click(SAVE)
    expect(page.locator(".note.ok")).to_contain_text("下書きを保存しました")
    expect(page.locator("[name=work_place]")).to_have_value("東京都杉並区かもめ一丁目")


def test_a_button_pressed_in_the_very_moment_of_leaving_a_field_meets_no_conflict(visit: Callable[..., Page]) -> None:
    """As a finger does on a screen: the field is left and the button pressed at once."""
    page, posted = visit("contractor"), []
    page.goto(NEW)
    type_in(page, "work_name", "区立うぐいす小学校改修工事")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.wait_for_timeout(300)
    page.on("request", lambda request: posted.append(request.post_data or "") if request.method == "POST" else None)
    page.evaluate(
        """button => {
            const field = document.querySelector('[name=work_place]');
            field.focus();
            field.value = '東京都杉並区うぐいす一丁目';
            field.dispatchEvent(new Event('input', {bubbles: true}));
            field.dispatchEvent(new Event('change', {bubbles: true}));
            field.blur();
            document.querySelector(button).click();
        }""",
        SAVE,
    )
    expect(page.locator(".note.ok")).to_contain_text("下書きを保存しました")
    expect(page.locator("[name=work_place]")).to_have_value("東京都杉並区うぐいす一丁目")
    assert [data for data in posted if "act=autosave" in data] == []


def test_a_form_saved_elsewhere_stops_saving_itself_and_keeps_what_was_typed(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    page.goto(NEW)
    type_in(page, "work_name", "区立つぐみ小学校改修工事")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.wait_for_url("**/edit/")
    other = page.context.new_page()
    other.goto(page.url)
    type_in(other, "work_place", "先に保存した場所")
    expect(other.locator("#saved")).to_have_text(SAVED)  # a button pressed in that very moment is another matter
    other.click(SAVE)
    expect(other.locator(".note.ok")).to_be_visible()

    page.wait_for_timeout(500)
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('nd:session-ending', {detail: {waitFor() {}}}))"
    )  # nothing changed
    page.clock.install()
    type_in(page, "work_number", "8-杉教-0555")
    page.clock.run_for(11_000)
    expect(page.locator("#saved")).to_contain_text("ほかの画面で、この申込が先に保存または送信されました。")
    expect(page.locator("#saved-said")).to_contain_text("この画面の自動保存を止めました。")
    expect(page.locator("#saved a")).to_have_attribute("href", re.compile("/edit/$"))
    type_in(page, "work_number", "8-杉教-0556")
    expect(page.locator("#saved")).to_contain_text("この画面の自動保存を止めました。")
    walk = Walk(page)
    walk.see("申込の作成（新規）", state="saved elsewhere", narrow=True)
    assert walk.faults == {}
    page.click(SAVE)  # the conflict page asks for a decision and shows the same words
    expect(page.locator("main")).to_contain_text("ほかの画面で、この申込が先に保存されました")
    expect(page.locator("[name=work_number]")).to_have_value("8-杉教-0556")


def test_without_a_connection_the_form_says_so_and_saves_at_the_next_change(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    page.goto(NEW)
    page.clock.install()
    page.context.set_offline(True)
    type_in(page, "work_name", "区立すずめ小学校改修工事")
    page.clock.run_for(100)
    expect(page.locator("#saved")).to_contain_text("保存できませんでした。通信を確かめてください。")
    page.context.set_offline(False)
    type_in(page, "work_place", "東京都杉並区すずめ一丁目")
    page.clock.run_for(11_000)
    expect(page.locator("#saved")).to_have_text(SAVED)


def test_clearing_asks_first_and_is_undone(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    walk = Walk(page)
    page.goto(NEW)
    fill_in(page, ANSWERS)
    button = page.get_by_role("button", name="前払金保証をクリア", exact=True)
    button.click()
    expect(page.get_by_role("dialog", name="前払金保証をクリアしますか")).to_be_visible()
    walk.see("申込の作成（新規）", state="asked before clearing", narrow=True)
    page.get_by_role("button", name="キャンセル").click()
    expect(button).to_be_focused()
    expect(page.locator("[name=advance_amount]")).to_have_value("12,000,000")
    button.click()
    walk.press(page.get_by_role("button", name="クリアする"))
    expect(page.locator("[name=advance_on]")).not_to_be_checked()
    expect(page.locator(".undo")).to_contain_text("前払金保証の入力内容をクリアしました。")
    walk.see("申込の作成（新規）", state="cleared")
    walk.press(page.get_by_role("button", name="元に戻す"))
    expect(page.locator("[name=advance_amount]")).to_have_value("12,000,000")
    expect(page.locator("[name=advance_format][value=paper]")).to_be_checked()
    assert walk.faults == {}


def test_the_second_product_is_answered_like_the_first_at_once(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    page.goto(NEW)
    page.check("[name=contract_on]")
    same = page.get_by_role("button", name="前払金保証と同じにする")
    page.select_option("[name=contract_payment]", "")
    fill_in(page, ANSWERS)
    same.click()
    expect(page.locator("#same-said")).to_have_text(
        "証書の形式・支払方法・請求先・計算書を、前払金保証と同じにしました。"
    )
    expect(page.locator("[name=contract_format][value=paper]")).to_be_checked()
    expect(page.locator("[name=contract_statement][value=yes]")).to_be_checked()
    for name in ("payment", "billing"):
        first = page.input_value(f"[name=advance_{name}]")
        expect(page.locator(f"[name=contract_{name}]")).to_have_value(first)
    page.fill("[name=price]", "30,000,000")
    expect(page.locator("output[data-note=advance]")).to_have_text("証書（紙）・40.0%")


def test_without_scripts_clearing_undoing_and_copying_work_by_themselves(visit: Callable[..., Page]) -> None:
    page = visit("contractor", scripts=False)
    page.goto(NEW)
    fill_in(page, ANSWERS)
    page.check("[name=contract_on]")
    page.get_by_role("button", name="前払金保証と同じにする").click()
    expect(page.locator(".note.ok")).to_contain_text("前払金保証と同じにしました")
    expect(page.locator("[name=contract_statement][value=yes]")).to_be_checked()
    page.get_by_role("button", name="保証の申込内容をクリア").click()
    expect(page.locator("[name=contract_on]")).not_to_be_checked()
    page.get_by_role("button", name="元に戻す").click()
    expect(page.locator("[name=advance_amount]")).to_have_value("12,000,000")
    expect(page.locator("[name=contract_statement][value=yes]")).to_be_checked()


def test_before_a_session_ends_the_page_asks_and_a_draft_is_saved(visit: Callable[..., Page], portal: Portal) -> None:
    page = visit("colleague")
    walk = Walk(page)
    page.clock.install()
    page.goto(NEW)
    page.fill("[name=work_name]", "区立めだか小学校改修工事")  # and away from the desk, the field not even left
    dialog = page.get_by_role("dialog", name="まもなくログアウトします")

    age(portal, "used_at", 56 * 60)
    page.clock.fast_forward("55:10")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("4分後に自動でログアウトします")
    expect(dialog).to_contain_text("入力した内容は、下書きに保存してあります。")
    expect(dialog.get_by_role("button", name="続ける")).to_be_focused()
    walk.see("申込の作成（新規）", state="session ends soon", narrow=True)
    assert walk.faults == {}
    dialog.get_by_role("button", name="続ける").click()
    expect(dialog).to_be_hidden()

    age(portal, "used_at", 61 * 60)
    page.clock.fast_forward("55:10")
    page.wait_for_url(re.compile("/login/"))
    expect(page.locator("main")).to_contain_text("しばらく操作がなかったため")
    page.fill("[name=email]", "colleague@example.jp")
    page.fill("[name=password]", "netdesk-demo")
    page.click("main button[type=submit]")
    expect(page).to_have_url(re.compile(r"/applications/[0-9a-f-]{36}/edit/$"))
    expect(page.locator("[name=work_name]")).to_have_value("区立めだか小学校改修工事")


def test_the_end_after_twelve_hours_is_told_and_cannot_be_put_off(visit: Callable[..., Page], portal: Portal) -> None:
    page = visit("colleague")
    page.clock.install()
    page.goto("/")
    age(portal, "entered_at", 12 * 3600 - 200)
    page.clock.fast_forward("55:10")
    dialog = page.get_by_role("dialog", name="まもなくログアウトします")
    expect(dialog).to_contain_text("この時間は延ばせません")
    expect(dialog.get_by_role("button", name="続ける")).to_be_hidden()
    assert faults(page) == []
    dialog.get_by_role("button", name="閉じる").click()
    expect(dialog).to_be_hidden()


def test_whoever_logs_in_again_in_another_window_goes_on_where_he_was(
    visit: Callable[..., Page], portal: Portal
) -> None:
    page = visit("colleague")
    page.goto(NEW)
    type_in(page, "work_name", "区立ほたる小学校改修工事")
    expect(page.locator("#saved")).to_have_text(SAVED)
    age(portal, "used_at", 61 * 60)
    page.clock.install()
    type_in(page, "work_place", "東京都杉並区ほたる一丁目")
    page.clock.run_for(11_000)
    expect(page.locator("#saved")).to_contain_text("ログインの時間が切れました。入力した内容はこの画面に残っています。")
    with page.expect_popup() as popup:
        page.locator("#saved a").click()
    again = popup.value
    again.fill("[name=email]", "colleague@example.jp")
    again.fill("[name=password]", "netdesk-demo")
    again.click("main button[type=submit]")
    again.wait_for_url(lambda url: "/login/" not in url)
    again.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.click(SAVE)
    expect(page.locator(".note.ok")).to_contain_text("下書きを保存しました")
    expect(page.locator("[name=work_place]")).to_have_value("東京都杉並区ほたる一丁目")


def test_nobody_is_kept_out_of_help_drafts_and_copies(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    walk = Walk(page)
    walk.open("/applications/help/", "保証申込のヘルプ", narrow=True)
    walk.open("/applications/drafts/", "下書き", narrow=True)
    page.goto(places.OLDEST)  # the PDF of what was sent just now may still be in the making
    places.row(page, "手続完了").locator("th a").click()
    expect(page.get_by_role("link", name=re.compile("控え（PDF・"))).to_be_visible()
    copy = page.get_by_role("link", name="申込の控え").first.get_attribute("href")
    walk.open(copy, "申込の控え", narrow=True)
    assert walk.faults == {}


def test_the_form_tells_how_much_the_body_allows_while_one_types(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    page.goto("/applications/new/")
    page.check("[name=advance_on]")
    page.fill("[name=issuer_name]", "墨田区")
    page.press("[name=issuer_name]", "Tab")
    expect(page.locator("#issuer-note")).to_contain_text("前払金保証（工事）：上限40%、上限額 400,000,000円")
    page.check("[name=work_kind][value=works]")
    page.fill("[name=price]", "１，３００，０００")
    page.press("[name=price]", "Tab")
    expect(page.locator("#advance-limit")).to_contain_text("上限 40%：520,000円（上限額 400,000,000円）")
    expect(page.locator("#advance-limit")).to_contain_text("対象にならないことがあります")
    page.check("[name=work_kind][value=service]")
    expect(page.locator("#advance-limit")).to_contain_text("上限 30%：390,000円（上限額 100,000,000円）")
