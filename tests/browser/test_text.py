"""Whoever needs larger or wider text still reads all of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser import places

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
# The spacing that WCAG 1.4.12 asks every page to bear.
SPACED = """() => { document.documentElement.style.fontSize = ''; const sheet = new CSSStyleSheet();
    sheet.replaceSync('* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important} p {margin-block-end: 2em !important}');
    document.adoptedStyleSheets = [sheet]; }"""
# What is there for the ear only is cut off on purpose: by its class, or clipped away where the window is narrow.
CUT = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.checkVisibility() && !one.closest('.vh,.skip,svg') && !one.matches('input,textarea,select'))
    .filter(one => { for (let at = one; at; at = at.parentElement) if (getComputedStyle(at).clipPath === 'inset(50%)') return false; return true; })
    .filter(one => {
        const {overflowX, overflowY} = getComputedStyle(one);
        return overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1 || overflowY === 'hidden' && one.scrollHeight > one.clientHeight + 1;
    })
    .map(one => one.outerHTML.slice(0, 100))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])"""


LARGE = "() => { document.documentElement.style.fontSize = '200%'; }"
PEOPLE = {
    "": lambda page: [places.FRONT, *places.PUBLIC],
    "contractor": places.of_the_contractor,
    "approver": places.of_the_desk,
}


@pytest.mark.parametrize("person", PEOPLE)
def test_text_is_never_cut_off(visit: Callable[..., Page], person: str) -> None:
    """Twice as large (1.4.4), in a window of 320 px (1.4.10), and widely spaced (1.4.12): on every page."""
    page, found = visit(person), {}
    for address in PEOPLE[person](page):
        page.goto(address)
        places.open_up(page)
        page.set_viewport_size({"width": 320, "height": 900})
        found[address, "narrow"] = page.evaluate(CUT)
        page.set_viewport_size({"width": 1280, "height": 900})
        for strain in (LARGE, SPACED):
            page.evaluate(strain)
            found[address, "large" if strain is LARGE else "spaced"] = page.evaluate(CUT)
    assert {state: cut for state, cut in found.items() if cut} == {}
