"""共同企業体: typed line by line, its shares added up, read by the branch, and shown on the certificate that the issuer opens."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.filling import application, fill_in
from tests.browser.test_changes import approve, look_up, send, show_key
from tests.browser.walking import Walk

pytestmark = pytest.mark.timeout(420)
WORK = "区立かわせみ橋架替工事"
MEMBERS = "髙﨑建設 株式会社 60%\nみどり土木 株式会社 {share}"


def test_a_joint_venture_from_its_members_to_the_certificate(visit: Callable[..., Page]) -> None:
    company, clerk, approver, official = visit("contractor"), visit("clerk"), visit("approver"), visit()
    walk, desk, public = Walk(company), Walk(clerk), Walk(official)
    company.goto("/applications/new/")
    company.fill("[name=work_name]", WORK)
    company.get_by_role("button", name="下書きを保存").last.click()
    company.wait_for_url(re.compile("/edit/"))
    company.goto(company.url.partition("?")[0].partition("#")[0] + "?pick_issuer=131156&pick_bank=0001-244")
    answers = application(work_name=WORK, work_number=f"8-杉土-{int(time.time()) % 100000}", contract_on="")
    venture = {
        "joint_venture_on": "on",
        "joint_venture": "髙﨑・みどり特定建設工事共同企業体",
        "joint_venture_members": MEMBERS.format(share="30%"),
    }
    fill_in(
        company,
        {name: text for name, text in answers.items() if not name.startswith("contract_") or name == "contracted_on"}
        | venture,
    )
    company.check("[name=advance_redeposit][value=used]")
    company.get_by_role("button", name="申込内容を確認する").click()
    walk.see("エラー：", state="shares", narrow=True)
    expect(company.locator("#error-summary")).to_contain_text("出資比率の合計を100%にしてください（いまの合計：90%）")
    company.fill("[name=joint_venture_members]", MEMBERS.format(share="４０％"))
    company.get_by_role("button", name="申込内容を確認する").click()
    walk.see("申込内容の確認", state="venture", narrow=True)
    said = "髙﨑・みどり特定建設工事共同企業体（代表者 髙﨑建設 株式会社 60%、構成員 みどり土木 株式会社 40%）"
    expect(company.locator("main")).to_contain_text(said)
    send(company)

    company.goto("/applications/?q=かわせみ橋")
    address = company.locator("tbody th a").first.get_attribute("href")
    assert address
    line = address.rstrip("/").split("/")[-1]
    desk.open(f"/admin/lines/{line}/", "審査", state="venture")
    expect(clerk.locator("main")).to_contain_text(said)
    approve(clerk, approver, line)
    opens = company.get_by_role("link", name="電子保証を開く")
    for _ in range(60):
        company.goto(address)
        if opens.count():
            break
        company.wait_for_timeout(1000)
    opens.click()
    number, key = show_key(company, company.url.rstrip("/").split("/")[-1])
    look_up(official, number, key)
    public.see("照会結果", state="venture", narrow=True)
    expect(official.locator("main")).to_contain_text("共同企業体")
    expect(official.locator("main")).to_contain_text("みどり土木 株式会社 40%")
    assert walk.faults | desk.faults | public.faults == {}
