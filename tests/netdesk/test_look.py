"""The look is kept by rules that a machine can read: colours in one file, nothing inline, nothing missing."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from fontTools.ttLib import TTFont

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static" / "nd"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted(STATIC.glob("*.css"))
# Variant forms, a character beyond 16 bits, and signs that NFKC would destroy: all occur in names of companies.
NAMES = "髙﨑𠮷濵①㈱～〜"


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet.name != "tokens.css"], ids=name)
def test_only_the_tokens_hold_colour_values(sheet):
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", sheet.read_text()) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_every_token_in_use_is_defined(sheet):
    defined = set(re.findall(r"(--[\w-]+)\s*:", (STATIC / "tokens.css").read_text()))
    assert set(re.findall(r"var\((--[\w-]+)", sheet.read_text())) - defined == set()


@pytest.mark.parametrize("sheet", [*SHEETS, *sorted((STATIC / "fonts").glob("*.css"))], ids=name)
def test_style_sheets_load_only_files_of_ours(sheet):
    for address in re.findall(r"url\(([^)]*)\)", sheet.read_text()):
        assert (sheet.parent / address.strip("\"'")).is_file(), address


@pytest.mark.parametrize("page", TEMPLATES, ids=name)
def test_templates_have_nothing_inline(page):
    text = page.read_text()
    assert re.findall(r"\sstyle=|\son\w+=|javascript:|\|safe\b|autoescape off|<style\b", text) == []
    assert re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text) == []
    assert re.findall(r"\s(?:placeholder|disabled|readonly)[\s=>]", text) == []


@pytest.mark.parametrize("page", TEMPLATES, ids=name)
def test_static_files_named_in_templates_exist(page):
    for path in re.findall(r"""(?:static ["']|/static/)(nd/[^"']+)["']""", page.read_text()):
        assert (ROOT / "static" / path).is_file(), path


@pytest.mark.parametrize("font", ["NotoSansJP-Regular.ttf", "NotoSansJP-Bold.ttf"])
def test_fonts_of_the_papers_can_write_rare_names(font):
    known = TTFont(STATIC / "fonts" / "pdf" / font).getBestCmap()
    assert [sign for sign in NAMES if ord(sign) not in known] == []


def test_fonts_of_the_pages_can_write_rare_names():
    faces = re.findall(
        r"url\(([^)]+)\).*?unicode-range: ([^;]+);", (STATIC / "fonts" / "noto-sans-jp.css").read_text(), re.DOTALL
    )
    for sign in NAMES:
        slices = [file for file, ranges in faces if covers(ranges, ord(sign))]
        assert any(ord(sign) in TTFont(STATIC / "fonts" / file).getBestCmap() for file in slices), sign


def covers(ranges, code):
    for part in ranges.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        if int(first, 16) <= code <= int(last or first, 16):
            return True
    return False
