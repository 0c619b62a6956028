"""What a portal needs that nobody has configured: its own secrets and its own database, for the demo only."""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import environ

from netdesk import postgres

ROOT = Path(__file__).resolve().parent.parent
NOT_SET = "smtp://127.0.0.1:2525"  # nobody listens there: without a running portal mail stays deferred


class NoPort(Exception):
    """PORT names no port of a web server; the text says what to give instead."""


def check_port() -> None:
    """Look at PORT before the settings read it; raises NoPort."""
    wished = os.environ.get("PORT", "8000")
    if not (wished.isascii() and wished.isdigit() and 0 < int(wished[:6]) < 65536):
        raise NoPort(f"PORT には 1〜65535 の数字を指定してください（いまの指定：{wished[:40]}）。")


def var() -> Path:
    """Name the folder that holds all data of this checkout."""
    return Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()


def read_files() -> None:
    """Add to the environment what `.env` and a running portal say; what is set already stays."""
    forget_dead_portal()
    for file in (ROOT / ".env", var() / "portal.env"):
        if file.exists():
            environ.Env.read_env(file)


def forget_dead_portal() -> None:
    """Take away what a portal told that was killed: its mail server is gone, its port and its database may be others'.

    A running portal holds the lock of its folder for as long as it lives.
    """
    lock_file, told = var() / "portal.lock", var() / "portal.env"
    if not told.exists():
        return
    lock = os.open(lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        told.unlink(missing_ok=True)
    except BlockingIOError:
        pass  # it lives
    finally:
        os.close(lock)


def wanted() -> bool:
    """Tell whether this is the demo: said so by DEMO, or neither a database nor a secret is configured."""
    if "DEMO" in os.environ:
        return bool(environ.Env().bool("DEMO"))
    return not {"DATABASE_URL", "SECRET_KEY"} & os.environ.keys()


def furnish() -> None:
    """Put what the demo lacks into the environment, except the database; may be called any number of times."""
    os.environ["DEMO"] = "1"
    for name, value in (kept_secrets(var()) | {"EMAIL_URL": NOT_SET}).items():
        os.environ.setdefault(name, value)


def kept_secrets(folder: Path) -> dict[str, str]:
    """Give the secrets of the demo in `folder`/secrets, made at the first call and readable by the owner alone."""
    file = folder / "secrets" / "demo.json"
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = file.with_name(f"draft-{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            json.dump({"SECRET_KEY": secrets.token_urlsafe(50), "KEY_RING": _ring(), "PEPPER_RING": _ring()}, out)
        with suppress(FileExistsError):
            os.link(draft, file)  # of two first starts one wins, and both read the winner's
        draft.unlink()
    kept: dict[str, str] = json.loads(file.read_text("utf-8"))
    return kept


def _ring() -> str:
    return json.dumps({"demo": base64.b64encode(secrets.token_bytes(32)).decode()})


@contextmanager
def database() -> Iterator[None]:
    """Provide DATABASE_URL: the configured one, else our own server, started for the duration unless it runs."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    with postgres.at_hand(var()) as url:
        os.environ["DATABASE_URL"] = url
        yield
