"""What fields owe each other, and what people should look at twice."""

import datetime as dt

import pytest

from applications import checks, terms
from applications.checks import Caution
from applications.forms import ApplicationForm
from applications.models import Bank, Line
from issuers.models import Rule
from tests import make

TODAY = dt.date(2026, 11, 24)
SOUND = {
    "advance_on": True,
    "contract_on": True,
    "issuer_name": "杉並区",
    "price": 50_000_000,
    "advance_amount": 20_000_000,
    "contract_amount": 5_000_000,
    "contracted_on": TODAY,
    "works_from": TODAY,
    "works_until": TODAY + dt.timedelta(days=100),
    "work_kind": "works",
}


def faults(**changes):
    body = make.issuer()
    return list(checks.faults(SOUND | changes, issuer=body, on=TODAY))


def test_a_sound_form_has_no_faults(db):
    assert faults() == []


@pytest.mark.parametrize("limit", ["price", "advance_base"])
def test_amounts_may_reach_their_base_but_not_pass_it(db, limit):
    at = (
        {"advance_base": 30_000_000, "advance_amount": 30_000_000}
        if limit == "advance_base"
        else {"advance_amount": 50_000_000, "contract_amount": 50_000_000}
    )
    assert faults(**at) == []
    assert [
        name
        for name, _ in faults(
            **{name: value + 1 for name, value in at.items() if name != "advance_base"},
            advance_base=at.get("advance_base"),
        )
    ] == [name for name in at if name != "advance_base"]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"contracted_on": TODAY + dt.timedelta(days=1)}, ["contracted_on"]),
        ({"contracted_on": TODAY + dt.timedelta(days=1), "advance_on": False, "advance_planned": "yes"}, []),
        ({"works_until": TODAY, "works_from": TODAY}, []),
        ({"works_until": TODAY - dt.timedelta(days=1)}, ["works_until"]),
        (
            {
                "contracted_on": dt.date(2026, 1, 1),
                "works_from": dt.date(2026, 1, 1),
                "works_until": TODAY - dt.timedelta(days=1),
            },
            ["works_until"],
        ),
        (
            {
                "contracted_on": dt.date(2026, 1, 1),
                "works_from": dt.date(2026, 1, 1),
                "works_until": TODAY - dt.timedelta(days=1),
                "advance_on": False,
                "advance_planned": "yes",
            },
            [],
        ),
        ({"works_from": dt.date(2028, 2, 29), "works_until": dt.date(2058, 2, 28)}, []),
        ({"works_from": dt.date(2028, 2, 29), "works_until": dt.date(2058, 3, 1)}, ["works_until"]),
        ({"price": None}, []),
        ({"works_until": None}, []),
    ],
)
def test_days_in_their_order(db, changes, fields):
    assert [name for name, _ in faults(**changes)] == fields


def asked(people, product="advance", **changes):
    """A line as it would be sent, on no row yet."""
    person = people["contractor"]
    form = ApplicationForm(make.typed(person, **changes), contractor=person.contractor)
    assert form.is_valid(), form.errors
    return next(line for line in terms.lines(form, on=form.today) if line.product == product)


def cautions(line):
    return [(found.title, found.text) for found in checks.for_review(line)]


@pytest.mark.parametrize(
    ("kind", "rule", "top"),
    [
        ("works", None, 20_000_000),
        ("service", None, 15_000_000),
        ("works", "35.5", 17_750_000),
        ("service", "40", 20_000_000),
    ],
)
def test_an_advance_may_reach_its_share_of_the_base(people, kind, rule, top):
    Rule.objects.update(percent=rule)
    assert cautions(asked(people, work_kind=kind, advance_amount=str(top))) == []
    over = asked(people, work_kind=kind, advance_amount=str(top + 1))
    share = {"works": "40", "service": "30"}[kind] if rule is None else rule
    assert cautions(over) == [("前払金の割合", f"前払金保証金額が上限（{share}%、{top:,}円）を超えています")]


def test_the_share_is_taken_of_this_years_amount_when_there_is_one(people):
    line = asked(people, fiscal_kind="continuing", advance_base="10,000,000", advance_amount="4,000,001")
    assert cautions(line) == [("前払金の割合", "前払金保証金額が上限（40%、4,000,000円）を超えています")]


