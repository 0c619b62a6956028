"""Each field reads itself: nothing is None, what cannot be read is refused, what is not offered is as if not chosen."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from applications import fields

OFFERED = [("post", "郵送"), ("visit", "来店")]
READ = [
    (fields.Words(label="名称"), " 外壁改修 ", "外壁改修"),
    (fields.Words(label="名称"), "・", None),
    (fields.WideWords(label="名称"), "ﾐｽﾞﾎ A", "ミズホ　Ａ"),
    (fields.WideWords(label="名称"), "・・", None),
    (fields.Paragraphs(label="連絡事項"), "一\r\n二", "一\n二"),
    (fields.Yen(label="金額"), "２０，０００円", 20_000),
    (fields.Day(label="日"), "R8.4.1", dt.date(2026, 4, 1)),
    (fields.Email(label="アドレス"), "ａ＠ｅｘａｍｐｌｅ．ｊｐ", "a@example.jp"),
    (fields.Phone(label="電話"), "０３（００００）０００１", "03-0000-0001"),
    (fields.Choice(label="受取", choices=OFFERED), "post", "post"),
    (fields.Menu(label="受取", choices=OFFERED), "visit", "visit"),
]
ALL = [field for field, _, _ in READ]


@pytest.mark.parametrize(("field", "typed", "value"), READ)
def test_a_field_reads_what_was_typed(field, typed, value):
    assert field.clean(typed) == value


@pytest.mark.parametrize("field", ALL, ids=lambda field: type(field).__name__)
@pytest.mark.parametrize("typed", [None, "", " ", "　", "\t\r\n", "\u200b\ufeff", "\u00a0"])
def test_nothing_is_none_whatever_its_width(field, typed):
    assert field.clean(typed) is None


@pytest.mark.parametrize("field", ALL[-2:], ids=lambda field: type(field).__name__)
@pytest.mark.parametrize("typed", ["POST", "郵送", "post ", "x", "0"])
def test_what_was_not_offered_is_as_if_nothing_had_been_chosen(field, typed):
    with pytest.raises(ValidationError) as refused:
        field.clean(typed)
    assert refused.value.messages == ["受取を選択してください"]


def test_a_menu_begins_with_the_request_to_choose_and_never_accepts_it():
    menu = fields.Menu(label="受取", choices=OFFERED)
    assert list(menu.widget.choices) == [("", "選んでください"), *OFFERED]
    assert menu.clean("") is None


@pytest.mark.parametrize(
    ("typed", "on"),
    [("on", True), (True, True), ("", False), (None, False), (False, False), ("off", False), ("1", False)],
)
def test_a_switch_is_on_or_off(typed, on):
    assert fields.Switch(label="申し込む").clean(typed) is on
