"""What comes out of the printer: the content on A4, without menus and buttons."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser import places
from tests.browser.conftest import Portal

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
# Words of menus, links and buttons, none of which is of use on paper.
IDLE = (
    "ログアウト",
    "全体トップへ",
    "パスワードの変更",
    "現在位置",
    "メインメニュー",
    "本文へ移動",
    "職員用",
    "前払金保証の約款",
    "下書きを保存",
    "入力に戻る",
    "認証キーを表示する",
    "変更（",
    "連絡を送る",
    "同じ内容で別の申込を作成",
    "この申込を取り下げる",
    "控え（PDF",
    "お知らせ（PDF・",
    "閲覧の記録を見る",
    "提出のしかたを見る",
    "をコピー",
    "承認へ進む",
    "差し戻す",
    "閉じる",
)


def test_pages_that_people_file_print_well(portal: Portal, visit: Callable[..., Page]) -> None:
    contractor, official = visit("contractor"), visit()
    contractor.goto(places.OLDEST)
    places.row(contractor, "差戻し（要修正）").locator("th a").click()
    number = contractor.locator(".meta b").first.inner_text()
    assert "契約書の写し（税込22,000,000円）" in _printed(contractor, 2, "手続の詳細", f"申込番号{number}")
    copy = contractor.get_by_role("link", name="申込の控え").first.get_attribute("href")
    contractor.get_by_role("link", name="申込を修正する").click()
    contractor.get_by_role("button", name="申込内容を確認する").click()
    assert "前払金保証金額" in _printed(contractor, 3, "申込内容の確認", f"申込番号{number}送信前の内容")
    contractor.goto(copy)
    assert "保証申込の控え" in _printed(contractor, 2, "申込の控え", f"申込番号{number}")
    own = portal.own("issued", "区立ちどり小学校改修工事")  # those of the demo stay 未閲覧
    contractor.goto("/guarantees/")
    contractor.locator(f"tbody a[href*='{own}']").click()
    guarantee = contractor.locator(".keybox .no").inner_text()
    assert "認証キー" in _printed(contractor, 2, "電子保証概要", f"保証契約番号{guarantee}")
    contractor.get_by_role("button", name="認証キーを表示する").click()
    key = contractor.locator("#key").inner_text()
    official.goto("/verify/")
    official.fill("[name=number]", guarantee)
    official.fill("[name=key]", key)
    official.get_by_role("button", name="照会する").click()
    assert guarantee in _printed(official, 1, "照会結果", "照会番号")


def test_the_review_sheet_prints_well(visit: Callable[..., Page]) -> None:
    page = visit("approver")
    for state in ("審査中", "取下げ"):
        page.goto(f"/admin/search/?q={places.WORKS[state]}")
        places.row(page, state).locator("th a").click()
        page.wait_for_function("() => document.title.startsWith('審査')")
        number = page.title().split("｜")[0].removeprefix("審査 ")
        assert "確認すること" in _printed(page, 3, "審査", f"申込番号{number}")


def _printed(page: Page, pages: int, title: str, number: str) -> str:
    """Print the page with this title and give the text of the paper, of at most so many sheets, without its spaces.

    At its end stand its own number, the company and the moment.
    """
    page.wait_for_function("title => document.title.startsWith(title)", arg=title)
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "12mm")
    paper = PdfReader(BytesIO(page.pdf(format="A4", margin=margin))).pages
    text = "".join("".join(one.extract_text() for one in paper).split())
    assert len(paper) <= pages
    assert number in text[-160:]
    assert re.search(r"\d{4}年\d+月\d+日\d+:\d\d印刷", text[-160:])
    assert [word for word in IDLE if word in text] == []
    return text
