"""What the environment gives to the settings: what is missing, empty or unreadable stops the process and is named."""

import base64
import binascii
import json
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_SECRET = 32  # bytes of every entry of a ring


class Given(environ.Env):
    """The environment, asked for things that must be there."""

    def must(self, name: str) -> str:
        """Give a text that production cannot do without; an empty one counts as missing."""
        value = str(self(name, default="")).strip()
        if not value:
            raise ImproperlyConfigured(f"Set {name}: it is missing or empty (see .env.example)")
        return value

    def must_url(self, name: str, kind: str) -> dict[str, Any]:
        """Read an address of a service ("db", "email") whose form is known."""
        self.must(name)
        try:
            found: dict[str, Any] = getattr(self, f"{kind}_url" if kind == "email" else kind)(name)
        except Exception as reason:
            raise ImproperlyConfigured(f"Set {name}: its address cannot be read (see .env.example)") from reason
        return found

    def ring(self, name: str) -> dict[str, str]:
        """Read a ring of secrets {"name": "base64 of 32 bytes"}; empty where none is given (guarantees.keys judges that)."""
        text = str(self(name, default="")).strip()
        try:
            ring = json.loads(text) if text else {}
            sound = isinstance(ring, dict) and all(len(base64.b64decode(ring[kid])) == _SECRET for kid in ring)
        except (ValueError, TypeError, binascii.Error):
            sound = False
        if not sound:
            raise ImproperlyConfigured(f'Set {name} to {{"name": "base64 of {_SECRET} bytes"}} (see .env.example)')
        return dict(ring)
