"""Shows a contractor what opens its guarantee: every showing of a key and every download of a notice leaves an entry."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import acting
from accounts.models import User
from audit import trail
from guarantees import clock, keys, paper_words, papers, viewing
from guarantees.models import Document, Guarantee, Version
from guarantees.snapshot import Snapshot
from netdesk import dates


class NothingToShow(Exception):
    """There is no key in force, or the paper is not drawn yet."""


def show_key(guarantee: Guarantee, *, by: User) -> str:
    """Give the 12 signs of the key in force and note who saw them.

    Opens its own transaction. Raises PermissionDenied for whoever does not act for the company (閲覧者 too), NothingToShow
    when no key is in force, keys.Unsealable when it cannot be read.
    """
    _require(guarantee, by)
    with transaction.atomic():
        key = guarantee.keys.filter(viewing.opens(clock.today())).first()
        if key is None:
            raise NothingToShow(_why_none(guarantee))
        signs = keys.reveal(key)
        trail.record("key.shown", guarantee, by=by, key_no=key.no)
    return signs


def _require(guarantee: Guarantee, by: User) -> None:
    if acting.company_of(by).pk != guarantee.contractor_id:
        raise PermissionDenied("a key is for the company whose guarantee it opens")


def _why_none(guarantee: Guarantee) -> str:
    if day := viewing.ended_on(guarantee, clock.today()):
        return f"発注者が閲覧できる期間は、{dates.seireki(day)}で終わりました。認証キーは表示できません。"
    return "いま有効な認証キーはありません。取扱店へお問い合わせください。"


def hand_over_notice(guarantee: Guarantee, *, by: User) -> bytes:
    """Give the key notice as a PDF and note who took it; after 閲覧終了 too, as the record of what was handed in.

    Opens its own transaction. Raises PermissionDenied for whoever does not act for the company (閲覧者 too), NothingToShow
    while it is being drawn, papers.Damaged when its bytes are not ours.
    """
    _require(guarantee, by)
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
    """Give what the certificate says, for a page: p (snapshot), w (words of its kind of order), n (names of its product), d
    (days), promise. Of a version after the first also `change`: what it changed.
    """
    shown = snapshot_of(version)
    return {
        "p": shown,
        "w": paper_words.words(shown),
        "n": paper_words.called(shown["product"]),
        "d": paper_words.days(shown),
        "promise": paper_words.promise(shown),
        "change": paper_words.change(shown),
    }
