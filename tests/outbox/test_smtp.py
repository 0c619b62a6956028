import socket
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from time import monotonic, sleep

import pytest

from outbox import smtp, waits
from outbox.models import Letter, LetterAttempt

Outcome = LetterAttempt.Outcome


@contextmanager
def line(*words, pause=0.0):
    """A mail server that says these words one after the other, whatever it hears, and then listens in silence."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk():
            peer, _ = listener.accept()
            with peer:
                try:
                    for word in words:
                        peer.sendall(word)
                        sleep(pause)
                    while peer.recv(4096):
                        pass
                except OSError:
                    pass

        thread = Thread(target=talk, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
    thread.join(timeout=5)


@pytest.fixture
def mail_server(settings):
    @contextmanager
    def at(*words, **options):
        with line(*words, **options) as port:
            settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.3
            yield

    return at


def timed(letter):
    began = monotonic()
    return smtp.send(letter), monotonic() - began


def test_a_server_that_never_greets_is_left_in_time(letter, mail_server):
    with mail_server():
        result, seconds = timed(letter)

    assert (result.outcome, result.code) == (Outcome.DEFERRED, None)
    assert seconds < 1


def test_a_server_that_dribbles_buys_no_time(letter, mail_server):
    with mail_server(*[b"-"] * 40, pause=0.05):
        result, seconds = timed(letter)

    assert (result.outcome, result.code) == (Outcome.DEFERRED, None)
    assert seconds < 1


@pytest.mark.parametrize("greeting", [b"554 go away\r\n", b"421 busy\r\n"])
def test_a_refusal_of_ourselves_is_not_the_recipients_fault(letter, mail_server, greeting):
    with mail_server(greeting):
        result, _ = timed(letter)

    assert result == (Outcome.DEFERRED, int(greeting[:3]), greeting[4:].decode().strip())


def test_a_server_that_says_nothing_after_the_dot_leaves_the_outcome_unknown(letter, mail_server):
    with mail_server(b"220 x\r\n", b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", pause=0.02):
        result, seconds = timed(letter)

    assert (result.outcome, result.code) == (Outcome.UNKNOWN, None)
    assert seconds < 2


def test_nonsense_after_the_dot_leaves_the_outcome_unknown(letter, mail_server):
    words = b"220 x\r\n", b"250 x\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"what?\r\n"
    with mail_server(*words, pause=0.02):
        result, _ = timed(letter)

    assert (result.outcome, result.code) == (Outcome.UNKNOWN, None)


def test_the_dot_is_not_sent_when_the_lease_could_not_outlast_the_answer(letter, server, monkeypatch):
    monkeypatch.setattr(waits, "LEASE", timedelta(seconds=smtp.SPARE + 2))  # the answer alone may take 2 s

    assert smtp.send(letter).outcome == Outcome.DEFERRED
    assert server.received == []


def test_without_the_promised_tls_nothing_is_said(letter, server, settings):
    settings.EMAIL_USE_TLS = True

    result = smtp.send(letter)

    assert (result.outcome, result.text) == (
        Outcome.DEFERRED,
        "SMTPNotSupportedError: STARTTLS extension not supported by server.",
    )
    assert server.received == []


@pytest.mark.parametrize(
    "address",
    [
        "太郎@example.jp",
        "taro",
        "taro@",
        "a@example.jp,b@example.jp",
        "a@example.jp\nBcc: b@example.jp",
        "",
        "a b@example.jp",
    ],
)
def test_an_impossible_address_bounces_without_a_word_to_the_server(db, server, address):
    letter = Letter(to=address, subject="件名", body="本文", message_id="<x@example.jp>")

    result = smtp.send(letter)

    assert (result.outcome, result.code) == (Outcome.BOUNCED, None)
    assert server.received == []


def test_a_japanese_domain_is_told_in_ascii(letter, server):
    letter.to = "taro@見本.example.jp"

    assert smtp.send(letter).outcome == Outcome.SENT
    assert server.envelopes[0][1] == ["taro@xn--8pvz87e.example.jp"]
