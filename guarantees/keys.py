"""認証キー: how a key is made, read as typed, sealed for those who may show it, and hashed for those who check it.

This is the only module that reads the rings of secrets. KEY_RING opens what is sealed and belongs to portal and worker;
PEPPER_RING goes into the hashes and is all that the public look-up needs.
"""

import base64
import binascii
import hmac
import logging
import re
import secrets
import threading
import unicodedata
import uuid
from typing import TYPE_CHECKING, NamedTuple

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:  # this module is already read when the app starts, before there are models
    from guarantees.models import Document, Guarantee, Key

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz"  # 56 signs: no 0 1 I O l o
LENGTH = 12  # 69.7 bits; a check sign would cost 5.8 of them and catch little that the six missing signs do not
_LABEL = "認証キー"
_TOO_LONG = 1000  # signs; more than a whole pasted notice
_HYPHENS = "ー\u2212"  # what is left of hyphens after NFKC and outside the category of dashes
_NONCE = 12  # bytes of AES-GCM's nonce, stored before the ciphertext
_SECRET = 32  # bytes of every entry of a ring

PUBLIC_URLS = "guarantees.verify_urls"  # the ROOT_URLCONF of a process that serves the look-up only
_AT_ONCE = threading.BoundedSemaphore(2)  # slow hashes in this process: 19 MiB and 20 ms of a core each
_PATIENCE = 2.0  # seconds

_log = logging.getLogger(__name__)


class Busy(Exception):
    """Say that too many look-ups run at this moment."""

    retry_after = 5  # seconds

    def __init__(self) -> None:
        super().__init__("ただいま照会が混み合っています。少し待ってから、もう一度照会してください。")


class Unsealable(Exception):
    """Say that a sealed key or paper cannot be opened: altered, moved to another row, or its secret is missing."""

    def __init__(self) -> None:
        super().__init__("認証キーを表示できません。お手数ですが、取扱店へご連絡ください。")


class Sealed(NamedTuple):
    """Bytes that only the holder of the ring's entry `kid` can read, and only where they were meant to lie."""

    data: bytes
    kid: str


def generate() -> str:
    """Draw a new key, 12 signs, each with the same chance."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def grouped(key: str) -> list[str]:
    """Cut a key into groups of four, as papers and pages show it."""
    return [key[i : i + 4] for i in range(0, len(key), 4)]


def normalise(typed: str) -> str:
    """Undo what keyboards and mails do: full width, spaces, hyphens, zero-width signs, line breaks; case stays.

    A pasted sentence may hold it behind the words 認証キー; then the first 12 signs after them are taken.
    """
    text = unicodedata.normalize("NFKC", typed[:_TOO_LONG])
    if _LABEL in text:
        found = re.search(f"[A-Za-z0-9]{{1,{LENGTH}}}", _joined(text.rpartition(_LABEL)[2]))
        return found[0] if found else ""
    return _joined(text)


def faults(typed: str) -> str:
    """Say in Japanese why what was typed cannot be a key, without asking the database; "" when it can."""
    key = normalise(typed)
    if not key:
        return "認証キーを入力してください。"
    wrong = sorted(set(key) - set(ALPHABET))
    if wrong:
        shown = "、".join(sign for sign in wrong[:5] if sign.isprintable()) or "制御文字"
        return f"認証キーに使われない文字があります（{shown}）。数字の0・1、英字のI・O・l・oは使われません。"
    if len(key) != LENGTH:
        return f"認証キーは{LENGTH}文字です。入力された文字数：{len(key)}文字"
    return ""


def seal(key: str, guarantee: "Guarantee", no: int) -> Sealed:
    """Seal a key for key number `no` of a guarantee; anywhere else the result cannot be opened."""
    return _seal(key.encode(), f"gkey|{guarantee.pk}|{no}")


def reveal(key: "Key") -> str:
    """Open a stored key for somebody entitled to see it. Raises Unsealable when the row was altered or moved."""
    return _open(bytes(key.ciphertext), key.kid, f"gkey|{key.guarantee_id}|{key.no}").decode()


def seal_paper(pdf: bytes, paper: "Document") -> Sealed:
    """Seal the bytes of a paper that bears a key, bound to its guarantee, version, kind and key number."""
    return _seal(pdf, _place(paper))


def open_paper(stored: bytes, paper: "Document") -> bytes:
    """Open the stored bytes of a sealed paper. Raises Unsealable when they are not this paper's."""
    return _open(stored, paper.kid, _place(paper))


