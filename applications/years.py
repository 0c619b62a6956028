"""What follow-ups come to together with what they go on from: the sums of all years, the shares of both advances."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Prefetch, Q
from django.utils import timezone

from applications import follow_ups, wording
from applications.models import Attachment, Line
from guarantees import standing
from guarantees.models import Guarantee, Version
from issuers.kinds import Product
from issuers.rulebook import USUAL_TOGETHER
from netdesk import dates

Told = tuple[str, str]  # title and text of a caution


class Family(NamedTuple):
    """What some follow-ups go on from, with all that goes on from the same; read with four queries for all of them."""

    guarantees: list[Guarantee]  # not cancelled, each with its versions
    lines: list[Line]  # advances of further years that are asked for and not decided
    ruled: set[uuid.UUID]  # applications that hold a 認定調書


def gather(lines: Sequence[Line]) -> Family:
    """Read what the cautions about some follow-ups need."""
    about = {line.application.about_id for line in lines}
    versions = Prefetch("versions", Version.objects.defer("snapshot").order_by("no"))
    found = Guarantee.objects.filter(Q(pk__in=about) | Q(follows__in=about)).exclude(status=Guarantee.Status.CANCELLED)
    asked = Line.objects.filter(application__about__in=about, application__asks=Product.ADVANCE)
    rulings = Attachment.objects.filter(application__in={line.application_id for line in lines}, kind="ruling")
    return Family(
        list(found.prefetch_related(versions)),
        list(asked.exclude(status__in=follow_ups.OVER).select_related("application", "issue")),
        set(rulings.values_list("application", flat=True)),
    )


def cautions(lines: Sequence[Line]) -> dict[uuid.UUID, list[Told]]:
    """Tell, for each of some lines, what is to be looked at because of the guarantee it goes on from; four queries at most."""
    following = [line for line in lines if line.application_id and line.application.asks]
    if not following:
        return {}
    family, today = gather(following), timezone.localdate()
    return {line.pk: list(_of(line, family, today)) for line in following}


def _of(line: Line, family: Family, today: dt.date) -> Iterator[Told]:
    about = next((one for one in family.guarantees if one.pk == line.application.about_id), None)
    if about is None:
        yield "もとの保証", "もとの保証が解約されています。お引受けできるかどうか、確かめてください"
        return
    version = _newest(about)
    if line.product == Product.ADVANCE:
        yield from _sum(line, family)
    elif line.product == Product.INTERIM:
        yield from _shares(line, version)
        if line.application_id not in family.ruled:
            yield "認定調書", "認定調書の写しが添付されていません。添付するか、支店への届け方を確かめてください"
    elif line.product == Product.CONTRACT:
        if version.ends_on < today:
            yield "予約期間", f"予約期間（{dates.seireki(version.ends_on)}まで）を過ぎています"
        if line.amount_yen > version.amount_yen:
            yield "予約金額", f"契約保証金額が、予約金額（{version.amount_yen:,}円）を超えています"


def _shares(line: Line, advance: Version) -> Iterator[Told]:
    base, both = line.rate_base_yen, line.amount_yen + advance.amount_yen
    if both * 100 > base * USUAL_TOGETHER:
        yield (
            "前払金との合計",
            f"前払金（{advance.amount_yen:,}円）と合わせた額（{both:,}円）が、"
            f"上限（{USUAL_TOGETHER}%、{base * USUAL_TOGETHER // 100:,}円）を超えています",
        )


def _sum(line: Line, family: Family) -> Iterator[Told]:
    rows = _rows(line, family)
    total = sum(row.base_yen or 0 for row in rows)
    if total > line.price_yen:
        parts = "、".join(f"{row.words} {row.base_yen or 0:,}円" for row in rows)
        yield (
            "今年度対象額の合計",
            f"各年度の今年度対象額の合計（{total:,}円：{parts}）が、請負金額（{line.price_yen:,}円）を超えています",
        )


class Row(NamedTuple):
    """The advance of one fiscal year: whole yen, how it stands, and whether it is the one that is looked at."""

    year: int
    base_yen: int | None
    amount_yen: int
    state: str
    number: str
    is_this: bool

    @property
    def words(self) -> str:
        return dates.fiscal_year_words(self.year)


class Years(NamedTuple):
    """この契約の前払金保証（年度ごと）: one row for each year, and their sums in whole yen."""

    rows: list[Row]
    base_yen: int
    amount_yen: int
    price_yen: int


def of(line: Line) -> Years | None:
    """Draw up the advances of the contract of a line, year by year; None where there is one year only."""
    if line.fiscal_year is None:
        return None
    if line.application.asks != Product.ADVANCE and line.issue is None:
        return None  # the first year, not approved yet: nothing goes on from it
    rows = _rows(line, _family_of(_root(line)))
    if len(rows) < 2:
        return None
    return Years(rows, sum(row.base_yen or 0 for row in rows), sum(row.amount_yen for row in rows), line.price_yen)


def _root(line: Line) -> uuid.UUID | None:
    """Name the guarantee of the first year."""
    if line.application.asks:
        return line.application.about_id
    return line.issue.guarantee_id if line.issue else None


def _family_of(about: uuid.UUID | None) -> Family:
    versions = Prefetch("versions", Version.objects.defer("snapshot").order_by("no"))
    found = Guarantee.objects.filter(Q(pk=about) | Q(follows=about)).exclude(status=Guarantee.Status.CANCELLED)
    asked = Line.objects.filter(application__about=about, application__asks=Product.ADVANCE)
    open_lines = asked.exclude(status__in=follow_ups.OVER).select_related("application", "issue")
    return Family(list(found.prefetch_related(versions)), list(open_lines), set())


def _rows(line: Line, family: Family) -> list[Row]:
    """The years of the contract of a line, with that line in the place it has or would have."""
    root = _root(line)
    mine = line.issue.guarantee_id if line.issue else None
    rows = [
        _row_of(one, is_this=one.pk == mine)
        for one in family.guarantees
        if one.product == Product.ADVANCE and root in {one.pk, one.follows_id}
    ]
    others = [
        one for one in family.lines if one.application.about_id == root and one.application_id != line.application_id
    ]
    rows += [_row(one, wording.status_of(one).words, "", is_this=False) for one in others]
    if mine is None:
        state = wording.status_of(line).words if line.sent_at else "この申込"
        rows.append(_row(line, state, "", is_this=True))
    return sorted(rows, key=lambda row: (row.year, row.is_this))


def _row_of(guarantee: Guarantee, *, is_this: bool) -> Row:
    version = _newest(guarantee)
    version.guarantee = guarantee
    state = str(standing.to_parties(version, timezone.localdate()))
    row = _row(version, state, guarantee.number or "", is_this=is_this)
    return row._replace(year=guarantee.fiscal_year or row.year)  # as ordered, whatever a change made of its end


def _row(terms: Line | Version, state: str, number: str, *, is_this: bool) -> Row:
    return Row(terms.fiscal_year or 0, terms.base_yen, terms.amount_yen, state, number, is_this)


def _newest(guarantee: Guarantee) -> Version:
    """The version in force, else the one on order; the versions were prefetched."""
    return max(guarantee.versions.all(), key=lambda one: (one.status != Version.Status.ORDERED, one.no))
