"""対応している発注者: which public bodies take electronic guarantees, of what and since when, as everybody may read it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from issuers import search
from issuers.kinds import Product, WorkKind
from issuers.models import Acceptance, Issuer
from netdesk import dates

HEADER = (
    "発注者コード",
    "発注者",
    "よみ",
    "都道府県",
    "保証",
    "対象の契約",
    "受付の開始日",
    "受付の終了日",
    "状態",
    "提出先の担当課",
    "提出先メールアドレス",
)


class Chip(NamedTuple):
    """A state in words; the tone only repeats it."""

    tone: str
    words: str


class Row(NamedTuple):
    """One body of the list."""

    issuer: Issuer
    starts_on: dt.date  # the first day of the acceptance that began, or begins, first
    kinds: str
    advance: list[Chip]  # none: not accepted
    contract: list[Chip]
    by_mail: bool  # a mail address for the key notice is known


def offers(on: dt.date, **asked: Any) -> QuerySet[Acceptance]:
    """The acceptances that are not over on that day; asked: product, kind ("" or left out: any)."""
    found = Acceptance.objects.filter(Q(ends_on=None) | Q(ends_on__gte=on))
    if asked.get("product"):
        found = found.filter(_taking(asked["product"]))
    if asked.get("kind"):
        found = found.filter(work_kind=asked["kind"])
    return found


def _taking(product: str) -> Q:
    """What says that a product is taken: a body that says nothing of 中間前払金保証 takes it as 前払金保証 (models.is_taken)."""
    if product != Product.INTERIM:
        return Q(product=product)
    own = Acceptance.objects.filter(issuer=OuterRef("issuer"), work_kind=OuterRef("work_kind"), product=product)
    return Q(product=product) | Q(~Exists(own), product=Product.ADVANCE)


def bodies(on: dt.date, **asked: Any) -> QuerySet[Issuer]:
    """The bodies with such an offer, by code; asked: product, kind, prefecture, and q, part of a name, kana or code."""
    found = Issuer.objects.filter(Exists(offers(on, **asked).filter(issuer=OuterRef("pk"))))
    found = found.matching(search.words(asked.get("q", "")))
    return found.filter(prefecture=asked["prefecture"]) if asked.get("prefecture") else found


def with_offers(found: QuerySet[Issuer], on: dt.date) -> QuerySet[Issuer]:
    """Bring along what `row` needs of each body: every offer, whatever was asked, and the rule of submission."""
    every = offers(on).order_by("starts_on", "product", "work_kind")
    return found.select_related("rule").prefetch_related(Prefetch("acceptances", every))


def row(issuer: Issuer, on: dt.date) -> Row:
    """Draw up a body that came with its offers; it has one at least."""
    found = list(issuer.acceptances.all())
    kinds = [kind for kind in WorkKind if any(offer.work_kind == kind for offer in found)]
    return Row(
        issuer,
        min(offer.starts_on for offer in found),
        "・".join(kind.label for kind in kinds),
        _chips([offer for offer in found if offer.product == Product.ADVANCE], kinds, on) + _interim(found, kinds, on),
        _chips([offer for offer in found if offer.product == Product.CONTRACT], kinds, on),
        bool(rule_of(issuer) and issuer.rule.email),
    )


def _interim(found: list[Acceptance], kinds: list[WorkKind], on: dt.date) -> list[Chip]:
    """What a body says of 中間前払金保証, where it says anything."""
    chips = _chips([offer for offer in found if offer.product == Product.INTERIM], kinds, on)
    return [chip._replace(words=f"中間前払金：{chip.words}") for chip in chips]


def _chips(found: list[Acceptance], kinds: list[WorkKind], on: dt.date) -> list[Chip]:
    """Say what is taken on that day, and what will be: kinds are named where they differ from the body's others."""
    taken = [kind for kind in kinds if any(offer.work_kind == kind and offer.starts_on <= on for offer in found)]
    coming: dict[dt.date, list[WorkKind]] = {}
    for offer in found:
        if offer.starts_on > on and offer.work_kind not in taken:
            coming.setdefault(offer.starts_on, []).append(WorkKind(offer.work_kind))
    chips = [Chip("ok", "対応" + _only(taken, kinds))] if taken else []
    return chips + [Chip("todo", f"{dates.seireki(day)}から{_only(those, kinds)}") for day, those in coming.items()]


def _only(some: list[WorkKind], kinds: list[WorkKind]) -> str:
    return "" if set(some) == set(kinds) else f"（{'・'.join(kind.label for kind in some)}）"


def rule_of(issuer: Issuer) -> Any:
    """The rule of submission of a body; None where none is known."""
    return getattr(issuer, "rule", None)


def state(offer: Acceptance, on: dt.date) -> Chip:
    """Say how an acceptance stands on a day."""
    if offer.starts_on > on:
        return Chip("todo", "開始前")
    if offer.ends_on and offer.ends_on < on:
        return Chip("todo", "終了")
    return Chip("ok", "受付中")


def table(found: Iterable[Acceptance], on: dt.date) -> Iterator[tuple[object, ...]]:
    """Write acceptances as rows under HEADER, one at a time; each comes with its body and that body's rule."""
    for offer in found:
        issuer, rule = offer.issuer, rule_of(offer.issuer)
        yield (
            *(issuer.code, issuer.name, issuer.kana, issuer.prefecture),
            *(offer.get_product_display(), offer.get_work_kind_display(), offer.starts_on, offer.ends_on),
            state(offer, on).words,
            *((rule.office, rule.email) if rule else ("", "")),
        )
