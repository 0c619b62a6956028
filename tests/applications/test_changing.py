"""変更・訂正発行・解約: what may be asked, what it costs, and that a guarantee has one change at a time."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications import changing, checks, costs, drafts, lifecycle, sending, summary, terms
from applications.models import Line
from guarantees import amending
from guarantees.models import Guarantee, Premium
from netdesk import dates
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(people):
    """An electronic 前払金保証 of 20,000,000 yen for works of 50,000,000 yen."""
    return make.guaranteed(people, advance_redeposit="unused")


def faults(people, about, purpose="change", **typed):
    """What the form of a change says to what was typed, by field."""
    saved = changing.begin(about, purpose, by=people["contractor"], wish={})
    held = {"changed_on": dates.seireki(timezone.localdate()), "change_reason": "設計変更のため"}
    form = changing.form_of(saved, saved.typed | held | typed)
    return {} if form.is_valid() else {name: list(errors) for name, errors in form.errors.items()}


def test_a_change_begins_with_what_the_guarantee_says(people, about):
    version = changing.in_force(about)
    saved = changing.begin(about, "change", by=people["contractor"], wish={})

    assert saved.typed["price"] == f"{version.price_yen:,}"
    assert saved.typed["amount"] == f"{version.amount_yen:,}"
    assert saved.typed["ends_on"] == dates.seireki(version.ends_on)
    assert (saved.purpose, saved.about) == ("change", about)


def test_beginning_again_opens_the_draft_that_is_there(people, about):
    first = changing.begin(about, "change", by=people["contractor"], wish={})
    again = changing.begin(about, "change", by=people["contractor"], wish={"price": "60,000,000"})

    assert again.pk == first.pk
    assert again.typed["price"] == "60,000,000"
    assert changing.begin(about, "cancel", by=people["contractor"], wish={}).pk != first.pk


def test_a_change_keeps_all_terms_but_those_that_were_changed(people, about):
    version = changing.in_force(about)
    line = make.change(people, about, price="60,000,000", amount="24,000,000")

    kept = {name: value for name, value in version.content().items() if value != line.content()[name]}
    assert kept == {"price_yen": version.price_yen, "amount_yen": version.amount_yen}
    assert (line.purpose, line.about, line.change_reason) == ("change", about, "設計変更のため")
    assert line.changed_on == timezone.localdate()


def test_what_a_change_changes_is_told_beside_what_was_before(people, about):
    line = make.change(people, about, price="60,000,000", amount="24,000,000")

    assert summary.changes(line) == [
        {"label": "請負金額", "before": "50,000,000円", "after": "60,000,000円"},
        {"label": "保証金額", "before": "20,000,000円", "after": "24,000,000円"},
    ]


def test_the_guarantee_is_in_change_from_the_sending_to_the_issue(people, about):
    line = make.change(people, about, "under_review", price="60,000,000", amount="24,000,000")
    about.refresh_from_db()
    assert about.changing_since is not None

    lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    about.refresh_from_db()
    assert about.changing_since is not None
    amending.amend(str(Line.objects.get(pk=line.pk).issue_id))

    about.refresh_from_db()
    assert about.changing_since is None
    assert changing.in_force(about).amount_yen == 24_000_000


@pytest.mark.parametrize("status", ["withdrawn", "declined"])
def test_a_change_that_comes_to_nothing_leaves_the_guarantee_as_it_was(people, about, status):
    make.change(people, about, status, amount="10,000,000", used="no")

    about.refresh_from_db()
    assert about.changing_since is None
    assert changing.in_force(about).amount_yen == 20_000_000
    assert make.change(people, about, amount="15,000,000", used="no").status == "submitted"


@pytest.mark.parametrize("status", ["submitted", "received", "under_review", "returned", "approved"])
def test_nobody_asks_for_a_second_change_meanwhile(people, about, status):
    make.change(people, about, status, amount="10,000,000", used="no")

    with pytest.raises(changing.NotChangeable, match="変更手続中|発行しています"):
        changing.begin(about, "cancel", by=people["contractor"], wish={})


def test_of_two_drafts_one_is_sent(people, about):
    other = changing.begin(about, "correct", by=people["contractor"], wish={})
    other = make.edited(other, people["contractor"], work_name="正しい工事名", change_reason="誤記のため")
    token = make.token_of(other, people["contractor"])
    make.change(people, about, amount="10,000,000", used="no")

    with pytest.raises(sending.Refused, match="変更手続中"):
        make.sent(other, people["contractor"], token=token)


def test_the_database_takes_one_open_change_of_a_guarantee(people, about):
    line = make.change(people, about, amount="10,000,000", used="no")
    copy = Line.objects.get(pk=line.pk)
    copy.pk, copy._state.adding = None, True
    copy.application = drafts.begin(uuid.uuid4(), {}, by=people["contractor"], purpose="change", about=about)

    with pytest.raises(IntegrityError, match="a_guarantee_has_one_open_change"), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_changes_sent_at_once_are_one(people, at_once):
    about = make.guaranteed(people)
    person = people["contractor"]
    made = []
    for purpose, typed in (
        ("change", {"amount": "10,000,000", "used": "no", "changed_on": dates.seireki(timezone.localdate())}),
        ("correct", {"work_name": "正しい工事名"}),
    ):
        saved = changing.begin(about, purpose, by=person, wish={})
        saved = make.edited(saved, person, change_reason="変更のため", **typed)
        made.append((saved, make.token_of(saved, person)))

    answers = at_once(*(lambda one=one: make.sent(one[0], person, token=one[1]) for one in made))

    assert sum(isinstance(answer, sending.Refused) for answer in answers) == 1
    assert Line.objects.filter(about=about).count() == 1


# ---- bad input


def test_an_unchanged_change_is_none(people, about):
    assert "いまの保証と同じ内容" in faults(people, about)["price"][0]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"amount": "60,000,000"}, "amount", "請負金額（50,000,000円）以下"),
        ({"amount": "50,000,001"}, "amount", "請負金額（50,000,000円）以下"),
        ({"amount": "10,000,000"}, "used", "前払金の受取りを選択"),
        ({"amount": "10,000,000", "used": "yes"}, "received", "受け取った前払金の額を入力"),
        (
            {"amount": "10,000,000", "used": "yes", "received": "10,000,001"},
            "amount",
            "受け取った前払金（10,000,001円）以上",
        ),
        (
            {"amount": "10,000,000", "used": "yes", "received": "20,000,001"},
            "received",
            "いまの保証金額（20,000,000円）以下",
        ),
        ({"works_until": "2001/1/1"}, "works_until", "工期の始まり"),
        ({"ends_on": "2001/1/1"}, "ends_on", "以後の日"),
        ({"works_until": "2099/1/1", "ends_on": "2099/1/1"}, "works_until", "30年以内"),
        ({"changed_on": "2099/1/1", "amount": "21,000,000"}, "changed_on", "今日までの日"),
        ({"changed_on": "2001/1/1", "amount": "21,000,000"}, "changed_on", "契約締結日"),
        ({"price": "abc"}, "price", "1円単位の数字"),
        ({"change_reason": "", "amount": "21,000,000"}, "change_reason", "変更の理由を入力"),
        ({"format": "paper", "amount": "21,000,000"}, "format", "形式は変えられません"),
    ],
)
def test_a_fault_is_told_at_its_field(people, about, typed, field, said):
    assert said in faults(people, about, **typed)[field][0]


@pytest.mark.parametrize(
    ("received", "is_refused"), [("9,999,999", False), ("10,000,000", False), ("10,000,001", True)]
)
def test_an_advance_is_guaranteed_for_what_the_contractor_holds(people, about, received, is_refused):
    found = faults(people, about, amount="10,000,000", used="yes", received=received)

    assert ("amount" in found) == is_refused


def test_the_period_has_to_cover_the_works(people, about):
    version = changing.in_force(about)
    later = version.works_until + dt.timedelta(days=90)
    typed = {"works_until": dates.seireki(later)}

    assert f"{dates.seireki(later)}以後" in faults(people, about, **typed)["ends_on"][0]
    assert faults(people, about, **typed, ends_on=dates.seireki(later)) == {}


def test_a_paper_guarantee_stays_on_paper(people):
    about = make.guaranteed(people, advance_format="paper", receipt="post")

    assert (
        "証書（紙）で発行しています"
        in faults(people, about, amount="21,000,000", format="electronic", receipt="post")["format"][0]
    )
    line = make.change(people, about, amount="21,000,000", receipt="post")
    assert line.format == "paper"


@pytest.mark.parametrize(
    ("state", "said"), [("cancelled", "解約されている"), ("closed", "終了している"), ("claim", "弁済の手続中")]
)
def test_what_has_ended_is_not_changed(people, about, state, said):
    if state == "cancelled":
        make.changed(people, about, purpose="cancel", used="no", consent="on")
    else:
        Guarantee.objects.filter(pk=about.pk).update(status=state)
    about.refresh_from_db()

    with pytest.raises(changing.NotChangeable, match=said):
        changing.begin(about, "change", by=people["contractor"], wish={})


def test_what_has_expired_is_not_changed(people, about, monkeypatch):
    end = changing.in_force(about).ends_on
    assert changing.objection(about, on=end) == ""
    assert "満了" in changing.objection(about, on=end + dt.timedelta(days=1))


def test_a_draft_of_a_guarantee_that_ended_meanwhile_is_not_sent(people, about):
    saved = changing.begin(about, "change", by=people["contractor"], wish={})
    saved = make.edited(
        saved,
        people["contractor"],
        amount="21,000,000",
        change_reason="増工",
        changed_on=dates.seireki(timezone.localdate()),
    )
    token = make.token_of(saved, people["contractor"])
    make.changed(people, about, purpose="cancel", used="no", consent="on")

    with pytest.raises(sending.Refused, match="解約されている"):
        make.sent(saved, people["contractor"], token=token)
    with pytest.raises(changing.NotChangeable):
        terms.asked(saved)


def test_a_cancellation_needs_the_consent_and_the_advance_back(people, about):
    found = faults(people, about, "cancel", used="yes")

    assert "返還してから" in found["used"][0]
    assert "発注者の同意" in found["consent"][0]
    assert faults(people, about, "cancel", used="no", consent="on") == {}


# ---- what it costs: sample rates 0.30 % to 5, 0.22 % to 20, 0.17 % to 100 million, 0.12 % above


@pytest.mark.parametrize(
    ("amount", "full", "difference"),
    [
        ("20,000,001", 48_000, 0),  # 15,000 + 33,000 + 0.0017
        ("20,000,589", 48_001, 1),  # … + 1.0013
        ("24,000,000", 54_800, 6_800),
        ("10,000,000", 26_000, -22_000),  # 15,000 + 11,000
        ("5,000,000", 15_000, -33_000),
        ("1", 0, -48_000),
    ],
)
def test_a_change_costs_what_the_new_amount_costs_less_what_was_charged(people, about, amount, full, difference):
    line = make.changed(people, about, amount=amount, used="no")

    assert (line.premium.full_yen, line.premium.total_yen, line.premium.before_yen) == (full, difference, 48_000)
    assert line.premium.version_id == line.issue_id


def test_raising_and_lowering_again_costs_nothing_in_the_end(people, about):
    make.changed(people, about, amount="24,000,000")
    make.changed(people, about, amount="20,000,000", used="no")

    charged = Premium.objects.filter(version__guarantee=about).order_by("version__no")
    assert [one.total_yen for one in charged] == [48_000, 6_800, -6_800]


def test_a_cancelled_guarantee_that_was_never_used_costs_nothing(people, about):
    line = make.changed(people, about, purpose="cancel", used="no", consent="on")

    assert (line.premium.amount_yen, line.premium.full_yen, line.premium.total_yen) == (0, 0, -48_000)
    about.refresh_from_db()
    assert about.status == "cancelled"


def test_a_cancelled_guarantee_that_was_used_keeps_its_premium(people, about):
    line = make.changed(people, about, purpose="cancel", used="returned", consent="on")

    assert line.premium.total_yen == 0


def test_a_correction_has_no_premium_and_changes_no_sum(people, about):
    line = make.changed(people, about, purpose="correct", work_name="正しい工事名", changed_on="")

    assert line.premium is None
    assert costs.of_line(line) is None
    version = changing.in_force(about)
    assert (version.work_name, version.amount_yen) == ("正しい工事名", 20_000_000)


def test_a_change_is_priced_by_the_rates_of_the_first_version(people, about):
    tariff = Premium.objects.get(version__guarantee=about).tariff
    type(tariff).objects.create(
        product="advance", valid_from=timezone.localdate(), name="新しい料率", bands=[[None, "1.00"]]
    )

    line = make.changed(people, about, amount="24,000,000")

    assert line.premium.total_yen == 6_800


def test_an_increase_that_is_not_paid_monthly_waits_for_its_premium(people):
    about = make.guaranteed(people)
    line = make.change(people, about, "approved", amount="24,000,000", payment="transfer")
    assert line.status == "awaiting_premium"

    with pytest.raises(lifecycle.NotAllowed, match="足りません"):
        lifecycle.pay(line, by=people["clerk"], amount_yen=6_799, on=timezone.localdate(), way="transfer")
    lifecycle.pay(line, by=people["clerk"], amount_yen=6_800, on=timezone.localdate(), way="transfer")

    line.refresh_from_db()
    assert line.status == "approved"
    amending.amend(str(line.issue_id))
    assert changing.in_force(about).amount_yen == 24_000_000


def test_a_returned_change_is_corrected_and_sent_again(people, about):
    line = make.change(people, about, "returned", amount="24,000,000")
    application = line.application
    application.refresh_from_db()
    saved = make.edited(application, people["contractor"], amount="22,000,000")

    make.sent(saved, people["contractor"])

    line.refresh_from_db()
    assert (line.status, line.amount_yen, line.revision) == ("submitted", 22_000_000, 2)


def test_whoever_reviewed_a_change_does_not_approve_it(people, about):
    line = make.change(people, about, "under_review", amount="24,000,000")
    Line.objects.filter(pk=line.pk).update(reviewed_by=people["approver"])

    with pytest.raises(lifecycle.NotAllowed, match="別の方"):
        lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")


def test_a_change_is_no_double_of_what_it_changes(people, about):
    line = make.change(people, about, "under_review", amount="21,000,000")

    assert "重複" not in [caution.title for caution in checks.for_review(line)]
    first = Line.objects.get(issue__guarantee=about)
    assert "重複" not in [caution.title for caution in checks.for_review(first)]


@pytest.mark.parametrize(("purpose", "typed"), [("cancel", {"used": "no", "consent": "on"}), ("correct", {"work_name": "正しい工事名", "changed_on": ""})])  # fmt: skip
def test_what_was_asked_for_in_time_is_ended_or_corrected_after_the_last_day(
    people, about, monkeypatch, purpose, typed
):
    line = make.change(people, about, "under_review", purpose=purpose, **typed)
    later = changing.in_force(about).ends_on + dt.timedelta(days=1)
    monkeypatch.setattr(lifecycle.timezone, "localdate", lambda *_: later)

    assert lifecycle.objection(people["approver"], line) == ""


def test_what_has_lapsed_is_not_prolonged(people, about, monkeypatch):
    version = changing.in_force(about)
    end = dates.seireki(version.ends_on + dt.timedelta(days=90))
    line = make.change(people, about, "under_review", works_until=end, ends_on=end)
    monkeypatch.setattr(lifecycle.timezone, "localdate", lambda *_: version.ends_on + dt.timedelta(days=1))

    assert "もとの保証の保証期間" in lifecycle.objection(people["approver"], line)


def test_this_years_amount_left_empty_stays_what_it_was(people):
    about = make.guaranteed(people, fiscal_kind="commitment", advance_base="25,000,000", advance_amount="10,000,000")

    assert "今年度対象額（25,000,000円）以下" in faults(people, about, base="", amount="30,000,000")["amount"][0]


def test_a_planned_contract_that_came_to_nothing_can_be_cancelled_before_its_day(people):
    planned = timezone.localdate() + dt.timedelta(days=20)
    about = make.guaranteed(
        people, product="contract", advance_on=None, advance_planned="yes", contracted_on=dates.seireki(planned)
    )

    assert faults(people, about, "cancel", used="no", consent="on") == {}


def test_whoever_signed_and_left_the_register_signs_the_correction_too(people, about):
    people["contractor"].contractor.signatories.all().delete()
    version = changing.in_force(about)

    line = make.changed(people, about, purpose="correct", work_name="正しい工事名", changed_on="")

    assert (line.signatory_title, line.signatory_name) == (version.signatory_title, version.signatory_name)


def test_a_correction_that_corrects_nothing_is_none(people, about):
    assert "同じ内容です" in faults(people, about, "correct", changed_on="")["work_name"][0]


def test_what_is_hidden_is_not_found_wrong(people, about):
    assert faults(people, about, amount="10,000,000", used="no", received="いくらか") == {}


@pytest.mark.django_db(transaction=True)
def test_two_that_begin_a_change_at_once_find_one_draft(people, about, at_once):
    drafts_of = at_once(*[lambda: changing.begin(about, "change", by=people["contractor"], wish={})] * 2)

    assert len({one.pk for one in drafts_of}) == 1


@pytest.mark.parametrize(
    ("typed", "titles"),
    [
        ({"amount": "10,000,000", "used": "no"}, []),
        ({"amount": "9,999,999", "used": "no"}, ["減額"]),
        ({"purpose": "cancel", "used": "no", "consent": "on", "changed_on": "今日"}, []),
    ],
)
def test_a_large_step_down_is_looked_at(people, about, typed, titles):
    line = make.change(people, about, **typed)

    assert [caution.title for caution in checks.for_review(line)] == titles
    assert checks.titles([line])[line.pk] == titles


@pytest.mark.parametrize(
    "typed", [{"amount": "11,999,999", "used": "no"}, {"purpose": "cancel", "used": "no", "consent": "on"}]
)
def test_what_was_said_of_the_advance_before_is_held_against_what_is_said_now(people, about, typed):
    make.changed(people, about, amount="12,000,000", used="yes", received="12,000,000")

    line = make.change(people, about, **typed)

    assert "受け取った前払金" in [caution.title for caution in checks.for_review(line)]
    assert checks.titles([line])[line.pk] == ["受け取った前払金"]


def test_nobody_begins_a_change_for_another_company(people, about):
    with pytest.raises(changing.NotChangeable, match="権限がありません"):
        changing.begin(about, "change", by=people["rival"], wish={})
    with pytest.raises(PermissionDenied):
        changing.begin(about, "change", by=people["viewer"], wish={})
