"""Contracts over several fiscal years: an advance guarantee for each year, and nothing typed twice."""

import datetime as dt

import pytest
from django.urls import reverse

from applications import checks, drafts, follow_ups, following, sending, summary, terms, years
from applications.follow_ups import FollowUp
from applications.models import Application, Line
from audit.models import Entry
from guarantees.models import Guarantee
from tests import make

NEW = {"advance_base": "40,000,000", "advance_amount": "16,000,000"}


@pytest.fixture
def first(people, on):
    """The line of the first year, 2026, as issued."""
    on("2026-06-10")
    return make.guarantee(people, **make.YEARS)


@pytest.fixture
def owner(client, people, first, on):
    """The browser of 髙﨑建設's own person, in April 2027."""
    on("2027-04-05")
    client.force_login(people["contractor"])
    return client


def form_errors(application):
    form = terms.form_of(application)
    form.is_valid()
    return {name: list(errors) for name, errors in form.errors.items()}


def test_the_guarantee_of_the_first_year_says_for_which_year_it_is(first):
    guarantee = first.issue.guarantee
    assert (guarantee.fiscal_year, guarantee.follows, first.ends_on) == (2026, None, dt.date(2027, 3, 31))


def test_a_contract_within_one_year_has_no_fiscal_year_and_no_next_one(people):
    line = make.guarantee(people, contract_on=None)
    assert line.issue.guarantee.fiscal_year is None
    assert [offer.asks for offer in following.offers(line.issue.guarantee)] == ["interim"]
    with pytest.raises(following.Refused, match="複数の年度にわたる契約ではない"):
        following.begin(line.issue.guarantee, "advance", by=people["contractor"])


def test_the_draft_of_the_next_year_takes_over_all_but_the_sums_of_the_year(people, first, on):
    on("2027-04-05")
    draft = make.follow_up(first, "advance", people["contractor"])
    typed = first.application.typed
    typed = {name: text for name, text in typed.items() if not name.startswith("contract_") or name == "contract_kind"}
    new = {name for name in typed if draft.typed.get(name) != typed[name]}
    rewritten = {"price": "90000000"}
    assert new == {"advance_base", "advance_amount", "price"}
    assert draft.typed == {name: text for name, text in typed.items() if name not in new} | rewritten
    assert (draft.about, draft.asks, draft.purpose, draft.number) == (first.issue.guarantee, "advance", "new", None)
    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.data["source"]) == ("application.drafted", str(first.issue.guarantee_id))


def test_the_next_year_is_sent_issued_and_follows_the_first(people, first, on):
    on("2027-04-05")
    sent = make.sent(make.follow_up(first, "advance", people["contractor"], **NEW), people["contractor"])
    line = make.approved(sent, people)
    guarantee = line.issue.guarantee
    assert (guarantee.follows, guarantee.fiscal_year) == (first.issue.guarantee, 2027)
    assert (line.starts_on, line.ends_on, line.issue.starts_on) == (None, dt.date(2028, 3, 31), dt.date(2027, 4, 5))
    mine, theirs = line.content(), first.content()
    differing = {name for name in mine if mine[name] != theirs[name]}
    assert differing == {"base_yen", "amount_yen", "ends_on"}


@pytest.mark.parametrize(
    ("day", "year", "starts_on", "ends_on"),
    [
        ("2027-02-28", 2026, None, "2027-03-31"),
        ("2027-03-01", 2027, "2027-04-01", "2028-03-31"),
        ("2027-03-31", 2027, "2027-04-01", "2028-03-31"),
        ("2027-04-01", 2027, None, "2028-03-31"),
        ("2028-02-29", 2027, None, "2028-03-31"),
        ("2028-03-01", 2028, "2028-04-01", "2028-09-30"),
        ("2028-04-01", 2028, None, "2028-09-30"),
    ],
)
def test_the_period_of_a_later_year(first, day, year, starts_on, ends_on):
    data = {
        "fiscal_kind": "commitment",
        "contracted_on": first.contracted_on,
        "works_from": first.works_from,
        "works_until": first.works_until,
    }
    today = dt.date.fromisoformat(day)
    found = terms.period("advance", data, on=today, follow=FollowUp(first.issue.guarantee, "advance", None))
    assert follow_ups.year_asked(today) == year
    assert found == (starts_on and dt.date.fromisoformat(starts_on), dt.date.fromisoformat(ends_on))


