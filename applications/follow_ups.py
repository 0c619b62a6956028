"""What an issued guarantee may be followed by: the advance of the next fiscal year, an interim advance, a reserved 契約保証.

Only rules are here; `following` begins the draft. They never change anything.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from applications import sections, wording
from applications.models import Application, Line
from guarantees.models import FiscalKind, Guarantee, Version
from issuers.kinds import Product
from netdesk import dates

# Of what goes on from what (guarantees has a trigger that says the same).
MAY_ASK = {Product.ADVANCE: (Product.ADVANCE, Product.INTERIM), Product.RESERVE: (Product.CONTRACT,)}
OVER = (
    Line.Status.DRAFT,
    Line.Status.DECLINED,
    Line.Status.WITHDRAWN,
    Line.Status.APPROVED,
)  # asks for nothing (any more)
EARLIEST_MONTH = 3  # from 1 March on one applies for the fiscal year that begins in April
# What makes two forms speak of one contract; the rest may have been changed since.
SAME = {"issuer_name": "発注者", "work_kind": "区分", "contracted_on": "契約締結日", "fiscal_kind": "年度区分"}


class FollowUp(NamedTuple):
    """An application that goes on from a guarantee: from which, with what, and its own id (None: not begun yet)."""

    about: Guarantee
    asks: str
    own: uuid.UUID | None

    @property
    def section(self) -> str:
        """The one section of the form that asks for it."""
        return sections.anchor(self.asks)


def of(application: Application | None) -> FollowUp | None:
    """Tell from what an application goes on; None for one of its own."""
    if application is None or not application.asks or application.about is None:
        return None
    return FollowUp(application.about, application.asks, application.pk)


def first(guarantee: Guarantee, asks: str) -> Guarantee:
    """Give what a follow-up is about: the advances of later years all go on from that of the first."""
    return guarantee.follows if asks == Product.ADVANCE and guarantee.follows else guarantee


def year_asked(on: dt.date) -> int:
    """Name the fiscal year for which an advance is applied for on a day: in March the one to come, else the running one."""
    return dates.fiscal_year(on) + (on.month == EARLIEST_MONTH)


def guarantees(follow: FollowUp) -> QuerySet[Guarantee]:
    """The guarantees that stand where this one would: in force or on order, not cancelled."""
    found = Q(follows=follow.about, product=follow.asks)
    if follow.asks == Product.ADVANCE:
        found |= Q(pk=follow.about.pk)
    return (
        Guarantee.objects.filter(found).exclude(status=Guarantee.Status.CANCELLED).order_by("fiscal_year", "created_at")
    )


def rivals(follow: FollowUp) -> QuerySet[Line]:
    """The lines of other applications that ask for the same and are not decided yet."""
    asked = Line.objects.filter(application__about=follow.about, application__asks=follow.asks).exclude(status__in=OVER)
    return asked.exclude(application=follow.own).select_related("application", "issue")


def taken(follow: FollowUp) -> dict[int | None, str]:
    """Say what is issued or applied for already, by fiscal year (None: what is not given year by year)."""
    return _asked(follow) | _issued(follow)


def _issued(follow: FollowUp) -> dict[int | None, str]:
    return {one.fiscal_year: f"保証契約番号 {one.number}" if one.number else "発行手続中" for one in guarantees(follow)}


def _asked(follow: FollowUp) -> dict[int | None, str]:
    return {line.fiscal_year: f"{line.application}、{wording.status_of(line).words}" for line in rivals(follow)}


def newest(about: Guarantee) -> Version:
    """Give the issued version from which a follow-up takes the contract: of the last year of which there is one."""
    issued = Version.objects.filter(Q(guarantee=about) | Q(guarantee__follows=about, product=about.product))
    issued = issued.filter(status=Version.Status.ISSUED).select_related("issuer", "branch", "guarantee")
    return issued.order_by("-guarantee__fiscal_year", "-guarantee__created_at", "-no")[:1].get()


def objection(follow: FollowUp, on: dt.date) -> str:
    """Say why a guarantee cannot be followed by such a one on a day (Tokyo), "" when it can."""
    if against := _state(follow):
        return against
    if follow.asks == Product.ADVANCE:
        return _years_objection(follow, on)
    if follow.asks == Product.INTERIM and (end := last_of(follow.about).ends_on) < on:
        return f"前払金保証の保証期間（{dates.seireki(end)}まで）が終わったため、中間前払金保証は申し込めません。"
    if told := taken(follow).get(None):
        return f"この保証に続く{Product(follow.asks).label}は、すでに申し込まれています（{told}）。"
    return ""


def _state(follow: FollowUp) -> str:
    about, status = follow.about, Guarantee.Status(follow.about.status)
    if status == Guarantee.Status.ORDERED:
        return "もとの保証の発行が終わってから、お申し込みください。"
    if status == Guarantee.Status.CLOSED and about.product == Product.RESERVE:
        return "この予約による契約保証を発行したため、予約は終わりました。"
    if status != Guarantee.Status.ISSUED and not (status == Guarantee.Status.CLOSED and follow.asks == Product.ADVANCE):
        return f"もとの保証（{about.number}）は「{status.label}」のため、続きの申込はできません。"
    if about.changing_since:
        return "もとの保証の変更の手続が終わってから、お申し込みください。"
    return ""


def _years_objection(follow: FollowUp, on: dt.date) -> str:
    version, year = newest(follow.about), year_asked(on)
    if version.fiscal_kind == FiscalKind.SINGLE:
        return "複数の年度にわたる契約ではないため、翌年度の前払金保証はありません。"
    if told := _asked(follow).get(year):
        return f"{dates.fiscal_year_words(year)}の前払金保証は、すでに申し込まれています（{told}）。"
    following = year + 1 if year in _issued(follow) else year
    if version.works_until < dt.date(following, 4, 1):
        return f"工期（{dates.seireki(version.works_until)}まで）の最終年度まで、前払金保証を申し込んでいます。"
    if following != year:
        return f"{dates.fiscal_year_words(following)}の前払金保証は、{following}年3月1日から申し込めます。"
    return ""


def last_of(guarantee: Guarantee) -> Version:
    """Give the newest version of a guarantee that was issued: the one in force, when it is in force."""
    issued = guarantee.versions.exclude(status=Version.Status.ORDERED).select_related("issuer", "branch", "guarantee")
    return issued.order_by("-no")[:1].get()


def faults(follow: FollowUp, data: Mapping[str, Any], *, on: dt.date) -> Iterator[tuple[str, str]]:
    """Yield (field, Japanese sentence) for each rule that a follow-up breaks besides the rules of every application."""
    amount = f"{sections.PREFIX[Product(follow.asks)]}_amount"
    if against := _state(follow):
        yield amount, against
        return
    if follow.asks == Product.ADVANCE:
        yield from _year_faults(follow, data, on)
        return
    if follow.asks == Product.INTERIM:
        yield from _ruling_faults(data, on)
    if against := objection(follow, on):
        yield amount, against


def _year_faults(follow: FollowUp, data: Mapping[str, Any], on: dt.date) -> Iterator[tuple[str, str]]:
    """Another year of the same contract: only what may change in a contract may be another one."""
    version, year = newest(follow.about), year_asked(on)
    for name, label in SAME.items():
        if data.get(name) is not None and data[name] != getattr(version, name):
            yield (
                name,
                f"{label}が、もとの保証（{follow.about.number}）と異なります。別の契約の保証は、新しい申込で作成してください",
            )
    until = data.get("works_until")
    if until and until < dt.date(year, 4, 1):
        yield (
            "works_until",
            f"{dates.fiscal_year_words(year)}に続く工期を入力してください。工期が今年度で終わる契約に、翌年度の保証はありません",
        )
    if data.get("advance_base") is None:
        yield "advance_base", f"{dates.fiscal_year_words(year)}の今年度対象額を入力してください"
    if told := taken(follow).get(year):
        yield "advance_base", f"{dates.fiscal_year_words(year)}の前払金保証は、すでに申し込まれています（{told}）"


def _ruling_faults(data: Mapping[str, Any], on: dt.date) -> Iterator[tuple[str, str]]:
    ruled, contracted = data.get("advance_ruled_on"), data.get("contracted_on")
    if ruled and ruled > on:
        yield "advance_ruled_on", "認定日には、今日までの日を入力してください"
    elif ruled and contracted and ruled < contracted:
        yield "advance_ruled_on", f"認定日には、契約締結日（{dates.seireki(contracted)}）以後の日を入力してください"
