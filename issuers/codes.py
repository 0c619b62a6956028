"""The six-digit code of a public body (全国地方公共団体コード): five digits and a check digit."""

from django.core.exceptions import ValidationError

WEIGHTS = (6, 5, 4, 3, 2)


def check_digit(five: str) -> str:
    """Compute the check digit of five digits: the last digit of 11 − (weighted sum mod 11).

    Source: 全国地方公共団体コード, check digit by modulus 11.
    """
    total = sum(int(digit) * weight for digit, weight in zip(five, WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def require_sound(code: str) -> None:
    """Raise ValidationError unless the text is six digits of which the last is the check digit."""
    if not (len(code) == 6 and code.isascii() and code.isdigit() and code == complete(code[:5])):
        raise ValidationError("発注者コードは、検査数字を含む6桁の数字で入力してください。")


def complete(five: str) -> str:
    """Write five digits as the full code: 13115 gives 131156."""
    return five + check_digit(five)
