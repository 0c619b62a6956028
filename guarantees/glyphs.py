"""Which characters the fonts of the papers can draw. What they cannot draw would leave as an empty box."""

import functools
import re
import unicodedata

from django.conf import settings
from fontTools.ttLib import TTFont

FONTS = settings.BASE_DIR / "static" / "nd" / "fonts" / "pdf"
SANS = ("NotoSansJP-Regular.ttf", "NotoSansJP-Bold.ttf")
# Controls, format characters (bidi and zero-width marks, tags), lone surrogates, line and paragraph separators.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
BREAKS = re.compile(r"[\t\r\n\u2028\u2029]+")
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))

Pairs = frozenset[tuple[str, str]]


def clean(text: str) -> str:
    """Drop what a line of print cannot show: controls, bidi marks, and variation selectors that our fonts do not know.

    A selector picks another drawing of the same character, so the name stays the same name without it. What breaks or
    tabs a line becomes a space.
    """
    line = "".join(char for char in " ".join(BREAKS.split(text)) if unicodedata.category(char) not in UNSEEN)
    _, variants = _drawable()
    pairs = zip(["", *line], line, strict=False)
    return "".join(char for before, char in pairs if not _selects(char) or (before, char) in variants)


def missing(text: str) -> str:
    """Name the characters of `text` that the papers cannot draw, each once, as they come; "" when all can be drawn."""
    drawable, _ = _drawable()
    return "".join(dict.fromkeys(char for char in text if char not in drawable and char != "\n" and not _selects(char)))


@functools.cache
def _drawable() -> tuple[frozenset[str], Pairs]:
    """Give the characters, and the pairs of character and selector, that both weights have. Reads the files once."""
    (regular, regular_pairs), (bold, bold_pairs) = (_read(name) for name in SANS)
    return regular & bold, regular_pairs & bold_pairs


def _read(name: str) -> tuple[frozenset[str], Pairs]:
    with TTFont(FONTS / name, lazy=True) as font:
        tables = [table.uvsDict for table in font["cmap"].tables if table.format == 14]
        pairs = ((chr(base), chr(s)) for table in tables for s, found in table.items() for base, _ in found)
        return frozenset(map(chr, font.getBestCmap())), frozenset(pairs)


def _selects(char: str) -> bool:
    return any(ord(char) in block for block in SELECTORS)
