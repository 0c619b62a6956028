"""添付書類: files go with an application and nothing typed is lost, with scripts and without, on good lines and bad ones."""

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser.conftest import Portal
from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SEND = "#attach button[type=submit]"
LOST = "通信が切れたため、送信できませんでした。選んだファイルはそのまま残っています。"
SCRIPT = "プログラム（JavaScript）を含むPDFは添付できません。"
SLOW = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}


def with_a_script() -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Dictionary({"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"})

    return make.pdf(change)


def choose(page: Page, kind: str, path: str) -> None:
    page.select_option("[name=kind]", kind)
    page.set_input_files("[name=file]", path)


def test_files_go_with_a_draft_and_what_was_typed_stays(
    visit: Callable[..., Page], files: Callable[[str, bytes], str]
) -> None:
    page = visit("contractor")
    walk = Walk(page)
    page.goto("/applications/new/")
    page.fill("[name=work_name]", "区立つぐみ橋塗装工事")
    walk.press("button[value=attach]")
    walk.see("添付書類", state="none yet", narrow=True)
    page.click(SEND)
    expect(page.locator("#upload-trouble")).to_contain_text("書類の種類を選択してください")
    choose(page, "contract", files("script.pdf", with_a_script()))
    page.click(SEND)
    expect(page.locator("#upload-trouble")).to_contain_text(SCRIPT)
    expect(page.locator("#upload-trouble")).to_be_focused()
    expect(page.locator(SEND)).to_have_text("添付する")
    walk.see("添付書類", state="refused", narrow=True)
    choose(page, "contract", files("large.pdf", make.pdf_of(10 * 1024 * 1024 + 1)))
    page.click(SEND)
    expect(page.locator("#upload-trouble")).to_contain_text("ファイルが大きすぎます（10.0MB）")
    choose(page, "contract", files("請負契約書の写し.pdf", make.pdf()))
    walk.press(SEND)
    expect(page.locator(".told")).to_contain_text("請負契約書の写し「請負契約書の写し.pdf」を添付しました。")
    choose(page, "schedule", files(f"{'長い' * 40}.pdf", make.pdf()))
    walk.press(SEND)
    walk.see("添付書類", state="attached", narrow=True)
    walk.press(page.get_by_role("link", name="入力に戻る"))
    expect(page.locator("[name=work_name]")).to_have_value("区立つぐみ橋塗装工事")
    expect(page.locator(".files")).to_contain_text("請負契約書の写し.pdf")
    walk.see("申込の作成", state="with files", narrow=True)
    walk.press("button[value=attach]")
    walk.press(page.locator(".files li", has_text="請負契約書の写し").get_by_role("button"))
    walk.see("添付書類", state="taken back")
    expect(page.locator(".files li")).to_have_count(1)
    assert walk.faults == {}


def test_progress_is_told_and_a_broken_line_is_tried_again(
    portal: Portal, visit: Callable[..., Page], files: Callable[[str, bytes], str]
) -> None:
    page = visit("contractor")
    walk = Walk(page)
    line = portal.own("submitted", "区立もず橋塗装工事")
    page.goto(f"/applications/lines/{line}/")
    walk.press(page.get_by_role("link", name="書類を添付する"))
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    choose(page, "other", files("写真.pdf", make.pdf_of(6_000_000)))
    page.click(SEND)
    expect(page.locator("#upload-said")).to_have_text("送信中 25%", timeout=60_000)
    expect(page.locator("#upload-count")).to_contain_text("/ 5.7MB）")
    assert 25 <= page.locator("#upload-bar").evaluate("one => one.value") < 100
    page.get_by_role("button", name="送信をやめる").click()
    expect(page.locator("#upload-trouble")).to_contain_text("送信をやめました。")
    session.send("Network.emulateNetworkConditions", SLOW | {"uploadThroughput": -1})
    page.route("**/attachments/add/", lambda route: route.abort("connectionreset"))
    page.click(SEND)
    expect(page.locator("#upload-trouble")).to_contain_text(LOST)
    expect(page.locator(SEND)).to_have_text("もう一度送信する")
    walk.see("添付書類", state="line broken", narrow=True)
    page.unroute("**/attachments/add/")
    walk.press(SEND)
    expect(page.locator(".told")).to_contain_text("その他「写真.pdf」を添付しました。")
    assert walk.faults == {}


