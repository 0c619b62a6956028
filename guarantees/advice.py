"""How a contractor hands the key notice to the issuer: to whom, and the words of the mail to copy."""

from typing import NamedTuple

from accounts.models import User
from guarantees import paper_words, showing
from guarantees.models import Version
from issuers.kinds import Product
from issuers.models import SubmissionRule

DEADLINES = {
    Product.ADVANCE: "前払金を請求する日まで",
    Product.INTERIM: "中間前払金を請求する日まで",
    Product.CONTRACT: "契約を結ぶ日まで",
}
# What goes along with the notice in the same mail, besides the notice itself.
ENCLOSURES = {Product.ADVANCE: "前払金請求書", Product.INTERIM: "中間前払金請求書", Product.CONTRACT: ""}


class Advice(NamedTuple):
    """What the page 電子保証概要 offers to copy; `email` is "" where the body has not told us an address."""

    office: str
    email: str
    subject: str
    body: str
    enclosure: str
    deadline: str


def of(version: Version, *, reader: User) -> Advice:
    """Write the advice for one issued version, signed with the reader's name. Reads the body's rule, changes nothing."""
    rule = SubmissionRule.objects.filter(issuer=version.issuer_id).first() or SubmissionRule()
    product = Product(version.product)
    return Advice(
        office=rule.office,
        email=rule.email,
        subject=_subject(rule.subject, version),
        body=_body(version, rule.office, ENCLOSURES[product], reader),
        enclosure=ENCLOSURES[product],
        deadline=DEADLINES[product],
    )


def _subject(pattern: str, version: Version) -> str:
    """Fill a body's pattern. Other braces stay as they are: the pattern is typed by people."""
    pattern = pattern or "【電子保証】{work_number} {work_name}"
    filled = pattern.replace("{work_number}", version.work_number).replace("{work_name}", version.work_name)
    return " ".join(filled.split(" ")).replace("】 ", "】")


def _body(version: Version, office: str, enclosure: str, reader: User) -> str:
    words = paper_words.words(showing.snapshot_of(version))
    company = reader.contractor
    number = [f"{words['number']}：{version.work_number}"] if version.work_number else []
    attached = "「認証キー」のお知らせ（PDF）1件" + (f"、{enclosure} 1件" if enclosure else "")
    return "\n".join(
        [
            f"{version.issuer_name}{office}　ご担当者様",
            "",
            f"いつもお世話になっております。{version.principal_name}です。",
            f"下記の{version.get_work_kind_display()}について、{version.get_product_display()}の「認証キー」のお知らせ（PDF）をお送りします。",
            "",
            f"{words['name']}：{version.work_name}",
            *number,
            f"保証：{version.get_product_display()}（電子保証）",
            f"添付：{attached}",
            "",
            "ご確認をお願いいたします。",
            "",
            f"{version.principal_name}　{reader.name}",
            *([f"電話 {company.phone}"] if company else []),
        ]
    )
