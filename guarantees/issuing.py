"""Issuing: what the worker does with an order. Every function may run twice; the second time finds its work done.

`outbox.delivery` opens the transaction and locks the job's row before it calls; `atomic` here serves other callers.
What is slow (the hash, the drawing of a page) comes before any lock of ours; then the guarantee is locked and asked
again whether the work is still to be done. Order of locks: job, guarantee, counter, head of the audit chain.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from accounts.models import Branch
from audit import trail
from guarantees import clock, documents, keys, numbers, paper_words, papers, snapshot, statements
from guarantees.models import Document, Guarantee, Key, Premium, Print, Version
from guarantees.snapshot import Snapshot
from issuers.kinds import Product
from outbox import post, promises


class YearTurned(Exception):
    """Say that a fiscal year began between choosing the prefix and taking the number; the job is simply tried again."""


class PeriodOver(Exception):
    """Say that the guarantee would end before it began: it was ordered in time, but its day of issue is past its last day."""


class Secret(NamedTuple):
    """A key that was drawn: sealed, and hashed to be checked."""

    no: int
    sealed: keys.Sealed
    verifier: bytes
    pepper_id: str


@transaction.atomic
def mint(ref: str) -> None:
    """Number a guarantee, key it when it is electronic, issue its version, promise the papers: all of that or nothing.

    `ref` is the id of the guarantee. Running it again is harmless: an issued guarantee is left alone. A rollback gives
    the number back. Raises numbers.SeriesExhausted when no number is left, PeriodOver after the last day guaranteed.
    """
    ordered = Guarantee.objects.select_related("branch").get(pk=ref)
    if ordered.status != Guarantee.Status.ORDERED:
        return
    secret = draw(ordered, 1) if ordered.is_electronic else None
    guarantee = Guarantee.objects.select_for_update(no_key=True).get(pk=ref)
    if guarantee.status != Guarantee.Status.ORDERED:
        return
    version = guarantee.versions.select_related("branch", "issuer").get(no=0)
    reservation = _reservation(guarantee)
    guarantee.number, issued_at = _number(ordered.branch)
    guarantee.status = Guarantee.Status.ISSUED
    guarantee.to_leave = not guarantee.is_electronic
    guarantee.save(update_fields=["number", "status", "to_leave"])
    version.starts_on = version.starts_on or clock.day(issued_at)
    if version.starts_on > version.ends_on:
        raise PeriodOver(
            f"保証期間（{version.ends_on:%Y年%-m月%-d日}まで）が終わったため、発行できません。お客様へ連絡してください。"
        )
    issue(version, guarantee.number, issued_at)
    promise_papers(version, keep(secret, version) if secret else None)
    if reservation:
        _close(reservation, by_number=guarantee.number)
    trail.record(
        "guarantee.issued",
        guarantee,
        by=None,
        number=guarantee.number,
        version=version.no,
        snapshot_digest=version.snapshot_digest,
    )


@transaction.atomic
def render_certificate(ref: str) -> None:
    """Draw and store the 電子保証書 of a version (`ref` is its id), once."""
    version = Version.objects.get(pk=ref)
    _render(version, Document.Kind.CERTIFICATE, lambda shown: documents.render("certificate", shown), key_no=0)


@transaction.atomic
def render_notice(ref: str) -> None:
    """Draw and store the key notice of a key (`ref` is its id), and promise the news to the contractor, each once.

    The letter says that the notice can be fetched after logging in; it bears no key and no open link.
    """
    key = Key.objects.select_related("version").get(pk=ref)
    version = key.version

    def draw(shown: Snapshot) -> bytes:
        return documents.render("notice", shown, key=keys.reveal(key))

    if (
        _render(version, Document.Kind.NOTICE, draw, key_no=key.no)
        and version.notice_address
        and key.status == Key.Status.ACTIVE
    ):
        post.write(
            "guarantee_issued",
            to=version.notice_address,
            ref=f"{version.guarantee_id}:{key.no}",
            context=news(version),
        )


@transaction.atomic
def render_paper(ref: str) -> None:
    """Draw and store 正 and 副 of a paper certificate for one print (`ref` is its id), once."""
    made = Print.objects.select_related("version").get(pk=ref)
    again = documents.Reissue(made.no, clock.day(made.at)) if made.no > 1 else None

    def draw(shown: Snapshot) -> bytes:
        return documents.render("paper", shown, again=again)

    _render(made.version, Document.Kind.PAPER, draw, print_no=made.no)


@transaction.atomic
def render_statement(ref: str) -> None:
    """Draw and store the 保証料計算書 or 保証料返還計算書 of a premium (`ref` is its id), once."""
    charged = Premium.objects.select_related("version__branch", "tariff").get(pk=ref)
    version = charged.version
    if version is None or version.issued_at is None:
        raise ValueError("a premium is told once its guarantee is issued")
    issued_on = clock.day(version.issued_at)

    def draw(shown: Snapshot) -> bytes:
        return documents.render_statement(shown, statements.told(charged, issued_on))

    _render(version, Document.Kind.STATEMENT, draw)


def _reservation(guarantee: Guarantee) -> Guarantee | None:
    """Find and lock the reservation in force that a guarantee keeps (契約保証予約), before any counter is held."""
    if guarantee.follows_id is None:
        return None
    found = Guarantee.objects.filter(pk=guarantee.follows_id, product=Product.RESERVE, status=Guarantee.Status.ISSUED)
    return found.select_for_update(no_key=True).first()


def _close(reservation: Guarantee, *, by_number: str) -> None:
    """A reservation has kept its word: it ends with the issue of the guarantee that it promised."""
    reservation.status, reservation.to_leave = Guarantee.Status.CLOSED, False
    reservation.save(update_fields=["status", "to_leave"])
    trail.record("guarantee.closed", reservation, by=None, followed_by=by_number)


def draw(guarantee: Guarantee, no: int, *, pepper: str = "") -> Secret:
    """Draw the key `no` and do the slow work on it; nobody ever sees it when the transaction is rolled back.

    All keys of a guarantee are hashed with one pepper (`pepper`, as long as the ring holds it): a look-up computes one
    hash and compares it with all of them.
    """
    key, pepper = keys.generate(), keys.pepper_id(pepper)
    hashed = keys.verifier(key, guarantee.pk, bytes(guarantee.salt), pepper)
    return Secret(no, keys.seal(key, guarantee, no), hashed, pepper)


def _number(branch: Branch) -> tuple[str, dt.datetime]:
    """Take the number and read the moment behind the counter's lock: the order of numbers is the order of moments."""
    prefix = numbers.prefix(branch, clock.now())
    number, at = numbers.take(prefix), clock.now()
    if numbers.prefix(branch, at) != prefix:
        raise YearTurned("会計年度が替わりました。もう一度、番号を取ります。")
    return number, at


