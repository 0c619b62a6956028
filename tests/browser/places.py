"""Addresses of one page of every kind, by who sees it: for checks that want to have been everywhere."""

import re

from playwright.sync_api import Page

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
    "/demo/mail/",
    "/nothing/",
)
FRONT = "/"  # for strangers; whoever has logged in sees 全体トップ there
FORM = "/applications/new/"
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
    "/register/",
    "/register/billing/",
    "/register/billing/add/",
    "/register/mail/add/",
    "/register/department/add/",
    "/register/department/search/",
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
    received, returned = (first(page, f"/applications/?state={state}") for state in ("received", "returned"))
    page.goto(returned)
    edit = page.get_by_role("link", name="申込を修正する").get_attribute("href")
    overview = first(page, "/guarantees/")
    removal = first(page, "/register/billing/", "main a[href$='/remove/']")
    entry = removal.removesuffix("remove/")
    more = [
        received,
        f"{received}withdraw/",
        returned,
        edit,
        edit.replace("/edit/", "/confirm/"),
        overview,
        entry,
        removal,
    ]
    page.goto("/applications/drafts/")
    discards = page.locator("main a[href$='/discard/']")
    return [*CONTRACTOR, *more, *([discards.first.get_attribute("href")] if discards.count() else [])]


def of_the_desk(page: Page) -> list[str]:
    """Give every page of an approver: lists, the sheets, and the pages before each move and print."""
    found = list(DESK)
    page.goto("/admin/queue/")
    for row in page.locator("tbody tr").all():
        if row.locator(".chip", has_text=re.compile("^審査中$")).count():
            sheet = row.locator("th a").get_attribute("href")
            found += [sheet, *(f"{sheet}{move}/" for move in ("approve", "return", "decline"))]
            break
    page.goto("/admin/queue/?show=done")
    papers = page.locator("tbody tr", has_text="紙").locator("th a")
    if papers.count():
        sheet = papers.first.get_attribute("href")
        found += [sheet, f"{sheet}print/"]
    return found


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
