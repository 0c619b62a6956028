"""The main job from end to end, in real browsers, on the real portal: from an empty form to the official's answer."""

import email
import email.policy
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Portal

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
WORK = "区立ひばり小学校𠮷岡記念館改修工事"
ADDRESS = "keiri-story@example.jp"


def test_from_an_empty_form_to_the_officials_answer(portal: Portal, visit: Callable[..., Page], tmp_path: Path) -> None:
    contractor, clerk, approver, official = visit("contractor"), visit("clerk"), visit("approver"), visit()

    number = _apply(contractor)
    _return(clerk, number)
    _correct(contractor, number)
    for product in ("前払金保証", "契約保証"):
        _approve(clerk, approver, number, product)
    letters = _letters(portal, 2)
    keys = [_key_from_notice(contractor, number, product, tmp_path) for product in ("前払金保証", "契約保証")]

    assert {str(letter["Subject"]).strip() for letter in letters} == {"電子保証（認証キー）発行完了のお知らせ"}
    for letter in letters:
        body = letter.get_body().get_content()
        assert "保証　花子" in body or "髙﨑建設 株式会社" in body
        assert not any(key in body for _, key in keys)
    assert len({guarantee for guarantee, _ in keys}) == 2
    for (guarantee, key), amount in zip(keys, ("8,000,000円", "2,200,000円"), strict=True):
        _is_confirmed(official, guarantee, key, amount)
        _is_refused(official, guarantee, _one_sign_wrong(key))
    _is_refused(official, keys[0][0], keys[1][1])
    contractor.goto("/guarantees/")
    for guarantee, _ in keys:
        expect(contractor.locator("tbody tr", has_text=guarantee)).to_contain_text("閲覧済")


def _apply(page: Page) -> str:
    """Fill in an empty form for both products, look it over and send it; give the 申込番号."""
    today = timezone.localdate()
    page.goto("/")
    page.get_by_role("link", name="新しく申し込む").click()
    _choose_issuer(page)
    page.select_option("[name=authority]", "杉並区長")
    page.check("[name=work_kind][value=works]")
    page.fill("[name=work_number]", f"8-杉教-{int(time.time()) % 100000}")
    page.fill("[name=work_name]", WORK)
    page.fill("[name=work_place]", "東京都杉並区あおば一丁目5番地内")
    page.fill("[name=price]", "２０，０００，０００円")
    page.fill("[name=contracted_on]", f"令和{today.year - 2018}年{today.month}月{today.day}日")
    page.fill("[name=works_from]", today.strftime("%Y/%m/%d"))
    page.fill("[name=works_until]", f"{today.year + 1}0331")
    page.check("[name=fiscal_kind][value=single]")
    page.check("[name=low_bid][value=no]")
    page.select_option("[name=signatory]", index=1)
    page.check("[name=advance_on]")
    page.check("[name=advance_format][value=electronic]")
    page.fill("[name=advance_amount]", "8000000")
    expect(page.locator("output[data-amount=id_advance_amount] b")).to_have_text("40.0")
    _choose_bank(page)
    page.check("[name=advance_redeposit][value=unused]")
    page.check("[name=contract_on]")
    page.check("[name=contract_format][value=electronic]")
    page.fill("[name=contract_amount]", "2,000,000")
    expect(page.locator("output[data-amount=id_contract_amount] b")).to_have_text("10.0")
    for product in ("advance", "contract"):
        page.select_option(f"[name={product}_billing]", index=1)
        page.check(f"[name={product}_statement][value=no]")
    page.check("[name=notice][value=yes]")
    page.fill("[name=email]", ADDRESS)
    return _send(page)


def _choose_issuer(page: Page) -> None:
    page.click("[data-dialog*='/issuers/search/']")
    dialog = page.locator("dialog[open]")
    dialog.locator("input[name=q]").fill("すぎなみ")
    dialog.get_by_text("杉並区", exact=False).first.click()
    dialog.locator("[data-fill]").click()
    expect(page.locator("[name=issuer_name]")).to_have_value("杉並区")
    expect(page.locator("[name=authority] option", has_text="杉並区長")).to_have_count(1)


def _choose_bank(page: Page) -> None:
    page.click("[data-dialog*='/banks/']")
    dialog = page.locator("dialog[open]")
    dialog.locator("input[name=q]").fill("みずほ")
    dialog.locator("input[name=branch]").fill("荻窪")
    dialog.locator("label", has_text="荻窪支店").first.click()
    dialog.locator("[data-fill]").click()
    expect(page.locator("[name=advance_bank_name]")).to_have_value(re.compile("みずほ銀行　.*荻窪支店"))


def _send(page: Page) -> str:
    page.get_by_role("button", name="申込内容を確認する").click()
    expect(page.locator("h1")).to_have_text("申込内容の確認")
    expect(page.locator("main")).to_contain_text("発行日 〜")
    page.check("[name=agree]")
    page.get_by_role("button", name="この内容で送信する").click()
    expect(page.locator("h1")).to_contain_text("申込を送信しました")
    return page.locator(".ref b").inner_text()


