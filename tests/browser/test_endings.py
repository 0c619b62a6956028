"""What comes to an end: a key that opens nothing any more, a move that comes too late, an answer loaded again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Portal
from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
WORDS = "工期を確かめてください。契約書の写しもお送りください。"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def test_a_key_that_is_over_is_told_and_leaves_no_dead_button(portal: Portal, visit: Callable[..., Page]) -> None:
    page, reader, clerk = visit("contractor"), visit("viewer"), visit("clerk")
    walk, other, desk = Walk(page), Walk(reader), Walk(clerk)
    guarantee = portal.own("ended", "区立つぐみ橋改修工事")
    walk.open(f"/guarantees/{guarantee}/", "電子保証概要", state="over", narrow=True)
    expect(page.locator("main")).to_contain_text("この認証キーでは、もう照会できません。")
    expect(page.get_by_role("button", name="認証キーを表示する")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="お知らせ（PDF").click()
    assert download.value.suggested_filename.endswith("-notice.pdf")
    other.open(f"/guarantees/{guarantee}/", "電子保証概要", state="over, to be read only")
    walk.open("/guarantees/?q=つぐみ橋", "電子保証", state="over", narrow=True)
    expect(page.locator("tbody")).to_contain_text("閲覧できる期間は終わりました。")
    page.goto(f"/guarantees/{guarantee}/")
    walk.press(page.get_by_role("link", name="手続の詳細"))
    walk.see("手続の詳細", state="over")
    line = page.url.rstrip("/").rpartition("/")[2]
    desk.open(f"/admin/lines/{line}/", "審査", state="over", narrow=True)
    expect(clerk.get_by_role("region", name="保証期間と満了")).to_contain_text("で終了")
    assert walk.faults | other.faults | desk.faults == {}


def test_words_for_a_move_that_comes_too_late_are_given_back(portal: Portal, visit: Callable[..., Page]) -> None:
    clerk, approver, customer = visit("clerk"), visit("approver"), visit("contractor")
    first, second, third = Walk(clerk), Walk(approver), Walk(customer)
    line = portal.own("received", "区立ひわ橋改修工事")
    for page in (clerk, approver):
        page.goto(f"/admin/lines/{line}/return/")
        page.fill("#remark", WORDS)
    customer.goto(f"/applications/lines/{line}/withdraw/")
    customer.fill("#reason", WORDS)
    clerk.evaluate("document.querySelector('[name=revision]').value = '99'")
    first.press("main form button.pri")
    first.see("エラー：差し戻す", state="another revision", narrow=True)
    expect(clerk.locator("#remark")).to_have_value(WORDS)
    first.press("main form button.pri")
    first.see("審査")
    second.press("main form button.pri")
    second.see("エラー：差し戻す", state="too late", narrow=True)
    approver.context.grant_permissions(CLIPBOARD)
    approver.get_by_role("button", name="お客様への連絡をコピー").click()
    expect(approver.locator("#copied-remark")).not_to_be_empty()
    assert approver.evaluate("navigator.clipboard.readText()") == WORDS
    portal.run(
        "from applications.models import Line;"
        f" Line.objects.filter(pk='{line}').update(status='under_review')"  # as if it had been sent again and taken up
    )
    third.press(customer.get_by_role("button", name="この申込を取り下げる"))
    third.see("エラー：申込の取下げ", state="too late", narrow=True)
    expect(customer.locator("#copy-reason")).to_have_text(WORDS)
    assert first.faults | second.faults | third.faults == {}


def test_the_page_of_an_error_may_be_loaded_again(portal: Portal, visit: Callable[..., Page]) -> None:
    clerk, customer = visit("clerk"), visit("contractor")
    line = portal.own("submitted", "区立かけす橋改修工事")
    for page, sheet in ((clerk, f"/admin/lines/{line}/"), (customer, f"/applications/lines/{line}/")):
        page.goto(sheet)
        page.get_by_role("button", name="連絡を送る").click()
        expect(page.locator("#error-summary")).to_be_visible()
        page.goto(
            page.url.partition("#")[0]
        )  # as the address typed again: a reload would ask whether to send once more
        expect(page).to_have_url(f"{portal.url}{sheet}#talk")
        expect(page.locator("#text")).to_be_visible()
