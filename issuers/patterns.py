"""Subjects and texts of mails as a body wants them: written by the head office with words in braces that are filled in.

Only the words of PLACEHOLDERS exist. None of them is an authentication key: a mail never holds one.
"""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError

# Each word in braces, what stands there, and an example of it.
PLACEHOLDERS = {
    "work_number": ("工事番号", "8-杉教-0123"),
    "work_name": ("工事名・業務名", "あおば小学校外壁改修工事"),
    "work_kind": ("工事または業務委託", "工事"),
    "number": ("保証契約番号", "26102-000123"),
    "product": ("保証の種類", "前払金保証"),
    "issuer": ("発注者", "杉並区"),
    "office": ("提出先の担当課", "契約担当課"),
    "contractor": ("受注者", "髙﨑建設 株式会社"),
    "person": ("送る人の氏名", "保証　花子"),
    "phone": ("受注者の電話番号", "03-0000-0123"),
    "price": ("請負金額", "50,000,000円"),
    "amount": ("保証金額", "20,000,000円"),
}
EXAMPLES = {name: example for name, (_, example) in PLACEHOLDERS.items()}

_BRACES = re.compile(r"\{([^{}]*)\}")
_WORDS = re.compile(rf"\{{({'|'.join(PLACEHOLDERS)})\}}")
_EMPTY = "\0"  # where a word stood that has no value
_BRACKETS = [
    re.compile(rf"{re.escape(opening)}[\s{_EMPTY}]*{_EMPTY}[\s{_EMPTY}]*{re.escape(closing)}")
    for opening, closing in ("【】", "（）", "()", "「」", "『』", "[]", "〔〕", "＜＞", "<>")
]
_JOINED = re.compile(rf"{_EMPTY}\s*[／/・、,_＿\-－]\s*|\s*[／/・、,_＿\-－]\s*{_EMPTY}(?=\s*$)")


def told() -> str:
    """Explain the words in braces to whoever writes a pattern."""
    return "次の語は、送るときの内容に置き換わります：" + "、".join(
        f"{{{name}}} {meaning}" for name, (meaning, _) in PLACEHOLDERS.items()
    )


def require_sound(pattern: str) -> None:
    """Raise ValidationError for a brace without its partner and for a word in braces that does not exist."""
    unknown = [name for name in _BRACES.findall(pattern) if name not in PLACEHOLDERS]
    if unknown:
        named = "、".join(f"{{{name}}}" for name in dict.fromkeys(unknown))
        raise ValidationError(
            f"{named}は使えません。使える語は、{'、'.join(f'{{{name}}}' for name in PLACEHOLDERS)}です。"
        )
    if found := re.search("[{}]", _BRACES.sub("", pattern)):
        raise ValidationError(f"「{found[0]}」の相手がありません。語は、{{work_name}}のように波括弧で囲んでください。")


def require_sound_line(pattern: str) -> None:
    """Raise ValidationError for a pattern that is not sound, or is not a single line."""
    require_sound(pattern)
    if re.search(r"[\r\n]", pattern):
        raise ValidationError("件名は、改行を入れずに入力してください。")


def line(pattern: str, values: Mapping[str, str]) -> str:
    """Fill a pattern of one line: brackets around nothing go, and so do doubled spaces and breaks within a value."""
    filled = _filled(pattern, values)
    return re.sub("】 ", "】", re.sub(r"[ \t\r\n]+", " ", filled)).strip(" 　")


def text(pattern: str, values: Mapping[str, str]) -> str:
    """Fill a pattern of several lines. A line whose words are all without a value is left out: 電話：{phone}."""
    kept = []
    for row in pattern.replace("\r\n", "\n").split("\n"):
        words = _WORDS.findall(row)
        if not words or any(values.get(word) for word in words):
            kept.append(_filled(row, values).rstrip())
    return "\n".join(kept).strip("\n")


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """Put the values in, once: braces within a value are only signs, and so are those around no word of ours."""
    bare = _WORDS.sub(lambda found: found[0] if values.get(found[1]) else _EMPTY, pattern)
    before = None
    while before != bare:
        before = bare
        for bracket in _BRACKETS:
            bare = bracket.sub(_EMPTY, bare)
    bare = _JOINED.sub("", bare).replace(_EMPTY, "")
    return _WORDS.sub(lambda found: values.get(found[1], ""), bare)
