"""Which characters the fonts of the papers can draw. What they cannot draw would leave as an empty box (tofu)."""

import functools
import unicodedata

from django.conf import settings
from fontTools.ttLib import TTFont

FONTS = settings.BASE_DIR / "static" / "nd" / "fonts" / "pdf"
SANS = ("NotoSansJP-Regular.ttf", "NotoSansJP-Bold.ttf")
# Controls, format characters (bidi and zero-width marks, tags), lone surrogates, line and paragraph separators.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def clean(text: str) -> str:
    """Drop what a line of print cannot show: controls and bidi marks, and variation selectors our fonts do not know.

    Such a selector picks another drawing of the same character, so that the name stays the same name without it.
    """
    kept = [" " if char in "\t\n\r\u2028\u2029" else char for char in text if char.isspace() or unicodedata.category(char) not in UNSEEN]
    _, variants = _drawable()
    pairs = zip(["", *kept], kept, strict=False)
    return "".join(char for before, char in pairs if not _selects(char) or (before, char) in variants)


def missing(text: str) -> str:
    """Name the characters of `text` that the papers cannot draw, each once, in order of appearance; "" when all can be."""
    drawable, _ = _drawable()
    return "".join(dict.fromkeys(char for char in text if char not in drawable and char != "\n" and not _selects(char)))


@functools.cache
def _drawable() -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Give the characters, and the pairs of character and selector, that both weights have. Reads the files once."""
    faces = [_face(name) for name in SANS]
    return frozenset.intersection(*(chars for chars, _ in faces)), frozenset.intersection(*(pairs for _, pairs in faces))


def _face(name: str) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    with TTFont(FONTS / name, lazy=True) as font:
        tables = [table for table in font["cmap"].tables if table.format == 14]
        pairs = ((chr(base), chr(selector)) for table in tables for selector, found in table.uvsDict.items() for base, _ in found)
        return frozenset(map(chr, font.getBestCmap())), frozenset(pairs)


def _selects(char: str) -> bool:
    return any(ord(char) in block for block in SELECTORS)
