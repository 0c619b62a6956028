"""Going on from an issued guarantee: a draft in which nobody types again what the guarantee says.

What is asked anew (amounts of the year, the day of the 認定調書) is empty; the rest is what was typed for the guarantee, and
over it what is in force: bank, amounts and contract may have been changed since.
"""

import uuid
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import drafts, follow_ups, sections, terms
from applications.follow_ups import FollowUp
from applications.models import Application, Line
from guarantees.models import Guarantee, Purpose, Version
from issuers.kinds import Product
from netdesk import dates


class Refused(Exception):
    """A follow-up that cannot be begun now. The text is fit to show."""


class Offer(NamedTuple):
    """One way to go on from a guarantee: what is asked for, the words of its button, what it is, and why not now ("")."""

    asks: str
    label: str
    text: str
    against: str


LABELS = {
    Product.ADVANCE: "翌年度の前払金保証を申し込む",
    Product.INTERIM: "中間前払金保証を申し込む",
    Product.CONTRACT: "契約保証を申し込む",
}


TITLES = {
    Product.ADVANCE: "翌年度の前払金保証の申込",
    Product.INTERIM: "中間前払金保証の申込",
    Product.CONTRACT: "契約保証の申込（予約から）",
}


class Note(NamedTuple):
    """What stands above the form of a follow-up."""

    title: str
    text: str


def note(follow: FollowUp) -> Note:
    """Say what a follow-up has taken over, and what is to be looked at."""
    about = f"{follow.about.get_product_display()}（保証契約番号 {follow.about.number}）"
    if follow.asks == Product.ADVANCE:
        return Note(
            f"{about}と同じ契約の、{dates.fiscal_year_words(follow_ups.year_asked(timezone.localdate()))}の保証です",
            "内容を引き継いでいます。変更契約で変わったところがあれば直し、今年度対象額と保証金額を入力してください。"
            "後の年度の前払金は、その年度の予算を執行できるようになってから、発注者へ請求できます。",
        )
    if follow.asks == Product.INTERIM:
        return Note(
            f"{about}に続く申込です",
            "契約の内容は、前払金保証のとおりです。契約が変わったときは、先に前払金保証の変更の手続をしてください。",
        )
    return Note(
        f"{about}から引き継ぎました",
        "予約のときは予定だった契約締結日・請負金額・工期・工事番号を、落札の通知や契約書で確かめ、変わったところを直してください。",
    )


def offers(guarantee: Guarantee) -> list[Offer]:
    """Tell in which ways one can go on from a guarantee today, and why not in the others; none for what ends by itself."""
    on, found = timezone.localdate(), []
    if guarantee.status == Guarantee.Status.ORDERED:
        return []
    for asks in follow_ups.MAY_ASK.get(Product(guarantee.product), ()):
        if asks == Product.ADVANCE and guarantee.fiscal_year is None:
            continue
        follow = FollowUp(follow_ups.first(guarantee, asks), asks, None)
        found.append(
            Offer(asks, LABELS[asks], _text(asks, follow_ups.year_asked(on)), follow_ups.objection(follow, on))
        )
    return found


def _text(asks: Product, year: int) -> str:
    if asks == Product.ADVANCE:
        return (
            f"{dates.fiscal_year_words(year)}（{year}年4月〜{year + 1}年3月）の前払金保証です。契約の内容・金融機関・請求先・"
            "連絡先を引き継ぎます。今年度対象額と保証金額だけを入力してください。"
        )
    if asks == Product.INTERIM:
        return (
            "発注者の認定を受けて受け取る中間前払金の保証です。契約の内容と金融機関を引き継ぎます。認定日と金額を入力し、"
            "認定調書の写しを添付してください。"
        )
    return "落札したときに、予約の内容を引き継いで申し込みます。予定だった契約日・金額・工期を確かめてください。"


def begin(guarantee: Guarantee, asks: str, *, by: User) -> tuple[Application, bool]:
    """Begin the draft that goes on from a guarantee; give it, and whether it is new. Refused, or drafts.Full.

    Locks the guarantee. A draft of the same that the company keeps already is given back: a second press, or a colleague's.
    """
    if asks not in follow_ups.MAY_ASK.get(Product(guarantee.product), ()):
        raise Refused("この保証に続く申込はありません。")
    product, today = Product(asks), timezone.localdate()
    with transaction.atomic():
        about = Guarantee.objects.select_for_update(no_key=True).get(pk=follow_ups.first(guarantee, asks).pk)
        if begun := Application.objects.visible_to(by).drafts().filter(about=about, asks=asks).first():
            return begun, False
        if against := follow_ups.objection(FollowUp(about, asks, None), today):
            raise Refused(against)
        version = follow_ups.last_of(about) if product == Product.INTERIM else follow_ups.newest(about)
        typed = typed_from(version, product)
        made = drafts.begin(uuid.uuid4(), typed, by=by, about=about, asks=asks, source=str(version.guarantee_id))
    return made, True


def overtaken(application: Application) -> str:
    """Say who was quicker with what a follow-up asks for, "" when nobody was. Locks what it goes on from, until the caller's
    transaction ends: of two that are sent at once the second finds the first."""
    follow = follow_ups.of(application)
    if follow is None:
        return ""
    Guarantee.objects.select_for_update(no_key=True).get(pk=follow.about.pk)
    year = follow_ups.year_asked(timezone.localdate()) if follow.asks == Product.ADVANCE else None
    told = follow_ups.taken(follow).get(year)
    return f"この{Product(follow.asks).label}は、すでに申し込まれています（{told}）。" if told else ""


def typed_from(version: Version, asks: Product) -> dict[str, str]:
    """Write a version as the form of what goes on from it, with what its company typed besides."""
    prefix = sections.PREFIX[asks]
    first = Line.objects.filter(issue__guarantee=version.guarantee_id, purpose=Purpose.NEW).select_related(
        "application"
    )
    line = first.first()
    typed: dict[str, str] = dict(line.application.typed) if line else {}
    other = set(sections.PERFORMANCE if prefix == "advance" else sections.ADVANCE)
    told = terms.typed_block(version, version.guarantee.contractor)
    if version.joint_venture:  # as typed: name and members stand in one text of the guarantee
        del told["joint_venture_on"]
    own = {"on": "on", "format": version.format, "payment": version.payment, "statement": version.statement_wanted}
    if asks.is_for_advance:
        own |= {"bank_name": version.bank_name, "bank_code": version.bank_code, "redeposit": version.redeposit}
        own |= {"amount": "", "ruled_on": "", "base": ""}
    if asks == Product.INTERIM:
        own["base"] = str(version.base_yen or "")
    if asks == Product.CONTRACT:
        own |= {"amount": str(version.amount_yen), "kind": Product.CONTRACT.value}
    told |= {f"{prefix}_{name}": text for name, text in own.items()} | {"message": "", "branch": version.branch.code}
    told |= {"advance_planned": "yes"} if asks == Product.CONTRACT else {}
    kept = {name: text for name, text in typed.items() if name not in other}
    return {name: text for name, text in (kept | told).items() if text}