@pytest.mark.parametrize(
    ("day", "against"),
    [
        ("2026-06-10", "令和9年度の前払金保証は、2027年3月1日から申し込めます。"),
        ("2027-02-28", "令和9年度の前払金保証は、2027年3月1日から申し込めます。"),
        ("2027-03-01", ""),
        ("2027-04-01", ""),
        ("2028-03-31", ""),
        ("2028-09-30", ""),
        ("2029-03-01", "工期（2028年9月30日まで）の最終年度まで、前払金保証を申し込んでいます。"),
    ],
)
def test_the_button_stands_in_the_right_months_and_says_why_not_in_the_others(people, first, on, day, against):
    on(day)
    offer = following.offers(first.issue.guarantee)[0]
    assert (offer.label, offer.against) == ("翌年度の前払金保証を申し込む", against)
    if against:
        with pytest.raises(following.Refused) as refusal:
            following.begin(first.issue.guarantee, "advance", by=people["contractor"])
        assert str(refusal.value) == against
        assert not Application.objects.filter(sent_at=None).exists()


def test_a_second_press_and_a_colleague_go_on_with_the_same_draft(people, first, on):
    on("2027-04-05")
    one, is_new = following.begin(first.issue.guarantee, "advance", by=people["contractor"])
    two, again = following.begin(first.issue.guarantee, "advance", by=people["colleague"])
    assert (one.pk, is_new, again) == (two.pk, True, False)


def test_a_year_is_guaranteed_once(people, first, on):
    on("2027-04-05")
    draft = make.follow_up(first, "advance", people["contractor"], **NEW)
    sent = make.sent(draft, people["contractor"])
    said = f"令和9年度の前払金保証は、すでに申し込まれています（{sent.number}、送信済）"
    with pytest.raises(following.Refused, match="すでに申し込まれています"):
        following.begin(first.issue.guarantee, "advance", by=people["contractor"])
    other = drafts.save(make.draft(people["contractor"]).pk, draft.typed, by=people["contractor"], version=1)
    Application.objects.filter(pk=other.pk).update(about=first.issue.guarantee, asks="advance")
    other.refresh_from_db()
    assert form_errors(other) == {"advance_base": [said]}
    line = make.approved(sent, people)
    on("2027-05-01")
    assert form_errors(other)["advance_base"] == [
        f"令和9年度の前払金保証は、すでに申し込まれています（保証契約番号 {line.issue.guarantee.number}）"
    ]
    on("2028-03-01")
    assert form_errors(other) == {}  # that of the year after is another one


def test_a_year_whose_application_came_to_nothing_may_be_asked_for_again(people, first, on):
    on("2027-04-05")
    sent = make.sent(make.follow_up(first, "advance", people["contractor"], **NEW), people["contractor"])
    make.lifecycle.move(sent.lines.get(), "withdraw", by=people["contractor"], remark="延期のため")
    assert following.begin(first.issue.guarantee, "advance", by=people["contractor"])[1]


@pytest.mark.django_db(transaction=True)
def test_of_two_sent_at_once_the_second_is_told(at_once, on):
    people = make.people()
    on("2026-06-10")
    first = make.guarantee(people, **make.YEARS)
    on("2027-04-05")
    one = make.follow_up(first, "advance", people["contractor"], **NEW)
    typed = one.typed
    two = make.draft(people["colleague"])
    Application.objects.filter(pk=two.pk).update(about=first.issue.guarantee, asks="advance", typed=typed)
    two.refresh_from_db()
    tokens = [make.token_of(draft, people["contractor"]) for draft in (one, two)]
    found = at_once(
        *(
            lambda draft=draft, token=token: make.sent(draft, people["contractor"], token=token)
            for draft, token in zip((one, two), tokens, strict=True)
        )
    )
    refused = [one for one in found if isinstance(one, sending.Refused)]
    assert len(refused) == 1 and "すでに申し込まれています" in str(refused[0])
    assert Line.objects.filter(application__asks="advance").count() == 1