def verifier(key: str, guarantee_id: uuid.UUID, salt: bytes, pepper_id: str) -> bytes:
    """Compute the 32 bytes that tell whether a key fits: Argon2id (19 MiB, t=2, p=1) over an HMAC with the pepper.

    The HMAC binds the guarantee's id, not its number: the hash can so be computed before the number is taken, outside
    the counter's lock. Nothing is lost, since the look-up goes from the unique number to the row, and id and salt are
    that row's own; a verifier moved to another guarantee fits nothing.

    Takes about 20 ms of a core. At most two run at once in a process; raises Busy after two seconds in the queue. When
    the pepper is not in the ring any more the result fits nothing: the look-up fails closed and like any refusal.
    """
    pepper = _ring("PEPPER_RING").get(pepper_id)
    if pepper is None:
        _log.error("PEPPER_RING has no entry %s: the guarantees made with it cannot be looked up", pepper_id)
        pepper = secrets.token_bytes(_SECRET)
    peppered = hmac.digest(pepper, b"gkey|" + guarantee_id.bytes + key.encode(), "sha256")
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise Busy
    try:
        return hash_secret_raw(peppered, salt, time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, type=Type.ID)
    finally:
        _AT_ONCE.release()


def pepper_id(wished: str = "") -> str:
    """Name the pepper that new verifiers are made with: the one wished for while the ring holds it, else its first."""
    ring = _ring("PEPPER_RING")
    return wished if wished in ring else next(iter(ring))


def number_mark(number: str) -> str:
    """Give the HMAC under which the record of look-ups keeps a typed number, 64 hex digits."""
    return hmac.digest(_ring("PEPPER_RING")[pepper_id()], b"look|" + number.encode(), "sha256").hex()


def check() -> None:
    """Refuse to start a process without the secrets its part needs, or with a secret it must not have.

    The public look-up needs peppers and must not hold the ring that opens keys; everything else needs both. In the
    demo a ring may still be missing, since the runner makes it. Raises ImproperlyConfigured and names the variable.
    """
    is_public = settings.ROOT_URLCONF == PUBLIC_URLS
    if is_public and settings.KEY_RING:
        raise ImproperlyConfigured("KEY_RING must not be given to the public look-up: it could open every key")
    for name in ("PEPPER_RING",) if is_public else ("KEY_RING", "PEPPER_RING"):
        if getattr(settings, name) or not settings.DEMO:
            _ring(name)


def _joined(text: str) -> str:
    return "".join(c for c in text if not (c.isspace() or c in _HYPHENS or unicodedata.category(c) in {"Pd", "Cf"}))


def _seal(plain: bytes, place: str) -> Sealed:
    ring = _ring("KEY_RING")
    kid = next(iter(ring))
    nonce = secrets.token_bytes(_NONCE)
    return Sealed(nonce + AESGCM(ring[kid]).encrypt(nonce, plain, f"{place}|{kid}".encode()), kid)


def _open(stored: bytes, kid: str, place: str) -> bytes:
    try:
        return AESGCM(_ring("KEY_RING")[kid]).decrypt(stored[:_NONCE], stored[_NONCE:], f"{place}|{kid}".encode())
    except (InvalidTag, KeyError, ValueError) as fault:
        _log.error("what is sealed for %s does not open: altered, moved, or KEY_RING has no entry %s", place, kid)
        raise Unsealable from fault


def _place(paper: "Document") -> str:
    return f"paper|{paper.guarantee_id}|{paper.version_id}|{paper.kind}|{paper.key_no}"


def _ring(name: str) -> dict[str, bytes]:
    """Read a ring of secrets from the settings, the one that writes first. Raises ImproperlyConfigured for any flaw."""
    wanted = f'{name} must be JSON {{"name": "base64 of {_SECRET} random bytes", ...}}, the newest first'
    try:
        ring = {kid: base64.b64decode(text, validate=True) for kid, text in getattr(settings, name).items()}
    except (AttributeError, TypeError, binascii.Error) as fault:
        raise ImproperlyConfigured(wanted) from fault
    if not ring or any(len(secret) != _SECRET or not 0 < len(kid) <= 20 for kid, secret in ring.items()):
        raise ImproperlyConfigured(wanted)
    return ring
