"""Addresses of one page of every kind, by who sees it: for checks that want to have been everywhere."""

import re

from playwright.sync_api import Locator, Page

PUBLIC = (
    "/login/",
    "/verify/",
    "/guide/",
    "/guide/contractors/",
    "/guide/officials/",
    "/issuers/",
    "/issuers/?q=すぎなみ&on=令和8年2月30日",
    "/issuers/131156/",
    "/faq/",
    "/contact/",
    "/accessibility/",
    "/terms/",
    "/privacy/",
    "/news/",
    "/news/1/",
    "/conditions/advance/",
    "/conditions/reserve/",
    "/demo/mail/",
    "/nothing/",
)
# One work of the demo for each state a line can be in, as the portal writes it. No test changes their lines: own.py.
WORKS = {
    "送信済": "歩道橋補修設計業務委託",
    "受付済": "区立図書館空調設備改修工事",
    "審査中": "区道第１２３４号線舗装補修工事",
    "差戻し（要修正）": "区道第１２３４号線舗装補修工事",
    "保証料お支払い待ち": "区民センター屋上防水工事",
    "お引受不可": "清掃車庫解体工事",
    "取下げ": "遊具更新工事",
    "手続完了": "杉並区立あおば小学校外壁改修工事",
}
ISSUED = WORKS["手続完了"]
PAPER = "みどり公園トイレ改築工事"
FOLLOWED = "妙法寺川護岸改修工事"  # the advance of the first of several years
RESERVED = "区立みどり保育園改築工事"
FRONT = "/"  # for strangers; whoever has logged in sees 全体トップ there
FORM = "/applications/new/"
OLDEST = "/applications/?sort=sent"  # 手続状況 with the demo's lines first, whatever was sent since
CONTRACTOR = (
    "/",
    FORM,
    "/applications/?q=工事&product=advance",
    "/applications/?sent_from=6月",
    "/applications/?q=ペンギン水族館",
    "/applications/drafts/",
    "/applications/help/",
    "/applications/banks/?q=みずほ",
    "/issuers/search/?q=すぎなみ",
    "/guarantees/?q=工事",
    "/statements/?q=工事",
    "/statements/monthly/",
    "/register/",
    "/register/billing/",
    "/register/billing/add/",
    "/register/mail/add/",
    "/register/department/add/",
    "/register/department/search/",
    "/register/company/",
    "/register/company/numbers/",
    "/register/people/",
    "/register/people/invite/",
    "/password/",
)
DESK = (
    "/admin/queue/",
    "/admin/queue/?show=done",
    "/admin/search/?q=工事",
    "/password/",
)


def of_the_contractor(page: Page) -> list[str]:
    """Give every page of a contractor: those above, and one of each kind that hangs on a row of its own."""
    page.goto(OLDEST)
    lines = by_state(page)
    received, returned = lines["受付済"], lines["差戻し（要修正）"]
    page.goto(returned)
    edit = page.get_by_role("link", name="申込を修正する").get_attribute("href")
    overview = first(page, f"/guarantees/?q={ISSUED}")
    followed, reserved = (first(page, f"/applications/?q={work}", "tbody th a") for work in (FOLLOWED, RESERVED))
    removal = first(page, "/register/billing/", "tr:has-text('本社経理部') a[href$='/remove/']")
    entry = removal.removesuffix("remove/")
    return [
        *CONTRACTOR,
        received,
        f"{received}withdraw/",
        returned,
        edit,
        edit.replace("/edit/", "/confirm/"),
        edit.replace("/edit/", "/attachments/"),
        overview,
        followed,
        reserved,
        entry,
        removal,
        first(page, "/applications/drafts/", "main a[href$='/discard/']"),
    ]


def of_the_desk(page: Page) -> list[str]:
    """Give every page of an approver: lists, the sheets, and the pages before each move and print."""
    page.goto("/admin/queue/")
    sheet = by_state(page)["審査中"]
    paper = first(page, f"/admin/search/?q={PAPER}", "tbody th a")
    moves = (f"{sheet}{move}/" for move in ("approve", "return", "decline"))
    return [*DESK, sheet, *moves, paper, f"{paper}print/"]


def row(page: Page, state: str) -> Locator:
    """Find the demo's line in a state in the list that is open, on either side of the desk."""
    chip = page.locator(".chip", has_text=re.compile(f"^{state}$"))
    return page.locator("tbody tr", has_text=WORKS[state]).filter(has=chip).first


def by_state(page: Page) -> dict[str, str]:
    """Give the addresses behind the demo's lines that stand in the list that is open, by their state."""
    rows = {state: row(page, state) for state in WORKS}
    return {state: one.locator("th a").get_attribute("href") for state, one in rows.items() if one.count()}


def first(page: Page, listing: str, link: str = "tbody a") -> str:
    """Give the address behind the first row of a list."""
    page.goto(listing)
    address = page.locator(link).first.get_attribute("href")
    assert address, f"{listing} has no {link}"
    return address


def open_up(page: Page) -> None:
    """Show everything that the new form keeps back until it is asked for.

    It saves itself as a draft of its own; the forms of other drafts are left as they are, because others need those.
    """
    if FORM not in page.url:
        return
    for box in page.locator(".switch input").all():
        box.check()
    for name, value in (("advance_format", "electronic"), ("contract_format", "paper"), ("notice", "yes")):
        page.check(f"[name={name}][value={value}]")
    for name in ("unlisted", "joint_venture_on"):
        page.check(f"[name={name}]")