def test_the_sum_of_all_years_is_held_to_the_price(people, first, on):
    on("2027-04-05")
    draft = make.follow_up(first, "advance", people["contractor"], **NEW)
    for base, told in (("60,000,000", []), ("60,000,001", ["今年度対象額の合計"])):
        draft = make.edited(draft, people["contractor"], advance_base=base)
        line = terms.asked(draft)[1][0]
        assert [one.title for one in checks.cautions(line, application_id=draft.pk)] == told
    text = next(checks.cautions(line, application_id=draft.pk)).text
    assert text == (
        "各年度の今年度対象額の合計（90,000,001円：令和8年度 30,000,000円、令和9年度 60,000,001円）が、"
        "請負金額（90,000,000円）を超えています"
    )


def test_the_queue_names_the_same_cautions_as_the_review_sheet(people, first, on, django_assert_num_queries):
    on("2027-04-05")
    over = NEW | {"advance_base": "60,000,001"}
    sent = make.sent(make.follow_up(first, "advance", people["contractor"], **over), people["contractor"])
    line = Line.objects.select_related("application", "issuer").prefetch_related("issuer__rules").get(application=sent)
    assert checks.titles([line]) == {line.pk: [one.title for one in checks.for_review(line)]}
    with django_assert_num_queries(7):
        checks.titles([line])


def test_another_year_of_the_same_contract_is_no_double(people, first, on):
    on("2027-04-05")
    sent = make.sent(make.follow_up(first, "advance", people["contractor"], **NEW), people["contractor"])
    line = sent.lines.get()
    assert list(checks.doubles(line, sent.pk)) == []
    assert checks.titles([line])[line.pk] == []
    on("2026-06-10")
    same = make.application(people["contractor"], **make.YEARS | {"work_number": first.work_number})
    assert [one.title for one in checks.for_review(same.lines.get())] == ["重複"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"issuer": "131148", "issuer_name": "中野区", "authority": "中野区長"}, "issuer_name"),
        ({"contracted_on": "2026-06-02"}, "contracted_on"),
        ({"fiscal_kind": "continuing"}, "fiscal_kind"),
        ({"work_kind": "service"}, "work_kind"),
        ({"works_until": "2027-03-31"}, "works_until"),
        ({"advance_base": ""}, "advance_base"),
    ],
)
def test_another_contract_is_not_another_year(people, first, on, change, field):
    make.accept(make.issuer("131148", name="中野区"))
    on("2027-04-05")
    draft = make.follow_up(first, "advance", people["contractor"], **NEW | change)
    assert list(form_errors(draft)) == [field]


def test_a_changed_contract_may_go_on(people, first, on):
    on("2027-04-05")
    news = NEW | {"price": "99,000,000", "works_until": "2029-06-30", "work_name": "変更後の工事名"}
    line = make.sent(make.follow_up(first, "advance", people["contractor"], **news), people["contractor"]).lines.get()
    assert (line.price_yen, line.works_until, line.work_name) == (99_000_000, dt.date(2029, 6, 30), "変更後の工事名")


def test_what_was_changed_of_the_first_guarantee_is_taken_over(people, first, on):
    make.amended(first.issue, price_yen=95_000_000, bank_name="みずほ銀行　新宿支店", bank_code="")
    on("2027-04-05")
    draft = make.follow_up(first, "advance", people["contractor"])
    assert (draft.typed["price"], draft.typed["advance_bank_name"]) == ("95000000", "みずほ銀行　新宿支店")
    assert "advance_bank_code" not in draft.typed


def test_every_year_stands_in_the_table_of_confirm_page_line_and_review_sheet(people, first, owner, client, text):
    draft = make.follow_up(first, "advance", people["contractor"], **NEW)
    page = text(owner.get(reverse("applications:confirm", args=[draft.pk])))
    assert "この契約の前払金保証（年度ごと）" in page
    assert "令和8年度" in page and "令和9年度（この保証） 40,000,000円 16,000,000円 この申込" in page
    assert "合計 70,000,000円 28,000,000円 — 請負金額（税込）は 90,000,000円 です。" in page
    assert "予算を執行できるようになってから" in page
    line = make.approved(make.sent(draft, people["contractor"]), people)
    found = years.of(line)
    assert [(row.year, row.number, row.is_this) for row in found.rows] == [
        (2026, first.issue.guarantee.number, False),
        (2027, line.issue.guarantee.number, True),
    ]
    assert "令和9年度" in text(owner.get(reverse("applications:line", args=[first.pk])))
    client.force_login(people["clerk"])
    assert "この契約の前払金保証（年度ごと）" in text(client.get(reverse("admin:review", args=[line.pk])))


