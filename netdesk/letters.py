"""Reads the letters that the demo's mail server accepted; they lie as .eml files in settings.MAIL_DIR."""

import datetime as dt
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

NEWEST = 100


class Letter(NamedTuple):
    """One letter as its reader sees it. `name` is the name of its file without the ending."""

    name: str
    at: dt.datetime  # when the file was written
    to: str
    sender: str
    subject: str
    body: str


def newest() -> list[Letter]:
    """Read the latest letters, newest first; none where no mail has come yet."""
    folder = Path(settings.MAIL_DIR)
    files = (
        sorted(folder.glob("[!.]*.eml"), key=lambda file: file.stat().st_mtime, reverse=True) if folder.is_dir() else []
    )
    return [_read(file) for file in files[:NEWEST]]


def find(name: str) -> Letter | None:
    """Read one letter by a name that newest() gave; None for any other name."""
    return next((letter for letter in newest() if letter.name == name), None)


def _read(file: Path) -> Letter:
    letter = message_from_bytes(file.read_bytes(), EmailMessage, policy=policy.default)
    text = letter.get_body(("plain",))
    return Letter(
        name=file.stem,
        at=dt.datetime.fromtimestamp(file.stat().st_mtime, tz=timezone.get_default_timezone()),
        to=str(letter.get("To", "")),
        sender=str(letter.get("From", "")),
        subject=str(letter.get("Subject", "")),
        body=str(text.get_content()) if isinstance(text, EmailMessage) else "",
    )
