"""中間前払金保証: a further advance, after the body has acknowledged that half of the work is done."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from applications import checks, costs, following, lifecycle, review, summary, terms
from applications.models import Application, Line
from guarantees import orders
from guarantees.models import Guarantee
from issuers.models import Acceptance
from tests import make

CONTRACT = {
    "contracted_on": "2026-06-01",
    "works_from": "2026-06-02",
    "works_until": "2027-03-12",
    "contract_on": None,
}
ASKED = {"advance_ruled_on": "2026-10-20", "advance_amount": "10,000,000"}


@pytest.fixture
def advance(people, on):
    """The line of an issued advance of 20,000,000 yen, 40 % of the price; it is October since."""
    on("2026-06-10")
    line = make.guarantee(people, **CONTRACT)
    on("2026-10-26")
    return line


def asked(people, advance, **changes):
    return make.follow_up(advance, "interim", people["contractor"], **ASKED | changes)


def form_errors(application):
    form = terms.form_of(application)
    form.is_valid()
    return {name: errors[0] for name, errors in form.errors.items()}


def titles(application):
    line = terms.asked(application)[1][0]
    return [one.title for one in checks.cautions(line, application_id=application.pk)]


def test_an_interim_advance_takes_over_the_contract_and_asks_for_its_own(people, advance):
    draft = make.follow_up(advance, "interim", people["contractor"])
    typed = {name: text for name, text in advance.application.typed.items() if not name.startswith("contract_")}
    typed |= {"price": "50000000", "contracted_on": "2026-06-01"}
    del typed["advance_amount"]
    assert draft.typed == typed
    assert form_errors(draft) == {
        "advance_ruled_on": "認定日を入力してください",
        "advance_amount": "中間前払金保証金額を入力してください",
    }


def test_what_is_sent_is_a_line_of_its_own_product(people, advance):
    line = make.sent(asked(people, advance), people["contractor"]).lines.get()
    assert (line.product, line.amount_yen, line.ruled_on, line.starts_on, line.ends_on) == (
        "interim",
        10_000_000,
        dt.date(2026, 10, 20),
        None,
        dt.date(2027, 3, 12),
    )
    mine, theirs = line.content(), advance.content()
    assert {name for name in mine if mine[name] != theirs.get(name)} == {"product", "ruled_on", "amount_yen"}


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("10,000,000", []),
        ("10,000,001", ["中間前払金の割合", "前払金との合計"]),
        ("1", []),
    ],
)
def test_a_fifth_of_the_price_may_be_reached(people, advance, amount, told):
    draft = asked(people, advance, advance_amount=amount)
    make.attachment(draft, people["contractor"], kind="ruling")
    assert titles(draft) == told


@pytest.mark.parametrize(("amount", "told"), [("7,500,000", []), ("7,500,001", ["前払金との合計"])])
def test_both_advances_together_may_reach_three_fifths(people, on, amount, told):
    on("2026-06-10")
    first = make.guarantee(people, **CONTRACT | {"advance_amount": "22,500,000"})
    on("2026-10-26")
    draft = asked(people, first, advance_amount=amount)
    make.attachment(draft, people["contractor"], kind="ruling")
    assert titles(draft) == told


@pytest.mark.parametrize(("amount", "wrong"), [("50,000,000", False), ("50,000,001", True)])
def test_only_more_than_the_base_is_an_error(people, advance, amount, wrong):
    assert ("advance_amount" in form_errors(asked(people, advance, advance_amount=amount))) is wrong


def test_the_base_of_a_year_is_that_of_its_advance(people, on):
    on("2026-06-10")
    first = make.guarantee(people, **make.YEARS)
    on("2026-10-26")
    draft = asked(people, first, advance_amount="6,000,000", advance_base="90,000,000")
    line = terms.asked(draft)[1][0]
    assert (line.base_yen, line.rate_base_yen, line.ends_on, line.fiscal_year) == (
        30_000_000,
        30_000_000,
        dt.date(2027, 3, 31),
        None,
    )
    assert titles(draft) == ["認定調書"]
    assert form_errors(make.edited(draft, people["contractor"], advance_amount="30,000,001")) == {
        "advance_amount": "中間前払金保証金額は、今年度対象額（30,000,000円）以下の金額を入力してください（いまの入力：30,000,001円）"
    }


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-10-26", ""),
        ("2026-10-27", "認定日には、今日までの日を入力してください"),
        ("2026-06-01", ""),
        ("2026-05-31", "認定日には、契約締結日（2026年6月1日）以後の日を入力してください"),
    ],
)
def test_the_day_of_the_ruling_lies_between_contract_and_today(people, advance, day, words):
    assert form_errors(asked(people, advance, advance_ruled_on=day)).get("advance_ruled_on", "") == words


def test_the_contract_stays_as_it_is_in_the_guarantee(people, advance):
    draft = asked(people, advance, price="90,000,000", work_name="別の工事", contracted_on="2026-10-01")
    assert terms.asked(draft)[1][0].price_yen == 50_000_000
    make.amended(advance.issue, price_yen=60_000_000)
    line = make.sent(draft, people["contractor"]).lines.get()
    assert (line.price_yen, line.work_name, line.contracted_on) == (60_000_000, advance.work_name, dt.date(2026, 6, 1))


def test_the_ruling_is_missed_until_it_is_attached(people, advance):
    draft = asked(people, advance)
    assert titles(draft) == ["認定調書"]
    make.attachment(draft, people["contractor"], kind="contract")
    assert titles(draft) == ["認定調書"]
    make.attachment(draft, people["contractor"], kind="ruling")
    assert titles(draft) == []


@pytest.mark.parametrize(
    ("day", "against"), [("2027-03-12", ""), ("2027-03-13", "保証期間（2027年3月12日まで）が終わった")]
)
def test_only_an_advance_in_force_is_followed(people, advance, on, day, against):
    on(day)
    found = following.offers(advance.issue.guarantee)[0]
    assert (found.asks, against in found.against, bool(found.against)) == ("interim", True, bool(against))


def test_an_advance_has_one_interim_advance(people, advance):
    guarantee = advance.issue.guarantee
    sent = make.sent(asked(people, advance), people["contractor"])
    with pytest.raises(following.Refused, match=f"すでに申し込まれています（{sent.number}、送信済）"):
        following.begin(guarantee, "interim", by=people["contractor"])
    line = make.approved(sent, people)
    assert line.issue.guarantee.follows == guarantee
    with pytest.raises(following.Refused, match=f"保証契約番号 {line.issue.guarantee.number}"):
        following.begin(guarantee, "interim", by=people["contractor"])
    with pytest.raises(orders.Unfollowable), transaction.atomic():
        orders.place(line, contractor=guarantee.contractor, by=people["approver"], follows=guarantee)
    own = {"product": "interim", "format": "paper", "branch": guarantee.branch, "contractor": guarantee.contractor}
    with pytest.raises(IntegrityError, match="an_advance_has_one_interim"), transaction.atomic():
        Guarantee.objects.create(**own, follows=guarantee, salt=b"x" * 16)
    with pytest.raises(IntegrityError, match="an_interim_follows_an_advance"), transaction.atomic():
        Guarantee.objects.create(**own, salt=b"x" * 16)
    with pytest.raises(DatabaseError, match="of its own company and of a fitting product"), transaction.atomic():
        Guarantee.objects.create(**own, follows=line.issue.guarantee, salt=b"x" * 16)
    Guarantee.objects.filter(pk=line.issue.guarantee_id).update(status="cancelled")
    assert following.begin(guarantee, "interim", by=people["contractor"])[1]


@pytest.mark.parametrize(("amount", "yen"), [(10_000_000, 6_500), (1, 0), (9_999_999, 6_499)])
def test_it_costs_the_published_flat_rate(people, amount, yen):
    assert (costs.of("interim", amount).total_yen, costs.of("interim", amount).tax) == (yen, "非課税")


def test_a_body_that_says_nothing_of_interim_advances_takes_them_as_advances(people, advance):
    Acceptance.objects.filter(product="interim").delete()
    draft = asked(people, advance)
    assert form_errors(draft) == {}
    line = make.sent(draft, people["contractor"]).lines.select_related("application", "issuer").get()
    assert (checks.titles([line])[line.pk], [one.title for one in checks.for_review(line)]) == (
        ["認定調書"],
        ["認定調書"],
    )
    Acceptance.objects.create(issuer=line.issuer, product="interim", work_kind="works", starts_on="2026-07-01")
    assert form_errors(
        Application.objects.create(
            contractor=draft.contractor,
            created_by=people["contractor"],
            changed_by=people["contractor"],
            typed=draft.typed,
            about=advance.issue.guarantee,
            asks="interim",
        )
    ).keys() == {"advance_format", "advance_amount"}  # contracted before they begin; and asked for already
    assert "発注者・契約権者" in checks.titles([line])[line.pk]
    Acceptance.objects.filter(product="interim").update(starts_on="2026-06-01", work_kind="service")
    assert "発注者・契約権者" not in checks.titles([line])[line.pk]


def test_the_pages_speak_of_an_interim_advance(client, people, advance, text):
    client.force_login(people["contractor"])
    answer = client.post(reverse("applications:follow", args=[advance.pk, "interim"]), follow=True)
    page, html = text(answer), answer.content.decode()
    for words in ("中間前払金保証の申込", "認定日", "中間前払金保証金額", "中間前払金保証料の概算", "引継ぎ済み"):
        assert words in page
    assert 'name="price"' not in html and 'id="id_price" value="50000000"' in html and 'id="s3"' not in html
    draft = Application.objects.get(sent_at=None)
    posted = {
        name: text
        for name, text in draft.typed.items()
        if name.startswith("advance_") or name in {"branch", "notice", "email"}
    }
    answer = client.post(
        reverse("applications:edit", args=[draft.pk]), posted | ASKED | {"version": "1", "act": "check"}, follow=True
    )
    page = text(answer)
    for words in (
        f"もとの保証 {advance.issue.guarantee}",
        "認定日 2026年10月20日",
        "中間前払金保証金額",
        "前払金保証約款",
        "認定調書の写しが添付されていません",
        "6,500円",
    ):
        assert words in page
    assert "契約保証：申し込みません" not in page


def test_the_review_sheet_lists_its_points(people, advance):
    line = make.sent(asked(people, advance), people["contractor"]).lines.get()
    points = {point.title: point for point in review.points(line)}
    assert (points["中間前払金の割合"].value, points["中間前払金の割合"].rule) == (
        "10,000,000円（請負金額の 20.0%）",
        "上限：20%",
    )
    assert points["認定調書"].caution and not points["前払金との合計"].caution
    assert {row.label for row in summary.product(line)} >= {"認定日", "中間前払金保証金額", "中間前払金保証料請求先"}


def test_a_returned_one_can_be_mended_and_sent_again(client, people, advance, text):
    line = make.sent(asked(people, advance), people["contractor"]).lines.get()
    for name in ("receive", "review", "return"):
        lifecycle.move(line, name, by=people["clerk"], remark="金額を確かめてください。")
    client.force_login(people["contractor"])
    page = client.get(reverse("applications:edit", args=[line.application_id]))
    assert (
        "申込の修正" in text(page) and "中間前払金保証金額" in text(page) and "金額を確かめてください。" in text(page)
    )
    assert 'id="s3"' not in page.content.decode() and 'name="price"' not in page.content.decode()
    edited = make.edited(
        Application.objects.get(pk=line.application_id), people["contractor"], advance_amount="9,000,000", price="1"
    )
    make.sent(edited, people["contractor"])
    line = Line.objects.get(pk=line.pk)
    assert (line.amount_yen, line.price_yen, line.revision, line.status) == (9_000_000, 50_000_000, 2, "submitted")
