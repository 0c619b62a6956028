"""法人番号: thirteen digits that fit together, typed in any way."""

import pytest
from django.core.exceptions import ValidationError

from accounts import numbers

VALID = ["7123456789012", "4011001098993", "7010705000725", "8000020131156", "8000020130001"]


@pytest.mark.parametrize("number", VALID)
def test_the_first_digit_is_the_check_digit_of_the_rest(number):
    assert numbers.check_digit(number[1:]) == int(number[0])
    assert numbers.corporate(number) == number


@pytest.mark.parametrize(
    "typed",
    [
        "７０１０７０５０００７２５",
        "7-0107-0500-0725",
        "7 0107 0500 0725",
        "　7010705000725\n",
        "７－０１０７ー０５００−０７２５",
        "7010705000725\t",
    ],
)
def test_any_width_with_spaces_and_hyphens_is_the_same_number(typed):
    assert numbers.corporate(typed) == "7010705000725"


@pytest.mark.parametrize(
    "typed", ["701070500072", "70107050007255", "T7010705000725", "七〇", "", "١" * 13, "9" * 5000]
)
def test_what_is_no_thirteen_digits_is_told_so(typed):
    with pytest.raises(ValidationError, match="13桁の数字で入力してください"):
        numbers.corporate(typed)


def test_every_single_wrong_digit_is_found_but_where_nine_and_nought_count_alike():
    sound = "7010705000725"
    for at in range(13):
        for digit in "0123456789":
            typed = sound[:at] + digit + sound[at + 1 :]
            alike = at and {digit, sound[at]} == {"0", "9"}  # both are nought modulo nine
            if typed == sound or alike:
                continue
            with pytest.raises(ValidationError, match="法人番号が正しくありません"):
                numbers.corporate(typed)
