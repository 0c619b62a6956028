"""Hands one letter to our mail server, step by step, so that it is known what a broken line means."""

import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import format_datetime, parseaddr
from time import monotonic
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.timezone import localtime

from outbox import links, waits
from outbox.models import Letter, LetterAttempt

LONGEST_REPLY = 30.0  # seconds; settings.EMAIL_TIMEOUT may shorten it, and with it the two others
LONGEST_CONNECT = 5.0
LONGEST_LAST_REPLY = 60.0  # after the final dot, when the server stores the letter
SPARE = 10.0

Outcome = LetterAttempt.Outcome
# What the first figure of a reply means at each step. Only the recipient and the content may bounce a letter;
# a refusal of ourselves (greeting, log-in, sender) is our own trouble and is tried again.
BEFORE_RECIPIENT = {4: Outcome.DEFERRED, 5: Outcome.DEFERRED}
BEFORE_DOT = {4: Outcome.DEFERRED, 5: Outcome.BOUNCED}
AFTER_DOT = {2: Outcome.SENT, 4: Outcome.DEFERRED, 5: Outcome.BOUNCED}


class Result(NamedTuple):
    """How an attempt ended, with the server's last words as far as there were any."""

    outcome: Outcome
    code: int | None = None
    text: str = ""


def send(letter: Letter) -> Result:
    """Make one attempt; trouble with address, network or server is a result, not an exception.

    The lease outlives the attempt: the final dot is not sent when the answer to it might come too late.
    """
    try:
        sender, recipient = _address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1]), _address(letter.to)
        content = _content(letter)
    except (ValueError, IndexError, MessageError) as error:
        return Result(Outcome.BOUNCED, text=f"{type(error).__name__}: impossible address or header")
    try:
        with _talking() as server:
            return _hand_over(server, sender, recipient, content)
    except smtplib.SMTPResponseException as refusal:
        return _judged((refusal.smtp_code, refusal.smtp_error), BEFORE_RECIPIENT, Outcome.DEFERRED)
    except (smtplib.SMTPException, OSError) as error:
        return Result(Outcome.DEFERRED, text=f"{type(error).__name__}: {error}"[:200])


def _hand_over(server: "_PacedSMTP", sender: str, recipient: str, content: bytes) -> Result:
    server.ehlo_or_helo_if_needed()
    if (reply := server.mail(sender))[0] != 250:
        return _judged(reply, BEFORE_RECIPIENT, Outcome.DEFERRED)
    if (reply := server.rcpt(recipient))[0] not in {250, 251}:
        return _judged(reply, BEFORE_DOT, Outcome.DEFERRED)
    if (reply := server.docmd("DATA"))[0] != 354:
        return _judged(reply, BEFORE_DOT, Outcome.DEFERRED)
    server.send(content)
    server.patience = _last_reply()
    server.until = monotonic() + server.patience
    try:
        server.send(b".\r\n")
        reply = server.getreply()
    except (smtplib.SMTPException, OSError) as error:  # from the dot on, only a reply tells whether it was taken
        return Result(Outcome.UNKNOWN, text=f"{type(error).__name__}: {error}"[:200])
    return _judged(reply, AFTER_DOT, Outcome.UNKNOWN)


def _judged(reply: tuple[int, bytes | str], meanings: dict[int, Outcome], otherwise: Outcome) -> Result:
    code, words = reply
    text = words.decode("ascii", "replace") if isinstance(words, bytes) else words
    known = code if 200 <= code <= 599 else None
    return Result(meanings.get(code // 100, otherwise), known, " ".join(text.split())[:200])


class _PacedSMTP(smtplib.SMTP):
    """Waits for each reply a limited time in all: a byte now and then buys no more (socket timeouts allow that)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Before the dot all steps together must leave enough of the lease for the answer to it.
        self.patience = _reply()
        self.until = monotonic() + waits.LEASE.total_seconds() - _last_reply() - SPARE
        super().__init__(*args, **kwargs)

    def getreply(self) -> tuple[int, bytes]:
        patience = min(self.patience, self.until - monotonic())
        if self.sock is None or patience <= 0:
            self.close()
            raise smtplib.SMTPServerDisconnected("the time for this attempt is over")
        self.sock.settimeout(patience)
        with _cut_after(patience, self.sock):
            return super().getreply()


class _PacedSMTPS(_PacedSMTP, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class _Backend(EmailBackend):
    """Django's own way to the mail server (host, TLS, log-in from settings), at our pace."""

    @property
    def connection_class(self) -> type[_PacedSMTP]:
        return _PacedSMTPS if self.use_ssl else _PacedSMTP


@contextmanager
def _talking() -> Iterator[_PacedSMTP]:
    backend = _Backend(timeout=min(LONGEST_CONNECT, _reply()), fail_silently=False)
    try:
        backend.open()
        server = backend.connection
        if not isinstance(server, _PacedSMTP):
            raise smtplib.SMTPServerDisconnected("no connection")
        yield server
        server.until = monotonic() + 1  # the letter is settled: no long good-byes
    finally:
        with suppress(smtplib.SMTPException, OSError):
            backend.close()


@contextmanager
def _cut_after(seconds: float, sock: socket.socket) -> Iterator[None]:
    twin = socket.fromfd(sock.fileno(), sock.family, sock.type)  # stays valid when TLS takes the socket over
    watch = threading.Timer(seconds, _cut, [twin])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        twin.close()


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _content(letter: Letter) -> bytes:
    message = EmailMessage(
        letter.subject,
        links.filled(letter),
        settings.DEFAULT_FROM_EMAIL,
        [letter.to],
        headers={
            "Message-ID": letter.message_id,
            "Date": format_datetime(localtime(letter.created_at)),
            "Auto-Submitted": "auto-generated",
        },
    )
    lines = message.message().as_bytes().splitlines()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)  # RFC 5321, 4.5.2


def _address(address: str) -> str:
    """Return a bare address for the envelope; ValueError for what the server could not be told in ASCII."""
    spec = Address(addr_spec=address)
    return f"{spec.username}@{spec.domain.encode('idna').decode()}".encode("ascii").decode()


def _reply() -> float:
    return min(LONGEST_REPLY, float(settings.EMAIL_TIMEOUT or LONGEST_REPLY))


def _last_reply() -> float:
    return min(LONGEST_LAST_REPLY, 2 * _reply())
