"""The words of 手続状況 as people read them; an approved line speaks with the words of its guarantee."""

from typing import NamedTuple

from applications.models import Line
from guarantees.models import Version


class Wording(NamedTuple):
    """What a chip says and what happens next, in one sentence for the contractor."""

    words: str
    next: str


_NEXT: dict[str, str] = {
    Line.Status.SUBMITTED: "支店が受付を始めるまでお待ちください",
    Line.Status.RECEIVED: "支店が審査を始めるまでお待ちください",
    Line.Status.UNDER_REVIEW: "支店で審査しています",
    Line.Status.RETURNED: "貴社の修正をお待ちしています",
    Line.Status.DECLINED: "お引受けできませんでした",
    Line.Status.AWAITING_PREMIUM: "保証料のお支払いをお待ちしています",
    Line.Status.WITHDRAWN: "取り下げました",
}

_PAPER = {
    "post": "証書（紙）を郵送します。届くまでお待ちください",
    "visit": "証書（紙）を支店の窓口でお受け取りください",
}


def status_of(line: Line) -> Wording:
    """Give the words of a line's status: 発行手続中 or 手続完了 once approved (needs line.issue)."""
    if line.status != Line.Status.APPROVED:
        return Wording(line.get_status_display(), _NEXT.get(line.status, ""))
    if line.issue is None or line.issue.status == Version.Status.ORDERED:
        return Wording("発行手続中", "証書を発行しています。数分で終わります")
    if line.is_electronic:
        return Wording("手続完了", "「認証キー」のお知らせを、発注者へ提出してください")
    return Wording("手続完了", _PAPER.get(line.application.receipt, "証書（紙）をお受け取りください"))