def test_the_form_of_the_next_year_asks_for_the_year_and_nothing_else(people, first, owner, text):
    answer = owner.post(reverse("applications:follow", args=[first.pk, "advance"]))
    draft = Application.objects.get(sent_at=None)
    assert answer["Location"] == reverse("applications:edit", args=[draft.pk])
    page = owner.get(answer["Location"])
    assert "翌年度の前払金保証の申込" in text(page) and "令和9年度の保証です" in text(page)
    html = page.content.decode()
    assert 'id="s2"' in html and 'id="s3"' not in html
    assert 'value="90,000,000"' in html and 'name="contract_on"' not in html
    answer = owner.post(
        reverse("applications:edit", args=[draft.pk]),
        draft.typed | NEW | {"contract_on": "on", "version": str(draft.version), "act": "check"},
    )
    assert answer["Location"] == reverse("applications:confirm", args=[draft.pk])
    assert [line.product for line in terms.asked(Application.objects.get(pk=draft.pk))[1]] == ["advance"]


def test_the_buttons_are_for_those_who_may_apply(people, first, on, client, text):
    on("2027-04-05")
    address = reverse("applications:follow", args=[first.pk, "advance"])
    for name, shown in (("contractor", True), ("viewer", False)):
        client.force_login(people[name])
        page = client.get(reverse("applications:line", args=[first.pk])).content.decode()
        assert (f'action="{address}"' in page) is shown
    for name in ("viewer", "rival", "clerk"):
        client.force_login(people[name])
        assert client.post(address).status_code == 404
    client.force_login(people["contractor"])
    assert client.post(reverse("applications:follow", args=[first.pk, "reserve"]), follow=True).status_code == 200
    assert not Application.objects.filter(sent_at=None).exists()


def test_the_rows_say_of_which_year_the_period_is(people, first, on):
    on("2027-03-10")
    draft = make.follow_up(first, "advance", people["contractor"], **NEW)
    rows = {row.label: row.value for row in summary.product(terms.asked(draft)[1][0])}
    assert rows["保証期間"] == "2027年4月1日 〜 2028年3月31日"


def test_what_was_cancelled_is_not_followed(people, first, on):
    on("2027-04-05")
    draft = make.follow_up(first, "advance", people["contractor"], **NEW)
    Guarantee.objects.filter(pk=first.issue.guarantee_id).update(status="cancelled")
    draft = Application.objects.select_related("about").get(pk=draft.pk)
    assert "解約" in form_errors(draft)["advance_amount"][0]


def test_the_list_of_drafts_says_from_what_a_draft_goes_on(people, first, owner, text):
    draft = make.follow_up(first, "advance", people["contractor"])
    page = owner.get(reverse("applications:drafts"))
    assert f"前払金保証（{first.issue.guarantee} から）" in text(page)
    assert reverse("applications:again", args=[draft.pk]) not in page.content.decode()
    sent = make.sent(make.edited(draft, people["contractor"], **NEW), people["contractor"])
    for address in (
        reverse("applications:sent", args=[sent.pk]),
        reverse("applications:line", args=[sent.lines.get().pk]),
    ):
        assert reverse("applications:again", args=[sent.pk]) not in owner.get(address).content.decode()


def test_a_changed_end_leaves_the_year_as_it_was_ordered(people, first):
    make.amended(first.issue, ends_on=dt.date(2027, 4, 30), works_until=dt.date(2028, 12, 31))
    first.issue.guarantee.refresh_from_db()
    follow = FollowUp(first.issue.guarantee, "advance", None)
    assert list(follow_ups.taken(follow)) == [2026]
