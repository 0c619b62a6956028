"""保証料: every band edge by hand, one yen below and above, in whole numbers only."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from guarantees import premium, pricing, sample_tariffs
from guarantees.models import Premium, Tariff
from tests import make

ADVANCE = sample_tariffs.SETS["advance"]


# 0.30 % up to 5 million, 0.22 % up to 20 million, 0.17 % up to 100 million, 0.12 % above; cut to whole yen.
@pytest.mark.parametrize(
    ("amount", "total"),
    [
        (0, 0),
        (1, 0),  # 0.003
        (333, 0),  # 0.999
        (334, 1),  # 1.002
        (4_999_999, 14_999),  # 14,999.997
        (5_000_000, 15_000),
        (5_000_001, 15_000),  # 15,000.0022
        (5_000_455, 15_001),  # 15,001.001
        (19_999_999, 47_999),  # 15,000 + 32,999.9978
        (20_000_000, 48_000),
        (20_000_001, 48_000),  # 48,000.0017
        (20_000_589, 48_001),  # 48,001.0013
        (99_999_999, 183_999),  # 48,000 + 135,999.9983
        (100_000_000, 184_000),
        (100_000_001, 184_000),  # 184,000.0012
        (400_000_000, 544_000),
        (999_999_999_999, 1_200_063_999),  # 184,000 + 1,199,879,999.9988
    ],
)
def test_the_marginal_bands_of_an_advance(amount, total):
    assert premium.quote(ADVANCE, amount).total_yen == total


@pytest.mark.parametrize(
    ("amount", "total"), [(208, 0), (209, 1), (5_000_000, 24_000), (5_000_001, 24_000), (5_000_209, 24_001)]
)
def test_a_flat_rate_of_048_percent(amount, total):
    assert premium.quote(sample_tariffs.SETS["contract"], amount).total_yen == total


def test_a_rate_with_four_decimals_is_exact():
    assert premium.quote([(None, "0.0650")], 10_000_000).total_yen == 6_500
    assert premium.per_million("0.0001") == 1


@pytest.mark.parametrize(
    ("amount", "unit", "minimum", "total"),
    [
        (5_000_455, 10, 0, 15_000),
        (5_004_545, 10, 0, 15_000),  # 15,009.999
        (5_004_546, 10, 0, 15_010),  # 15,010.0012
        (5_045_454, 100, 0, 15_000),  # 15,099.9988
        (5_045_455, 100, 0, 15_100),  # 15,100.001
        (1, 1, 1_000, 1_000),
        (333_333, 1, 1_000, 1_000),  # 999.999
        (333_334, 1, 1_000, 1_000),  # 1,000.002
        (334_000, 1, 1_000, 1_002),
        (0, 1, 1_000, 0),
    ],
)
def test_what_is_cut_and_the_least_that_is_charged(amount, unit, minimum, total):
    quote = premium.quote(ADVANCE, amount, unit_yen=unit, minimum_yen=minimum)
    assert quote.total_yen == total
    assert quote.is_minimum == (total == minimum and amount in {1, 333_333})


def test_the_parts_make_up_the_amount_and_the_exact_values_the_sum():
    quote = premium.quote(ADVANCE, 123_456_789)
    assert [step.part_yen for step in quote.steps] == [5_000_000, 15_000_000, 80_000_000, 23_456_789]
    assert sum(step.part_yen for step in quote.steps) == quote.amount_yen
    assert [step.yen for step in quote.steps] == [15_000, 33_000, 136_000, 28_148]
    assert sum(step.millionths for step in quote.steps) // premium.MILLION == quote.total_yen == 212_148


def test_a_negative_amount_has_no_price():
    with pytest.raises(ValueError):
        premium.quote(ADVANCE, -1)


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([], "1行から"),
        ([(None, "0.3")] * 13, "1行から"),
        ([(5_000_000, "0.3")], "最後の行の上限額は、空に"),
        ([(None, "0.3"), (None, "0.2")], "1行目に上限額がありません"),
        ([(5, "0.3"), (5, "0.2"), (None, "0.1")], "2行目の上限額（5円）は、前の行の上限額（5円）より大きく"),
        ([(5, "0.3"), (4, "0.2"), (None, "0.1")], "2行目の上限額（4円）"),
        ([(0, "0.3"), (None, "0.1")], "1行目の上限額（0円）"),
        ([(None, "0")], "1行目の料率は、0より大きく"),
        ([(None, "10.0001")], "10%以下"),
        ([(None, "0.00001")], "小数第4位まで"),
        ([(None, "-0.3")], "小数第4位まで"),
        ([(None, "1e1")], "小数第4位まで"),
        ([(None, "０.3")], "小数第4位まで"),
    ],
)
def test_unsound_bands_are_refused_in_words(bands, said):
    with pytest.raises(premium.UnsoundBands, match=said):
        premium.sound(bands)


@pytest.mark.parametrize(
    ("yen", "words"),
    [
        (0, "0万円"),
        (5_000_000, "500万円"),
        (100_000_000, "1億円"),
        (120_000_000, "1億2,000万円"),
        (1_234_567, "1,234,567円"),
    ],
)
def test_amounts_are_written_as_people_do(yen, words):
    assert premium.in_man(yen) == words


def test_bands_are_named_by_both_ends():
    words = [premium.band_words(step) for step in premium.quote(ADVANCE, 1).steps]
    assert words == [
        "500万円以下の部分",
        "500万円を超え2,000万円以下の部分",
        "2,000万円を超え1億円以下の部分",
        "1億円を超える部分",
    ]


@pytest.mark.django_db
class TestStored:
    def tariff(self, **changes):
        fields = {"product": "advance", "valid_from": dt.date(2026, 4, 1), "name": "見本", "bands": [[None, "0.3"]]}
        return Tariff.objects.create(**fields | changes)

    def test_a_tariff_holds_from_its_day_until_the_next_begins(self):
        old, new = self.tariff(valid_from=dt.date(2025, 4, 1)), self.tariff()
        self.tariff(product="contract", valid_from=dt.date(2026, 3, 1))
        assert Tariff.on("advance", dt.date(2025, 3, 31)) is None
        assert Tariff.on("advance", dt.date(2026, 3, 31)) == old
        assert Tariff.on("advance", dt.date(2026, 4, 1)) == new

    def test_a_product_has_one_tariff_a_day(self):
        self.tariff()
        with pytest.raises(IntegrityError, match="a_product_has_one_tariff_a_day"):
            self.tariff()

    @pytest.mark.parametrize(
        "bands",
        [
            [],
            [[5, "0.3"]],
            [[None, "0.3"], [None, "0.2"]],
            [[5, "0.3"], [5, "0.2"], [None, "0.1"]],
            [[0, "0.3"], [None, "0.1"]],
        ],
    )
    def test_the_database_itself_refuses_holes_and_overlaps(self, bands):
        with pytest.raises(IntegrityError, match="bands_are_sound"):
            self.tariff(bands=bands)

    def test_the_form_of_a_tariff_says_what_is_wrong(self):
        with pytest.raises(ValidationError, match="最後の行"):
            Tariff(product="advance", valid_from=dt.date(2026, 4, 1), name="見本", bands=[[5, "0.3"]]).full_clean()

    def test_a_premium_is_frozen_with_its_steps_and_never_deleted(self):
        sample_tariffs.load()
        terms, company = make.terms(), make.contractor()
        charged = pricing.freeze(terms, contractor=company)
        assert (charged.total_yen, charged.tariff_name, charged.quote.total_yen) == (48_000, "見本料率", 48_000)
        Tariff.objects.update(bands=[[None, "0.9"]])
        assert Premium.objects.get().quote == premium.quote(ADVANCE, 20_000_000)
        for change in ("total_yen = 1", "steps = '[]'", "amount_yen = amount_yen + 1"):
            with (
                pytest.raises(IntegrityError, match="a premium is frozen"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"UPDATE guarantees_premium SET {change}")
        with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
            charged.delete()

    def test_a_premium_is_tied_once_and_to_its_own_amount(self):
        sample_tariffs.load()
        version = make.ordered()
        charged = pricing.freeze(version, contractor=version.guarantee.contractor)
        pricing.tie(charged, version)
        with pytest.raises(IntegrityError, match="a premium is frozen"), transaction.atomic():
            Premium.objects.update(version=None)
        with pytest.raises(ValueError):
            pricing.tie(charged, make.ordered(amount_yen=1_000_000))

    def test_without_a_tariff_nothing_is_priced(self):
        with pytest.raises(pricing.NoTariff, match="前払金保証の料率表が登録されていません"):
            pricing.freeze(make.terms(), contractor=make.contractor())

    def test_sample_rates_leave_what_is_there(self):
        self.tariff()
        assert sample_tariffs.load() == 3
        assert Tariff.objects.filter(product="advance").count() == 1
