"""Ordering a guarantee or its next version: approval asks here, the outbox carries, `issuing` and `amending` do."""

import secrets

from django.db.transaction import TransactionManagementError, get_connection

from accounts.models import Contractor, User
from audit import trail
from guarantees import clock
from guarantees.models import Guarantee, Terms, Version
from issuers.kinds import Product
from outbox import promises


class TermsChanged(Exception):
    """Say that the terms to be ordered are not those whose digest was approved."""

    def __init__(self) -> None:
        super().__init__("申込の内容が、承認した内容と一致しません。もう一度内容を確認してください。")


class Unchangeable(Exception):
    """Say that a guarantee cannot be changed now: it has ended, was cancelled, or its next version is being issued."""

    def __init__(self) -> None:
        super().__init__("この保証は、いま変更できる状態ではありません。保証の状態を確かめてください。")


class Unfollowable(Exception):
    """Say that a guarantee cannot be followed by another one any more. The text is fit to show."""


def place(terms: Terms, *, contractor: Contractor, by: User, follows: Guarantee | None = None) -> Version:
    """Freeze the terms as the first version of a new guarantee and promise its issuing.

    `follows` is the guarantee it goes on from: its row is locked, and Unfollowable is raised when that one was ended or
    was followed by another one meanwhile. Everything stands or falls with the caller's transaction; raises
    TransactionManagementError outside one. Raises TermsChanged when `terms_digest` is not the digest of the content.
    Number and key come later, by `issuing.mint`.
    """
    _require(terms)
    if follows is not None:
        _require_followable(terms, follows)
    guarantee = Guarantee.objects.create(
        product=terms.product,
        format=terms.format,
        branch_id=terms.branch_id,
        contractor=contractor,
        issuer_id=terms.issuer_id,
        follows=follows,
        fiscal_year=terms.fiscal_year,
        salt=secrets.token_bytes(16),
    )
    version = Version.objects.create(guarantee=guarantee, no=0, ordered_by=by, **_frozen(terms))
    promises.make("mint", str(guarantee.pk))
    trail.record("guarantee.ordered", guarantee, by=by, version=version.no, terms_digest=version.terms_digest)
    return version


def announce(guarantee: Guarantee) -> None:
    """Note that a change of a guarantee is asked for (変更手続中), in the caller's transaction; locks the guarantee.

    Raises Unchangeable when it is not in force. Announcing it again changes nothing: whoever asks makes sure that it is
    the only one.
    """
    guarantee = Guarantee.objects.select_for_update(no_key=True).get(pk=guarantee.pk)
    if guarantee.status != Guarantee.Status.ISSUED:
        raise Unchangeable
    if guarantee.changing_since is None:
        guarantee.changing_since = clock.now()
        guarantee.save(update_fields=["changing_since"])


def drop_change(guarantee: Guarantee) -> None:
    """Note that the change that was asked for came to nothing; locks the guarantee, in the caller's transaction."""
    guarantee = Guarantee.objects.select_for_update(no_key=True).get(pk=guarantee.pk)
    guarantee.changing_since = None
    guarantee.save(update_fields=["changing_since"])


def amend(terms: Terms, guarantee: Guarantee, *, by: User) -> Version:
    """Freeze the terms as the next version of an issued guarantee and promise to issue it; locks the guarantee.

    Everything stands or falls with the caller's transaction. Raises TermsChanged as `place` does, and Unchangeable when
    the guarantee is not in force any more or a version is on order.
    """
    _require(terms)
    locked = Guarantee.objects.select_for_update(no_key=True).get(pk=guarantee.pk)
    current = locked.current
    if locked.status != Guarantee.Status.ISSUED or current.status != Version.Status.ISSUED:
        raise Unchangeable
    if (terms.product, terms.format, terms.branch_id) != (locked.product, locked.format, locked.branch_id):
        raise TermsChanged
    version = Version.objects.create(guarantee=locked, no=current.no + 1, ordered_by=by, **_frozen(terms))
    promises.make("amend", str(version.pk), purpose=f"amend:{locked.pk}:{version.no}")
    trail.record(
        "guarantee.change_ordered",
        locked,
        by=by,
        version=version.no,
        purpose=version.purpose,
        terms_digest=version.terms_digest,
    )
    return version


def _require(terms: Terms) -> None:
    if not get_connection().in_atomic_block:
        raise TransactionManagementError("an order is placed inside the transaction that approves it")
    if terms.terms_digest != terms.fingerprint():
        raise TermsChanged


def _require_followable(terms: Terms, follows: Guarantee) -> None:
    locked = Guarantee.objects.select_for_update(no_key=True).get(pk=follows.pk)
    # A year's advance may have ended long ago, and been closed; the contract goes on.
    sound = {Guarantee.Status.ISSUED} | ({Guarantee.Status.CLOSED} if terms.product == Product.ADVANCE else set())
    if locked.status not in sound:
        raise Unfollowable(f"もとの保証（{locked}）が{locked.get_status_display()}のため、続きの保証を発行できません。")
    others = Guarantee.objects.filter(follows=locked, product=terms.product, fiscal_year=terms.fiscal_year)
    if others.exclude(status=Guarantee.Status.CANCELLED).exists() or (
        terms.product == locked.product and terms.fiscal_year == locked.fiscal_year
    ):
        raise Unfollowable(f"もとの保証（{locked}）に続く{terms.get_product_display()}は、すでに発行しています。")


def _frozen(terms: Terms) -> dict[str, object]:
    return {field.attname: getattr(terms, field.attname) for field in Terms._meta.fields}
