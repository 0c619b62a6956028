"""Which rule holds on which day, and what it allows."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from issuers import register, rulebook
from issuers.models import Issuer, Rule
from tests import make

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


def percent_on(body, day, kind="works", product="advance"):
    rule = body.rule_on(product, kind, day)
    return rule and rule.percent


@pytest.fixture
def body(db):
    return make.issuer()


def test_a_rule_holds_from_its_day_until_the_next_one_begins(body):
    make.rule(body, valid_from=TODAY - 30 * DAY, percent=40)
    make.rule(body, valid_from=TODAY + DAY, percent=20)
    assert [percent_on(body, TODAY + days * DAY) for days in (-31, -30, 0, 1, 400)] == [None, 40, 40, 20, 20]


def test_a_rule_is_of_one_body_and_one_product(body):
    make.rule(make.issuer("131148", name="中野区"), percent=10)
    make.rule(body, "contract", percent=30)
    assert percent_on(body, TODAY) is None
    assert percent_on(body, TODAY, product="contract") == 30


def test_of_two_that_begin_on_one_day_the_one_that_names_the_kind_holds(body):
    make.rule(body, percent=40)
    make.rule(body, work_kind="service", percent=30)
    assert [percent_on(body, TODAY, kind) for kind in ("works", "service", "")] == [40, 30, 40]
    make.rule(body, valid_from=TODAY, percent=50)
    assert [percent_on(body, TODAY, kind) for kind in ("works", "service")] == [50, 50]


def test_rules_that_were_fetched_are_not_asked_for_again(body, django_assert_num_queries):
    make.rule(body, percent=40)
    fetched = Issuer.objects.prefetch_related("rules").get()
    with django_assert_num_queries(0):
        assert percent_on(fetched, TODAY) == 40


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"cap_yen": 0}, "a_rule_limits_with_sums_above_nothing"),
        ({"unit_yen": -1}, "a_rule_limits_with_sums_above_nothing"),
        ({"least_price_yen": 0}, "a_rule_limits_with_sums_above_nothing"),
        ({"percent": Decimal("100.1")}, "a_rule_takes_its_shares_of_a_hundred"),
        ({"low_bid_percent": Decimal("-0.1")}, "a_rule_takes_its_shares_of_a_hundred"),
        ({"deadline": "award"}, "a_rule_counts_days_where_its_deadline_does"),
        ({"deadline": "claim", "deadline_days": 7}, "a_rule_counts_days_where_its_deadline_does"),
        ({"deadline_days": 7}, "a_rule_counts_days_where_its_deadline_does"),
        ({"ways": ["pigeon"]}, "a_rule_names_ways_that_there_are"),
        ({"ways": "mail"}, "a_rule_names_ways_that_there_are"),
        ({"ways": {}}, "a_rule_names_ways_that_there_are"),
        ({"valid_from": dt.date(2020, 1, 1)}, "a_body_has_one_rule_a_day_for_each_kind"),
    ],
)
def test_the_database_refuses_nonsense(body, wrong, named):
    make.rule(body, valid_from=dt.date(2020, 1, 1))
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        make.rule(body, **wrong)


@pytest.mark.parametrize(
    ("rule", "ways"),
    [
        ({}, []),
        ({"email": "keiyaku@city.example.jp"}, ["mail"]),
        ({"email": "keiyaku@city.example.jp", "ways": ["post", "fax"]}, ["fax", "post"]),
    ],
)
def test_ways_stand_in_their_order_and_an_address_alone_means_by_mail(rule, ways):
    assert Rule(**rule).handed_in_by == ways


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({}, ""),
        ({"deadline": "claim"}, "前払金を請求する日まで"),
        ({"deadline": "award", "deadline_days": 7}, "落札決定の日から7日以内"),
        ({"deadline": "designation", "deadline_days": 10}, "指名通知の日から10日以内"),
    ],
)
def test_a_deadline_is_told_with_its_days(rule, words):
    assert Rule(**rule).deadline_words == words


# Limits


@pytest.mark.parametrize(
    ("product", "kind", "low_bid", "percent"),
    [
        ("advance", "works", "no", 40),
        ("advance", "works", "yes", 40),
        ("advance", "service", "no", 30),
        ("contract", "works", "no", 10),
        ("contract", "service", "yes", 30),
        ("contract", "works", "", 10),
        ("interim", "works", "no", 20),
        ("interim", "service", "no", 20),
        ("reserve", "works", "no", 10),
    ],
)
@pytest.mark.parametrize("rule", [None, Rule()])
def test_the_usual_shares_hold_where_a_body_has_none(rule, product, kind, low_bid, percent):
    limit = rulebook.of(rule, product, kind, low_bid=low_bid)
    assert (limit.percent, limit.cap_yen, limit.unit_yen, limit.least_price_yen) == (percent, None, None, None)


@pytest.mark.parametrize(
    ("product", "own", "low_bid", "percent"),
    [
        ("advance", {"percent": Decimal("35.5")}, "no", Decimal("35.5")),
        ("advance", {"percent": 40}, "yes", 40),
        ("advance", {"percent": 40, "low_bid_percent": 20}, "yes", 20),
        ("advance", {"low_bid_percent": 20}, "no", 40),
        ("advance", {"percent": 0}, "no", 0),
        ("contract", {"percent": 5}, "no", 5),
        ("contract", {"percent": 5}, "yes", 30),
        ("contract", {"percent": 35}, "yes", 35),
        ("contract", {"low_bid_percent": 10}, "yes", 10),
        ("interim", {"percent": 10}, "no", 10),
    ],
)
def test_a_bodys_own_share_goes_before_the_usual_one(product, own, low_bid, percent):
    assert rulebook.of(Rule(**own), product, "works", low_bid=low_bid).percent == percent


@pytest.mark.parametrize(
    ("own", "base", "top"),
    [
        ({}, 50_000_000, 20_000_000),
        ({}, 1, 0),
        ({"percent": Decimal("33.3")}, 999, 332),
        ({"unit_yen": 100_000}, 50_240_000, 20_000_000),
        ({"unit_yen": 100_000}, 50_250_000, 20_100_000),
        ({"unit_yen": 10_000}, 50_240_000, 20_090_000),
        ({"cap_yen": 400_000_000}, 999_999_999, 399_999_999),
        ({"cap_yen": 400_000_000}, 1_000_000_001, 400_000_000),
        ({"cap_yen": 1_234_567, "unit_yen": 100_000}, 50_000_000, 1_200_000),
    ],
)
def test_the_most_is_the_share_below_the_cap_cut_to_the_unit(own, base, top):
    assert rulebook.of(Rule(**own), "advance", "works").top_yen(base) == top


@pytest.mark.parametrize(("price", "least"), [(50_000_000, 5_000_000), (50_000_001, 5_000_001), (9, 1)])
def test_the_least_counts_a_part_of_a_yen_as_one(price, least):
    limit = rulebook.of(None, "contract", "works")
    assert (limit.least_yen(price), limit.top_yen(price)) == (least, None)
    assert rulebook.of(None, "advance", "works").least_yen(price) is None


@pytest.mark.parametrize(
    ("least", "words"),
    [(None, ""), (1_300_001, "1,300,000円を超える"), (3_000_000, "3,000,000円以上の"), (1, "1円以上の")],
)
def test_the_price_is_told_as_the_body_says_it(least, words):
    assert rulebook.of(Rule(least_price_yen=least), "advance", "works").price_words == words


# The bodies that are loaded: what each has published, as (share, cap, unit, least price) for works and for services


@pytest.fixture
def loaded(db):
    register.load()


USUAL = (40, None, None, None), (30, None, None, None)
ON = dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("name", "day", "limits"),
    [
        ("杉並区", ON, USUAL),
        ("墨田区", ON, ((40, 400_000_000, None, 1_300_001), (30, 100_000_000, None, 1_300_001))),
        ("江東区", ON, ((40, 200_000_000, None, 3_000_000), (30, 50_000_000, None, 3_000_000))),
        ("目黒区", dt.date(2026, 3, 31), ((40, 500_000_000, None, None), (30, 500_000_000, None, None))),
        ("目黒区", dt.date(2026, 4, 1), USUAL),
        ("上尾市", ON, ((40, None, 100_000, None), (30, None, 100_000, None))),
        ("豊山町", ON, ((40, None, 10_000, None), (30, None, 10_000, None))),
        ("本巣市", ON, USUAL),
        ("津市", ON, USUAL),
        ("三重県", ON, USUAL),
        ("長岡市", ON, USUAL),
        ("国東市", ON, USUAL),
    ],
)
def test_the_limits_of_an_advance_are_those_that_the_body_publishes(loaded, name, day, limits):
    body = Issuer.objects.get(name=name)
    for kind, (percent, cap, unit, least) in zip(("works", "service"), limits, strict=True):
        found = rulebook.of(body.rule_on("advance", kind, day), "advance", kind)
        assert (found.percent, found.cap_yen, found.unit_yen, found.least_price_yen) == (percent, cap, unit, least)


@pytest.mark.parametrize(
    ("name", "product", "ways", "office", "call", "prints"),
    [
        ("杉並区", "advance", ["mail"], "契約担当課", False, ""),
        ("杉並区", "contract", ["mail"], "契約担当課", False, ""),
        ("長岡市", "advance", ["mail"], "工事担当課", False, ""),
        ("長岡市", "contract", ["mail"], "契約担当課", False, ""),
        ("本巣市", "contract", ["mail"], "", True, ""),
        ("津市", "advance", ["mail"], "", True, ""),
        ("三重県", "contract", ["mail"], "", False, "refused"),
        ("江田島市", "advance", ["fax"], "", False, ""),
        ("松山市", "advance", ["online"], "", False, ""),
        ("荒尾市", "contract", ["counter"], "", False, ""),
        ("国東市", "advance", [], "", False, "asked"),
    ],
)
def test_the_ways_of_handing_in_are_those_that_the_body_publishes(loaded, name, product, ways, office, call, prints):
    rule = Issuer.objects.get(name=name).rule_on(product, "works", ON)
    assert (rule.handed_in_by, rule.office, rule.call_asked, rule.prints) == (ways, office, call, prints)


def test_every_rule_that_is_loaded_could_be_saved_by_hand(loaded):
    rules = list(Rule.objects.all())
    assert len({rule.issuer_id for rule in rules}) == 14
    for rule in rules:
        rule.full_clean()
        assert rule.email == "" or rule.email.endswith(".example.jp")
