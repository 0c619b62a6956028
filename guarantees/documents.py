"""The papers of a guarantee as PDF: 電子保証書 and 保証証書 (pdf/a-2a) and 「認証キー」のお知らせ (pdf/ua-1).

A paper is a function of the snapshot, the key and the print: the same input gives the same bytes, today and in ten years, as long
as the templates and WeasyPrint stay. WeasyPrint is imported in here only, and only when a paper is drawn, for it is
heavy. Laid out for speed: no flex, fixed tables, placed boxes; fonts and sheets are read once.
"""

import atexit
import datetime as dt
import functools
import io
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import segno
from django.template.loader import render_to_string

from guarantees import fence, glyphs, paper_words
from guarantees import snapshot as snapshots
from guarantees.snapshot import Snapshot
from guarantees.terms import Purpose
from issuers.kinds import Format

if TYPE_CHECKING:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

# Raised with every change of a template's words or look: Document.template keeps what drew a stored paper. What is stored
# stays: a paper that an earlier edition drew is not drawn again.
EDITION = "2"
VARIANTS = {
    "certificate": "pdf/a-2a",
    "notice": "pdf/ua-1",
    "paper": "pdf/a-2a",
    "application_copy": "pdf/ua-1",
    "statement": "pdf/ua-1",
}
SHEETS = {kind: (kind,) for kind in VARIANTS} | {"paper": ("certificate", "paper")}
PAGES = {
    "certificate": 1,
    "notice": 1,
    "paper": 2,
    "application_copy": None,
    "statement": None,
}  # 正 and 副; None: as many as it takes
UNDRAWN = "〓"  # stands for a character without a drawing where a paper only repeats what somebody wrote
# Classes of the body, tried in turn until the paper fits on its pages.
SIZES = ("", "long", "long small", "long small tiny")
# The last steps of a paper that tells a change: of long texts it says where they stand, at the end of every text.
FULL, BRIEF, NAMED = "full", "brief", "named"
STEPS = [(size, FULL) for size in SIZES]
STEPS_OF_A_CHANGE = [
    ("", FULL),
    ("snug", FULL),
    *STEPS[2:],
    ("long small tiny", BRIEF),
    ("long small tiny least", NAMED),
]
FONTS = (*glyphs.SANS, "NotoSansMono-Bold.ttf")
QR = "asset:qr.png"
TYPES = {".png": "image/png", ".ttf": "font/ttf"}
SIGNS = (("数字", str.isdigit), ("英大文字", str.isupper), ("英小文字", str.islower))


class PaperTooLong(Exception):
    """Say that the words do not fit on a page, not even in the smallest print."""


class MissingGlyph(Exception):
    """Say which characters have no drawing in our fonts and would leave as empty boxes."""

    def __init__(self, lost: str) -> None:
        named = "、".join(f"{char}（U+{ord(char):04X}）" for char in lost)
        super().__init__(f"書面に印刷できない文字があります：{named}。別の文字に直してください。")


class Reissue(NamedTuple):
    """What a paper certificate says of itself when it is not the first print (再発行): which one it is, and its day."""

    no: int
    on: dt.date


class Press(NamedTuple):
    """What a process sets up once: WeasyPrint's HTML, the class of our fetcher, the fonts and the sheets by paper."""

    html: type["HTML"]
    fetcher: type["URLFetcher"]
    fonts: "FontConfiguration"
    sheets: dict[str, "CSS"]


def render(kind: str, snapshot: Snapshot, *, key: str = "", again: Reissue | None = None) -> bytes:
    """Draw one paper of a guarantee: "certificate", "notice" (one A4 page each) or "paper" (two: 正 and 副).

    The notice shows the key, nothing else does; a paper certificate says when it is printed `again`; a version after the
    first says what it changed. Changes nothing, may be repeated, reads no file and no address but our fonts. Raises
    ValueError for a wrong call, MissingGlyph, PaperTooLong, and fence.Broken when drawing fails.
    """
    on_paper = kind == "paper"
    if on_paper != (snapshot["format"] == Format.PAPER) or (kind == "notice") != bool(key) or again and not on_paper:
        raise ValueError("a notice shows a key, nothing else does; what is on paper has a paper certificate only")
    if snapshot.get("purpose") == Purpose.CANCELLATION:
        raise ValueError("what is cancelled has no certificate and no key")
    values = _values(snapshot, key) | {"again": again, "sides": ("正", "副")}
    pages: list[str] = [
        render_to_string(f"guarantees/paper/{kind}.html", values | {"size": size, "how": how})
        for size, how in (STEPS_OF_A_CHANGE if values["change"] else STEPS)
    ]
    if lost := glyphs.missing(pages[0]):
        raise MissingGlyph(lost)
    assets = {QR: _qr(snapshot["verify_url"])} if key else {}
    _press()  # warm before the fork: the children share its fonts
    pdf = fence.run(lambda: _print(kind, pages, assets))
    if not pdf:
        raise PaperTooLong("文字が多く、書面の枠に収まりません。名称などを短くしてください。")
    return pdf


