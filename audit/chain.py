"""The arithmetic of the audit chain: how an entry becomes a fingerprint, and where a chain first breaks."""

import hashlib
import json
from datetime import UTC
from typing import Any, NoReturn

from audit.models import Entry, Head

START = "0" * 64


def sound(data: dict[str, Any]) -> dict[str, Any]:
    """Return data as the database will give it back: strings, whole numbers, booleans, null, lists, objects.

    Raises TypeError for anything else. Fractions are refused as well, because PostgreSQL may write
    them differently from how they came and the fingerprint would no longer fit.
    """
    plain: dict[str, Any] = json.loads(json.dumps(data), parse_float=_refuse, parse_constant=_refuse)
    return plain


def _refuse(number: str) -> NoReturn:
    raise TypeError(f"an audit entry holds whole numbers only, not {number}")


def fingerprint(entry: Entry) -> str:
    """Compute SHA-256(prev_hash ‖ canonical JSON(seq, at, actor, action, object, data)) as 64 hex digits."""
    content = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [entry.actor_id, entry.actor_name],
        "action": entry.action,
        "object": [entry.subject_type, entry.subject_id],
        "data": entry.data,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256((entry.prev_hash + canonical).encode()).hexdigest()


def first_break() -> int | None:
    """Recompute the whole chain; return the first seq that does not fit, or None when everything does.

    Reads beside running writers: the chain must reach at least the head seen before, at most the one
    seen after. A shortened chain breaks at its first missing seq. Whoever rewrites entries, head and
    all is not found here: that takes time-stamped seals kept outside the database.
    """
    before, seq, link = _head(), 0, START
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        seq += 1
        if (entry.seq, entry.prev_hash, entry.hash) != (seq, link, fingerprint(entry)):
            return seq
        if seq == before.seq and entry.hash != before.hash:
            return seq
        link = entry.hash
    if seq < before.seq:
        return seq + 1
    after = _head()
    return after.seq + 1 if seq > after.seq else None


def _head() -> Head:
    return Head.objects.first() or Head()
