import pytest

from outbox import waits


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 5), (2, 10), (3, 20), (8, 600), (20, 600), (10_000, 600)])
def test_the_pause_before_a_retry_doubles_up_to_ten_minutes(attempt, seconds):
    drawn = {waits.before_retry(attempt).total_seconds() for _ in range(200)}

    assert 0.8 * seconds <= min(drawn) < max(drawn) <= 1.2 * seconds


def test_an_unknown_outcome_is_looked_at_again_after_two_minutes_at_the_earliest():
    assert waits.after_unknown(1) == waits.AFTER_UNKNOWN
    assert waits.after_unknown(3).total_seconds() >= 0.8 * 600
