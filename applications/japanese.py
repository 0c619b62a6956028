"""What people type in Japanese, made exact: amounts, dates, texts, addresses and telephone numbers.

Every function takes the text as typed and returns the value to store, or raises ValidationError with a Japanese
sentence that says what to do. Widths, commas and invisible signs are forgiven; meaning is never guessed.
"""

import datetime
import re
import unicodedata
from decimal import Decimal

import jaconv
from django.core.exceptions import ValidationError

from guarantees import glyphs
from netdesk import dates

LONGEST_READ = (
    5000  # signs, far beyond every limit: to sort the marks of a longer text would take seconds, then minutes
)
MAX_YEN = 999_999_999_999  # twelve digits: beyond any public contract, far below what the database holds
HYPHENS = r"\-－−‐‑‒–—―ーｰ"
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９，、．￥／（）＋", "0123456789,,.¥/()+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\U000e0000-\U000e007f]")
_BREAKS = re.compile("[\r\n\u0085\u2028\u2029\x0b\x0c]")


def yen(typed: str, label: str) -> int:
    """Read an amount in whole yen from 1 to MAX_YEN: either width, commas in their places, 円 or ¥, spaces, 金…円也, ¥…-."""
    text = re.sub(r"\s", "", _INVISIBLE.sub("", typed)).translate(_WIDE_DIGITS)
    if found := re.fullmatch(r"[金¥\\]{1,2}(.*?)[-－−ー]|金?[¥\\]?(.*?)円?也?", text):
        text = found[1] or found[2] or ""
    if re.search("[万億兆千百]", text):
        raise ValidationError(
            f"{label}は、「20,000,000」のように数字だけで入力してください（万・億などの文字は使えません）"
        )
    if re.fullmatch(r"[-−－‐–—△▲]\d[\d,]*", text) or re.fullmatch("0+", text):
        raise ValidationError(f"{label}は、1円以上の金額を入力してください")
    if re.fullmatch("[0-9,]+", text) and "," in text and not re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+", text):
        raise ValidationError(f"{label}のコンマの位置を確かめてください（例：20,000,000）")
    if not re.fullmatch("[0-9,]+", text):
        raise ValidationError(f"{label}は、1円単位の数字で入力してください（例：20,000,000）")
    digits = text.replace(",", "").lstrip("0")
    if len(digits) > 12:
        raise ValidationError(f"{label}は、{MAX_YEN:,}円以下の金額を入力してください")
    return int(digits)


def date(typed: str, label: str) -> datetime.date:
    """Read a day from 2000 to 2099, written in any way that netdesk.dates.parse understands."""
    value = dates.parse(_INVISIBLE.sub("", typed))
    if value is None:
        raise ValidationError(f"{label}は、「令和8年2月2日」または「2026/2/2」のように、暦にある日を入力してください")
    if not 2000 <= value.year <= 2099:
        raise ValidationError(f"{label}は、2000年から2099年までの日を入力してください")
    return value


def line(typed: str, label: str, limit: int) -> str:
    """Clean one line of text: NFC, invisible signs dropped, spaces trimmed; breaks and unusable signs are refused."""
    if _BREAKS.search(typed.strip()):
        raise ValidationError(f"{label}は、改行を入れずに入力してください")
    return _text(typed.replace("\t", " "), label, limit)


def block(typed: str, label: str, limit: int) -> str:
    """Clean a text of several lines as `line` does; line ends become a single LF."""
    return _text(re.sub("\r\n?|[\u0085\u2028\u2029]", "\n", typed).replace("\t", " "), label, limit)


MEMBERS = range(2, 11)  # how many companies a joint venture may have
_SHARE = re.compile(r"[\s　、,]*([0-9０-９]{1,3}(?:[.．][0-9０-９]{1,2})?)\s*[%％]$")


def members(typed: str, label: str, limit: int) -> str:
    """Read the companies of a joint venture, one a line, the representative first, each with its share or none with one.

    Gives them as one text: "代表者 髙﨑建設 株式会社 60%、構成員 みどり土木 株式会社 40%". Shares add up to 100 %.
    """
    rows = [row for row in map(str.strip, block(typed, label, limit).split("\n")) if row]
    if len(rows) not in MEMBERS:
        raise ValidationError(
            f"{label}は、1行に1社ずつ、{MEMBERS[0]}社から{MEMBERS[-1]}社まで入力してください（いまの入力：{len(rows)}社）"
        )
    shares = [found[1] if (found := _SHARE.search(row)) else "" for row in rows]
    names = [_SHARE.sub("", row).strip(" 　、,") for row in rows]
    if not all(map(says_something, names)):
        raise ValidationError(f"{label}の会社名を、すべての行に入力してください")
    if any(shares) and not all(shares):
        raise ValidationError(f"{label}の出資比率は、全社に付けるか、全社から外してください")
    exact = [Decimal(unicodedata.normalize("NFKC", share)) for share in shares if share]
    if exact and sum(exact) != 100:
        raise ValidationError(f"{label}の出資比率の合計を100%にしてください（いまの合計：{sum(exact):f}%）")
    parts = [f"{name} {share.normalize():f}%" for name, share in zip(names, exact, strict=True)] if exact else names
    return "、".join(f"{'構成員' if at else '代表者'} {part}" for at, part in enumerate(parts))


