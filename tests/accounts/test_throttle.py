"""Guessing gets slower and slower, and the right person still gets in."""

import threading

import pytest
from django.db import connection

from accounts import throttle
from accounts.models import LoginTry

HOME, AWAY, ATTACKER = "192.0.2.1", "192.0.2.2", "198.51.100.7"


def fail(email="soumu@example.jp", visitor=ATTACKER):
    return throttle.begin(email, visitor=visitor)


def wait(email="soumu@example.jp", visitor=ATTACKER):
    """Seconds the next try has to wait; 0 takes nothing, as the try is undone."""
    try:
        throttle.begin(email, visitor=visitor).delete()
    except throttle.TooManyTries as refusal:
        return refusal.wait
    return 0


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 15), (6, 30), (7, 60), (8, 120), (9, 240), (10, 480), (11, 900), (12, 900), (10_000, 900)],
)
def test_the_wait_doubles_up_to_fifteen_minutes(failures, seconds):
    assert throttle.delay(failures, free=5) == seconds


def test_the_account_waits_after_five_failures_and_a_refused_try_lengthens_nothing(db, clock):
    waits = []
    for _ in range(9):
        waits.append(wait())
        clock(seconds=wait())
        fail()
    assert waits == [0, 0, 0, 0, 0, 15, 30, 60, 120]
    clock(seconds=100)
    assert [wait(), wait(), wait()] == [140, 140, 140]
    assert LoginTry.objects.count() == 9


def test_the_wait_is_never_longer_than_fifteen_minutes(db, clock):
    for _ in range(40):
        clock(seconds=wait())
        fail()
    assert wait() <= 900
    clock(minutes=15)
    assert wait(visitor=HOME) == 0


def test_at_home_the_owner_gets_in_while_others_guess(db, clock):
    throttle.succeed(fail(visitor=HOME))
    clock(days=3)
    for _ in range(8):
        clock(seconds=wait())
        fail(visitor=ATTACKER)
    assert wait(visitor=ATTACKER) > 0
    assert wait(visitor=AWAY) > 0
    assert wait(visitor=HOME) == 0
    for _ in range(5):
        fail(visitor=HOME)
    assert wait(visitor=HOME) == 15  # at home too, one's own failures count


def test_a_home_is_forgotten_after_thirty_days(db, clock):
    throttle.succeed(fail(visitor=HOME))
    clock(days=30, seconds=1)
    for _ in range(5):
        fail(visitor=ATTACKER)
    assert wait(visitor=HOME) == 15
    throttle.succeed(fail("other@example.jp", visitor=AWAY))
    assert LoginTry.objects.filter(visitor=HOME).count() == 0


def test_a_log_in_ends_the_wait_of_the_account(db, clock):
    for _ in range(4):
        fail(visitor=HOME)
    clock(seconds=1)
    throttle.succeed(fail(visitor=HOME))
    clock(seconds=1)
    for _ in range(4):
        fail(visitor=HOME)
    assert wait(visitor=HOME) == 0


def test_one_address_waits_after_twenty_failures_at_any_accounts(db, clock):
    for n in range(20):
        fail(f"guess{n}@example.jp")
    assert wait("fresh@example.jp") == 15
    assert wait("fresh@example.jp", visitor=HOME) == 0
    clock(hours=1, seconds=1)
    assert wait("fresh@example.jp") == 0


def test_tries_made_at_once_are_counted_one_after_the_other(transactional_db):
    start, results = threading.Barrier(12), []

    def guess():
        start.wait()
        try:
            results.append(fail())
        except throttle.TooManyTries:
            results.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(result is not None for result in results) == 5


def test_the_page_says_how_long_and_whom_to_call(person, log_in, settings):
    for _ in range(5):
        log_in("soumu@example.jp", "wrong password here")
    answer = log_in("soumu@example.jp")
    page = answer.content.decode()
    assert answer.status_code == 429
    assert 1 <= int(answer["Retry-After"]) <= 15
    assert f"あと約{answer['Retry-After']}秒たってから、もう一度お試しください。" in page
    assert settings.COMPANY_PHONE in page
    assert "<title>エラー：ログイン｜ネットデスク</title>" in page


def test_an_unknown_account_waits_like_a_known_one(person, log_in, clock):
    for email in ("soumu@example.jp", "nobody@example.jp"):
        for _ in range(5):
            log_in(email, "wrong password here", REMOTE_ADDR=ATTACKER if email[0] == "s" else AWAY)
    known = log_in("soumu@example.jp", "wrong password here", REMOTE_ADDR=ATTACKER)
    unknown = log_in("nobody@example.jp", "wrong password here", REMOTE_ADDR=AWAY)
    assert (known.status_code, known["Retry-After"]) == (unknown.status_code, unknown["Retry-After"]) == (429, "15")


def test_the_right_password_opens_from_a_calm_address_once_the_wait_is_over(person, log_in, clock):
    for _ in range(15):
        clock(seconds=wait())
        log_in("soumu@example.jp", "wrong password here", REMOTE_ADDR=ATTACKER)
    clock(minutes=15)
    assert log_in("soumu@example.jp", REMOTE_ADDR=AWAY).url == "/"


def test_words_for_minutes():
    assert "あと約15秒" in str(throttle.TooManyTries(15))
    assert "あと約2分" in str(throttle.TooManyTries(61))
    assert "あと約15分" in str(throttle.TooManyTries(900))
