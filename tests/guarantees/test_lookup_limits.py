from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from audit.models import Entry
from guarantees import keys, throttle
from guarantees.models import Look
from tests import make
from tests.guarantees.looking import UNKNOWN, WRONG, look, opened_by


@pytest.mark.django_db
def test_ten_refusals_in_ten_minutes_slow_an_address_down(hashes):
    number, key = opened_by(make.issued())
    hashes.clear()
    for _ in range(throttle.FREE):
        assert look(UNKNOWN, WRONG).result == "refused"

    with pytest.raises(throttle.TooManyTries, match="30秒たってから") as refusal:
        look(number, key)

    assert refusal.value.retry_after in {29, 30}
    assert len(hashes) == 10
    assert Look.objects.count() == 10
    assert look(number, key, visitor="192.0.2.2").result == "opened"


@pytest.mark.django_db
def test_right_answers_never_count():
    number, key = opened_by(make.issued())

    results = [look(number, key).result for _ in range(throttle.FREE + 2)]

    assert results == ["opened"] * 12


@pytest.mark.django_db
def test_wrong_tries_of_others_never_stop_the_right_key():
    number, key = opened_by(make.issued())
    for nth in range(30):
        look(number, WRONG, visitor=f"198.51.100.{nth}")

    assert look(number, key).result == "opened"


@pytest.mark.django_db
def test_every_twentieth_refusal_of_a_number_is_reported_whether_it_exists_or_not(caplog):
    number, key = opened_by(make.issued())
    for asked in (number, UNKNOWN):
        for nth in range(20):
            assert Entry.objects.filter(action="look.repeated", data__number_hmac=keys.number_mark(asked)).count() == 0
            look(asked, WRONG, visitor=f"198.51.100.{nth + (100 if asked == number else 0)}")

    reported = Entry.objects.filter(action="look.repeated").order_by("seq")
    assert [entry.data for entry in reported] == [
        {"refusals": 20, "number_hmac": keys.number_mark(asked)} for asked in (number, UNKNOWN)
    ]
    assert [record.levelname for record in caplog.records if record.name == "guarantees.lookup"] == ["WARNING"] * 2
    assert number not in caplog.text
    assert look(number, key).result == "opened"


@pytest.mark.django_db(transaction=True)
def test_a_burst_from_one_address_cannot_slip_past_the_limit():
    results, start = [], Barrier(6)

    def work():
        start.wait()
        for _ in range(4):
            try:
                results.append(str(look(UNKNOWN, WRONG).result))
            except throttle.TooManyTries:
                results.append("too many")
        connection.close()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["refused"] * 10 + ["too many"] * 14


@pytest.mark.django_db(transaction=True)
def test_an_address_that_waits_too_long_for_its_turn_is_told_that_we_are_busy():
    held, done = Barrier(2), Barrier(2)

    def hold():
        with transaction.atomic():
            throttle.admit("192.0.2.1")
            held.wait()
            done.wait()
        connection.close()

    holder = Thread(target=hold)
    holder.start()
    held.wait()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(keys.Busy):
            look(UNKNOWN, WRONG)
        assert look(UNKNOWN, WRONG, visitor="192.0.2.2").result == "refused"
    finally:
        done.wait()
        holder.join()
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_refusal_stays_recorded():
    look(UNKNOWN, WRONG)

    assert Look.objects.get().result == "refused"
