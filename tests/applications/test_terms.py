"""From a form to the terms of each product."""

import datetime as dt

import pytest

from applications import terms
from applications.forms import ApplicationForm
from applications.models import Line
from tests import make


@pytest.mark.parametrize(
    ("kind", "until", "on", "ends_on"),
    [
        # within one year: the end of works, whatever today is
        ("single", "2026-09-30", "2026-06-01", "2026-09-30"),
        ("single", "2027-05-31", "2026-06-01", "2027-05-31"),
        # several years: 31 March of the fiscal year of today
        ("commitment", "2028-09-30", "2026-04-01", "2027-03-31"),
        ("continuing", "2028-09-30", "2027-03-31", "2027-03-31"),
        ("continuing", "2028-09-30", "2027-04-01", "2028-03-31"),
        ("commitment", "2028-09-30", "2028-02-29", "2028-03-31"),
        ("commitment", "2028-09-30", "2026-12-31", "2027-03-31"),
        ("commitment", "2028-09-30", "2027-01-01", "2027-03-31"),
        # the last year: the end of works
        ("continuing", "2028-09-30", "2028-04-01", "2028-09-30"),
        ("commitment", "2027-03-31", "2026-06-01", "2027-03-31"),
        ("commitment", "2027-04-01", "2026-06-01", "2027-03-31"),
        ("commitment", "2028-02-29", "2027-06-01", "2028-02-29"),
    ],
)
def test_an_advance_is_guaranteed_from_its_issue_to_the_end_of_works_or_of_the_fiscal_year(kind, until, on, ends_on):
    data = {
        "fiscal_kind": kind,
        "contracted_on": dt.date(2026, 4, 1),
        "works_from": dt.date(2026, 4, 2),
        "works_until": dt.date.fromisoformat(until),
    }
    assert terms.period("advance", data, on=dt.date.fromisoformat(on)) == (None, dt.date.fromisoformat(ends_on))


@pytest.mark.parametrize("kind", ["single", "commitment", "continuing"])
def test_performance_is_guaranteed_from_the_day_of_contract_to_the_end_of_works(kind):
    data = {"fiscal_kind": kind, "contracted_on": dt.date(2026, 4, 1), "works_until": dt.date(2029, 2, 28)}
    assert terms.period("contract", data, on=dt.date(2026, 6, 1)) == (dt.date(2026, 4, 1), dt.date(2029, 2, 28))


def lines(person, **changes):
    form = ApplicationForm(make.typed(person, **changes), contractor=person.contractor)
    assert form.is_valid(), form.errors
    return terms.lines(form, on=form.today)


def test_both_products_share_the_contract_block_and_have_their_own_fields(people):
    advance, contract = lines(
        people["contractor"],
        advance_format="paper",
        receipt="post",
        work_number="8-1",
        contract_billing=head_office(people),
    )
    shared = set(Line().content()) - {
        "product",
        "format",
        "amount_yen",
        "base_yen",
        "bank_name",
        "bank_code",
        "redeposit",
        "payment",
        "billing_name",
        "statement_wanted",
        "notice_address",
        "starts_on",
        "ends_on",
    }
    assert {name: advance.content()[name] for name in shared} == {name: contract.content()[name] for name in shared}
    assert {name.removesuffix("_id") for name in shared} == set(terms.BLOCK)
    assert (
        advance.product,
        advance.format,
        advance.amount_yen,
        advance.bank_name,
        advance.bank_code,
        advance.redeposit,
    ) == (
        "advance",
        "paper",
        20_000_000,
        "みずほ銀行　荻窪支店",
        "0001-244",
        "unused",
    )
    assert (
        contract.product,
        contract.format,
        contract.amount_yen,
        contract.bank_name,
        contract.bank_code,
        contract.redeposit,
    ) == (
        "contract",
        "electronic",
        5_000_000,
        "",
        "",
        "",
    )
    assert (advance.notice_address, contract.notice_address) == ("", "soumu@example.jp")  # no news of paper
    assert (advance.billing_name, contract.billing_name) == (
        "髙﨑建設株式会社　東京支店",
        "髙﨑建設株式会社　本社経理部",
    )
    assert (advance.beneficiary, advance.signatory_title, advance.signatory_name) == (
        "杉並区長",
        "代表取締役",
        "𠮷田　太郎",
    )
    assert advance.conditions == "2026-04-01"


def head_office(people):
    return str(people["contractor"].contractor.billing_parties.get(department="本社経理部").pk)


@pytest.mark.parametrize(
    ("changes", "products"),
    [({"contract_on": None}, ["advance"]), ({"advance_on": None, "advance_planned": "yes"}, ["contract"])],
)
def test_one_product_is_one_line(people, changes, products):
    assert [line.product for line in lines(people["contractor"], **changes)] == products


def test_the_digest_is_that_of_the_content_and_of_nothing_else(people):
    one, two = (lines(people["contractor"], work_number="8-1")[0] for _ in range(2))
    assert one.terms_digest == two.terms_digest == one.fingerprint()
    for name, value in {
        "amount_yen": 1,
        "beneficiary": "杉並区教育長",
        "ends_on": dt.date(2030, 1, 1),
        "conditions": "2027-04-01",
    }.items():
        changed = lines(people["contractor"], work_number="8-1")[0]
        setattr(changed, name, value)
        assert changed.fingerprint() != one.terms_digest


def test_without_the_wish_no_address_is_kept(people):
    assert [line.notice_address for line in lines(people["contractor"], notice="no")] == ["", ""]


def test_this_years_amount_is_the_base_of_an_advance(people):
    line = lines(people["contractor"], fiscal_kind="continuing", advance_base="10,000,000", advance_amount="4,000,000")[
        0
    ]
    assert (line.base_yen, line.rate_base_yen) == (10_000_000, 10_000_000)
    assert lines(people["contractor"])[0].rate_base_yen == 50_000_000


def test_an_application_with_faults_asks_for_nothing(people):
    with pytest.raises(terms.Incomplete):
        terms.asked(make.draft(people["contractor"], price="2千万"))


def test_who_applies_in_march_for_works_from_april_is_guaranteed_in_the_next_year():
    data = {"fiscal_kind": "commitment", "contracted_on": dt.date(2027, 3, 20), "works_from": dt.date(2027, 4, 1), "works_until": dt.date(2028, 9, 30)}  # fmt: skip
    assert terms.period("advance", data, on=dt.date(2027, 3, 25)) == (None, dt.date(2028, 3, 31))
