"""担当, 社内メモ and 定型文 at the desk: with scripts and without, and each of their states open to everybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Portal
from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
QUEUE = "/admin/queue/"
TAKE, TAKE_OVER, LEAVE, INSERT, KEEP = "担当する", "担当を替える", "担当を外れる", "文面に入れる", "社内メモを残す"
RETURN = "請負金額が契約書と異なる"
PUT_IN = "定型文を文面に入れました。まだ送っていません。"


def button(page: Page, name: str) -> Locator:
    return page.locator("main").get_by_role("button", name=name, exact=True)


def test_a_line_is_taken_taken_over_and_given_back(portal: Portal, visit: Callable[..., Page]) -> None:
    clerk, approver, head = visit("clerk"), visit("approver"), visit("head")
    first, second, reader = Walk(clerk), Walk(approver), Walk(head)
    line = portal.own("submitted", "区立つばめ橋塗装工事")
    sheet, row = f"/admin/lines/{line}/", f"tbody tr:has(a[href*='{line}'])"
    for page in (clerk, approver):
        page.goto(f"{QUEUE}?show=free")
    first.see("受付キュー", state="free", narrow=True)
    first.press(clerk.locator(row).get_by_role("button", name=TAKE))
    first.see("受付キュー", state="taken", narrow=True)
    expect(clerk.locator(".note.ok")).to_contain_text("の担当になりました。")
    expect(clerk.locator(row)).to_have_count(0)
    expect(clerk).to_have_url(f"{portal.url}{QUEUE}?show=free&after=")
    clerk.goto(f"{QUEUE}?show=mine")
    expect(clerk.locator(row)).to_contain_text("佐藤　花子")

    second.press(approver.locator(row).get_by_role("button", name=TAKE))
    second.see("受付キュー", state="too late", narrow=True)
    expect(approver.locator(".note.warn")).to_contain_text("いま佐藤　花子が担当しています")
    second.open(sheet, "審査", state="of a colleague", narrow=True)
    reader.open(sheet, "審査", state="to be read only", narrow=True)
    expect(button(head, TAKE_OVER)).to_have_count(0)
    second.press(button(approver, TAKE_OVER))
    second.see("審査", state="taken over", narrow=True)
    second.press(button(approver, LEAVE))
    second.see("審査", state="given back", narrow=True)
    expect(button(approver, TAKE)).to_be_visible()
    assert first.faults | second.faults | reader.faults == {}


def test_a_memo_is_written_and_what_was_typed_is_never_lost(portal: Portal, visit: Callable[..., Page]) -> None:
    page, contractor = visit("clerk"), visit("contractor")
    walk = Walk(page)
    line = portal.own("submitted", "区立ひよどり橋塗装工事")
    walk.open(f"/admin/lines/{line}/", "審査", state="no memo yet")
    page.fill("#text", "届きました。")
    page.fill("#memo", "あ" * 1001)
    walk.press(button(page, KEEP))
    walk.see("エラー：審査", state="memo too long", narrow=True)
    expect(page.locator("#memo")).to_have_value("あ" * 1001)
    page.fill("#memo", "電話で確かめました。")
    walk.press(button(page, KEEP))
    walk.see("審査", state="memo written, talk not", narrow=True)
    expect(page.locator(".memos li")).to_contain_text("電話で確かめました。")
    expect(page.locator("#memo")).to_have_value("")
    expect(page.locator("#text")).to_have_value("届きました。")
    page.emulate_media(media="print")
    expect(page.locator("#memos")).to_be_hidden()
    page.emulate_media(media="screen")
    walk.press(button(page, "連絡を送る"))
    expect(page.locator("#talk .talk")).to_contain_text("届きました。")
    walk.open(f"{QUEUE}?show=new", "受付キュー", state="marked")
    expect(page.locator(f"tbody tr:has(a[href*='{line}'])")).to_contain_text("社内メモ")
    contractor.goto(f"/applications/lines/{line}/")
    expect(contractor.locator("main")).to_contain_text("届きました。")
    assert "電話で確かめました。" not in contractor.content()
    assert walk.faults == {}


def test_a_phrase_is_put_behind_the_text_at_once(portal: Portal, visit: Callable[..., Page]) -> None:
    page = visit("clerk")
    walk, asked = Walk(page), []
    line = portal.own("under_review", "区立ほおじろ橋塗装工事")
    walk.open(f"/admin/lines/{line}/return/", "差し戻す", narrow=True)
    page.on("request", lambda request: asked.append(request.method))
    page.fill("#remark", "お世話になっております。")
    page.select_option("#phrase", label=RETURN)
    button(page, INSERT).click()
    expect(page.locator("#phrase-said")).to_have_text(PUT_IN)
    expect(page.locator("#remark")).to_be_focused()
    assert page.input_value("#remark").startswith(
        "お世話になっております。\n請負金額が、契約書の金額（税込）と異なります。\n"
    )
    expect(page.locator("#phrase")).to_have_value("")
    assert asked == []
    walk.see("差し戻す", state="put in", narrow=True)
    walk.press(button(page, INSERT))  # none is chosen
    walk.see("エラー：差し戻す", state="none chosen", narrow=True)
    assert page.input_value("#remark").startswith("お世話になっております。\n請負金額が")
    walk.press(button(page, "差し戻す"))
    walk.see("審査", state="returned with a phrase")
    expect(page.locator("#talk .talk")).to_contain_text("契約書の金額（税込）と異なります。")
    assert walk.faults == {}


def test_without_scripts_the_page_comes_back_with_the_phrase(portal: Portal, visit: Callable[..., Page]) -> None:
    page = visit("clerk", scripts=False)
    line = portal.own("under_review", "区立めじろ橋塗装工事")
    page.goto(f"/admin/lines/{line}/")
    page.fill("#text", "お世話になっております。")
    page.fill("#memo", "折り返し待ち")
    page.select_option("#phrase", label="書類を受け取った")
    button(page, INSERT).click()
    expect(page.locator("#phrase-said")).to_have_text(PUT_IN)
    assert page.input_value("#text").startswith("お世話になっております。\nお送りいただいた書類")
    expect(page.locator("#memo")).to_have_value("折り返し待ち")
    expect(page.locator("#talk .talk li")).to_have_count(2)  # those of the moves: nothing was sent
    button(page, "連絡を送る").click()
    expect(page.locator("#talk .talk li")).to_have_count(3)
    expect(page.locator("#memo")).to_have_value("折り返し待ち")
    button(page, KEEP).click()
    expect(page.locator(".memos li")).to_contain_text("折り返し待ち")