def issue(
    version: Version,
    number: str,
    issued_at: dt.datetime,
    *,
    before: Version | None = None,
    as_status: str = Version.Status.ISSUED,
) -> None:
    """Fix what the papers of a version show, and its moment. `before` is the version whose place it takes."""
    version.issued_at = issued_at
    shown = snapshot.of(version, number=number, issued_at=issued_at, before=before)
    version.snapshot, version.snapshot_digest = shown, snapshot.digest(shown)
    version.status = as_status
    version.save(update_fields=["issued_at", "starts_on", "snapshot", "snapshot_digest", "status"])


def keep(secret: Secret, version: Version) -> Key:
    """Store a key for a version; its last day follows from the end of the guarantee."""
    return Key.objects.create(
        guarantee_id=version.guarantee_id,
        version=version,
        no=secret.no,
        ciphertext=secret.sealed.data,
        kid=secret.sealed.kid,
        verifier=secret.verifier,
        pepper_id=secret.pepper_id,
        expires_on=version.ends_on + snapshot.KEY_OUTLIVES_BY,
    )


def promise_papers(version: Version, key: Key | None) -> None:
    """Promise what follows an issue: certificate and notice of an electronic guarantee, and the statement of its premium.

    A change that costs nothing has no statement.
    """
    guarantee = version.guarantee_id
    if key is not None:
        promises.make("render_certificate", str(version.pk), purpose=f"render_certificate:{guarantee}:{version.no}")
        promises.make("render_notice", str(key.pk), purpose=f"render_notice:{guarantee}:{key.no}")
    if charged := statements.of_version(version):
        promises.make("render_statement", str(charged.pk), purpose=f"render_statement:{guarantee}:{version.no}")


def _render(version: Version, kind: Document.Kind, draw: Callable[[Snapshot], bytes], **no: int) -> Document | None:
    """Draw one paper unless it is there already; None when it was. Before the lock: a double is only wasted work.

    `no` tells the papers of a kind apart: key_no or print_no. One that an earlier edition of the templates drew is there
    already: what was handed out stays as it is.
    """
    made = Document.objects.filter(version=version, kind=kind, **no)
    if made.exists():
        return None
    pdf = draw(snapshot.read(version))
    guarantee = Guarantee.objects.select_for_update(no_key=True).get(pk=version.guarantee_id)
    if made.exists():
        return None
    paper = papers.keep(pdf, version, kind, template=documents.EDITION, **no)
    trail.record(
        f"{kind.value}.rendered",
        guarantee,
        by=None,
        version=version.no,
        digest=paper.digest,
        **no,
    )
    return paper


def news(version: Version) -> dict[str, str]:
    """Give what a letter about an issued version says of it; never a key."""
    shown = snapshot.read(version)
    change = paper_words.change(shown)
    return {
        "changed": change.after if change else "",  # 変更（増額）, 訂正発行; "" for the first version
        "edition": shown["edition"],
        "contractor_name": shown["principal_name"],
        "works_label": paper_words.words(shown)["name"],
        "works_name": shown["work_name"],
        "issuer_name": shown["issuer_name"],
        "product_label": shown["product_label"],
        "number": shown["number"],
        "branch_name": shown["branch_name"],
        "branch_phone": shown["branch_phone"],
        "portal_url": settings.PORTAL_URL,
        "company_name": shown["company_name"],
    }
