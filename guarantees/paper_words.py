"""The words of a certificate: what is promised, and what works and services call the same things.

Sources: 前払金保証 covers the advance less what has been earned of it (公共工事の前払金保証事業に関する法律,
article 2), 契約保証 the damage of a termination for which the contractor is to blame. The wording
is our own.
"""

import datetime as dt
from typing import TypedDict

from guarantees.snapshot import Snapshot
from issuers.kinds import Product, WorkKind

DAYS = ("issued_on", "contracted_on", "works_from", "works_until", "starts_on", "ends_on", "key_expires_on", "ruled_on")


class Words(TypedDict):
    """How one kind of order calls its things on paper."""

    name: str
    place: str
    contract: str
    number: str
    period: str
    price: str
    order: str  # in running text: 下記の…が解除されたとき
    done: str  # what has been earned when the contract ends early


WORDS: dict[str, Words] = {
    WorkKind.WORKS: {
        "name": "工事名",
        "place": "工事場所",
        "contract": "請負契約",
        "number": "工事番号",
        "period": "工期",
        "price": "請負金額",
        "order": "工事の請負契約",
        "done": "工事の既済部分の代価に相当する額",
    },
    WorkKind.SERVICE: {
        "name": "業務名",
        "place": "履行場所",
        "contract": "業務委託契約",
        "number": "業務番号",
        "period": "履行期間",
        "price": "業務委託料",
        "order": "業務の委託契約",
        "done": "業務の既履行部分に相当する業務委託料の額",
    },
}
PAYS = {
    Product.ADVANCE: "支払われた前払金の額から、{done}を差し引いた額を",
    Product.INTERIM: "支払われた前払金及び中間前払金の額から、{done}を差し引いた額のうち、中間前払金の額に達するまでの額を",
    Product.CONTRACT: "これによって被保証者に生じた損害を",
}


# A reservation pays nothing: it promises the certificate that does.
RESERVES = (
    "当社は、当社の{label}約款に基づき、次のとおり予約します。予約申込者が下記の{order}を落札し、"
    "予約期間内に契約保証を申し込んだときは、当社は、予約金額を限度とする契約保証の保証証書を発行します。"
    "この予約は、入札保証金を保証するものではありません。"
)


class Called(TypedDict):
    """What a certificate calls itself and what stands on it."""

    paper: str  # title of the paper certificate
    amount: str
    period: str
    to: str  # to whom it is shown
    parties: str  # who asked for it
    planned: str  # what is added to what is only planned yet
    charge: str  # 保証料, 予約手数料
    statement: str  # title of its computation
    tax: str


def called(product: str) -> Called:
    """Give the names of things for a product."""
    kind, reserved = Product(product), product == Product.RESERVE
    return {
        "paper": f"{kind.label}証書" if reserved else f"保証証書（{kind.label}）",
        "amount": "予約金額" if reserved else "保証金額",
        "period": "予約期間" if reserved else "保証期間",
        "to": "発注者" if reserved else "被保証者",
        "parties": "予約申込者" if reserved else "保証契約者",
        "planned": "（予定）" if reserved else "",
        "charge": kind.charge,
        "statement": f"{kind.charge}計算書",
        "tax": kind.tax,
    }


def words(snapshot: Snapshot) -> Words:
    """Give the labels that fit the kind of order."""
    return WORDS[snapshot["work_kind"]]


def promise(snapshot: Snapshot) -> str:
    """Write the sentence by which the surety is bound, for this product and kind of order."""
    order, done = words(snapshot)["order"], words(snapshot)["done"]
    if snapshot["product"] == Product.RESERVE:
        return RESERVES.format(label=snapshot["product_label"], order=order)
    return (
        f"当社は、当社の{Product(snapshot['product']).governed_by.label}約款に基づき、次のとおり保証します。"
        f"保証契約者の責めに帰すべき理由により下記の{order}が解除されたときは、当社は、"
        f"{PAYS[Product(snapshot['product'])].format(done=done)}、"
        "保証金額を限度として、保証契約者に代わって被保証者にお支払いします。"
    )


def days(snapshot: Snapshot) -> dict[str, dt.date | None]:
    """Give the days of a snapshot as dates, under their own names; the key's last day is None for a paper guarantee."""
    given: dict[str, object] = dict(snapshot)
    return {name: dt.date.fromisoformat(str(given[name])) if given.get(name) else None for name in DAYS}
