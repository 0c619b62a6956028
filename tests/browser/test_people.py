"""利用者 and 会社情報 in a real browser: a 管理者 invites, gives roles and stops; who was invited comes in; a 閲覧者 only reads."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import places
from tests.browser.conftest import Portal
from tests.browser.walking import Walk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CHOSEN = "quite another pass phrase"
SUBMIT = "main form button.pri[type=submit]"


@pytest.fixture
def word(portal: Portal) -> str:
    """Tells the people of a company of this test's own apart: manager<word>, colleague<word>, viewer<word>."""
    own = str(time.time_ns())
    portal.own("company", own)
    return own


def test_somebody_is_invited_comes_in_and_is_stopped(portal: Portal, visit: Callable[..., Page], word: str) -> None:
    page, guest = visit(f"manager{word}"), visit()
    walk, theirs = Walk(page), Walk(guest)
    walk.open("/register/", "登録情報", state="manager", narrow=True)
    walk.open("/register/people/", "利用者", narrow=True)
    row = _invited(walk, word)
    first = _link(portal.var, f"guest{word}@example.jp")
    walk.press(row.get_by_role("button", name="もう一度送る"))
    walk.see("利用者", state="invited again")
    second = _link(portal.var, f"guest{word}@example.jp", other_than=first)
    theirs.open(first, "招待は終わっています", narrow=True)
    _come_in(theirs, second, f"guest{word}@example.jp")

    page.goto("/register/people/")
    walk.press(row.get_by_role("link", name="変更する"))
    walk.see("利用者の変更", narrow=True)
    page.get_by_label("申込者").first.check()
    walk.press(page.get_by_role("button", name="役割を保存する"))
    guest.reload()
    expect(guest.get_by_role("link", name="新しく申し込む").first).to_be_visible()
    walk.press(row.get_by_role("link", name="変更する"))
    walk.press(page.get_by_role("link", name="利用を停止する"))
    walk.see("利用の停止", narrow=True)
    walk.press(page.get_by_role("button", name="この方の利用を停止する"))
    walk.see("利用者", state="stopped")
    guest.goto("/register/")
    expect(guest).to_have_title(re.compile("^ログイン"))
    theirs.open(second, "招待は終わっています", state="used")
    walk.press(row.get_by_role("link", name="変更する"))
    walk.see("利用者の変更", state="stopped")
    walk.press(page.get_by_role("button", name="利用を再開する"))
    expect(row).to_contain_text("利用中")
    assert walk.faults | theirs.faults == {}


def _invited(walk: Walk, word: str) -> Locator:
    """Invite guest<word> as a 閲覧者; give the row that tells of it, by now and later."""
    page = walk.page
    walk.press(page.get_by_role("link", name="利用者を招待する"))
    walk.see("利用者の招待", narrow=True)
    walk.press(SUBMIT)
    walk.see("エラー：利用者の招待", narrow=True)
    page.fill("[name=name]", "見本　新人")
    page.fill("[name=email]", f"ｇｕｅｓｔ{word}＠example.jp")
    page.check("[name=company_role][value=viewer]")
    walk.press(SUBMIT)
    walk.see("利用者", state="invited", narrow=True)
    row = page.locator("tbody tr", has_text="見本　新人")
    expect(row).to_contain_text("招待中")
    return row


def _come_in(walk: Walk, link: str, email: str) -> None:
    """Follow the link, choose a password, and log in with it."""
    page = walk.page
    walk.open(link, "パスワードの設定", narrow=True)
    walk.press(SUBMIT)
    walk.see("エラー：パスワードの設定", narrow=True)
    for field in ("new", "again"):
        page.fill(f"[name={field}]", CHOSEN)
    walk.press(SUBMIT)
    walk.see("ログイン", state="joined")
    expect(page.locator("main")).to_contain_text("パスワードを設定しました。")
    page.fill("[name=email]", email)
    page.fill("[name=password]", CHOSEN)
    walk.press(SUBMIT)
    walk.see("全体トップ", state="viewer", narrow=True)


def _link(var: Path, to: str, *, other_than: str = "") -> str:
    """Wait for the letter to an address, and give the link that it carries."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for file in (var / "mail").glob("[!.]*.eml"):
            letter = message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default)
            found = re.search(r"http\S+?(/invitation/\S+)", str(letter.get_content()))
            if to in str(letter["To"]) and found and found[1] != other_than:
                return found[1]
        time.sleep(0.2)
    raise AssertionError(f"no letter to {to}")


def test_the_numbers_of_the_company(visit: Callable[..., Page], word: str) -> None:
    page = visit(f"manager{word}")
    walk = Walk(page)
    walk.open("/register/company/", "会社情報", narrow=True)
    walk.press(page.get_by_role("link", name=re.compile("^変更する")))
    walk.see("法人番号・建設業許可番号の変更", narrow=True)
    page.fill("[name=corporate_no]", "7010705000726")
    page.fill("[name=licence_no]", "12345")
    walk.press(SUBMIT)
    walk.see("エラー：法人番号・建設業許可番号の変更", narrow=True)
    page.fill("[name=corporate_no]", "")
    page.select_option("[name=licence_authority]", label="東京都知事許可")
    page.select_option("[name=licence_kind]", index=1)
    page.select_option("[name=licence_year]", index=7)
    page.fill("[name=licence_no]", word[-7:-1])
    walk.press(SUBMIT)
    walk.see("会社情報", state="an old permit", narrow=True)
    expect(page.locator("main")).to_contain_text("有効期間（5年間）を過ぎているようです")
    colleague = visit(f"colleague{word}")
    theirs = Walk(colleague)
    theirs.open("/register/company/", "会社情報", state="colleague")
    expect(colleague.get_by_role("link", name=re.compile("^変更する"))).to_have_count(0)
    theirs.open("/register/people/", "お探しのページが見つかりません")
    assert walk.faults | theirs.faults == {}


def test_a_viewer_reads_and_finds_nothing_to_press(visit: Callable[..., Page]) -> None:
    page = visit("viewer")
    walk = Walk(page)
    walk.open("/", "全体トップ", state="of a viewer", narrow=True)
    walk.open("/applications/", "手続状況", state="of a viewer")
    page.goto(places.OLDEST)
    lines = places.by_state(page)
    for state in ("差戻し（要修正）", "受付済", "手続完了"):
        walk.open(lines[state], "手続の詳細", state=f"{state} of a viewer", narrow=state == "差戻し（要修正）")
    walk.open(places.first(page, f"/guarantees/?q={places.ISSUED}"), "電子保証概要", state="of a viewer", narrow=True)
    expect(page.locator("main")).to_contain_text("認証キーとお知らせ（PDF）は、申込者・管理者の方が受け取れます。")
    walk.open("/register/", "登録情報", state="of a viewer")
    walk.open("/register/billing/", "請求先", state="of a viewer", narrow=True)
    for address in ("/applications/new/", "/applications/drafts/", "/register/billing/add/", "/register/people/"):
        page.goto(address)
        expect(page).to_have_title(re.compile("^お探しのページが見つかりません"))
    assert walk.faults == {}
