"""版の履歴: the versions of a guarantee as they were issued, and the day on which the last of them changed or ended it."""

import datetime as dt
from typing import NamedTuple

from django.db.models.fields.json import KT, KeyTransform

from guarantees import clock
from guarantees.models import Guarantee, Purpose, Version

FIRST = "最初の発行"


class Edition(NamedTuple):
    """One issue of a guarantee, in words."""

    edition: str  # 第2版
    issued_on: dt.date
    what: str  # 最初の発行 | 増額・保証期限変更 | 訂正発行 | 解約
    labels: str  # what changed, by name: 請負金額、保証金額
    reason: str
    is_shown: bool  # the one whose history this is


def of(version: Version) -> list[Edition]:
    """Tell all issues of a guarantee up to and with this one, newest first; none of a first version, without a query."""
    if not version.no:
        return []
    issued = version.guarantee.versions.filter(no__lte=version.no, issued_at__isnull=False).order_by("-no")
    told = issued.annotate(what=KT("snapshot__purpose_label"), rows=KeyTransform("changes", "snapshot"))
    return [
        Edition(
            edition=f"第{no + 1}版",
            issued_on=clock.day(at),
            what=what or FIRST,
            labels="、".join(row["label"] for row in rows or []),
            reason=reason,
            is_shown=no == version.no,
        )
        for no, at, what, rows, reason in told.values_list("no", "issued_at", "what", "rows", "change_reason")
        if at
    ]


def changed_on(guarantee: Guarantee) -> dt.date | None:
    """Give the day on which the newest version after the first was issued: since then no former key opens anything."""
    return _last(guarantee, purpose__in=[Purpose.CHANGE, Purpose.CORRECTION])


def cancelled_on(guarantee: Guarantee) -> dt.date | None:
    """Give the day on which a guarantee was ended by a cancellation."""
    return _last(guarantee, purpose__in=[Purpose.CANCELLATION])


def _last(guarantee: Guarantee, **of_kind: list[Purpose]) -> dt.date | None:
    issued = guarantee.versions.filter(issued_at__isnull=False, **of_kind).order_by("-no")
    at = issued.values_list("issued_at", flat=True).first()
    return clock.day(at) if at else None
