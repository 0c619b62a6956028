"""Finished papers as files that are named by their own content: the SHA-256 of the stored bytes."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from guarantees import clock, keys
from guarantees.models import Document, Guarantee, Version

ORPHANS_LIVE = 24 * 3600  # seconds


class Damaged(Exception):
    """Say that the bytes of a paper are missing or are not those that were stored."""

    def __init__(self) -> None:
        super().__init__("書類を読み出せません。お手数ですが、取扱店へご連絡ください。")


def latest(guarantee: Guarantee, kind: str) -> Document | None:
    """Find the newest paper of a kind; None while it is still being made."""
    return guarantee.documents.filter(kind=kind).order_by("-version__no", "-key_no", "-id").first()


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
    removed = 0
    limit = clock.now().timestamp() - ORPHANS_LIVE
    for path in settings.PAPERS_DIR.glob("??/*"):
        is_old = path.stat().st_mtime < limit
        if is_old and not Document.objects.filter(stored_digest=path.name).exists():
            path.unlink()
            removed += 1
    return removed


def _path(digest: str) -> Path:
    return settings.PAPERS_DIR / digest[:2] / digest


def _write(data: bytes) -> str:
    """Write bytes under a temporary name, push them to the disk, and only then give them their name."""
    digest = hashlib.sha256(data).hexdigest()
    path = _path(digest)
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
