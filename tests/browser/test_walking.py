"""The eyes with which we walk through the portal see what they are there for."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.walking import faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]
PLANT = """() => {
    document.title = 'Log-in';
    document.documentElement.lang = 'en';
    document.querySelector('main').insertAdjacentHTML('beforeend', `<h1>二つめ</h1><i id="id_email"></i><input><input placeholder="例">
        <p class="pale" aria-describedby="nobody">うすい文字</p><a class="tiny" href="#nowhere">小</a><div class="wide">広い</div>`);
    const style = (name, rules) => Object.assign(document.querySelector(name).style, rules);
    style('.pale', {color: '#eee'});
    style('.tiny', {outline: 'none', fontSize: '8px'});
    style('.wide', {width: '2000px'});
}"""


def test_the_checks_find_planted_faults(visit: Callable[..., Page]) -> None:
    page = visit()
    page.goto("/login/")
    assert faults(page) == []
    page.evaluate(PLANT)
    found = "\n".join(faults(page))
    for fault in (
        "axe label", "axe color-contrast", "px wide", "id id_email occurs twice", "aria-describedby leads to no nobody", "fragment leads nowhere",
        "2 h1", "lang is not ja", "title Log-in", "forbidden attribute", "target of", "focus is not visible",
    ):  # fmt: skip
        assert fault in found, fault
