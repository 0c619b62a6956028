"""The words of 手続状況 as people read them; an approved line speaks with the words of its guarantee."""

from typing import NamedTuple

from applications.models import Line
from applications.summary import Row
from guarantees import clock, printing
from guarantees.models import Document, Guarantee, HandOver, Purpose, Version
from issuers.kinds import Product
from netdesk import dates


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
    if line.product == Product.RESERVE and line.issue.guarantee.status == Guarantee.Status.CLOSED:
        return Wording("手続完了", "契約保証を発行したため、この予約は終わりました")
    if line.purpose == Purpose.CANCELLATION:
        return Wording("手続完了", "保証を解約しました")
    if line.issue.status == Version.Status.CANCELLED:
        return Wording("手続完了", "この保証は、のちに解約されました")
    if line.issue.status == Version.Status.SUPERSEDED:
        return Wording("手続完了", "この保証は、のちに変更されました。変更後の証書をお使いください")
    if line.is_electronic:
        return Wording("手続完了", "「認証キー」のお知らせを、発注者へ提出してください")
    return Wording("手続完了", _PAPER.get(line.application.receipt, "証書（紙）をお受け取りください"))


def issued_as(line: Line) -> str:
    """Say in which form a line was issued, for the side of 手続完了; "" before that (needs line.issue)."""
    if line.issue is None or line.issue.issued_at is None:
        return ""
    if line.purpose == Purpose.CANCELLATION:
        return "解約済"
    return "電子保証発行済" if line.is_electronic else "証書発行済"


class PaperNews(NamedTuple):
    """Where a paper certificate is: the sentence for the contractor, and rows of what is known."""

    next: str
    rows: list[Row]


def of_paper(line: Line) -> PaperNews | None:
    """Tell where the certificate of an issued paper line is; None for any other line. Asks the database twice."""
    if line.is_electronic or not issued_as(line) or line.issue is None or line.issue.status != Version.Status.ISSUED:
        return None
    number = line.issue.guarantee.number or ""
    rows = [Row("保証契約番号", number), Row("証書の受取", line.application.get_receipt_display() or "入力なし")]
    if line.product == Product.RESERVE and line.issue.guarantee.status == Guarantee.Status.CLOSED:
        return PaperNews(status_of(line).next, rows)
    left = printing.handed_over(line.issue)
    if left is not None:
        day, posted = dates.seireki(left.on), left.how == HandOver.How.POST
        rows.append(Row("郵送した日" if posted else "お渡しした日", day))
        said = f"証書（紙）を{day}に郵送しました" if posted else f"証書（紙）を{day}に窓口でお渡ししました"
        return PaperNews(said, rows)
    made = line.issue.documents.filter(kind=Document.Kind.PAPER).order_by("pk").first()
    if line.application.receipt != "visit":
        return PaperNews(status_of(line).next, [*rows, Row("郵送", "準備しています")])
    if made is None:
        return PaperNews(
            "証書（紙）を支店の窓口でお渡しできるよう、準備しています", [*rows, Row("窓口でのお渡し", "準備しています")]
        )
    ready = f"{dates.seireki(clock.day(made.created_at))}から、お渡しできます"
    return PaperNews(status_of(line).next, [*rows, Row("窓口でのお渡し", ready, line.branch.name)])
