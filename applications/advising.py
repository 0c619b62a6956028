"""変更の案内: which change a changed contract calls for, told before anything is filled in.

The rules of the trade, for one guarantee: an advance that is to grow is guaranteed first, and one that shrinks is lowered at
once; a contract guarantee follows the price as far as the body asks for it; the period has to cover the works; a contract
that ends gives the certificate back; what is merely written wrong is put right without a premium.
"""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple

from applications import change_checks, limits
from applications.models import Line
from guarantees.models import Purpose, Version
from issuers import rulebook
from issuers.kinds import Product
from netdesk import dates


class Happened(StrEnum):
    """What happened to the contract, as the page asks it."""

    CHANGED = "changed"
    ENDED = "ended"
    MISWRITTEN = "wrong"


HAPPENED = [
    (Happened.CHANGED.value, "請負金額・前払金・工期が変わった"),
    (Happened.ENDED.value, "契約を解除した・取りやめた"),
    (Happened.MISWRITTEN.value, "証書の記載を直したい（誤記・職名や商号の変更）"),
]
MORE = [("no", "追加では受け取らない"), ("yes", "追加で受け取る")]


class Level(StrEnum):
    """How much a change is called for."""

    NEEDED = "必要"
    ASK = "発注者に確認"
    NOT_NEEDED = "不要"


class Advice(NamedTuple):
    """One finding: what it is about, how much it is called for, and why in a sentence."""

    about: str  # 保証金額, 保証期間, …
    level: Level
    text: str


class Answer(NamedTuple):
    """What to do: the procedure to begin (None: nothing), and the findings that led to it."""

    purpose: Purpose | None
    findings: list[Advice]

    @property
    def is_needed(self) -> bool:
        """Tell whether anything is surely called for."""
        return any(one.level == Level.NEEDED for one in self.findings)


def answer(
    version: Version, happened: str, *, price_yen: int | None, works_until: dt.date | None, more: bool, on: dt.date
) -> Answer:
    """Tell what a guarantee needs. `price_yen` and `works_until` are those of the changed contract, None when unchanged;
    `more`: more of the advance is to be received. `on` is today in Tokyo. Asks the database for the limits of the body only."""
    if happened == Happened.ENDED:
        text = "契約が終わった保証は、解約の手続をします。発注者の同意（証書の返還）を先に受けてください。"
        return Answer(Purpose.CANCELLATION, [Advice("保証契約", Level.NEEDED, text)])
    if happened == Happened.MISWRITTEN:
        text = "金額と期間が変わらない記載の訂正は、訂正発行の手続をします。保証料はかかりません。"
        return Answer(Purpose.CORRECTION, [Advice("証書の記載", Level.NEEDED, text)])
    price, until = price_yen or version.price_yen, works_until or version.works_until
    about_amount = _advance if version.product != Product.CONTRACT else _performance
    findings = [about_amount(version, price, more), _period(version, until, on)]
    wanted = any(one.level != Level.NOT_NEEDED for one in findings)
    return Answer(Purpose.CHANGE if wanted else None, findings)


def _advance(version: Version, price: int, more: bool) -> Advice:
    about = "保証金額"
    if more:
        text = "追加の前払金を受け取る前に、保証金額を増額し、変更後の証書を発注者へ提出してください。"
        return Advice(about, Level.NEEDED, text)
    top = _top(version, price)
    if version.amount_yen > (version.base_yen or price):
        text = f"保証金額（{version.amount_yen:,}円）が、変更後の請負金額（{price:,}円）を超えます。減額してください。"
        return Advice(about, Level.NEEDED, text)
    if price < version.price_yen and version.amount_yen > top:
        text = (
            f"保証金額（{version.amount_yen:,}円）が、変更後の請負金額に対する前払金の上限（{top:,}円）を超えます。"
            "前払金を返還するかどうかを発注者に確かめ、返還するときは、ただちに減額の手続をしてください。"
        )
        return Advice(about, Level.ASK, text)
    return Advice(about, Level.NOT_NEEDED, "前払金の額が変わらないときは、保証金額を変える必要はありません。")


def _top(version: Version, price: int) -> int:
    """The most that may be advanced of a price, in whole yen, by the limits of the body; the price itself without one."""
    base = version.base_yen or price
    top = _limits(version).top_yen(base)
    return base if top is None else top


def _limits(version: Version) -> rulebook.Limits:
    line = Line(
        issuer=version.issuer,
        product=version.product,
        work_kind=version.work_kind,
        contracted_on=version.contracted_on,
        low_bid=version.low_bid,
    )
    return limits.allowed(line)


def _performance(version: Version, price: int, more: bool) -> Advice:
    about, kept = "保証金額", _limits(version)
    percent, least = kept.percent_words, kept.least_yen(price) or 0
    if version.amount_yen > price:
        text = f"保証金額（{version.amount_yen:,}円）が、変更後の請負金額（{price:,}円）を超えます。減額してください。"
        return Advice(about, Level.NEEDED, text)
    if price > version.price_yen and version.amount_yen < least:
        text = (
            f"変更後の請負金額の{percent}は{least:,}円です。いまの保証金額（{version.amount_yen:,}円）では足りません。"
            "増額を求めるかどうかは発注者によって異なります。契約担当課に確かめてください。"
        )
        return Advice(about, Level.ASK, text)
    if price < version.price_yen and version.amount_yen > least:
        text = f"{least:,}円まで減額できることがあります。減額するかどうかは、発注者と相談して決めてください。"
        return Advice(about, Level.ASK, text)
    return Advice(about, Level.NOT_NEEDED, f"保証金額は、請負金額の{percent}以上のままです。")


def _period(version: Version, until: dt.date, on: dt.date) -> Advice:
    about, reach = "保証期間", change_checks.covers_until(version, until)
    if reach > version.ends_on:
        text = (
            f"いまの保証は{dates.seireki(version.ends_on)}までです。工期を含むように、"
            f"{dates.seireki(reach)}まで延ばしてください。"
        )
        return Advice(about, Level.NEEDED, text)
    if reach < version.ends_on and until >= on:
        text = "工期が短くなっても、保証期間はそのままでかまいません。短くしたいときは変更できます。"
        return Advice(about, Level.NOT_NEEDED, text)
    return Advice(about, Level.NOT_NEEDED, f"いまの保証（{dates.seireki(version.ends_on)}まで）が工期を含んでいます。")
