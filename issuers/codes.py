"""The six-digit code of a public body (全国地方公共団体コード): five digits and a check digit."""

WEIGHTS = (6, 5, 4, 3, 2)


def check_digit(five: str) -> str:
    """Compute the check digit of five digits: the last digit of 11 − (weighted sum mod 11).

    Source: 全国地方公共団体コード, check digit by modulus 11.
    """
    total = sum(int(digit) * weight for digit, weight in zip(five, WEIGHTS, strict=True))
    return str((11 - total % 11) % 10)


def complete(five: str) -> str:
    """Write five digits as the full code: 13115 gives 131156."""
    return five + check_digit(five)