def test_the_cap_and_the_unit_of_the_body_are_pointed_out(people):
    Rule.objects.update(cap_yen=10_000_000, unit_yen=10_000)
    assert cautions(asked(people, advance_amount="10,000,001")) == [
        ("前払金の上限額", "前払金保証金額が杉並区の上限額（10,000,000円）を超えています"),
        ("端数", "杉並区は、前払金の10,000円未満を切り捨てます"),
    ]
    assert cautions(asked(people, advance_amount="10,000,000")) == []


@pytest.mark.parametrize(
    ("product", "rule", "changes", "kept", "broken", "said"),
    [
        (
            "advance",
            {"cap_yen": 10_000_000},
            {},
            "10,000,000",
            "10,000,001",
            ("前払金の上限額", "前払金保証金額が杉並区の上限額（10,000,000円）を超えています"),
        ),
        (
            "advance",
            {"unit_yen": 100_000},
            {},
            "10,100,000",
            "10,100,001",
            ("端数", "杉並区は、前払金の100,000円未満を切り捨てます"),
        ),
        (
            "advance",
            {"percent": 30, "low_bid_percent": 20},
            {"low_bid": "yes"},
            "10,000,000",
            "10,000,001",
            ("前払金の割合", "前払金保証金額が上限（20%、10,000,000円）を超えています"),
        ),
        (
            "contract",
            {"percent": "12.5"},
            {},
            "6,250,000",
            "6,249,999",
            ("契約保証金額", "契約保証金額が請負金額の12.5%（6,250,000円）に足りません"),
        ),
        (
            "contract",
            {"cap_yen": 6_000_000},
            {},
            "6,000,000",
            "6,000,001",
            ("契約保証の上限額", "契約保証金額が杉並区の上限額（6,000,000円）を超えています"),
        ),
        (
            "contract",
            {"unit_yen": 1000},
            {},
            "5,001,000",
            "5,001,001",
            ("端数", "杉並区は、契約保証の1,000円未満を切り捨てます"),
        ),
    ],
)
def test_each_limit_may_be_reached_but_not_passed(people, product, rule, changes, kept, broken, said):
    Rule.objects.all().delete()
    make.rule(make.issuer(), product, **rule)
    make.rule(make.issuer(), "advance" if product == "contract" else "contract", percent=1)  # another product's
    amount = f"{product}_amount"
    assert cautions(asked(people, product, **changes | {amount: kept})) == []
    assert cautions(asked(people, product, **changes | {amount: broken})) == [said]


@pytest.mark.parametrize(("product", "word"), [("advance", "前払金"), ("contract", "契約保証")])
@pytest.mark.parametrize(
    ("least", "words"), [(50_000_001, "50,000,000円を超える"), (50_000_002, "50,000,002円以上の"), (50_000_000, "")]
)
def test_a_contract_that_is_too_small_for_the_body_is_pointed_out(people, product, word, least, words):
    Rule.objects.all().delete()
    make.rule(make.issuer(), product, least_price_yen=least)
    told = f"杉並区で{word}の対象になるのは、請負金額が{words}契約です。対象かどうかを確かめてください"
    assert cautions(asked(people, product)) == ([("請負金額", told)] if words else [])


@pytest.mark.parametrize(("contracted_on", "told"), [("2026-11-01", []), ("2026-10-31", ["前払金の割合"])])
def test_the_limits_are_those_of_the_day_of_the_contract(people, contracted_on, told):
    Rule.objects.update(percent=30)
    make.rule(make.issuer(), valid_from=dt.date(2026, 11, 1), percent=40)
    make.rule(make.issuer(), valid_from=dt.date(2099, 1, 1), percent=10)
    line = asked(people, contracted_on=contracted_on, advance_amount="20,000,000")
    assert [title for title, _ in cautions(line)] == told


def test_a_rule_for_services_does_not_hold_for_works(people):
    Rule.objects.all().delete()
    make.rule(make.issuer(), work_kind="service", percent=10)
    assert cautions(asked(people, advance_amount="20,000,000")) == []
    assert [title for title, _ in cautions(asked(people, work_kind="service", advance_amount="5,000,001"))] == [
        "前払金の割合"
    ]


