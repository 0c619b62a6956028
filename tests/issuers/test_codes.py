import csv

import pytest
from django.core.exceptions import ValidationError

from issuers import codes, register


@pytest.mark.parametrize("code", ["131156", "130001", "131148", "131032"])
def test_the_check_digit_of_a_published_code_is_computed(code):
    assert codes.complete(code[:5]) == code


def test_a_remainder_of_one_or_none_gives_a_single_digit():
    assert codes.check_digit("00000") == "1"  # sum 0: 11 - 0 = 11
    assert codes.check_digit("00006") == "0"  # sum 12, remainder 1: 11 - 1 = 10


def test_every_code_in_our_lists_bears_its_check_digit():
    listed = []
    for path in (register.LOCAL_BODIES, register.OTHER_BODIES):
        with path.open(encoding="utf-8", newline="") as file:
            listed += [row["code"] for row in csv.DictReader(file)]
    assert len(listed) == 1798
    assert [code for code in listed if codes.complete(code[:5]) != code] == []


@pytest.mark.parametrize("code", ["131157", "13115", "1311560", "１３１１５６", "abcdef", ""])
def test_a_code_that_is_none_is_refused(code):
    with pytest.raises(ValidationError):
        codes.require_sound(code)


def test_a_published_code_is_sound():
    assert codes.require_sound("131156") is None


def test_five_digits_are_asked_for():
    with pytest.raises(ValueError):
        codes.complete("1311")
