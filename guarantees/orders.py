"""Ordering a guarantee or its next version: approval asks here, the outbox carries, `issuing` and `amending` do."""

import secrets

from django.db.transaction import TransactionManagementError, get_connection

from accounts.models import Contractor, User
from audit import trail
from guarantees import clock
from guarantees.models import Guarantee, Terms, Version
from outbox import promises


class TermsChanged(Exception):
    """Say that the terms to be ordered are not those whose digest was approved."""

    def __init__(self) -> None:
        super().__init__("申込の内容が、承認した内容と一致しません。もう一度内容を確認してください。")


class Unchangeable(Exception):
    """Say that a guarantee cannot be changed now: it has ended, was cancelled, or its next version is being issued."""

    def __init__(self) -> None:
        super().__init__("この保証は、いま変更できる状態ではありません。保証の状態を確かめてください。")


def place(terms: Terms, *, contractor: Contractor, by: User) -> Version:
    """Freeze the terms as the first version of a new guarantee and promise its issuing.

    Everything stands or falls with the caller's transaction; raises TransactionManagementError outside one. Raises
    TermsChanged when `terms_digest` is not the digest of the content. Number and key come later, by `issuing.mint`.
    """
    _require(terms)
    guarantee = Guarantee.objects.create(
        product=terms.product,
        format=terms.format,
        branch_id=terms.branch_id,
        contractor=contractor,
        issuer_id=terms.issuer_id,
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


def _frozen(terms: Terms) -> dict[str, object]:
    return {field.attname: getattr(terms, field.attname) for field in Terms._meta.fields}