def test_limits_cost_nothing_where_the_rules_came_with_the_lines(people, django_assert_num_queries):
    for _ in range(3):
        make.line(people)
    lines = list(Line.objects.select_related("issuer").prefetch_related("issuer__rules"))
    with django_assert_num_queries(0):
        for line in lines:
            assert list(checks.limits(line)) == []


@pytest.mark.parametrize(("low_bid", "least", "percent"), [("no", 5_000_000, 10), ("yes", 15_000_000, 30)])
def test_a_performance_guarantee_below_the_usual_share_is_pointed_out(people, low_bid, least, percent):
    assert cautions(asked(people, product="contract", low_bid=low_bid, contract_amount=str(least))) == []
    under = asked(people, product="contract", low_bid=low_bid, contract_amount=str(least - 1))
    assert cautions(under) == [("契約保証金額", f"契約保証金額が請負金額の{percent}%（{least:,}円）に足りません")]


def test_the_least_sum_is_rounded_up(people):
    line = asked(people, product="contract", price="50,000,001", contract_amount="5,000,000")
    assert cautions(line) == [("契約保証金額", "契約保証金額が請負金額の10%（5,000,001円）に足りません")]


def test_the_same_works_number_asked_for_twice_is_pointed_out(people):
    first = make.line(people, work_number="8-1")
    second = make.line(people, work_number="8-1")
    text = f"同じ発注者・工事番号の前払金保証があります（{first.application.number}、送信済）。二重の申込みでないか確かめてください"
    assert list(checks.cautions(second, application_id=second.application_id)) == [Caution("advance", "重複", text)]


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        ("received", True),
        ("under_review", True),
        ("returned", True),
        ("approved", True),
        ("declined", False),
        ("withdrawn", False),
    ],
)
def test_only_what_is_open_or_in_force_counts_as_a_double(people, status, counts):
    make.line(people, status, work_number="8-1")
    assert bool(checks.doubles(make.line(people, work_number="8-1"), None)) is True
    other = make.application(people["contractor"], work_number="8-1", contract_on=None)
    lines = checks.doubles(other.lines.get(), other.pk)
    assert (status in {line.status for line in lines}) is counts


@pytest.mark.parametrize(
    "changes", [{"work_number": "8-2"}, {"work_number": ""}, {"product": "contract"}, {"issuer": None}]
)
def test_another_work_product_or_body_is_no_double(people, changes):
    make.application(people["contractor"], work_number="8-1", contract_on=None)
    line = make.line(people, work_number="8-1", product="contract")
    if "issuer" in changes:
        changes = {"issuer": make.issuer("131202", name="練馬区"), "product": "advance"}
    for name, value in changes.items():
        setattr(line, name, value)
    assert list(checks.doubles(line, line.application_id)) == []


def test_a_bank_without_an_entrustment_contract_is_a_caution_for_the_branch_only(people):
    Bank.objects.update(entrusted="no")
    line = asked(people)
    assert cautions(line) == [("預託金融機関", "みずほ銀行　荻窪支店は、業務委託契約の登録がありません")]
    assert list(checks.cautions(line, application_id=None)) == []


@pytest.mark.parametrize(
    "changes",
    [{"advance_bank_code": ""}, {"advance_bank_code": "9999-999"}, {"advance_bank_name": "みほん銀行　荻窪支店"}],
)
def test_a_bank_that_was_not_chosen_from_the_list_is_a_caution(people, changes):
    line = asked(people, **changes)
    assert (line.bank_code, cautions(line)) == ("", [("預託金融機関", f"{line.bank_name}は、一覧から選ばれていません")])


@pytest.mark.parametrize(
    ("kind", "until", "told"),
    [("single", "2027-03-31", False), ("single", "2027-04-01", True), ("commitment", "2027-04-01", False)],
)
def test_a_single_year_that_runs_into_the_next_is_asked_about(people, kind, until, told):
    line = make.line(people, works_from="2026-11-01", contracted_on="2026-10-01", works_until=until, fiscal_kind=kind)
    assert ("年度区分" in [caution.title for caution in checks.limits(line)]) is told
