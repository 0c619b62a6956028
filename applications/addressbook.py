"""Keeps a company's address book (登録情報): 請求先, メールアドレス and 担当部署, which the form offers to choose from.

Every change is one transaction with its audit entry. The company is the one of the person who acts (`by`), always; a 閲覧者
acts for none and meets PermissionDenied.
"""

import unicodedata
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from accounts import acting
from accounts.models import Contractor, User
from applications.registers import BillingParty, Department, Entry, MailAddress
from audit import trail
from issuers import search

LIMIT = 200  # entries of one book: far above what a company uses, low enough to be read as a whole
LONGEST_BILLING = 159  # signs of 名称 and 部署 together: a guarantee keeps both, with a space between, in 160


@dataclass(frozen=True)
class Book:
    """One of the three books: its place in addresses, its word, and what tells two of its entries apart."""

    slug: str
    name: str
    use: str  # what it is good for, as the pages say it
    model: type[Entry]
    noun: str  # its word in the audit trail
    fields: tuple[str, ...]  # in the order in which they are asked for
    order: tuple[str, ...]  # by which they are listed
    same: tuple[str, ...]  # two entries with the same text in these fields are one entry
    same_sentence: str


_ALL = (
    Book(
        slug="billing",
        name="請求先",
        use="前払金保証料と契約保証料の請求先として選べます。",
        model=BillingParty,
        noun="billing_party",
        fields=("name", "department", "address"),
        order=("name", "department"),
        same=("name", "department"),
        same_sentence="同じ名称と部署の請求先が、すでに登録されています。部署などで区別してください",
    ),
    Book(
        slug="mail",
        name="メールアドレス",
        use="電子保証発行完了のお知らせの宛先として選べます。",
        model=MailAddress,
        noun="mail_address",
        fields=("address", "label"),
        order=("label", "address"),
        same=("address",),
        same_sentence="このメールアドレスは、すでに登録されています",
    ),
    Book(
        slug="department",
        name="担当部署",
        use="申込の連絡先として選べます。",
        model=Department,
        noun="department",
        fields=("name", "post", "person", "phone"),
        order=("name", "person"),
        same=("name", "person"),
        same_sentence="同じ担当部署と担当者名の登録が、すでにあります",
    ),
)
BOOKS = {book.slug: book for book in _ALL}
# What a choice is made for: the word that goes to the search and comes back as ?pick_<word>=, and the book it is made from.
TARGETS = {
    "advance_billing": BOOKS["billing"],
    "contract_billing": BOOKS["billing"],
    "mail": BOOKS["mail"],
    "department": BOOKS["department"],
}


class Refused(Exception):
    """An entry that cannot be kept as it stands; `field` names where it is to be said, None for the whole form."""

    def __init__(self, text: str, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


def entries(book: Book, *, by: User) -> QuerySet[Entry]:
    """The entries of the person's company, by name."""
    return book.model.objects.visible_to(by).order_by(*book.order, "id")


def find(book: Book, text: str, *, by: User) -> search.Found[Entry]:
    """Find entries by any part of any of their fields, by name; without text, the first ones of the book. One query."""
    typed = search.words(text)
    found = [
        entry
        for entry in entries(book, by=by)
        if all(word in search.key(*_texts(book, entry).values()) for word in typed)
    ]
    return search.Found(found[: search.SHOWN], more=len(found) > search.SHOWN)


def add(book: Book, texts: Mapping[str, str], *, by: User, pk: uuid.UUID) -> Entry:
    """Keep a new entry. `pk` is the form's own: the same form sent twice makes one entry. Raises Refused."""
    with transaction.atomic():
        company = _locked_company(by)
        mine = list(entries(book, by=by))
        if twin := next((one for one in mine if one.pk == pk and _texts(book, one) == dict(texts)), None):
            return twin
        if len(mine) >= LIMIT:
            raise Refused(f"{book.name}は{LIMIT}件まで登録できます。使わないものを削除してから登録してください。")
        _require(book, texts, others=mine)
        if book.model.objects.filter(id=pk).exists():
            pk = uuid.uuid4()  # a page used again for another entry, or a number that is somebody else's
        entry = book.model.objects.create(id=pk, contractor=company, **texts)
        trail.record(f"{book.noun}.added", entry, by=by, **texts)
    return entry


def change(book: Book, pk: uuid.UUID, texts: Mapping[str, str], *, by: User) -> Entry:
    """Change an entry of the person's company; what was sent keeps its words. Raises Refused, or the model's DoesNotExist."""
    with transaction.atomic():
        _locked_company(by)
        mine = list(entries(book, by=by))
        entry = next((one for one in mine if one.pk == pk), None)
        if entry is None:
            raise book.model.DoesNotExist
        before = _texts(book, entry)
        if before == dict(texts):
            return entry
        _require(book, texts, others=[one for one in mine if one.pk != pk])
        for name, text in texts.items():
            setattr(entry, name, text)
        entry.save(force_update=True)
        trail.record(f"{book.noun}.changed", entry, by=by, before=before, after=dict(texts))
    return entry


def remove(book: Book, pk: uuid.UUID, *, by: User) -> None:
    """Delete an entry of the person's company. Where a draft names it, it is to be chosen again. Raises the model's DoesNotExist."""
    with transaction.atomic():
        _locked_company(by)
        entry = entries(book, by=by).get(id=pk)
        trail.record(f"{book.noun}.removed", entry, by=by, **_texts(book, entry))
        entry.delete()


def picked(query: Mapping[str, str], *, by: User) -> dict[str, str]:
    """Read what a search or 登録 without scripts hands back (?pick_advance_billing=<id>) as typed fields of the form."""
    found: dict[str, str] = {}
    for target, book in TARGETS.items():
        entry = _one(book, query.get(f"pick_{target}", ""), by=by)
        if isinstance(entry, BillingParty):
            found |= {target: str(entry.pk), target.replace("_billing", "_on"): "on"}
        elif entry:
            found |= fills(entry)
    return found


def fills(entry: Entry) -> dict[str, str]:
    """What an entry writes into the form, by field; a billing party into the select box of the product asked for."""
    if isinstance(entry, BillingParty):
        return {"billing": str(entry.pk)}
    if isinstance(entry, MailAddress):
        return {"email": entry.address}
    assert isinstance(entry, Department)
    texts = {"department": entry.name, "post": entry.post, "person": entry.person, "phone": entry.phone}
    return {name: text for name, text in texts.items() if text}  # what the entry lacks stays as typed


def _one(book: Book, pk: str, *, by: User) -> Entry | None:
    try:
        return entries(book, by=by).filter(id=uuid.UUID(pk)).first() if pk else None
    except ValueError:
        return None


def _locked_company(by: User) -> Contractor:
    """Hold the company's row, so that the limit and the check for doubles see every entry; applications are not held up."""
    return Contractor.objects.select_for_update(no_key=True).get(pk=acting.company_of(by).pk)


def _require(book: Book, texts: Mapping[str, str], *, others: list[Entry]) -> None:
    wished = _alike(book, texts)
    if any(_alike(book, _texts(book, one)) == wished for one in others):
        raise Refused(book.same_sentence, book.same[0])


def _alike(book: Book, texts: Mapping[str, str]) -> list[str]:
    """What is compared: spaces, width and case do not make another entry."""
    return ["".join(unicodedata.normalize("NFKC", texts[name]).casefold().split()) for name in book.same]


def _texts(book: Book, entry: Entry) -> dict[str, str]:
    return {name: str(getattr(entry, name)) for name in book.fields}