def render_statement(snapshot: Snapshot, charge: Mapping[str, Any]) -> bytes:
    """Draw the 保証料計算書 of a version; `charge` is what guarantees.statements.told says of its premium.

    Changes nothing, may be repeated. Raises MissingGlyph and fence.Broken as `render` does.
    """
    page: str = render_to_string("guarantees/paper/statement.html", _values(snapshot, "") | {"c": charge})
    if lost := glyphs.missing(page):
        raise MissingGlyph(lost)
    _press()  # warm before the fork
    return fence.run(lambda: _print("statement", [page], {}))


def render_sheets(kind: str, values: dict[str, Any]) -> bytes:
    """Draw a paper that is no guarantee's, such as 申込の控え: a PDF of as many A4 pages as its words need.

    `values` are what guarantees/paper/<kind>.html draws. Changes nothing, may be repeated. A character that our fonts
    lack leaves as 〓. Raises fence.Broken when drawing fails.
    """
    page: str = render_to_string(f"guarantees/paper/{kind}.html", values)
    for lost in glyphs.missing(page):
        page = page.replace(lost, UNDRAWN)
    _press()  # warm before the fork
    return fence.run(lambda: _print(kind, [page], {}))


def _values(snapshot: Snapshot, key: str) -> dict[str, Any]:
    """Gather what the templates draw: the cleaned snapshot, its words and days, the key and how its signs are read."""
    signs = ((name, " ".join(filter(is_such, key))) for name, is_such in SIGNS)
    cleaned = cast(Snapshot, _clean(dict(snapshot)))
    return {
        "p": cleaned,
        "w": paper_words.words(snapshot),
        "n": paper_words.called(snapshot["product"]),
        "d": paper_words.days(snapshot),
        "change": paper_words.change(cleaned),
        "promise": paper_words.promise(snapshot),
        "reference": snapshots.reference(snapshot),
        "key_length": len(key),
        "key_parts": [key[i : i + 4] for i in range(0, len(key), 4)],
        "key_signs": [(name, those) for name, those in signs if those],
    }


def _clean(value: Any) -> Any:
    """Clean every text of a snapshot, those within its rows too."""
    if isinstance(value, dict):
        return {name: _clean(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return glyphs.clean(value) if isinstance(value, str) else value


def _print(kind: str, pages: list[str], assets: dict[str, bytes]) -> bytes:
    """Give the first of `pages` that fits on its sheets as PDF; b"" when none does."""
    press = _press()
    fetcher = press.fetcher(assets)
    options = {"stylesheets": [press.sheets[kind]], "pdf_variant": VARIANTS[kind]}
    for page in pages:
        document = press.html(string=page, url_fetcher=fetcher).render(font_config=press.fonts, **options)
        if PAGES[kind] in {None, len(document.pages)}:
            return bytes(document.write_pdf(**options))
    return b""


@functools.cache
def _press() -> Press:
    """Load WeasyPrint, read fonts and sheets, and print one neutral line with each, so that drawing starts warm."""
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # it tells seven steps of every paper
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    atexit.register(_press.cache_clear)  # the font configuration empties its folder while Python still can
    fetcher, fonts = _fetcher(), FontConfiguration()
    faces = fetcher({f"asset:{name}": (glyphs.FONTS / name).read_bytes() for name in FONTS})
    line = HTML(string=f"<p>保証<b>証書<i class=mono>0<img alt='' src='{QR}'>", url_fetcher=fetcher({QR: _qr("0")}))
    sheets = {}
    for kind, names in SHEETS.items():
        text = "".join(render_to_string(f"guarantees/paper/{name}.css") for name in ("faces", *names))
        sheets[kind] = CSS(string=text, font_config=fonts, url_fetcher=faces)
        line.write_pdf(font_config=fonts, stylesheets=[sheets[kind]])
    return Press(HTML, fetcher, fonts, sheets)


def _fetcher() -> type["URLFetcher"]:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    class Assets(URLFetcher):
        """Gives out the named assets. Any other address ends the drawing: an ordinary error would be passed over."""

        def __init__(self, assets: dict[str, bytes]) -> None:
            super().__init__(allowed_protocols=[])
            self.assets = assets

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url not in self.assets:
                raise FatalURLFetchingError(f"a paper asked for {url[:100]}")
            return URLFetcherResponse(url, self.assets[url], {"Content-Type": TYPES[url[-4:]]})

    return Assets


@functools.lru_cache(maxsize=8)
def _qr(url: str) -> bytes:
    """Draw the address of the look-up page, and nothing more, as a PNG of one bit per dot."""
    png = io.BytesIO()
    segno.make_qr(url, error="m").save(png, kind="png", scale=8, border=2)
    return png.getvalue()
