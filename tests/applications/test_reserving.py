"""契約保証予約: a promise before the tender, and the 契約保証 that comes of it without typing anything again."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import checks, costs, following, lifecycle, sending, summary, terms
from applications.models import Application, Line
from audit.models import Entry
from guarantees import clock, issuing, standing
from guarantees.models import Guarantee
from tests import make

TODAY = "2026-06-10"
TENDER = {
    "advance_on": None,
    "contract_kind": "reserve",
    "contract_format": "paper",
    "advance_planned": "yes",
    "contracted_on": "2026-07-01",
    "works_from": "2026-07-02",
    "works_until": "2026-12-18",
    "receipt": "post",
    "notice": "no",
}


@pytest.fixture
def today(on):
    on(TODAY)


@pytest.fixture
def reserved(people, today):
    """The line of an issued reservation."""
    return make.guarantee(people, product="reserve", **TENDER)


def faults(people, **changes):
    form = terms.ApplicationForm(
        make.typed(people["contractor"], **TENDER | changes), contractor=people["contractor"].contractor
    )
    form.is_valid()
    return {name: errors[0] for name, errors in form.errors.items()}


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"contract_format": "electronic"}, "contract_format", "契約保証予約の証書は紙だけです"),
        ({"advance_on": "on"}, "contract_kind", "前払金保証と同時には申し込めません"),
        ({"advance_planned": "no"}, "advance_planned", "前払金の予定がある契約"),
        ({"advance_planned": None}, "advance_planned", "前払金の予定を選択してください"),
        ({"contracted_on": "2026-06-09"}, "contracted_on", "今日以後の契約予定日"),
        ({"contract_amount": "50,000,001"}, "contract_amount", "以下の金額を入力してください"),
        ({"contract_kind": "interim"}, "contract_kind", "申し込む保証を選択してください"),
    ],
)
def test_what_a_reservation_asks_for(people, today, changes, field, words):
    assert words in faults(people, **changes)[field]


@pytest.mark.parametrize("day", [TODAY, "2026-06-11", "2027-01-31"])
def test_a_planned_day_may_be_today_or_later(people, today, day):
    assert faults(people, contracted_on=day, works_from=day, works_until="2027-03-31") == {}


def test_a_reservation_is_its_own_product_with_a_period_of_its_own(reserved):
    assert (reserved.product, reserved.format, reserved.starts_on, reserved.ends_on) == (
        "reserve",
        "paper",
        None,
        dt.date(2026, 7, 1),
    )
    rows = {row.label: row.value for row in summary.product(reserved)}
    assert rows["予約金額"] == "5,000,000円"
    assert rows["予約期間"] == "2026年6月10日 〜 2026年7月1日"
    assert {"予約手数料支払方法", "予約手数料請求先", "予約手数料計算書（紙）"} <= rows.keys()
    planned = {row.label: row.note or row.value for row in summary.contract(reserved)}
    assert planned["請負金額（税込）"] == planned["工期"] == "予定"
    assert planned["契約締結日"].endswith("（契約予定日）")


@pytest.mark.parametrize(("amount", "fee"), [(1, 3_000), (2_999_999, 3_000), (3_000_999, 3_000), (3_001_000, 3_001)])
def test_the_fee_of_a_reservation_has_a_minimum(people, amount, fee):
    cost = costs.of("reserve", amount)
    assert (cost.total_yen, cost.tax) == (fee, "消費税込み")


def test_a_reservation_turns_into_a_contract_guarantee_and_nothing_is_typed_again(people, reserved, on):
    on("2026-07-01")
    draft, is_new = following.begin(reserved.issue.guarantee, "contract", by=people["contractor"])
    before = reserved.application.typed
    rewritten = {"contract_kind": "contract", "price": "50000000", "contract_amount": "5000000"}
    own = {name for name in before if not name.startswith("advance_") or name == "advance_planned"}
    assert is_new
    assert draft.typed == {name: before[name] for name in own} | rewritten
    line = make.sent(draft, people["contractor"]).lines.get()
    mine, theirs = line.content(), reserved.content()
    assert {name for name in mine if mine[name] != theirs[name]} == {"product", "starts_on", "ends_on"}
    assert (line.product, line.starts_on, line.ends_on) == ("contract", dt.date(2026, 7, 1), dt.date(2026, 12, 18))


def test_what_was_planned_can_be_corrected_when_it_is_known(people, reserved, on):
    on("2026-07-08")
    news = {"price": "48,000,000", "contracted_on": "2026-07-08", "work_number": "8-杉教-9999"}
    draft = make.follow_up(
        reserved, "contract", people["contractor"], **news | {"contract_format": "electronic", "notice": "yes"}
    )
    line = make.sent(draft, people["contractor"]).lines.get()
    assert (line.price_yen, line.contracted_on, line.work_number, line.format) == (
        48_000_000,
        dt.date(2026, 7, 8),
        "8-杉教-9999",
        "electronic",
    )
    assert [one.title for one in checks.for_review(line)] == ["予約期間"]


@pytest.mark.parametrize(("amount", "told"), [("5,000,000", []), ("5,000,001", ["予約金額"])])
def test_more_than_was_reserved_is_a_caution(people, reserved, on, amount, told):
    on("2026-07-01")
    draft = make.follow_up(reserved, "contract", people["contractor"], contract_amount=amount)
    line = terms.asked(draft)[1][0]
    assert [one.title for one in checks.cautions(line, application_id=draft.pk)] == told


def test_the_reservation_ends_with_the_issue_of_what_it_promised(people, reserved, on):
    on("2026-07-01")
    draft = make.follow_up(reserved, "contract", people["contractor"])
    sent = make.sent(draft, people["contractor"])
    reservation = reserved.issue.guarantee
    assert (reservation.status, reservation.to_leave) == ("issued", True)
    line = make.approved(sent, people)
    reservation.refresh_from_db()
    assert (reservation.status, reservation.to_leave) == ("closed", False)
    assert line.issue.guarantee.follows == reservation
    assert standing.of(reservation.current, clock.today()) == "終了"
    entry = Entry.objects.get(action="guarantee.closed")
    assert (entry.subject_id, entry.data) == (str(reservation.pk), {"followed_by": line.issue.guarantee.number})
    issuing.mint(str(line.issue.guarantee_id))  # again: its work is done
    assert Entry.objects.filter(action="guarantee.closed").count() == 1


def test_a_mint_that_fails_leaves_the_reservation_open(people, reserved, on, monkeypatch):
    on("2026-07-01")
    sent = make.sent(make.follow_up(reserved, "contract", people["contractor"]), people["contractor"])

    def broken(*_args):
        raise OSError("no paper")

    monkeypatch.setattr(issuing, "promise_papers", broken)
    with pytest.raises(OSError):
        make.approved(sent, people)
    assert set(Guarantee.objects.values_list("product", "status")) == {("reserve", "issued"), ("contract", "ordered")}


def test_one_reservation_becomes_one_contract_guarantee(people, reserved, on):
    on("2026-07-01")
    guarantee = reserved.issue.guarantee
    sent = make.sent(make.follow_up(reserved, "contract", people["contractor"]), people["contractor"])
    with pytest.raises(following.Refused, match=f"すでに申し込まれています（{sent.number}、送信済）"):
        following.begin(guarantee, "contract", by=people["contractor"])
    make.approved(sent, people)
    with pytest.raises(following.Refused, match="予約は終わりました"):
        following.begin(guarantee, "contract", by=people["contractor"])
    with pytest.raises(IntegrityError, match="a_reservation_turns_into_one_guarantee"), transaction.atomic():
        Guarantee.objects.create(
            product="contract",
            format="paper",
            branch=guarantee.branch,
            contractor=guarantee.contractor,
            follows=guarantee,
            salt=b"x" * 16,
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_contract_guarantees_sent_at_once_the_second_is_told(at_once, on):
    people = make.people()
    on(TODAY)
    reserved = make.guarantee(people, product="reserve", **TENDER)
    one = make.follow_up(reserved, "contract", people["contractor"])
    two = make.draft(people["colleague"])
    Application.objects.filter(pk=two.pk).update(about=one.about, asks="contract", typed=one.typed)
    two.refresh_from_db()
    tokens = [make.token_of(draft, people["contractor"]) for draft in (one, two)]
    found = at_once(
        *(
            lambda draft=draft, token=token: make.sent(draft, people["contractor"], token=token)
            for draft, token in zip((one, two), tokens, strict=True)
        )
    )
    assert sum(isinstance(one, sending.Refused) for one in found) == 1
    assert Line.objects.filter(product="contract").count() == 1


def test_a_reservation_that_was_cancelled_meanwhile_is_not_kept(people, reserved, on):
    on("2026-07-01")
    sent = make.sent(make.follow_up(reserved, "contract", people["contractor"]), people["contractor"])
    Guarantee.objects.filter(pk=reserved.issue.guarantee_id).update(status="cancelled")
    line = sent.lines.get()
    assert "もとの保証" in [one.title for one in checks.for_review(line)]
    for name in ("receive", "review"):
        lifecycle.move(line, name, by=people["clerk"])
    with pytest.raises(lifecycle.NotAllowed, match="続きの保証を発行できません"):
        lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    assert Line.objects.get(pk=line.pk).status == "under_review"


def test_the_form_offers_it_and_the_line_page_goes_on_from_it(client, people, reserved, on, text):
    on("2026-07-01")
    client.force_login(people["contractor"])
    page = text(client.get(reverse("applications:new")))
    assert "契約保証予約（入札前）" in page and "入札保証金を保証するものではありません" in page
    assert "契約保証を申し込む" in text(client.get(reverse("applications:line", args=[reserved.pk])))
    answer = client.post(reverse("applications:follow", args=[reserved.pk, "contract"]), follow=True)
    assert "契約保証の申込（予約から）" in text(answer) and "予定だった契約締結日" in text(answer)
    html = answer.content.decode()
    assert 'id="s3"' in html and 'id="s2"' not in html and 'id="id_contract_kind_0"' not in html


def test_the_estimate_knows_which_of_the_two_is_asked_for(client, people, today, text):
    client.force_login(people["contractor"])
    address = reverse("applications:estimate", args=["contract"])
    amount = {"contract_amount": "5,000,000"}
    assert "契約保証料の概算 24,000円 （非課税）" in text(client.get(address, amount))
    assert "予約手数料の概算 5,000円 （消費税込み）" in text(client.get(address, amount | {"contract_kind": "reserve"}))


def test_confirm_page_and_conditions_speak_of_a_reservation(client, people, today, text):
    client.force_login(people["contractor"])
    draft = make.draft(people["contractor"], **TENDER)
    page = text(client.get(reverse("applications:confirm", args=[draft.pk])))
    for words in ("契約保証予約", "予約金額", "予約手数料の概算", "消費税込み", "契約保証予約約款", "予定"):
        assert words in page
    assert "入札保証金を保証するものではありません" in text(client.get(reverse("conditions", args=["reserve"])))
    assert client.get(reverse("conditions", args=["interim"])).status_code == 404


def test_a_returned_reservation_stays_one(people, today):
    line = make.line(people, "returned", product="reserve", **TENDER)
    edited = make.edited(line.application, people["contractor"], contract_kind="contract", contract_amount="6,000,000")
    make.sent(edited, people["contractor"])
    line.refresh_from_db()
    assert (line.product, line.amount_yen, line.revision) == ("reserve", 6_000_000, 2)
