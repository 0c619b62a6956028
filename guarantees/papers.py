"""Finished papers as files that are named by their own content: the SHA-256 of the stored bytes."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from guarantees import clock, keys
from guarantees.models import Document, Version

ORPHANS_LIVE = 24 * 3600  # seconds


class Damaged(Exception):
    """Say that the bytes of a paper are missing or are not those that were stored."""

    def __init__(self) -> None:
        super().__init__("書類を読み出せません。お手数ですが、取扱店へご連絡ください。")


def latest(version: Version, kind: str) -> Document | None:
    """Find the newest paper of a kind of one version; None while it is still being made."""
    return version.documents.filter(kind=kind).order_by("-key_no", "-id").first()


def keep(pdf: bytes, version: Version, kind: str, *, template: str, key_no: int = 0, print_no: int = 0) -> Document:
    """Store the bytes of a finished paper, then its row, inside the caller's transaction.

    A paper that bears a key (`key_no` above 0) is stored sealed; one made for a print bears its `print_no`. The file comes first and is on the disk when the row
    is written; a rollback leaves a file that no row names, which is harmless.
    """
    paper = Document(guarantee_id=version.guarantee_id, version=version, kind=kind, template=template)
    paper.key_no, paper.print_no, stored = key_no, print_no, pdf
    if key_no:
        stored, paper.kid = keys.seal_paper(pdf, paper)
    paper.digest, paper.size = hashlib.sha256(pdf).hexdigest(), len(pdf)
    paper.stored_digest = _write(stored)
    paper.save()
    return paper


def read(paper: Document) -> bytes:
    """Give the plain bytes of a paper after checking every digest on the way; raises Damaged instead of wrong bytes."""
    try:
        stored = _path(paper.stored_digest).read_bytes()
        if hashlib.sha256(stored).hexdigest() != paper.stored_digest:
            raise Damaged
        pdf = keys.open_paper(stored, paper) if paper.kid else stored
    except (OSError, keys.Unsealable) as fault:
        raise Damaged from fault
    if hashlib.sha256(pdf).hexdigest() != paper.digest:
        raise Damaged
    return pdf


def sweep() -> int:
    """Remove files that no row names and that are older than a day, and count them. May run beside everything else.

    They are left by transactions that were rolled back after the file was written; a day is far longer than any.
    """
    return _sweep(settings.PAPERS_DIR, lambda name: Document.objects.filter(stored_digest=name).exists())


def put(data: bytes, shelf: str) -> str:
    """Store a paper that is no guarantee's on a shelf of its own, a folder beside the guarantees' papers; give its digest."""
    return _write(data, shelf)


def fetch(digest: str, shelf: str) -> bytes:
    """Give the bytes of a paper on a shelf; raises Damaged instead of wrong bytes."""
    try:
        data = _path(digest, shelf).read_bytes()
    except OSError as fault:
        raise Damaged from fault
    if hashlib.sha256(data).hexdigest() != digest:
        raise Damaged
    return data


def clear(shelf: str, is_named: Callable[[str], bool]) -> int:
    """Sweep a shelf as `sweep` does; `is_named` tells whether a row names the digest."""
    return _sweep(settings.PAPERS_DIR / shelf, is_named)


def _sweep(root: Path, is_named: Callable[[str], bool]) -> int:
    removed = 0
    limit = clock.now().timestamp() - ORPHANS_LIVE
    for path in root.glob("??/*"):
        if path.stat().st_mtime < limit and not is_named(path.name):
            path.unlink()
            removed += 1
    return removed


def _path(digest: str, shelf: str = "") -> Path:
    return settings.PAPERS_DIR / shelf / digest[:2] / digest


def _write(data: bytes, shelf: str = "") -> str:
    """Write bytes under a temporary name, push them to the disk, and only then give them their name."""
    digest = hashlib.sha256(data).hexdigest()
    path = _path(digest, shelf)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix="tmp-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _settle(path.parent)
    return digest


def _settle(folder: Path) -> None:
    """Push a folder's entries to the disk: a rename is lost in a power cut until then."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
