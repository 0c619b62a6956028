"""One way to write values as bytes, so that equal content has equal digests on every machine and in every year."""

import hashlib
import json
from collections.abc import Mapping


def written(values: Mapping[str, object]) -> bytes:
    """Write JSON-able values as canonical JSON: keys sorted, no spaces, UTF-8, no floats expected.

    Raises TypeError for anything JSON does not know (days and moments come as ISO text).
    """
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest(values: Mapping[str, object]) -> str:
    """Give the SHA-256 of the canonical JSON, 64 hex digits."""
    return hashlib.sha256(written(values)).hexdigest()
