"""Guarantees that go on from others: what the database refuses, and what their papers say."""

import datetime as dt
import importlib

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from guarantees import advice, orders, paper_words, snapshot
from guarantees.models import Guarantee
from issuers.models import is_taken
from tests import make

pytestmark = pytest.mark.django_db
YEARS = {
    "fiscal_kind": "commitment",
    "base_yen": 30_000_000,
    "amount_yen": 12_000_000,
    "works_until": dt.date(2029, 3, 30),
}


def follow(follows, **changes):
    """An ordered guarantee that goes on from another one of the same company."""
    terms = make.terms(**changes)
    with transaction.atomic():
        placed = orders.place(
            terms, contractor=follows.contractor, by=make.person("approver", branch=follows.branch), follows=follows
        )
    return placed.guarantee


def year(ends, follows=None, **changes):
    terms = YEARS | {"ends_on": dt.date(ends, 3, 31)} | changes
    return follow(follows, **terms) if follows else make.issued(**terms).guarantee


@pytest.mark.parametrize(
    ("ends_on", "kind", "year"),
    [
        ("2027-03-31", "commitment", 2026),
        ("2027-04-01", "continuing", 2027),
        ("2027-12-31", "commitment", 2027),
        ("2028-01-01", "commitment", 2027),
        ("2027-03-31", "single", None),
    ],
)
def test_an_advance_over_several_years_says_for_which_it_is(ends_on, kind, year):
    terms = make.terms(fiscal_kind=kind, ends_on=dt.date.fromisoformat(ends_on))
    assert terms.fiscal_year == year
    assert make.terms(product="contract", fiscal_kind=kind, ends_on=terms.ends_on).fiscal_year is None


def test_each_year_is_promised_once():
    first = year(2027)
    second = year(2028, first)
    assert (first.fiscal_year, second.fiscal_year, second.follows) == (2026, 2027, first)
    for taken in (2027, 2028):
        with pytest.raises(orders.Unfollowable, match="すでに発行しています"):
            year(taken, first)
    assert year(2029, first).fiscal_year == 2028


def test_the_database_refuses_a_year_that_is_promised_already():
    first = year(2027)
    second = year(2028, first)
    own = {"product": "advance", "format": "electronic", "branch": first.branch, "contractor": first.contractor}
    for taken in (2026, 2027):
        with pytest.raises(IntegrityError, match="a_contract_has_one_advance_a_year"), transaction.atomic():
            Guarantee.objects.create(**own, follows=first, fiscal_year=taken, salt=b"x" * 16)
    with pytest.raises(DatabaseError, match="keeps its identity"), transaction.atomic():
        Guarantee.objects.filter(pk=second.pk).update(fiscal_year=2030)
    with pytest.raises(DatabaseError, match="keeps its identity"), transaction.atomic():
        Guarantee.objects.filter(pk=second.pk).update(follows=None)


@pytest.mark.parametrize(("product", "of"), [("advance", "contract"), ("contract", "advance"), ("interim", "contract")])
def test_only_what_fits_follows(product, of):
    before = make.issued(product=of, bank_name="みずほ銀行", redeposit="unused").guarantee
    ruled = {"ruled_on": dt.date(2026, 9, 1)} if product == "interim" else {}
    with pytest.raises(DatabaseError, match="of its own company and of a fitting product"), transaction.atomic():
        follow(before, product=product, **ruled)


def test_another_companys_guarantee_is_not_followed():
    first = year(2027)
    with pytest.raises(DatabaseError, match="of its own company"), transaction.atomic():
        orders.place(
            make.terms(**YEARS | {"ends_on": dt.date(2028, 3, 31)}),
            contractor=make.contractor(),
            by=make.person("approver"),
            follows=first,
        )


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"product": "interim", "ruled_on": dt.date(2026, 9, 1), "bank_name": ""}, "names_a_bank_for_an_advance"),
        ({"product": "interim"}, "is_ruled_on_for_an_interim"),
        ({"product": "advance", "ruled_on": dt.date(2026, 9, 1)}, "is_ruled_on_for_an_interim"),
        ({"product": "reserve", "format": "electronic"}, "is_on_paper_for_a_reservation"),
    ],
)
def test_what_no_terms_may_say(changes, name):
    before = make.issued().guarantee
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make.ordered(**changes) if changes["product"] != "interim" else follow(before, **changes)


def test_the_papers_of_an_interim_advance_name_its_advance_and_the_ruling():
    before = make.issued()
    made = follow(before.guarantee, product="interim", ruled_on=dt.date(2026, 9, 1), amount_yen=10_000_000)
    make.issuing.mint(str(made.pk))
    shown = snapshot.read(made.versions.get())
    assert (shown["follows_label"], shown["follows_number"], shown["ruled_on"]) == (
        "前払金保証",
        before.guarantee.number,
        "2026-09-01",
    )
    assert shown["conditions_label"] == "前払金保証約款（令和8年4月1日版）"
    said = paper_words.promise(shown)
    assert said.startswith("当社は、当社の前払金保証約款に基づき") and "中間前払金の額に達するまでの額" in said
    assert paper_words.days(shown)["ruled_on"] == dt.date(2026, 9, 1)
    told = advice.of(made.versions.select_related("branch").get(), reader=make.person("contractor"))
    assert (told.enclosure, told.deadline) == ("中間前払金請求書", "中間前払金を請求する日まで")


def test_the_certificate_of_a_reservation_pays_nothing():
    shown = snapshot.read(make.issued(product="reserve", format="paper", notice_address="").guarantee.versions.get())
    said, names = paper_words.promise(shown), paper_words.called("reserve")
    assert "契約保証の保証証書を発行します" in said and said.endswith("入札保証金を保証するものではありません。")
    assert "お支払いします" not in said
    assert (names["paper"], names["amount"], names["planned"], names["statement"]) == (
        "契約保証予約証書",
        "予約金額",
        "（予定）",
        "予約手数料計算書",
    )
    assert shown["conditions_label"] == "契約保証予約約款（令和8年4月1日版）"
    assert "follows_number" not in shown and "ruled_on" not in shown


def test_silence_about_interim_advances_is_consent():
    body = make.issuer()
    day = dt.date(2026, 6, 1)
    make.Acceptance.objects.create(issuer=body, product="advance", work_kind="works", starts_on="2026-02-01")
    assert body.accepts_electronic("interim", "works", day)
    assert not body.accepts_electronic("interim", "service", day)
    own = make.Acceptance.objects.create(issuer=body, product="interim", work_kind="works", starts_on="2026-06-02")
    assert not body.accepts_electronic("interim", "works", day)
    assert body.accepts_electronic("interim", "works", dt.date(2026, 6, 2))
    own.ends_on = dt.date(2026, 6, 30)
    own.starts_on = dt.date(2026, 6, 2)
    assert [is_taken([own], "interim", "works", dt.date(2026, *md)) for md in ((6, 30), (7, 1))] == [True, False]


def test_what_was_issued_before_the_years_were_kept_is_given_its_year():
    migration = importlib.import_module("guarantees.migrations.0012_followers")
    first, single = year(2027), make.issued().guarantee
    forget, table = "UPDATE guarantees_guarantee SET fiscal_year = NULL", "ALTER TABLE guarantees_guarantee"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in (f"{table} DISABLE TRIGGER USER", forget, f"{table} ENABLE TRIGGER USER", migration.YEARS):
            cursor.execute(statement)
    first.refresh_from_db()
    single.refresh_from_db()
    assert (first.fiscal_year, single.fiscal_year) == (2026, None)
