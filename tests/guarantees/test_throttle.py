import datetime as dt

import pytest

from guarantees import clock, throttle
from guarantees.models import Look


def refusals(*ages, network="192.0.2.1", result="refused"):
    """Refusals of a network, that many seconds ago."""
    now = clock.now()
    for age in ages:
        Look.objects.create(
            number_hmac="0" * 64, result=result, visitor=network, network=network, at=now - dt.timedelta(seconds=age)
        )


@pytest.mark.parametrize(
    ("visitor", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("2001:1111:2222:3333:4444:5555:6666:7777", "2001:1111:2222:3333::/64"),
        ("", ""),
        ("unix:" + "x" * 99, "unix:" + "x" * 40),
    ],
)
def test_an_address_is_counted_with_those_that_its_owner_can_take_freely(visitor, network):
    assert throttle.network(visitor) == network


@pytest.mark.django_db
def test_nine_refusals_are_free():
    refusals(*range(1, 10))

    throttle.admit("192.0.2.1")


@pytest.mark.django_db
@pytest.mark.parametrize(("newest", "wait"), [(0, 30), (12, 18), (29, 1)])
def test_after_ten_an_address_waits_for_the_rest_of_thirty_seconds(newest, wait):
    refusals(newest, *range(100, 109))

    with pytest.raises(throttle.TooManyTries) as refusal:
        throttle.admit("192.0.2.1")

    assert refusal.value.retry_after == wait
    assert f"{wait}秒たってから" in str(refusal.value)


@pytest.mark.django_db
def test_after_thirty_seconds_one_more_try_is_let_through():
    refusals(31, *range(100, 110))
    throttle.admit("192.0.2.1")

    refusals(0)
    with pytest.raises(throttle.TooManyTries):
        throttle.admit("192.0.2.1")


@pytest.mark.django_db
def test_refusals_older_than_ten_minutes_and_those_of_others_do_not_count():
    refusals(*range(1, 10))
    refusals(*range(601, 620))
    refusals(*range(1, 20), network="192.0.2.2")
    refusals(*range(1, 20), result="opened")

    throttle.admit("192.0.2.1")
