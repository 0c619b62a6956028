"""How a version stands on a day: the states that follow from dates are computed and never stored."""

import datetime as dt
from enum import StrEnum

from guarantees.models import Guarantee, Version


class Standing(StrEnum):
    """The word shown to people; the filter `tone` gives its colour."""

    ORDERED = "発行手続中"
    PENDING = "保証期間前"
    IN_FORCE = "有効"
    CHANGING = "変更手続中"
    EXPIRED = "保証期間満了"
    SUPERSEDED = "変更済"
    CANCELLED = "解約"
    CLAIM = "弁済手続中"
    CLOSED = "終了"


_STORED = {
    Guarantee.Status.ORDERED: Standing.ORDERED,
    Guarantee.Status.CANCELLED: Standing.CANCELLED,
    Guarantee.Status.CLAIM: Standing.CLAIM,
    Guarantee.Status.CLOSED: Standing.CLOSED,
}


def of(version: Version, on: dt.date) -> Standing:
    """Tell how `version` stands on a day in Tokyo. Its first and its last day count as 有効.

    What happened to the version itself goes before what happened to its guarantee, and both go before the dates.
    """
    if version.status == Version.Status.SUPERSEDED:
        return Standing.SUPERSEDED
    if version.status == Version.Status.CANCELLED:
        return Standing.CANCELLED
    if version.status == Version.Status.ORDERED or version.starts_on is None:
        return Standing.ORDERED
    stored = _STORED.get(Guarantee.Status(version.guarantee.status))
    return stored or _by_date(version.starts_on, version.ends_on, on)


def to_parties(version: Version, on: dt.date) -> Standing:
    """Tell contractor and branch how `version` stands: 変更手続中 while a change is asked for. To others it is in force till then."""
    state = of(version, on)
    by_date = state in {Standing.PENDING, Standing.IN_FORCE, Standing.EXPIRED}
    return Standing.CHANGING if by_date and version.guarantee.changing_since else state


def _by_date(starts_on: dt.date, ends_on: dt.date, on: dt.date) -> Standing:
    if on < starts_on:
        return Standing.PENDING
    return Standing.IN_FORCE if on <= ends_on else Standing.EXPIRED
