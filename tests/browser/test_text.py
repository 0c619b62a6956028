"""Whoever needs larger or wider text still reads all of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]
# The spacing that WCAG 1.4.12 asks every page to bear.
SPACED = """() => { const sheet = new CSSStyleSheet();
    sheet.replaceSync('* {line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important} p {margin-block-end: 2em !important}');
    document.adoptedStyleSheets = [sheet]; }"""
CUT = """() => [...document.querySelectorAll('body *')]
    .filter(one => one.checkVisibility() && !one.closest('.vh,.skip,svg') && !one.matches('input,textarea,select'))
    .filter(one => {
        const {overflowX, overflowY} = getComputedStyle(one);
        return overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1 || overflowY === 'hidden' && one.scrollHeight > one.clientHeight + 1;
    })
    .map(one => one.outerHTML.slice(0, 100))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls sideways'] : [])"""


@pytest.mark.parametrize(
    "strain", ["document.documentElement.style.fontSize = '200%'", SPACED], ids=["twice as large", "widely spaced"]
)
def test_text_is_never_cut_off(visit: Callable[..., Page], strain: str) -> None:
    page = visit("contractor")
    found = {}
    for address in ("/", "/applications/new/", "/applications/", "/guarantees/", "/verify/"):
        page.goto(address)
        for box in page.locator(".switch input").all():
            box.check()
        page.evaluate(strain)
        if cut := page.evaluate(CUT):
            found[address] = cut
    assert found == {}
