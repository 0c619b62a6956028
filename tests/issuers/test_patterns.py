"""Subjects and texts that bodies want: which words there are, and what becomes of those without a value."""

import pytest
from django.core.exceptions import ValidationError

from issuers import patterns

VALUES = patterns.EXAMPLES
NOTHING = dict.fromkeys(patterns.PLACEHOLDERS, "")


def refused(check, pattern):
    with pytest.raises(ValidationError) as refusal:
        check(pattern)
    return refusal.value.messages


@pytest.mark.parametrize("pattern", ["", "電子保証のお知らせ", *(f"【{{{name}}}】" for name in patterns.PLACEHOLDERS)])
def test_a_pattern_of_known_words_is_sound(pattern):
    patterns.require_sound_line(pattern)


@pytest.mark.parametrize("word", ["key", "認証キー", "", "work_name.__class__", " work_name", "0", "WORK_NAME"])
def test_a_word_that_does_not_exist_is_named(word):
    (said,) = refused(patterns.require_sound, f"【電子保証】{{work_number}} {{{word}}}")
    assert said.startswith(f"{{{word}}}は使えません。使える語は、{{work_number}}、{{work_name}}、")


@pytest.mark.parametrize(
    ("pattern", "brace"),
    [("{work_name", "{"), ("work_name}", "}"), ("{{work_name}}", "{"), ("{work_name}}", "}"), ("{{work_name}", "{")],
)
def test_a_brace_without_its_partner_is_refused(pattern, brace):
    assert refused(patterns.require_sound, pattern) == [
        f"「{brace}」の相手がありません。語は、{{work_name}}のように波括弧で囲んでください。"
    ]


def test_a_subject_is_one_line():
    assert refused(patterns.require_sound_line, "一行目\n二行目") == ["件名は、改行を入れずに入力してください。"]
    patterns.require_sound("一行目\n二行目")


def test_no_word_stands_for_a_key():
    assert not any("key" in name or "キー" in meaning for name, (meaning, _) in patterns.PLACEHOLDERS.items())


@pytest.mark.parametrize(
    ("pattern", "filled"),
    [
        ("【電子保証】{work_number} {work_name}", "【電子保証】あおば"),
        ("【{work_number}】{work_name}", "あおば"),
        ("{work_name}（{work_number}）", "あおば"),
        ("{work_name}（{work_number} {phone}）", "あおば"),
        ("{work_name} [（{work_number}）]", "あおば"),
        ("{work_number}／{work_name}", "あおば"),
        ("{work_name}・{work_number}", "あおば"),
        ("{work_number}_{phone}_{work_name}", "あおば"),
        ("電子保証認証キー：{work_name}", "電子保証認証キー：あおば"),
        ("（見本）{work_name}（）", "（見本）あおば（）"),
    ],
)
def test_what_has_no_value_leaves_no_brackets_behind(pattern, filled):
    assert patterns.line(pattern, NOTHING | {"work_name": "あおば"}) == filled


@pytest.mark.parametrize(
    ("name", "filled"),
    [("改修（）工事", "改修（）工事"), ("{number}", "{number}"), ("上\r\n下", "上 下"), ("\t改修  工事", "改修 工事")],
)
def test_a_value_is_put_in_as_it_is_and_read_only_once(name, filled):
    assert patterns.line("{work_name}", VALUES | {"work_name": name}) == filled


def test_a_line_without_any_value_is_left_out_of_a_text():
    pattern = "受注者：{contractor}\r\n電話：{phone}\n\n{work_number} {work_name}\n以上"
    assert (
        patterns.text(pattern, NOTHING | {"contractor": "甲", "work_name": "あおば"}) == "受注者：甲\n\n あおば\n以上"
    )
    assert patterns.text(pattern, NOTHING) == "以上"


def test_an_old_pattern_with_braces_of_its_own_keeps_them():
    assert (
        patterns.line("{0} {work_number.__class__} {work_number}", VALUES) == "{0} {work_number.__class__} 8-杉教-0123"
    )
