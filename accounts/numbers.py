"""法人番号 as people type it, and its check digit."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# NFKC leaves the minus sign, the dashes and the long-vowel mark that keyboards give for a hyphen.
_BETWEEN = re.compile(r"[\s\-−‐‑‒–—―ー]")
LONGEST_READ = 200  # signs; a number with much space around it is still read


def corporate(typed: str) -> str:
    """Read a 法人番号 in any width, with spaces and hyphens; raises ValidationError, also when its check digit is wrong."""
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed[:LONGEST_READ]))
    if not re.fullmatch("[0-9]{13}", text):
        raise ValidationError("法人番号は、13桁の数字で入力してください（例：7010705000725）")
    require_corporate(text)
    return text


def require_corporate(number: str) -> None:
    """Raise ValidationError unless the thirteen digits fit together."""
    if not re.fullmatch("[1-9][0-9]{12}", number) or int(number[0]) != check_digit(number[1:]):
        raise ValidationError(
            "法人番号が正しくありません。国税庁の「法人番号公表サイト」などで、13桁を確かめてください"
        )


def check_digit(twelve: str) -> int:
    """Give the first digit of the number that ends in these twelve (Order of the Ministry of Finance on 法人番号, article 2)."""
    return 9 - sum(int(digit) * (1 if n % 2 else 2) for n, digit in enumerate(reversed(twelve), start=1)) % 9
