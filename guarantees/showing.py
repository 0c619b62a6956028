"""Shows a contractor what opens its guarantee: every showing of a key and every download of a notice leaves an entry."""

from typing import Any, cast

from django.db import transaction

from accounts.models import User
from audit import trail
from guarantees import keys, paper_words, papers
from guarantees.models import Document, Guarantee, Key, Version
from guarantees.snapshot import Snapshot


class NothingToShow(Exception):
    """There is no key in force, or the paper is not drawn yet."""


def show_key(guarantee: Guarantee, *, by: User) -> str:
    """Give the 12 signs of the key in force and note who saw them.

    Opens its own transaction. Raises NothingToShow when no key is in force, keys.Unsealable when it cannot be read.
    """
    with transaction.atomic():
        key = guarantee.keys.filter(status=Key.Status.ACTIVE).first()
        if key is None:
            raise NothingToShow("いま有効な認証キーはありません。取扱店へお問い合わせください。")
        signs = keys.reveal(key)
        trail.record("key.shown", guarantee, by=by, key_no=key.no)
    return signs


def hand_over_notice(guarantee: Guarantee, *, by: User) -> bytes:
    """Give the key notice as a PDF and note who took it.

    Opens its own transaction. Raises NothingToShow while it is being drawn, papers.Damaged when its bytes are not ours.
    """
    with transaction.atomic():
        version = guarantee.versions.filter(status=Version.Status.ISSUED).first()
        document = papers.latest(version, Document.Kind.NOTICE) if version else None
        if document is None:
            raise NothingToShow("「認証キー」のお知らせを作成しています。しばらくしてから、もう一度開いてください。")
        pdf = papers.read(document)
        trail.record("notice.downloaded", guarantee, by=by, key_no=document.key_no)
    return pdf


def snapshot_of(version: Version) -> Snapshot:
    """Give what was fixed at the issue; raises NothingToShow before it."""
    if version.snapshot is None:
        raise NothingToShow("発行の手続中です。しばらくしてから、もう一度開いてください。")
    return cast(Snapshot, version.snapshot)


def content(version: Version) -> dict[str, Any]:
    """Give what the certificate says, for a page: p (snapshot), w (words of its kind of order), n (names of its product), d (days), promise."""
    shown = snapshot_of(version)
    return {
        "p": shown,
        "w": paper_words.words(shown),
        "n": paper_words.called(shown["product"]),
        "d": paper_words.days(shown),
        "promise": paper_words.promise(shown),
    }