def _open(page: Page, number: str, product: str) -> None:
    """Find the line in the branch's queue and open its review sheet."""
    page.goto("/admin/queue/")
    page.get_by_role("link", name=f"{number} {product}").click()
    expect(page.locator("h1")).to_have_text(f"審査：{number} {product}")


def _return(clerk: Page, number: str) -> None:
    """受付, 審査開始, and 差戻し of the contract guarantee with a remark."""
    _open(clerk, number, "契約保証")
    clerk.get_by_role("button", name="受け付ける").click()
    clerk.get_by_role("button", name="審査を始める").click()
    clerk.get_by_role("link", name="差し戻す").click()
    clerk.fill("[name=remark]", "請負金額は契約書では22,000,000円です。金額を確かめてください。")
    clerk.click("main button:has-text('差し戻す')")
    expect(clerk.locator("main")).to_contain_text("差戻し（要修正）")


def _correct(page: Page, number: str) -> None:
    """The contractor reads the remark, corrects the price and the amount, and sends again."""
    page.goto("/applications/")
    page.get_by_role("link", name=re.compile(f"{number} ?（契約保証）")).click()
    expect(page.locator("main")).to_contain_text("契約書では22,000,000円です")
    page.get_by_role("link", name="申込を修正する").click()
    page.fill("[name=price]", "22,000,000")
    page.fill("[name=contract_amount]", "2,200,000")
    assert _send(page) == number


def _approve(clerk: Page, approver: Page, number: str, product: str) -> None:
    """The clerk reviews (and may not approve); another person approves."""
    _open(clerk, number, product)
    clerk.get_by_role("button", name="受け付ける").click()
    clerk.get_by_role("button", name="審査を始める").click()
    clerk.get_by_role("link", name="承認へ進む").click()
    expect(clerk.locator("main")).to_contain_text("承認の権限がありません")
    _open(approver, number, product)
    approver.get_by_role("link", name="承認へ進む").click()
    approver.check("[name=contract_seen][value=mail]")
    approver.click("main button:has-text('承認する')")
    expect(approver.locator(".note.ok")).to_contain_text(f"{number} {product}")


def _letters(portal: Portal, count: int) -> list[email.message.EmailMessage]:
    """Wait for the mails to this story's address in the SMTP sink."""
    end = time.monotonic() + 60
    while True:
        found = []
        for file in (portal.var / "mail").glob("*.eml"):
            letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if str(letter["To"]) == ADDRESS:
                found.append(letter)
        if len(found) >= count:
            assert len(found) == count
            return found
        assert time.monotonic() < end, f"{len(found)} of {count} letters"
        time.sleep(0.3)


def _key_from_notice(page: Page, number: str, product: str, folder: Path) -> tuple[str, str]:
    """Download the key notice from 電子保証概要 and read number and key out of the PDF."""
    page.goto("/applications/")
    page.get_by_role("link", name=re.compile(f"{number} ?（{product}）")).click()
    page.get_by_role("link", name="電子保証を開く").click()
    guarantee = page.locator(".keybox .no").inner_text()
    assert "●" in page.locator(".keybox").inner_text()
    with page.expect_download() as download:
        page.click("a:has-text('お知らせ（PDF')")
    file = folder / f"{product}.pdf"
    download.value.save_as(file)
    text = PdfReader(file).pages[0].extract_text()
    assert guarantee in text and WORK in text and "髙﨑建設 株式会社" in text
    key = re.search(r"(?<![0-9A-Za-z])[2-9A-HJ-NP-Za-km-np-z]{12}(?![0-9A-Za-z])", text)
    assert key, text
    return guarantee, key[0]


def _look_up(page: Page, guarantee: str, key: str) -> None:
    page.goto("/verify/")
    page.fill("[name=number]", guarantee)
    page.fill("[name=key]", f" {key[:4]} {key[4:]}")
    page.get_by_role("button", name="照会する").click()


def _is_confirmed(page: Page, guarantee: str, key: str, amount: str) -> None:
    _look_up(page, guarantee, key)
    verdict = page.locator("#verdict")
    expect(verdict).to_contain_text("有効な電子保証です")
    for sentence in ("当社が発行しました", "内容は変更されていません", "保証期間内です", "最新の版です"):
        expect(verdict).to_contain_text(sentence)
    expect(page.locator("main")).to_contain_text(amount)
    assert key not in page.url and guarantee not in page.url


def _is_refused(page: Page, guarantee: str, key: str) -> None:
    _look_up(page, guarantee, key)
    expect(page.locator("#verdict")).to_contain_text("保証契約番号または認証キーが正しくありません")


def _one_sign_wrong(key: str) -> str:
    return ("3" if key[0] != "3" else "4") + key[1:]
