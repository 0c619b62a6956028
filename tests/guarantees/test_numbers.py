import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from guarantees import numbers
from guarantees.models import NumberSeries
from tests import make

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "prefix"),
    [
        (dt.datetime(2026, 4, 1, 0, 0, 0, tzinfo=TOKYO), "26102"),
        (dt.datetime(2026, 12, 31, 23, 59, 59, tzinfo=TOKYO), "26102"),
        (dt.datetime(2027, 3, 31, 23, 59, 59, tzinfo=TOKYO), "26102"),
        (dt.datetime(2027, 4, 1, 0, 0, 0, tzinfo=TOKYO), "27102"),
        (dt.datetime(2027, 3, 31, 14, 59, 59, tzinfo=dt.UTC), "26102"),
        (dt.datetime(2027, 3, 31, 15, 0, 0, tzinfo=dt.UTC), "27102"),
        (dt.datetime(2100, 1, 1, 0, 0, 0, tzinfo=TOKYO), "99102"),
        (dt.datetime(2100, 4, 1, 0, 0, 0, tzinfo=TOKYO), "00102"),
    ],
)
def test_the_prefix_is_the_fiscal_year_in_tokyo_and_the_office(at, prefix):
    assert numbers.prefix(make.branch("102"), at) == prefix


@pytest.mark.django_db
def test_every_prefix_has_its_own_series_from_one():
    taken = [numbers.take(prefix) for prefix in ("26101", "26101", "26102", "26101", "27101")]

    assert taken == ["26101-000001", "26101-000002", "26102-000001", "26101-000003", "27101-000001"]


@pytest.mark.django_db
def test_after_the_last_number_a_series_refuses_and_stays_as_it_is():
    NumberSeries.objects.create(prefix="26101", last=999_998)

    assert numbers.take("26101") == "26101-999999"
    with pytest.raises(numbers.SeriesExhausted, match="26101-999999 まで使い終わりました"):
        numbers.take("26101")

    assert NumberSeries.objects.get(prefix="26101").last == 999_999
    assert numbers.take("26102") == "26102-000001"


@pytest.mark.django_db
def test_a_rollback_gives_the_number_back():
    numbers.take("26101")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbers.take("26101")
        raise ZeroDivisionError

    assert numbers.take("26101") == "26101-000002"


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_inside_a_transaction_only():
    with pytest.raises(transaction.TransactionManagementError):
        numbers.take("26101")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_every_number_once_though_some_give_up():
    def work(nth):
        try:
            with transaction.atomic():
                number = numbers.take("26101")
                if nth % 5 == 0:
                    raise LookupError
            return number
        except LookupError:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = [number for number in pool.map(work, range(25)) if number]

    assert sorted(taken) == [f"26101-{n:06d}" for n in range(1, 21)]


@pytest.mark.parametrize(
    "typed",
    [
        "26102-000123",
        "26102000123",
        " 26102 - 000123 ",
        "２６１０２－０００１２３",
        "26102ー000123",
        "26102–000123",
        "26102—000123",
        "26102−000123",
        "26102‐000123",
        "26102‑000123",
        "26102-\r\n000123",
        "26102\u200b-000123",
        "\ufeff26102-000123\u200b",
        "保証契約番号　26102-000123（第1版）",
        "保証契約番号：２６１０２－０００１２３ 認証キー：Z28Y UE4J 3Bux",
    ],
)
def test_spellings_of_a_number_are_read_alike(typed):
    assert numbers.normalise(typed) == "26102-000123"
    assert numbers.faults(typed) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "1234-1",
        "26102-00012",
        "26102-0001234",
        "ABCDE-FGHIJK",
        "26102-00012a",
        "' OR 1=1 --",
        "*",
        "%",
        "_",
        "..",
        "９" * 99,
    ]
    + ["٢٦١٠٢-٠٠٠١٢٣", "26102\0000123", "1" * 10_000, "保証契約番号", "126102-000123"],
)
def test_what_cannot_be_a_number_is_told_so(typed):
    assert numbers.faults(typed) == "保証契約番号は、数字5桁と6桁（例：00000-000000）で入力してください。"


@pytest.mark.parametrize("typed", ["", "   ", "　\r\n"])
def test_an_empty_number_is_asked_for(typed):
    assert numbers.faults(typed) == "保証契約番号を入力してください。"
