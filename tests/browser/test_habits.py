"""What every page does the same way: labels and badges, help in one place, spoken results, nothing that moves by itself."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import places

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
HABITS = Path(__file__).with_name("habits.js").read_text("utf-8")
# Help (3.2.6): one card, under the same name, after everything else that can be seen in <main>.
HELP = """() => { const main = document.querySelector('main'), cards = document.querySelectorAll('#side-help');
    if (cards.length !== 1) return [`${cards.length} contact cards`];
    const card = cards[0].closest('.card');
    return !main.contains(card) || !card.querySelector('a[href^="tel:"]') ? ['no telephone in the main part'] :
        [...main.querySelectorAll('*')].filter(one => one.checkVisibility() && !one.closest('.vh') && !card.contains(one) &&
            card.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING).map(one => `after the card: ${one.outerHTML.slice(0, 80)}`); }"""
MOVING = """() => [...document.querySelectorAll('*')].filter(one => ['', '::before', '::after'].some(part => {
    const style = getComputedStyle(one, part);
    return style.transitionDuration.split(', ').some(time => parseFloat(time)) || style.animationName !== 'none' || style.scrollBehavior === 'smooth';
})).map(one => one.outerHTML.slice(0, 100))"""


def seen(page: Page, addresses: list[str] | tuple[str, ...], *scripts: str) -> dict[str, list[str]]:
    """Open each page with everything shown, and give what the scripts find wrong on each."""
    wrong = {}
    for address in addresses:
        page.goto(address)
        places.open_up(page)
        if found := [line for script in scripts for line in page.evaluate(script)]:
            wrong[address] = found
    return wrong


def test_labels_help_and_zoom_on_the_pages_for_everybody(visit: Callable[..., Page]) -> None:
    assert seen(visit(), (places.FRONT, *places.PUBLIC), HABITS, HELP) == {}


def test_labels_help_and_zoom_on_the_pages_of_a_contractor(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    assert seen(page, places.of_the_contractor(page), HABITS, HELP) == {}


def test_labels_and_zoom_on_the_pages_of_the_desk(visit: Callable[..., Page]) -> None:
    page = visit("approver")
    assert seen(page, places.of_the_desk(page), HABITS) == {}


def test_nothing_moves_for_people_who_asked_for_that(visit: Callable[..., Page]) -> None:
    wrong = {}
    for person, addresses in (
        ("", ("/", "/verify/", "/faq/")),
        ("contractor", ("/", places.FORM, "/guarantees/")),
        ("head", ("/admin/queue/", "/admin/issuers/issuer/", "/admin/issuers/issuer/1/change/")),
    ):
        page = visit(person)
        page.emulate_media(reduced_motion="reduce")
        wrong |= seen(page, addresses, MOVING)
    assert wrong == {}


def test_in_forced_colours_what_is_current_or_chosen_still_differs(visit: Callable[..., Page]) -> None:
    page, clerk = visit("contractor"), visit("clerk")
    for one in (page, clerk):
        one.emulate_media(forced_colors="active", reduced_motion="reduce")
    page.goto(places.FORM)
    items = {style(item, "borderBottomColor") for item in page.locator(".gnav a:not([aria-current])").all()}
    assert len(items) == 1
    assert style(page.locator(".gnav a[aria-current]"), "borderBottomColor") not in items
    steps = {style(step, "outlineStyle") for step in page.locator(".steps li:not([aria-current]) .n").all()}
    assert steps == {"none"}
    assert style(page.locator(".steps [aria-current] .n"), "outlineStyle") == "solid"
    for box in ("advance_format][value=paper", "joint_venture_on"):
        control = page.locator(f"[name={box}]")
        page.check("[name=advance_on]")
        control.scroll_into_view_if_needed()
        before = control.screenshot()
        control.check()
        page.locator("h1").click()  # without the focus, which makes a difference of its own
        control.scroll_into_view_if_needed()
        assert control.screenshot() != before, f"{box} looks the same when chosen"
    clerk.goto("/admin/queue/")
    facets = {style(facet, "borderInlineStartColor") for facet in clerk.locator(".facet a:not([aria-current])").all()}
    assert style(clerk.locator(".facet a[aria-current]"), "borderInlineStartColor") not in facets


def style(element: Locator, name: str) -> str:
    return element.evaluate("(element, name) => getComputedStyle(element)[name]", name)


def test_what_the_page_says_later_is_said_where_it_already_listened(visit: Callable[..., Page]) -> None:
    page = visit("contractor")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(places.FORM)
    saved = listening(page, "#saved-said")
    page.fill("[name=work_name]", "区立めだか小学校プール改修工事")
    page.press("[name=work_name]", "Tab")
    heard(page, saved, re.compile("自動保存しました"))
    page.check("[name=contract_on]")
    same = listening(page, "#same-said")
    page.get_by_role("button", name="前払金保証と同じにする").click()
    heard(page, same, re.compile("同じにしました"))
    page.click("[data-dialog*='/issuers/search/']")
    expect(page.locator("dialog[open] [name=q]")).to_be_focused()
    counted = listening(page, "#dlg-said")
    page.keyboard.insert_text("すぎなみ")
    heard(page, counted, re.compile("件見つかりました"))
    page.keyboard.press("Escape")
    page.goto(places.first(page, f"/guarantees/?q={places.ISSUED}"))
    copied = listening(page, "#how ~ * [role=status], .copy [role=status]")
    page.locator(".copy [data-copy]").first.click()
    heard(page, copied, re.compile("コピー"))


def listening(page: Page, selector: str) -> str:
    """Make sure of a place that speaks, and mark it, so that another one in its stead is noticed."""
    place = page.locator(selector).first
    expect(place).to_have_attribute("role", "status")
    place.evaluate("place => { place.wasThere = true; }")
    return selector


def heard(page: Page, selector: str, words: re.Pattern[str]) -> None:
    expect(page.locator(selector).first).to_have_text(words)
    assert page.locator(selector).first.evaluate("place => place.wasThere === true")


def test_the_result_of_every_filter_stands_in_the_caption(visit: Callable[..., Page]) -> None:
    page, clerk = visit("contractor"), visit("clerk")
    for window, address, words in (
        (page, "/applications/?product=advance", "前払金"),
        (page, "/guarantees/?q=工事", "工事"),
        (page, "/issuers/?q=すぎなみ", "1件"),
        (clerk, "/admin/search/?q=工事", "工事"),
    ):
        window.goto(address)
        expect(window.locator("main caption").first).to_contain_text(words)
        expect(window.locator("main caption").first).to_contain_text("件")


# What people say about themselves, and the token that lets a browser help (1.3.5).
PURPOSES = {
    "/login/": {"email": "username", "password": "current-password"},
    "/password/": {"current": "current-password", "new": "new-password", "again": "new-password"},
    places.FORM: {"email": "email", "person": "name", "phone": "tel", "post": "organization-title"},
    "/register/mail/add/": {"address": "email"},
    "/register/department/add/": {"person": "name", "phone": "tel", "post": "organization-title"},
}


def test_browsers_and_password_managers_know_what_is_asked(visit: Callable[..., Page]) -> None:
    stranger, contractor = visit(), visit("contractor")
    for address, tokens in PURPOSES.items():
        page = stranger if address == "/login/" else contractor
        page.goto(address)
        found = {name: page.locator(f"main [name={name}]").first.get_attribute("autocomplete") for name in tokens}
        assert found == tokens, address


def test_the_log_in_takes_what_is_pasted_and_sets_no_puzzle(visit: Callable[..., Page]) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/login/")
    for name, text in (("email", "contractor@example.jp"), ("password", "netdesk-demo")):
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        page.focus(f"[name={name}]")
        page.keyboard.press("Control+V")
        expect(page.locator(f"[name={name}]")).to_have_value(text)
    asked = page.locator("main form input:visible, main form select:visible").evaluate_all(
        "all => all.map(one => one.type)"
    )
    assert asked == ["text", "password", "checkbox"]  # the box shows what was typed
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^全体トップ"))
