"""保証料 on its way: estimated while people type, frozen at approval, paid before issue unless 一括納付."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from applications import costs, lifecycle
from applications.models import Line, Remittance
from audit import trail
from guarantees.models import Guarantee, Premium, Tariff, Version
from outbox.models import Job
from tests import make

TODAY = timezone.localdate


@pytest.fixture
def people(db):
    return make.people()


@pytest.fixture
def waiting(people):
    """An advance of 20,000,000 yen, to be paid by transfer: 48,000 yen."""
    return make.line(people, "awaiting_premium")


def pay(line, people, amount=48_000, **changes):
    fields = {"by": people["clerk"], "amount_yen": amount, "on": TODAY(), "way": "transfer"}
    return lifecycle.pay(line, **fields | changes)


def test_a_monthly_premium_is_frozen_and_the_guarantee_ordered_at_once(people):
    line = make.line(people, "approved")
    assert (line.premium.total_yen, line.premium.version) == (48_000, line.issue)
    assert line.premium.payment == "monthly"


@pytest.mark.parametrize("payment", ["transfer", "cash", "cheque"])
def test_any_other_premium_comes_first(people, payment):
    line = make.line(people, "awaiting_premium", advance_payment=payment)
    assert (line.status, line.issue, line.premium.version) == ("awaiting_premium", None, None)
    assert not Guarantee.objects.exists() and not Job.objects.filter(kind="mint").exists()


def test_the_money_orders_the_guarantee_once(people, waiting):
    paid = pay(waiting, people)
    assert paid.status == "approved"
    line = Line.objects.select_related("premium", "issue").get(pk=waiting.pk)
    assert line.premium.version == line.issue and line.issue.ordered_by == people["clerk"]
    assert Job.objects.filter(kind="mint").count() == 1
    with pytest.raises(lifecycle.TooLate, match="承認済"):
        pay(waiting, people)
    assert Remittance.objects.count() == Version.objects.count() == 1


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (47_999, "1円足りません"),
        (48_001, "1円多い金額です"),
        (96_000, "48,000円多い金額です"),
        (1, "47,999円足りません"),
    ],
)
def test_too_little_and_too_much_are_told_and_change_nothing(people, waiting, amount, said):
    with pytest.raises(lifecycle.NotAllowed, match=said):
        pay(waiting, people, amount)
    waiting.refresh_from_db()
    assert waiting.status == "awaiting_premium" and not Remittance.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"on": dt.timedelta(days=1)}, "今日までの日"),
        ({"on": dt.timedelta(days=-61)}, "60日以上前"),
        ({"way": "barter"}, "入金の方法"),
    ],
)
def test_a_day_or_a_way_that_cannot_be_is_refused(people, waiting, changes, said):
    if "on" in changes:
        changes["on"] = TODAY() + changes["on"]
    with pytest.raises(lifecycle.NotAllowed, match=said):
        pay(waiting, people, **changes)
    assert not Remittance.objects.exists()


@pytest.mark.parametrize("who", ["contractor", "rival", "otherbranch", "head"])
def test_only_the_own_branch_records_money(people, waiting, who):
    with pytest.raises(lifecycle.NotAllowed, match="権限"):
        pay(waiting, people, by=people[who])


def test_without_a_tariff_nothing_is_approved(people):
    line = make.line(people, "under_review")
    Tariff.objects.all().delete()
    with pytest.raises(lifecycle.NotAllowed, match="料率表が登録されていません"):
        lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    line.refresh_from_db()
    assert line.status == "under_review" and not Premium.objects.exists()


def test_a_line_that_waits_may_be_taken_back_and_owes_nothing(people, waiting):
    lifecycle.move(waiting, "withdraw", by=people["contractor"], remark="延期になったため。")
    with pytest.raises(lifecycle.NotAllowed, match="取下げ"):
        pay(waiting, people)
    assert Premium.objects.get().version is None and not Version.objects.exists()


def test_a_new_tariff_leaves_what_was_approved(people, waiting):
    Tariff.objects.create(product="advance", valid_from=TODAY(), name="改定", bands=[[None, "0.9"]])
    assert costs.of_line(Line.objects.select_related("premium").get(pk=waiting.pk)).total_yen == 48_000
    assert costs.of("advance", 20_000_000).total_yen == 180_000
    assert pay(waiting, people).issue.premium.total_yen == 48_000


def test_the_trail_tells_approval_and_money_apart(people, waiting):
    pay(waiting, people)
    acts = [(one.action, one.actor_id) for one in trail.of(waiting)]
    assert acts[:2] == [("line.paid", people["clerk"].pk), ("line.approved", people["approver"].pk)]
    assert trail.of(waiting)[0].data["amount_yen"] == 48_000


def test_money_once_recorded_stays_as_it_was(people, waiting):
    pay(waiting, people)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Remittance.objects.update(amount_yen=1)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Remittance.objects.all().delete()


def test_the_database_lets_no_line_wait_for_an_unknown_premium(people):
    line = make.line(people, "under_review")
    with pytest.raises(IntegrityError, match="a_line_waits_for_a_premium_that_is_known"), transaction.atomic():
        Line.objects.filter(pk=line.pk).update(status="awaiting_premium")


@pytest.mark.django_db(transaction=True)
def test_of_two_people_with_the_same_money_one_records_it():
    people = make.people()
    line, told = make.line(people, "awaiting_premium"), []

    def record(name):
        try:
            pay(line, people, by=people[name])
            told.append("paid")
        except lifecycle.TooLate as late:
            told.append(str(late))
        finally:
            connection.close()

    both = [threading.Thread(target=record, args=[name]) for name in ("clerk", "approver")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told)[0] == "paid" and "すでに承認済です" in sorted(told)[1]
    assert Remittance.objects.count() == Version.objects.count() == 1


class TestPages:
    def test_the_form_tells_the_estimate_while_people_type(self, client, people):
        client.force_login(people["contractor"])
        page = client.get(
            reverse("applications:estimate", args=["advance"]), {"advance_amount": "２０，０００，０００円"}
        )
        text = page.content.decode()
        assert (
            "48,000円" in text
            and "500万円を超え2,000万円以下の部分" in text
            and "33,000円" in text
            and "見本料率" in text
        )
        for typed in ("", "2千万", "0", "99999999999999"):
            text = client.get(
                reverse("applications:estimate", args=["advance"]), {"advance_amount": typed}
            ).content.decode()
            assert "保証金額を入力すると" in text
        assert client.get(reverse("applications:estimate", args=["beer"])).status_code == 404

    def test_the_confirm_page_tells_what_it_will_cost(self, client, people):
        client.force_login(people["contractor"])
        page = client.get(reverse("applications:confirm", args=[make.draft(people["contractor"]).pk])).content.decode()
        assert "保証料の概算" in page and "48,000円" in page and "24,000円" in page and "審査により変わる" in page

    def test_the_clerk_records_the_money(self, client, people, waiting):
        client.force_login(people["clerk"])
        sheet = client.get(reverse("admin:review", args=[waiting.pk])).content.decode()
        address = reverse("admin:pay", args=[waiting.pk])
        assert address in sheet and "入金待ち" in sheet and "48,000円" in sheet
        wrong = client.post(address, {"amount": "47,000", "on": "令和8年13月1日", "way": ""})
        text = wrong.content.decode()
        assert wrong.status_code == 200 and "エラー：" in text and "47,000" in text and "令和8年13月1日" in text
        short = client.post(address, {"amount": "47,000", "on": TODAY().isoformat(), "way": "cash"}).content.decode()
        assert "1,000円足りません" in short
        done = client.post(address, {"amount": "４８，０００円", "on": TODAY().isoformat(), "way": "cash"}, follow=True)
        assert "入金を記録し、発行を始めました。" in done.content.decode() and "入金済" in done.content.decode()
        again = client.post(address, {"amount": "48000", "on": TODAY().isoformat(), "way": "cash"})
        text = again.content.decode()
        assert (
            again.status_code == 409 and "すでに承認済です" in text and "<form method" not in text[text.index("<h1") :]
        )
        assert "入力した内容は記録していません。" in text and ">48000<" in text and ">現金<" in text
        assert Remittance.objects.count() == 1

    @pytest.mark.parametrize("who", ["contractor", "rival", "otherbranch", "head"])
    def test_the_page_of_the_money_is_the_own_branchs(self, client, people, waiting, who):
        client.force_login(people[who])
        assert client.get(reverse("admin:pay", args=[waiting.pk])).status_code == 404

    def test_a_line_that_owes_nothing_yet_has_no_such_page(self, client, people):
        client.force_login(people["clerk"])
        assert client.get(reverse("admin:pay", args=[make.line(people, "received").pk])).status_code == 404

    def test_the_contractor_reads_how_much_is_to_be_paid(self, client, people, waiting):
        client.force_login(people["contractor"])
        page = client.get(reverse("applications:line", args=[waiting.pk])).content.decode()
        assert "保証料のお支払いをお待ちしています" in page and "48,000円" in page

    def test_the_head_office_keeps_tariffs(self, client, people):
        client.force_login(people["head"])
        address = reverse("admin:guarantees_tariff_add")
        values = {
            "product": "advance",
            "valid_from": "2027-04-01",
            "name": "令和9年度",
            "minimum_yen": "1000",
            "unit_yen": "10",
        }
        holed = client.post(
            address, values | {"bands": "5,000,000 0.30\\n3,000,000 0.20\\n上限なし 0.10".replace("\\n", "\n")}
        )
        assert "前の行の上限額（5,000,000円）より大きく" in holed.content.decode()
        assert client.post(address, values | {"bands": "５,０００,０００円　0.30%\n上限なし 0.10"}).status_code == 302
        stored = Tariff.objects.get(name="令和9年度")
        assert stored.bands == [[5_000_000, "0.30"], [None, "0.10"]]
        double = client.post(address, values | {"bands": "上限なし 0.10"}).content.decode()
        assert "同じ適用開始日の料率表がすでにあります" in double

    def test_a_tariff_in_use_is_only_read(self, client, people):
        used = make.line(people, "approved").premium.tariff
        client.force_login(people["head"])
        page = client.get(reverse("admin:guarantees_tariff_change", args=[used.pk]))
        assert page.status_code == 200 and 'name="bands"' not in page.content.decode()
        assert client.post(reverse("admin:guarantees_tariff_change", args=[used.pk]), {"name": "x"}).status_code in {
            403,
            404,
        }
        assert client.post(reverse("admin:guarantees_tariff_delete", args=[used.pk]), {"post": "yes"}).status_code in {
            403,
            404,
        }
