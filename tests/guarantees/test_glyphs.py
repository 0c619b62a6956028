"""What our fonts can draw."""

import pytest

from guarantees import glyphs


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("髙﨑建設 株式会社", "髙﨑建設 株式会社"),
        ("一行目\r\n二行目\t三", "一行目 二行目 三"),
        ("右\u202e左\u200b\u2066\ufeff\x00\x1b\U000e0041", "右左"),
        ("葛\U000e0100飾", "葛\U000e0100飾"),  # a variant that the fonts have
        ("葛\U000e01ef飾", "葛飾"),  # one that they do not have: the same character in its usual drawing
        ("\ufe00", ""),
    ],
)
def test_a_line_keeps_what_can_be_printed(typed: str, printed: str):
    assert glyphs.clean(typed) == printed


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("髙﨑𠮷①㈱㎡〜～−ｱ゙Ⅱé", ""),
        ("👷工事👷と\ue000", "👷\ue000"),
        ("", ""),
    ],
)
def test_characters_without_a_drawing_are_named_once(text: str, lost: str):
    assert glyphs.missing(text) == lost