def _text(typed: str, label: str, limit: int) -> str:
    text = _INVISIBLE.sub("", typed).strip()
    if len(text) > LONGEST_READ:
        raise ValidationError(_too_long(label, limit, text))
    text = unicodedata.normalize("NFC", text)
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        if category == "Cc" and sign != "\n":
            raise ValidationError(
                f"{label}に使えない文字（制御文字）が含まれています。消してから、もう一度入力してください"
            )
        is_selector = "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"
        marks = marks + 1 if category in {"Mn", "Me"} and not is_selector else 0
        if category in {"Co", "Cs", "Cn"} or 0x1F000 <= ord(sign) <= 0x1FBFF or sign == "\ufe0f" or marks > 2:
            raise ValidationError(f"{label}に使えない文字「{sign}」が含まれています。別の文字で入力してください")
    if unknown := glyphs.missing(text.replace("\n", "")):
        raise ValidationError(
            f"{label}に、証書に印字できない文字「{unknown[0]}」が含まれています。別の文字で入力してください"
        )
    if len(text) > limit:
        raise ValidationError(_too_long(label, limit, text))
    return text


def _too_long(label: str, limit: int, text: str) -> str:
    return f"{label}は、{limit}文字以内で入力してください（いまの入力：{len(text)}文字）"


def remark(typed: str, label: str, limit: int) -> str:
    """Clean a free remark between people: NFC, LF line ends, no control or invisible signs, nothing around it."""
    if len(typed) > LONGEST_READ:
        raise ValidationError(_too_long(label, limit, typed))
    text = re.sub("\r\n?|[\u0085\u2028\u2029]", "\n", unicodedata.normalize("NFC", _INVISIBLE.sub("", typed)))
    text = "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()
    if len(text) > limit:
        raise ValidationError(_too_long(label, limit, text))
    return text


def says_something(text: str) -> bool:
    """Tell whether a text holds at least one letter or digit; spaces and dots alone say nothing."""
    return any(unicodedata.category(sign)[0] in "LN" for sign in text)


def widen(text: str) -> str:
    """Turn half-width kana and ASCII into full width (全角). Only those two: NFKC would rewrite names such as ㈱ and ①."""
    kana = re.sub("[\uff61-\uff9f]+", lambda run: jaconv.h2z(run[0], kana=True, ascii=False, digit=False), text)
    return re.sub("[!-~]", lambda sign: chr(ord(sign[0]) + 0xFEE0), kana).replace(" ", "　")


def email(typed: str, label: str) -> str:
    """Read one mail address: NFKC, ASCII local part of at most 64 signs, a domain with a dot, 254 signs in all."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", typed).strip()[:LONGEST_READ])
    if re.search(r"[,;<>\s]", text):
        raise ValidationError(f"{label}は、1つだけを「name@example.jp」の形式で入力してください")
    local, _, domain = text.partition("@")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise ValidationError(
            f"{label}の「@」の前で、ピリオドが続くか端にあるアドレスには送れません（以前の携帯電話のアドレスなど）。別のアドレスを入力してください"
        )
    try:
        domain = domain.encode("idna").decode() if domain and not domain.isascii() else domain
    except UnicodeError:
        domain = ""
    part = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if (
        not re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}", local)
        or not re.fullmatch(rf"(?:{part}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]", domain)
        or len(local) + len(domain) + 1 > 254
    ):
        raise ValidationError(f"{label}を「name@example.jp」の形式で入力してください")
    return f"{local}@{domain}"


def phone(typed: str, label: str) -> str:
    """Read a Japanese telephone number: 0 and nine or ten digits, hyphens as typed or none; +81 becomes 0.

    Hyphens nearly everywhere would not fit where numbers are kept (20 signs): they are left out.
    """
    text = re.sub(r"\s+", "-", _INVISIBLE.sub("", typed).strip()).translate(_WIDE_DIGITS)
    text = re.sub(f"[{HYPHENS}]", "-", text).replace("(", "-").replace(")", "-")
    text = re.sub("-+", "-", re.sub(r"^\+81-?0?", "0", text)).strip("-")
    digits = text.replace("-", "")
    if not re.fullmatch(r"0[1-9][0-9]{8,9}", digits) or not re.fullmatch(r"[0-9-]+", text):
        raise ValidationError(f"{label}は、「03-0000-0001」のように入力してください")
    return text if len(text) <= 20 else digits
