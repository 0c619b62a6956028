"""The words of a certificate: what is promised, what works and services call the same things, and what a change changed.

Sources: 前払金保証 covers the advance less what has been earned of it (公共工事の前払金保証事業に関する法律,
article 2), 契約保証 the damage of a termination for which the contractor is to blame. The wording
is our own.
"""

import datetime as dt
from typing import NamedTuple, TypedDict

from guarantees.snapshot import Change, Snapshot
from guarantees.terms import Purpose
from issuers.kinds import Product, WorkKind

DAYS = ("issued_on", "contracted_on", "works_from", "works_until", "starts_on", "ends_on", "key_expires_on", "ruled_on")

# What the day of a change is called, by what the change is for.
CHANGED_ON = {Purpose.CHANGE: "変更契約日", Purpose.CORRECTION: "訂正日", Purpose.CANCELLATION: "解約の申出日"}
# Where a page has little room, what is longer than this is not repeated: both certificates show it in full.
LONG = 24
ON_NO_CERTIFICATE = "発注者"  # a certificate names the authority only


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


class Changed(NamedTuple):
    """What a version after the first says of its change, of the version whose place it takes, and of the first one."""

    word: str  # 変更 | 訂正発行 | 解約
    kinds: str  # 増額・保証期限変更
    day_label: str  # 変更契約日 | 訂正日 | 解約の申出日
    on: dt.date
    reason: str
    rows: list[Change]
    replaces: str  # 第1版
    replaces_on: dt.date
    first_on: dt.date

    @property
    def after(self) -> str:
        """What this version comes after, in running text: 変更（増額）後の, 訂正発行後の."""
        return self.word if self.kinds == self.word else f"{self.word}（{self.kinds}）"

    @property
    def brief(self) -> list[Change]:
        """The rows for a page with little room: long texts together in one row, which says where they stand."""
        short = [row for row in self.rows if _is_short(row)]
        labels = "、".join(row["label"] for row in self.rows if not _is_short(row))
        where = {"before": f"{self.replaces}の証書に記載のとおり", "after": "この版の証書に記載のとおり"}
        return [*short, Change(label=labels, before=where["before"], after=where["after"])] if labels else short

    @property
    def labels(self) -> str:
        """What changed, by name only: for a page with no room for a table."""
        return "、".join(row["label"] for row in self.rows)

    @property
    def issuer(self) -> Change | None:
        """The row of the body, which is to be told in any case: no certificate shows its name."""
        return next((row for row in self.rows if row["label"] == ON_NO_CERTIFICATE), None)


def change(snapshot: Snapshot) -> Changed | None:
    """Tell what changed, in the words of this kind of order; None for the first version."""
    if "purpose" not in snapshot:
        return None
    purpose, called = Purpose(snapshot["purpose"]), _called(words(snapshot))
    return Changed(
        word=str(purpose.label),
        kinds=snapshot["purpose_label"],
        day_label=CHANGED_ON[purpose],
        on=dt.date.fromisoformat(snapshot["changed_on"]),
        reason=snapshot["change_reason"],
        rows=[Change(**row | {"label": called.get(row["label"], row["label"])}) for row in snapshot["changes"]],
        replaces=snapshot["replaces"],
        replaces_on=dt.date.fromisoformat(snapshot["replaces_issued_on"]),
        first_on=dt.date.fromisoformat(snapshot["first_issued_on"]),
    )


def _called(named: Words) -> dict[str, str]:
    """How this kind of order calls what a list of changes calls by one name for all."""
    return {
        "工事番号": named["number"],
        "工事・業務委託の名称": named["name"],
        "工事場所": named["place"],
        "請負金額": named["price"],
        "工期の始まり": f"{named['period']}の始まり",
        "工期の終わり": f"{named['period']}の終わり",
    }


def _is_short(row: Change) -> bool:
    return max(len(row["before"]), len(row["after"])) <= LONG or row["label"] == ON_NO_CERTIFICATE
