"""Says in one short line why an attempt failed, in words that may lie in a table and in a log."""

import re
import traceback
from pathlib import PurePath

LENGTH = 300
# Twelve or more letters and digits in a row, hyphens allowed, look like a key; ordinary lower-case words do not.
_KEY_LIKE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z](?:-?[0-9A-Za-z]){11,}(?![0-9A-Za-z])")
_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")


def short(error: BaseException) -> str:
    """Name the error's class, its first line and the place it came from, without key-like signs and mail addresses."""
    text = (str(error).strip() or "-").splitlines()[0]  # the lines after it may quote rows of the database
    frames = traceback.extract_tb(error.__traceback__)
    place = f" [{PurePath(frames[-1].filename).name}:{frames[-1].lineno}]" if frames else ""
    return f"{type(error).__name__}: {masked(text)}"[: LENGTH - len(place)] + place


def masked(text: str) -> str:
    """Replace what looks like a key or a mail address by ***."""
    return _KEY_LIKE.sub(_mask, _ADDRESS.sub("***", text))


def _mask(found: re.Match[str]) -> str:
    word = found.group()
    return word if word.replace("-", "").isalpha() and word.islower() else "***"
