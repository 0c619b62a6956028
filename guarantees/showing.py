"""Shows a contractor what opens its guarantee: every showing of a key and every download of a notice leaves an entry."""

from django.db import transaction

from accounts.models import User
from audit import trail
from guarantees import keys, papers
from guarantees.models import Document, Guarantee, Key


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
        document = papers.latest(guarantee, Document.Kind.NOTICE)
        if document is None:
            raise NothingToShow("「認証キー」のお知らせを作成しています。しばらくしてから、もう一度開いてください。")
        pdf = papers.read(document)
        trail.record("notice.downloaded", guarantee, by=by, key_no=document.key_no)
    return pdf
