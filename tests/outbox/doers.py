"""Doers for tests: each leaves one row per time its work was committed."""

import os
import time
from pathlib import Path
from uuid import uuid4

from outbox import promises
from outbox.models import Heartbeat


def note(ref):
    Heartbeat.objects.create(component=uuid4().hex, detail={"done": ref})


def stumble(ref):
    note(ref)
    raise ValueError(f"cannot do {ref} for taro@example.jp with Z28Y-UE4J-3Bux\nDETAIL: row (secret)")


def pass_on(ref):
    note(ref)
    promises.make("note", f"{ref}, continued")


def linger(ref):
    """Do the work, then stay inside the transaction while the file named by LINGER is there; a second file tells so."""
    note(ref)
    Path(os.environ["LINGER"] + ".inside").touch()
    while Path(os.environ["LINGER"]).exists():
        time.sleep(0.02)


def done(ref):
    """How often the work for ref was committed."""
    return Heartbeat.objects.filter(detail__done=str(ref)).count()
