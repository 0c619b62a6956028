"""Words and controls that templates draw (netdesk.templatetags.nd)."""

import datetime as dt

import pytest
from django import forms
from django.template.loader import render_to_string

from netdesk.templatetags import nd


class Amounts(forms.Form):
    price = forms.CharField(
        label="請負金額",
        help_text="税込",
        widget=forms.TextInput,
        error_messages={"required": "請負金額を入力してください"},
    )
    base = forms.CharField(label="今年度対象額", required=False, widget=forms.TextInput(attrs={"data-required": "1"}))
    calc = forms.ChoiceField(
        label="計算書",
        choices=[("yes", "希望する"), ("no", "希望しない")],
        widget=forms.RadioSelect,
        error_messages={"required": "計算書を希望するかどうかを選択してください"},
    )

    def clean(self):
        self.add_error(None, "前払金保証・契約保証のいずれかを申し込んでください")


def test_amounts_are_written_with_separators_and_yen():
    assert nd.yen(20000000) == "20,000,000円"
    assert nd.yen(0) == "0円"
    assert nd.yen(None) == "—"


def test_an_amount_less_than_nothing_has_a_minus_that_is_seen():
    assert [nd.signed(amount) for amount in (12000, 0, -12000)] == ["12,000円", "0円", "−12,000円"]


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (50000000, "5,000万円"),
        (123456789, "1億2,345万6,789円"),
        (100000000, "1億円"),
        (9999, "9,999円"),
        (0, "0円"),
        (None, "—"),
    ],
)
def test_amounts_are_read_aloud_in_oku_and_man(amount, words):
    assert nd.man(amount) == words


def test_a_missing_day_is_a_dash():
    assert (nd.wareki(None), nd.seireki(None), nd.both(None), nd.moment(None)) == ("—", "—", "—", "—")
    assert nd.seireki(dt.date(2026, 6, 1)) == "2026年6月1日"


def test_an_unknown_status_word_is_grey():
    assert nd.tone("差戻し（要修正）") == "bad"
    assert nd.tone("未知の状態") == "todo"


def test_the_summary_lists_errors_of_all_forms_and_leads_to_the_first_radio():
    assert nd.problems(Amounts({"price": ""}, prefix="a"), "", [Amounts()]) == [
        {"id": "", "message": "前払金保証・契約保証のいずれかを申し込んでください"},
        {"id": "id_a-price", "message": "請負金額を入力してください"},
        {"id": "id_a-calc_0", "message": "計算書を希望するかどうかを選択してください"},
    ]


def test_a_wrong_amount_is_tied_to_its_hint_and_error_and_kept_as_typed():
    drawn = nd.control(Amounts({"price": "二千万円", "calc": "no"})["price"], "in", data_yen="1")
    assert drawn == (
        '<input type="text" name="price" value="二千万円" data-yen="1" id="id_price" class="in" '
        'aria-describedby="id_price-h" aria-required="true">'
    )
    drawn = nd.control(Amounts({"price": ""})["price"])
    assert 'aria-describedby="id_price-h id_price-e"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_plain_digits_of_an_amount_get_their_separators():
    assert 'value="50,000,000"' in nd.control(Amounts(initial={"price": 50000000})["price"], data_yen="1")


def test_the_widget_may_say_that_a_field_is_required_by_other_answers():
    form = Amounts()
    assert (form["base"].field.required, nd.must(form["base"])) == (False, True)
    form["price"].field.widget.attrs["data-required"] = "0"
    assert (form["price"].field.required, nd.must(form["price"])) == (True, False)


def test_the_error_summary_draws_nothing_without_errors():
    assert render_to_string("parts/error_summary.html", {"form": Amounts()}).strip() == ""
    drawn = render_to_string("parts/error_summary.html", {"form": Amounts({"price": "1", "calc": "no"})})
    assert "入力内容に1件の誤りがあります" in drawn


def test_sister_fields_of_the_search_dialog_share_the_stem_of_their_ids():
    assert nd.stem(Amounts(prefix="advance")["price"]) == "id_advance-"
