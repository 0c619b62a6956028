"""Walking through the portal with open eyes: every state of a page is checked by axe and by checks of our own."""

import io
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from PIL import Image
from playwright.sync_api import Locator, Page, expect

HERE = Path(__file__).parent
# `make screens` has every page that is walked written there, to be looked at; an ordinary run of the tests writes none.
SCREENS = Path(os.environ["SCREENS"]) if "SCREENS" in os.environ else None
PICTURED, COLOURS = (1280, 390), 64
AXE = (HERE / "axe.min.js").read_text("utf-8")  # axe-core 4.14.1, unmodified; its licence (MPL 2.0) stands in the file
OURS = (HERE / "soundness.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async tags => (await axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false}))
    .violations.flatMap(found => found.nodes.map(node => `axe ${found.id}: ${node.html.slice(0, 110)} (${node.any.concat(node.all, node.none).map(check => check.message).join(' ').slice(0, 160)})`))"""
NARROW = (390, 320)


class Walk:
    """One person's way through the portal, and every fault seen on it: state -> what is wrong there."""

    def __init__(self, page: Page) -> None:
        self.page, self.faults = page, {}

    def open(self, address: str, title: str, *, state: str = "", narrow: bool = False) -> None:
        self.page.goto(address)
        self.see(title, state=state, narrow=narrow)

    def press(self, button: str | Locator) -> None:
        """Press a button that leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            (self.page.locator(button) if isinstance(button, str) else button).click()

    def see(self, title: str, *, state: str = "", narrow: bool = False) -> None:
        """Check the page as it stands, whose title must begin with `title`: at 1280 px, and its reflow at 320 px.

        narrow: everything at phone widths too.
        """
        expect(self.page).to_have_title(re.compile(f"^{re.escape(title)}"))
        self._note(faults(self.page), title, state, 1280)
        for width in NARROW:
            self.page.set_viewport_size({"width": width, "height": 900})
            if narrow:
                self._note(faults(self.page), title, state, width)
        if not narrow:
            self._note(self.page.evaluate(OURS), title, state, width)
        self.page.set_viewport_size({"width": 1280, "height": 900})
        if SCREENS:
            _picture(self.page, SCREENS, state)

    def _note(self, found: list[str], *state: object) -> None:
        if found:
            self.faults[" ".join(map(str, state))] = found


def _picture(page: Page, folder: Path, state: str) -> None:
    """Write the page as it stands, whole, at both widths, as pictures of few colours."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        name = resolve(urlsplit(page.url).path).view_name.replace(":", "-")
    except Resolver404:
        name = "not-found"
    wrong = "error" if page.title().startswith("エラー：") else ""
    stem = "-".join(filter(None, [name, wrong, re.sub(r"\W+", "-", state)]))
    for width in PICTURED:
        page.set_viewport_size({"width": width, "height": 900})
        png = page.screenshot(
            full_page=not page.locator("dialog[open]").count(), animations="disabled", caret="initial"
        )
        Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(folder / f"{stem}-{width}.png", optimize=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def faults(page: Page) -> list[str]:
    """Give what is wrong with the page as it stands, one line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(RUN_AXE, TAGS)
    page.keyboard.press("Shift")  # from here on the browser shows the focus as it does for the keyboard
    return found + page.evaluate(OURS)
