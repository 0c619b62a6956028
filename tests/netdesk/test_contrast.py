"""Every pair of colours that the house allows can be read and seen: the ratios of WCAG, from the tokens themselves."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = Path(settings.BASE_DIR, "static", "nd", "tokens.css").read_text("utf-8")
VALUES = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", TOKENS))
TEXT, SIGN = 4.5, 3.0  # 1.4.3: text; 1.4.11: what shows a control, its state, or a meaning
GROUNDS = ("--c-surface", "--c-page")

# What is written on what. Hints and links stand on every tinted ground too.
WRITTEN = [
    *((ink, ground) for ink in ("--c-text", "--c-heading", "--c-sub", "--c-action", "--c-link") for ground in GROUNDS),
    *((ink, tint) for ink in ("--c-text", "--c-heading", "--c-link")
      for tint in ("--lightblue-50", "--blue-50", "--yellow-50", "--green-50", "--red-50", "--gray-50", "--gray-100")),
    *(("--c-visited", ground) for ground in (*GROUNDS, "--lightblue-50", "--yellow-50", "--green-50")),
    *(("--c-error", ground) for ground in (*GROUNDS, "--c-error-bg")),
    *(("--white", ground) for ground in ("--c-action", "--c-action-hover", "--c-action-active", "--cyan-1000", "--gray-800")),
    ("--c-action-hover", "--blue-200"),  # a button under the mouse
    ("--gray-100", "--gray-800"),  # the small words beside the mark of the staff
    ("--black", "--yellow-300"),  # 本文へ移動
    ("--red-1000", "--red-50"),
    ("--green-900", "--green-50"),
    ("--yellow-1100", "--yellow-50"),
    ("--blue-1000", "--blue-50"),
    ("--gray-700", "--white"),
    ("--cyan-1000", "--cyan-50"),
    ("--orange-1000", "--orange-50"),
]  # fmt: skip
# What shows where a control ends, what is chosen, or what a box means, beside the ground around it.
SHOWN = [
    *((line, ground) for line in ("--c-control", "--gray-536", "--blue-900", "--red-900", "--green-800", "--cyan-1000") for ground in GROUNDS),
    ("--c-line-strong", "--c-surface"),
    ("--green-800", "--green-50"),
    ("--red-900", "--red-50"),
    ("--blue-900", "--blue-50"),
    ("--blue-900", "--lightblue-50"),
    ("--yellow-900", "--yellow-50"),
    ("--yellow-1100", "--yellow-50"),
    ("--gray-536", "--white"),
]  # fmt: skip


def value(token: str) -> str:
    """Follow a token to its colour."""
    found = VALUES[token].strip()
    name = re.fullmatch(r"var\((--[\w-]+)\)", found)
    return value(name[1]) if name else found


def luminance(token: str) -> float:
    """Give the relative luminance as WCAG defines it."""
    colour = value(token)
    assert re.fullmatch(r"#[0-9a-f]{6}", colour), f"{token} is {colour}"
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), WRITTEN)
def test_what_is_written_can_be_read(ink, ground):
    assert contrast(ink, ground) >= TEXT


@pytest.mark.parametrize(("line", "ground"), SHOWN)
def test_what_has_a_meaning_can_be_seen(line, ground):
    assert contrast(line, ground) >= SIGN


def test_the_focus_is_seen_on_every_ground():
    """One of its two rings stands out against any ground, because they stand out against each other."""
    assert contrast("--c-focus", "--c-focus-halo") >= 9
    for ground in ("--white", "--c-page", "--c-action", "--gray-800", "--red-50", "--yellow-50", "--blue-50"):
        assert max(contrast("--c-focus", ground), contrast("--c-focus-halo", ground)) >= SIGN


@pytest.mark.parametrize(
    ("ink", "ground", "ratio"),
    [
        ("--c-text", "--c-surface", 12.6),
        ("--c-text", "--c-page", 11.9),
        ("--c-sub", "--c-surface", 8.5),
        ("--c-control", "--c-surface", 5.7),
        ("--c-line-strong", "--c-surface", 3.0),
        ("--c-action", "--c-surface", 11.1),
        ("--c-link", "--c-surface", 14.2),
        ("--c-visited", "--c-surface", 8.5),
        ("--c-error", "--c-surface", 5.8),
    ],
)
def test_the_ratios_are_those_we_publish(ink, ground, ratio):
    assert contrast(ink, ground) == pytest.approx(ratio, abs=0.15)
