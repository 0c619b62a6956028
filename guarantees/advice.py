"""提出のしかた: how a contractor hands the key notice to the issuer, by which way, until when, and the words of the mail."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

from django.utils import timezone

from accounts.models import User
from guarantees import paper_words, showing
from guarantees.models import Version
from issuers import patterns
from issuers.kinds import Product
from issuers.models import Rule

DEADLINES = {
    Product.ADVANCE.value: "前払金を請求する日まで",
    Product.INTERIM.value: "中間前払金を請求する日まで",
    Product.CONTRACT.value: "契約を結ぶ日まで",
}
USUAL_DEADLINE = "発注者が案内する日まで"
# What goes along with the notice, besides the notice itself.
ENCLOSURES = {Product.ADVANCE.value: "前払金請求書", Product.INTERIM.value: "中間前払金請求書"}
SUBJECT = "【電子保証】{work_number} {work_name}"
WAYS: dict[Rule.Way, Callable[[Rule, str], str]] = {
    Rule.Way.MAIL: lambda rule, what: f"下の宛先・件名・本文でメールを作り、{what}を添付して送ります。",
    Rule.Way.ONLINE: lambda rule, what: f"発注者の電子申請の画面で、{what}を添付して送ります。",
    Rule.Way.FAX: lambda rule, what: (
        f"{what}を印刷して、{f'{rule.fax}へ' if rule.fax else ''}FAXで送ります。認証キーの文字がつぶれていないか、送る前に確かめてください。"
    ),
    Rule.Way.COUNTER: lambda rule, what: f"{what}を印刷して、{rule.office or '担当課'}の窓口へ持参します。",
    Rule.Way.POST: lambda rule, what: f"{what}を印刷して、{rule.office or '担当課'}へ郵送します。",
}
LONGEST_LINK = 2000  # signs; Chromium on Windows silently opens no link of more than 2,048
PRINTS = {
    Rule.Prints.ASKED.value: "電子保証書の画面も印刷して、あわせて提出します。",
    Rule.Prints.REFUSED.value: "電子保証書の印刷やPDFは、提出したことになりません。「認証キー」のお知らせを提出してください。",
}


class Way(NamedTuple):
    """One of the ways in which a body takes the notice: its name, and what to do."""

    name: str
    words: str


class Advice(NamedTuple):
    """What 提出のしかた says and offers to copy; a text is "" where the body has told us nothing."""

    ways: list[Way]  # none: the body has to be asked
    office: str
    email: str
    fax: str
    phone: str
    address: str
    enclosure: str
    prints: str
    call: str
    deadline: str
    note: str
    subject: str
    body: str
    mailto: str  # opens a mail; "" unless the body takes mails at an address that we know
    is_whole: bool  # the mail so opened has its text too
    by_mail: bool  # a mail may be one of the ways: its words are worth copying


def of(version: Version, *, reader: User) -> Advice:
    """Write the advice for one issued version, signed with the reader's name, by the rule of today. Changes nothing."""
    known = version.issuer.rule_on(version.product, version.work_kind, timezone.localdate()) if version.issuer else None
    rule = known or Rule(product=version.product)
    enclosure = ENCLOSURES.get(version.product, "")
    values = _values(version, rule.office, reader)
    subject = patterns.line(rule.subject or SUBJECT, values)
    body = patterns.text(rule.body, values) if rule.body else _body(version, rule.office, enclosure, reader)
    what = f"お知らせ（PDF）{f'と{enclosure}' if enclosure else ''}"
    link = mailto(rule.email, subject, body) if Rule.Way.MAIL in rule.handed_in_by and rule.email else ""
    return Advice(
        ways=[Way(way.label, WAYS[way](rule, what)) for way in rule.handed_in_by],
        office=rule.office,
        email=rule.email,
        fax=rule.fax,
        phone=rule.phone,
        address=rule.address,
        enclosure=enclosure,
        prints=PRINTS.get(rule.prints, ""),
        call=_call(rule),
        deadline=rule.deadline_words or DEADLINES.get(version.product, USUAL_DEADLINE),
        note=rule.note,
        subject=subject,
        body=body,
        mailto=link,
        is_whole="&body=" in link,
        by_mail=Rule.Way.MAIL in rule.handed_in_by or not rule.handed_in_by,
    )


def mailto(address: str, subject: str, body: str) -> str:
    """Write a link that opens a mail (RFC 6068): every sign but letters and digits is encoded, lines end with CRLF.

    A text that makes it too long stays out, and then has to be copied; so does a subject.
    """
    link = f"mailto:{quote(address, safe='@')}"
    lines = body.replace("\n", "\r\n")
    for name, text in (("?subject", subject), ("&body", lines)):
        longer = f"{link}{name}={quote(text, safe='')}"
        if len(longer) > LONGEST_LINK:
            break
        link = longer
    return link


def _call(rule: Rule) -> str:
    if not rule.call_asked:
        return ""
    where = f"{rule.office or '担当課'}{f'（{rule.phone}）' if rule.phone else ''}"
    return f"送ったあと、{where}へ電話をかけて、届いたことを確かめてください。"


def _values(version: Version, office: str, reader: User) -> dict[str, str]:
    """What the words in braces of a body's patterns stand for. The authentication key is none of them."""
    return {
        "work_number": version.work_number,
        "work_name": version.work_name,
        "work_kind": version.get_work_kind_display(),
        "number": version.guarantee.number or "",
        "product": version.get_product_display(),
        "issuer": version.issuer_name,
        "office": office,
        "contractor": version.principal_name,
        "person": reader.name,
        "phone": reader.contractor.phone if reader.contractor else "",
        "price": f"{version.price_yen:,}円",
        "amount": f"{version.amount_yen:,}円",
    }


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
