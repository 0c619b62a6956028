"""What comes out of the printer: the content on A4, without menus and buttons."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]
# Words of menus, links and buttons, none of which is of use on paper.
IDLE = (
    "ログアウト",
    "全体トップへ",
    "現在位置",
    "本文へ移動",
    "前払金保証の約款",
    "下書きを保存",
    "入力に戻る",
    "認証キーを表示する",
    "変更（",
)


def test_pages_that_people_file_print_well(visit: Callable[..., Page]) -> None:
    contractor, official = visit("contractor"), visit()
    contractor.goto("/applications/")
    line = contractor.locator("tbody tr", has_text="差戻し（要修正）").last.locator("a").get_attribute("href")
    contractor.goto(line)
    assert "契約書の写し（税込22,000,000円）" in _printed(contractor, 2, "手続の詳細")
    contractor.get_by_role("link", name="申込を修正する").click()
    contractor.get_by_role("button", name="申込内容を確認する").click()
    assert "前払金保証金額" in _printed(contractor, 2, "申込内容の確認")
    contractor.goto("/guarantees/")
    contractor.locator("tbody a").first.click()
    assert contractor.locator(".keybox .no").inner_text() in _printed(contractor, 2, "電子保証概要")
    contractor.get_by_role("button", name="認証キーを表示する").click()
    number, key = contractor.locator(".keybox .no").inner_text(), contractor.locator("#key").inner_text()
    official.goto("/verify/")
    official.fill("[name=number]", number)
    official.fill("[name=key]", key)
    official.get_by_role("button", name="照会する").click()
    assert number in _printed(official, 1, "照会結果")


def _printed(page: Page, pages: int, title: str) -> str:
    """Print the page with this title and give the text of the paper, of at most so many sheets, without its spaces."""
    page.wait_for_function("title => document.title.startsWith(title)", arg=title)
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "12mm")
    paper = PdfReader(BytesIO(page.pdf(format="A4", margin=margin))).pages
    text = "".join("".join(one.extract_text() for one in paper).split())
    assert len(paper) <= pages
    assert "印刷" in text  # the company and the moment, at the end
    assert [word for word in IDLE if word in text] == []
    return text
