"""Notes what browsers complain about, a few lines a minute: anybody may send such a complaint, and any number of them."""

import logging
import threading
import time

logger = logging.getLogger(__name__)

LONGEST = 500  # bytes of a report that are logged
MOST, SPAN = 20, 60.0  # so many lines in so many seconds; the rest is dropped without a word

_lock = threading.Lock()
_noted: list[float] = []  # moments of the lines of the last SPAN, oldest first; each process counts for itself


def note(report: bytes) -> None:
    """Log the beginning of a report, unless MOST of them were logged within the last SPAN seconds."""
    now = time.monotonic()
    with _lock:
        _noted[:] = [at for at in _noted if now - at < SPAN]
        if len(_noted) >= MOST:
            return
        _noted.append(now)
    logger.warning("content security policy: %s", report[:LONGEST].decode(errors="replace"))
