"""The words of a certificate."""

import datetime as dt

import pytest

from guarantees import paper_words
from tests.guarantees import sample

HEAD = (
    "当社は、当社の{}約款に基づき、次のとおり保証します。"
    "保証契約者の責めに帰すべき理由により下記の{}が解除されたときは、当社は、"
)
TAIL = "、保証金額を限度として、保証契約者に代わって被保証者にお支払いします。"
WORKS, SERVICE = "工事の請負契約", "業務の委託契約"
DAMAGE = "これによって被保証者に生じた損害を"


@pytest.mark.parametrize(
    ("changes", "product", "order", "pays"),
    [
        ({}, "前払金保証", WORKS, "支払われた前払金の額から、工事の既済部分の代価に相当する額を差し引いた額を"),
        (sample.CONTRACT, "契約保証", WORKS, DAMAGE),
        (
            sample.SERVICE,
            "前払金保証",
            SERVICE,
            "支払われた前払金の額から、業務の既履行部分に相当する業務委託料の額を差し引いた額を",
        ),
        (sample.CONTRACT | sample.SERVICE, "契約保証", SERVICE, DAMAGE),
    ],
)
def test_each_product_and_kind_of_order_has_its_promise(changes: dict, product: str, order: str, pays: str):
    promise = paper_words.promise(sample.snapshot(**changes))
    assert promise == HEAD.format(product, order) + pays + TAIL


def test_the_days_of_a_snapshot_become_dates_under_their_own_names():
    assert paper_words.days(sample.snapshot(key_expires_on="")) == {
        "issued_on": dt.date(2026, 6, 1),
        "contracted_on": dt.date(2026, 6, 1),
        "works_from": dt.date(2026, 6, 2),
        "works_until": dt.date(2026, 12, 18),
        "starts_on": dt.date(2026, 6, 1),
        "ends_on": dt.date(2026, 12, 18),
        "key_expires_on": None,
        "ruled_on": None,
    }