def test_whoever_was_logged_out_meanwhile_logs_in_elsewhere_and_sends_again(
    portal: Portal, visit: Callable[..., Page], files: Callable[[str, bytes], str]
) -> None:
    page = visit("contractor")
    line = portal.own("submitted", "区立ひばり橋塗装工事")
    page.goto(f"/applications/lines/{line}/")
    page.get_by_role("link", name="書類を添付する").click()
    choose(page, "ruling", files("認定調書.pdf", make.pdf()))
    page.context.clear_cookies()
    page.click(SEND)
    expect(page.locator("#upload-trouble")).to_contain_text("ログインの時間が切れました。")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="別の画面でログインする").click()
    other = opened.value
    other.fill("[name=email]", "contractor@example.jp")
    other.fill("[name=password]", "netdesk-demo")
    with other.expect_navigation():
        other.click("main button[type=submit]")
    with page.expect_navigation():
        page.click(SEND)
    expect(page.locator(".told")).to_contain_text("認定調書「認定調書.pdf」を添付しました。")


def test_the_branch_sees_what_came_late_opens_it_and_leaves_a_trace(
    portal: Portal, visit: Callable[..., Page], files: Callable[[str, bytes], str]
) -> None:
    contractor, clerk, approver = visit("contractor"), visit("clerk"), visit("approver")
    walk, desk, last = Walk(contractor), Walk(clerk), Walk(approver)
    line, data = portal.own("under_review", "区立かささぎ橋塗装工事"), make.pdf()
    contractor.goto(f"/applications/lines/{line}/")
    walk.press(contractor.get_by_role("link", name="書類を添付する"))
    choose(contractor, "schedule", files("工程表.pdf", data))
    walk.press(SEND)
    walk.see("添付書類", state="under review", narrow=True)
    expect(contractor.get_by_role("button", name="取り消す")).to_have_count(0)
    walk.press(contractor.get_by_role("link", name="手続の詳細（前払金保証）"))
    walk.see("手続の詳細", state="with files", narrow=True)
    desk.open(f"/admin/lines/{line}/", "審査", state="with files", narrow=True)
    expect(clerk.locator("#files")).to_contain_text("送信後に追加")
    with clerk.expect_download() as loaded:
        clerk.locator("#files").get_by_role("link").click()
    assert loaded.value.suggested_filename == "工程表.pdf"
    assert Path(loaded.value.path()).read_bytes() == data
    clerk.reload()
    expect(clerk.locator(".hist")).to_contain_text("添付書類を開きました")
    last.open(f"/admin/lines/{line}/approve/", "承認する", state="with files", narrow=True)
    expect(approver.locator(".files")).to_contain_text("工程表.pdf")
    assert walk.faults | desk.faults | last.faults == {}


def test_without_scripts_the_same_is_said(
    portal: Portal, visit: Callable[..., Page], files: Callable[[str, bytes], str]
) -> None:
    page = visit("contractor", scripts=False)
    line = portal.own("submitted", "区立あおじ橋塗装工事")
    page.goto(f"/applications/lines/{line}/")
    page.get_by_role("link", name="書類を添付する").click()
    page.click(SEND)
    expect(page.locator("#error-summary")).to_contain_text("添付するファイルを選択してください")
    choose(page, "contract", files("script.pdf", with_a_script()))
    page.click(SEND)
    expect(page.locator("#error-summary")).to_contain_text(SCRIPT)
    expect(page.locator("[name=kind]")).to_have_value("contract")
    page.set_input_files("[name=file]", files("large.pdf", make.pdf_of(11_000_000)))
    page.click(SEND)
    expect(page.locator("h1")).to_have_text("ファイルが大きすぎます")
    page.get_by_role("link", name="添付書類の画面へ戻る").click()
    choose(page, "contract", files("契約書.pdf", make.pdf()))
    page.click(SEND)
    expect(page.locator(".told")).to_contain_text("請負契約書の写し「契約書.pdf」を添付しました。")
    page.get_by_role("button", name="取り消す").click()
    expect(page.locator(".told")).to_contain_text("の添付を取り消しました。")
