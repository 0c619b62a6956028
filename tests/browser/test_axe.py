"""No page, in no state, keeps anybody out: axe-core and checks of our own on the whole portal."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from playwright.sync_api import Page, expect

from netdesk import refusals
from tests.browser import places
from tests.browser.conftest import Portal
from tests.browser.elsewhere import Elsewhere
from tests.browser.filling import application, fill_in
from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
CHECK, SAVE = "button[name=act][value=check]", ".bar button[name=act][value=save]"
# What the pages are drawn with to which no guarantee of the demo leads: those of a key that opens nothing any more.
CLOSED = {
    "look": SimpleNamespace(at=timezone.now(), receipt="R-20260602-000148"),
    "branch": SimpleNamespace(name="新宿支店", phone="03-0000-0001"),
    "office": {"name": settings.COMPANY_NAME, "phone": settings.COMPANY_PHONE, "hours": settings.OFFICE_HOURS},
    "company_name": settings.COMPANY_NAME,
}


def test_the_application_from_the_empty_form_to_its_sending(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    walk = Walk(page)
    walk.open("/", "全体トップ")
    walk.open("/applications/new/", "申込の作成（新規）", narrow=True)
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    walk.see("申込の作成（新規）", state="help open")
    walk.press(CHECK)
    walk.see("エラー：申込の作成（新規）", narrow=True)
    page.goto("/applications/new/")
    _choose(walk, "issuers/search", "すぎなみ", "杉並区")
    expect(page.locator("[name=authority] option", has_text="杉並区長")).to_have_count(1)
    fill_in(page, application(work_number="8-杉教-0123", advance_amount="13,500,000"))
    _choose(walk, "applications/banks", "みずほ", "荻窪支店", branch="荻窪")
    walk.press(SAVE)
    walk.see("申込の作成（新規）", state="saved")
    form, late = page.url, page.context.new_page()
    late.goto(form)
    walk.open("/applications/drafts/", "下書き")
    walk.press(page.get_by_role("link", name="削除する").first)
    walk.see("下書きの削除")
    page.goto(form)
    walk.press(CHECK)
    walk.see("申込内容の確認", state="cautions", narrow=True)
    late_walk = Walk(late)
    late_walk.press(SAVE)
    late_walk.see("申込の作成（新規）", state="saved elsewhere")
    send = page.get_by_role("button", name="この内容で送信する")
    walk.press(send)
    walk.see("エラー：申込内容の確認", state="no consent", narrow=True)
    page.check("[name=agree]")
    walk.press(send)
    walk.see("エラー：申込内容の確認", state="no reason")
    page.evaluate("document.querySelector('[name=token]').value = 'spoilt'")
    walk.press(send)
    walk.see("送信していません")
    page.goto(form.replace("edit", "confirm"))
    page.check("[name=agree]")
    page.fill("[name=caution_reason]", "発注者の了解を得ています。")
    walk.press(send)
    walk.see("送信完了")
    late_walk.press(SAVE)
    late_walk.see("送信済みです")
    assert walk.faults | late_walk.faults == {}


def _choose(walk: Walk, address: str, typed: str, found: str, **more: str) -> None:
    """Open a search dialog, look at it empty and with results, and choose one."""
    page = walk.page
    page.click(f"[data-dialog*='/{address}/']")
    dialog = page.locator("dialog[open]")
    walk.see("申込の作成（新規）", state=f"{address} opened")
    dialog.locator("input[name=q]").fill(typed)
    for name, value in more.items():
        dialog.locator(f"input[name={name}]").fill(value)
    dialog.locator("label", has_text=found).first.click()
    walk.see("申込の作成（新規）", state=f"{address} results")
    dialog.locator("[data-fill]").click()
    expect(dialog).to_have_count(0)


def test_what_becomes_of_an_application(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    walk = Walk(page)
    walk.open("/applications/", "手続状況")
    page.goto(places.OLDEST)
    lines = places.by_state(page)
    assert lines.keys() == places.WORKS.keys()
    for status, line in lines.items():
        walk.open(line, "手続の詳細", narrow=status == "差戻し（要修正）")
    walk.open(f"{lines['受付済']}withdraw/", "申込の取下げ")
    walk.press(page.get_by_role("button", name="この申込を取り下げる"))
    walk.see("エラー：申込の取下げ")
    walk.open(f"{lines['手続完了']}withdraw/", "申込の取下げ")
    page.goto(lines["差戻し（要修正）"])
    walk.press(page.get_by_role("link", name="申込を修正する"))
    walk.see("申込の修正")
    walk.press(CHECK)
    walk.see("申込内容の確認")
    assert walk.faults == {}


def test_the_searches_as_pages(visit: Callable[..., Page]) -> None:
    walk = Walk(visit("contractor"))
    walk.open("/issuers/search/", "発注者の検索")
    walk.open("/issuers/search/?q=すぎなみ", "発注者の検索")
    walk.open("/applications/banks/?q=ぬぬぬ", "預託金融機関の検索")
    walk.open("/applications/banks/?q=みずほ", "預託金融機関の検索")
    assert walk.faults == {}


def test_the_guarantees_and_the_look_up(portal: Portal, visit: Callable[..., Page]) -> None:
    page, official = visit("contractor"), visit()
    walk, public = Walk(page), Walk(official)
    own = portal.own("issued", "区立せきれい小学校改修工事")  # those of the demo stay 未閲覧
    walk.open("/guarantees/", "電子保証")
    walk.press(page.locator(f"tbody a[href*='{own}']"))
    walk.see("電子保証概要")
    overview, number = page.url, page.locator(".keybox .no").inner_text()
    walk.press(page.get_by_role("button", name="認証キーを表示する"))
    walk.see("電子保証概要", state="key shown")
    key = page.locator("#key").inner_text()
    walk.open(f"{overview}certificate/", "電子保証書")

    public.open("/verify/", "電子保証の照会", narrow=True)
    _look_up(public, "12", "O0l")
    public.see("エラー：電子保証の照会", state="impossible", narrow=True)
    _look_up(public, number, "2" * 12)
    public.see("エラー：電子保証の照会", state="refused")
    _look_up(public, number, key)
    public.see("照会結果", narrow=True)
    result = official.url
    for ending, title in (("superseded", "変更あり"), ("revoked", "停止中の認証キー"), ("expired", "閲覧期限切れ")):
        _show(official, f"/{ending}/", render_to_string(f"verify/{ending}.html", CLOSED))
        public.see(f"照会結果（{title}）")
    official.goto("/verify/")
    official.context.clear_cookies()
    official.goto(result)
    public.see("電子保証の照会", state="again")
    wrong = {"number": number, "key": "2" * 12}
    _show(official, "/verify/", Elsewhere(portal.url, "127.0.0.2").insist("/verify/", wrong, 429, 12))
    public.see("エラー：電子保証の照会", state="wait")
    assert walk.faults | public.faults == {}


def _look_up(walk: Walk, number: str, key: str) -> None:
    walk.page.goto("/verify/")
    walk.page.fill("[name=number]", number)
    walk.page.fill("[name=key]", key)
    walk.press(walk.page.get_by_role("button", name="照会する"))


def _show(page: Page, path: str, body: str) -> None:
    """Let the browser meet this page at this address."""
    page.route(f"**{path}", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8"), times=1)
    page.goto(path)


def test_the_front_door_and_what_is_refused(portal: Portal, visit: Callable[..., Page]) -> None:
    page = visit()
    walk = Walk(page)
    walk.open("/login/?ended=left", "ログイン")
    walk.press("main button[type=submit]")
    walk.see("エラー：ログイン", state="empty")
    page.fill("[name=email]", "nobody@example.jp")
    page.fill("[name=password]", "wrong")
    walk.press("main button[type=submit]")
    walk.see("エラー：ログイン", state="refused")
    guess = {"email": "somebody@example.jp", "password": "wrong"}
    _show(page, "/login/", Elsewhere(portal.url, "127.0.0.3").insist("/login/", guess, 429, 12))
    walk.see("エラー：ログイン", state="wait")
    walk.open("/conditions/advance/", "前払金保証約款")
    walk.open("/conditions/contract/", "契約保証約款")
    walk.open("/demo/mail/", "見本のメール")
    walk.press(page.locator("tbody a", has_text="発行完了").first)
    walk.see("電子保証（認証キー）発行完了のお知らせ")
    walk.open("/nothing/", "お探しのページが見つかりません")
    walk.open("/logout/", "この方法では開けません")
    walk.open("/verify/?q=%FF", "送られた内容を読み取れませんでした")
    page.goto("/login/")
    page.context.clear_cookies()
    walk.press("main button[type=submit]")
    walk.see("画面の有効時間が過ぎました")
    _show(page, "/login/", Elsewhere(portal.url, "127.0.0.4").ask("/login/", {"email": "x" * 1_000_001})[1])
    walk.see("送られた内容が大きすぎます")
    for status, title in ((500, "申し訳ありません"), (503, "ただいま利用できません")):
        _show(page, f"/{status}/", refusals.page(HttpRequest(), status).content.decode())
        walk.see(title)
    assert walk.faults == {}


def test_the_desk(visit: Callable[..., Page]) -> None:
    clerk, approver = visit("clerk"), visit("approver")
    walk, second = Walk(clerk), Walk(approver)
    for facet in ("open", "done", "issuing"):
        walk.open(f"/admin/queue/?show={facet}", "受付キュー")
    sheets = {}
    for work in sorted(set(places.WORKS.values())):  # the queue's pages depend on what other tests have made
        clerk.goto(f"/admin/search/?q={work}")
        sheets |= places.by_state(clerk)
    assert sheets.keys() == places.WORKS.keys()
    for sheet in sheets.values():
        walk.open(sheet, "審査")
    under_review = sheets["審査中"]
    walk.open(
        f"{under_review}approve/",
        "承認",
    )
    for move, title in (("return", "差し戻す"), ("decline", "お引受不可にする")):
        walk.open(f"{under_review}{move}/", title)
        walk.press("main form button.pri")
        walk.see(f"エラー：{title}")
    for status, move, title in (("送信済", "receive", "受け付ける"), ("受付済", "review", "審査を始める")):
        walk.open(f"{sheets[status]}{move}/", title)
    for register in ("issuers/issuer/", "issuers/issuer/1/change/", "accounts/user/", "applications/bank/0001/change/"):
        walk.open(f"/admin/{register}", "", state=f"{register} to be read only")
        expect(clerk.locator("[name=_save]")).to_have_count(0)
    walk.open("/admin/issuers/issuer/add/", "この操作はできません")

    second.open(f"{under_review}approve/", "承認")
    approve = approver.locator("main form button[type=submit]")
    second.press(approve)
    second.see("エラー：承認", state="nothing said")
    approver.evaluate("document.querySelector('[name=revision]').value = '99'")
    approver.locator("[name=contract_seen]").first.check()
    second.press(approve)
    second.see("エラー：承認", state="too late")
    assert walk.faults | second.faults == {}


def test_the_registers_of_the_head_office(visit: Callable[..., Page]) -> None:
    page, official = visit("head"), visit()
    _look_up(Walk(official), "26102-000001", "2" * 12)  # something to be seen in the window of look-ups
    walk = Walk(page)
    walk.see("受付キュー")
    walk.open("/admin/manage/", "管理")
    addresses = page.eval_on_selector_all("main a", "all => all.map(one => one.getAttribute('href'))")
    assert len(addresses) == 22
    for address in addresses:
        walk.open(address, "", state=address)
        row = page.locator("#result_list tbody th a").first
        if not address.endswith("/add/"):
            assert row.count() == 1, f"{address} shows nothing"
            walk.press(row)
            walk.see("", state=f"{address}one/")
        elif address.endswith(("user/add/", "issuer/add/")):
            walk.press("input[name=_save]")
            walk.see("エラー：", state=address)
    walk.open("/admin/issuers/issuer/?q=すぎなみ", "", state="found")
    walk.open("/admin/issuers/issuer/1/history/", "", state="history")
    walk.open("/admin/issuers/issuer/1/delete/", "発注者の削除")
    walk.open("/admin/applications/bank/0001/delete/", "預託金融機関の削除")
    for app in ("accounts", "applications", "guarantees", "issuers"):
        walk.open(f"/admin/{app}/", "", state=app)
    assert walk.faults == {}
