"""What a right look-up may say: four sentences, each true or not by itself, and one heading that follows from the worst of them."""

import datetime as dt
from typing import NamedTuple

from guarantees import showing, snapshot, standing
from guarantees.models import Version
from guarantees.standing import Standing
from netdesk import dates


class Sentence(NamedTuple):
    """One finding; `tone` is ok, wait or ng."""

    tone: str
    text: str
    detail: str


class Verdict(NamedTuple):
    """The answer to an official. `shows_content` is false when the record no longer matches its digest."""

    tone: str
    heading: str
    standing: Standing
    sentences: list[Sentence]
    shows_content: bool


# Heading, tone and sentence about the period by standing: closed outranks expired outranks in force.
HEADINGS = {
    Standing.PENDING: ("wait", "保証期間前の電子保証です", "保証期間前です"),
    Standing.IN_FORCE: ("ok", "有効な電子保証です", "保証期間内です"),
    Standing.EXPIRED: ("wait", "保証期間が満了した電子保証です", "保証期間は満了しています"),
    Standing.CLAIM: ("wait", "弁済の手続中の電子保証です", "弁済の手続中です"),
    Standing.CANCELLED: ("ng", "解約された電子保証です", "解約されています"),
    Standing.CLOSED: ("wait", "終了した電子保証です", "終了しています"),
}


def of(version: Version, on: dt.date) -> Verdict:
    """Judge an opened version on a day (Tokyo): the digest of its record is computed anew, nothing is believed."""
    state, shown = standing.of(version, on), showing.snapshot_of(version)
    tone, heading, period = HEADINGS[state]
    unchanged = is_unchanged(version)
    if not unchanged:
        tone, heading = "ng", "内容を確かめられませんでした"
    sentences = [
        Sentence("ok", "当社が発行しました", f"発行日 {_day(shown['issued_on'])}"),
        _about_content(unchanged),
        Sentence(HEADINGS[state][0], period, f"{_day(shown['starts_on'])}から{_day(shown['ends_on'])}まで"),
        Sentence("ok", "最新の版です", version.edition),
    ]
    return Verdict(tone, heading, state, sentences, unchanged)


def is_unchanged(version: Version) -> bool:
    """Tell whether the record still has the digest it had at the issue."""
    return snapshot.digest(showing.snapshot_of(version)) == version.snapshot_digest


def _about_content(unchanged: bool) -> Sentence:
    if unchanged:
        return Sentence("ok", "内容は変更されていません", "発行したときの記録と照合しました")
    return Sentence("ng", "内容が発行時の記録と一致しません", "取扱店へお問い合わせください")


def _day(text: str) -> str:
    return dates.seireki(dt.date.fromisoformat(text))
