"""Contracts that are not the usual one: a body that is in no list, a joint venture, several years, other signatories."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import checks, lifecycle, review, summary, terms
from applications.forms import ApplicationForm
from guarantees import issuing
from guarantees.models import Guarantee
from tests import make

pytestmark = pytest.mark.django_db

UNLISTED = {
    "unlisted": "on",
    "issuer": None,
    "issuer_name": "見本水道企業団",
    "authority": None,
    "authority_name": "見本水道企業団企業長",
    "advance_format": "paper",
    "contract_format": "paper",
    "receipt": "post",
    "notice": None,
    "email": None,
}
VENTURE = {
    "joint_venture_on": "on",
    "joint_venture": "髙﨑・みどり建設共同企業体",
    "joint_venture_members": "髙﨑建設 株式会社 60%\nみどり土木 株式会社　４０％",
}


def form(people, **changes):
    person = people["contractor"]
    return ApplicationForm(make.typed(person, **changes), contractor=person.contractor)


def asked(people, **changes):
    checked = form(people, **changes)
    assert checked.is_valid(), checked.errors
    return terms.lines(checked, on=checked.today)


def errors(people, **changes):
    return {name: list(said) for name, said in form(people, **changes).errors.items()}


def titles(line):
    return [found.title for found in checks.cautions(line, application_id=None)]


# A body that is in no list


def test_a_body_that_is_not_listed_is_named_by_hand_and_gets_paper(people):
    advance, contract = asked(people, **UNLISTED)

    for line in (advance, contract):
        assert (line.issuer, line.issuer_name, line.beneficiary, line.format) == (
            None, "見本水道企業団", "見本水道企業団企業長", "paper",
        )  # fmt: skip


def test_an_unlisted_body_takes_no_electronic_guarantee(people):
    sentence = "一覧にない発注者の前払金保証は、電子保証で申し込めません。証書（紙）を選択してください"
    assert errors(people, **UNLISTED | {"advance_format": "electronic", "notice": "no"}) == {
        "advance_format": [sentence]
    }


def test_a_body_typed_by_hand_needs_its_name_and_the_title_of_its_authority(people):
    assert errors(people, **UNLISTED | {"issuer_name": "", "authority_name": " "}) == {
        "issuer_name": ["発注者を入力してください"],
        "authority_name": ["契約権者（被保証者）の職名を入力してください"],
    }


def test_a_body_of_the_list_is_not_typed_by_hand(people):
    sentence = "杉並区は一覧にあります。チェックを外し、検索して選択してください"
    assert errors(people, **UNLISTED | {"issuer_name": "杉並区"}) == {"unlisted": [sentence]}


def test_what_was_typed_by_hand_is_not_asked_for_once_the_body_is_chosen(people):
    assert errors(people, authority_name="😀") == {}


def test_the_branch_is_told_that_a_body_is_not_listed_and_the_guarantee_is_issued_all_the_same(people):
    line = make.application(people["contractor"], **UNLISTED, contract_on=None).lines.get()
    for name in ("receive", "review"):
        lifecycle.move(line, name, by=people["clerk"])
    line.refresh_from_db()

    assert [point.caution for point in review.points(line)][0].startswith("一覧にない発注者です")
    with pytest.raises(lifecycle.NotAllowed, match="注意があっても進める理由"):
        lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail")
    lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="契約書で確かめました。")
    issuing.mint(str(Guarantee.objects.get().pk))
    version = Guarantee.objects.get().current
    assert (version.snapshot["issuer_code"], version.snapshot["beneficiary"]) == ("", "見本水道企業団企業長")


def test_the_same_works_number_of_two_unlisted_bodies_is_no_double(people):
    make.application(people["contractor"], **UNLISTED, work_number="8-1")
    (other, _) = asked(people, **UNLISTED | {"issuer_name": "見本衛生組合"}, work_number="8-1")
    (same, _) = asked(people, **UNLISTED, work_number="8-1")
    assert [len(checks.doubles(line, None)) for line in (other, same)] == [0, 1]


def test_pages_name_a_body_that_is_not_listed(client, people):
    client.force_login(people["contractor"])
    draft = make.draft(people["contractor"], **UNLISTED)
    page = client.get(reverse("applications:confirm", args=[draft.pk])).content.decode()
    assert "一覧にない発注者（入力された名称）" in page
    line = make.sent(draft, people["contractor"]).lines.first()
    assert client.get(reverse("applications:line", args=[line.pk])).status_code == 200
    client.force_login(people["clerk"])
    assert "見本水道企業団" in client.get(reverse("admin:review", args=[line.pk])).content.decode()


# A joint venture


def test_a_joint_venture_is_named_with_its_members(people):
    (line, _) = asked(people, **VENTURE)
    assert line.joint_venture == (
        "髙﨑・みどり建設共同企業体（代表者 髙﨑建設 株式会社 60%、構成員 みどり土木 株式会社 40%）"
    )


def test_without_the_tick_a_joint_venture_is_none(people):
    (line, _) = asked(people, joint_venture="とちゅう", joint_venture_members="とちゅう")
    assert line.joint_venture == ""


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ("", "共同企業体の構成員を入力してください"),
        ("髙﨑建設 株式会社 100%", "共同企業体の構成員は、1行に1社ずつ、2社から10社まで入力してください（いまの入力：1社）"),
        ("\n".join(f"第{n}建設" for n in range(11)), "共同企業体の構成員は、1行に1社ずつ、2社から10社まで入力してください（いまの入力：11社）"),
        ("甲建設 60%\n乙建設", "共同企業体の構成員の出資比率は、全社に付けるか、全社から外してください"),
        ("甲建設 60%\n乙建設 30.5%", "共同企業体の構成員の出資比率の合計を100%にしてください（いまの合計：90.5%）"),
        ("甲建設 60%\n40%", "共同企業体の構成員の会社名を、すべての行に入力してください"),
        ("甲建設😀\n乙建設", "共同企業体の構成員に使えない文字「😀」が含まれています。別の文字で入力してください"),
        ("あ" * 80 + "\n" + "い" * 80, "共同企業体の構成員は、160文字以内で入力してください（いまの入力：161文字）"),
    ],
)  # fmt: skip
def test_what_is_no_list_of_members_is_refused(people, members, sentence):
    assert errors(people, **VENTURE | {"joint_venture_members": members}) == {"joint_venture_members": [sentence]}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("甲建設\n乙建設", "代表者 甲建設、構成員 乙建設"),
        ("甲建設、33.40%\r\n\r\n乙建設 33.3 %\n 丙建設　３３．３％", "代表者 甲建設 33.4%、構成員 乙建設 33.3%、構成員 丙建設 33.3%"),
        ("㈱甲 100%\n乙 0%", "代表者 ㈱甲 100%、構成員 乙 0%"),
    ],
)  # fmt: skip
def test_members_are_read_as_people_write_them(people, typed, read):
    (line, _) = asked(people, **VENTURE | {"joint_venture_members": typed})
    assert line.joint_venture == f"髙﨑・みどり建設共同企業体（{read}）"


def test_a_redeposit_without_a_joint_venture_is_pointed_out(people):
    assert titles(asked(people, advance_redeposit="used")[0]) == ["再預託"]
    assert titles(asked(people, advance_redeposit="used", **VENTURE)[0]) == []


# Several years


def over_years(**changes):
    today = timezone.localdate()
    return {
        "fiscal_kind": "commitment",
        "works_until": dt.date(today.year + 3, 3, 20).isoformat(),
        "advance_amount": "10,000,000",
    } | changes


def test_a_contract_over_several_years_is_guaranteed_to_the_end_of_this_one(people):
    (advance, contract) = asked(people, **over_years(advance_base="25,000,000"))
    assert (advance.ends_on.month, advance.ends_on.day, advance.ends_on < advance.works_until) == (3, 31, True)
    assert (contract.ends_on, contract.base_yen) == (contract.works_until, None)
    assert [row.value for row in summary.product(advance) if row.label == "今年度対象額"] == ["25,000,000円"]
    assert (titles(advance), summary.ratio_words(advance)) == ([], "今年度対象額の 40.0%")


def test_the_amount_of_this_year_is_missed_where_it_belongs_and_doubted_where_not(people):
    assert titles(asked(people, **over_years())[0]) == ["今年度対象額"]
    assert titles(asked(people, advance_base="50,000,000")[0]) == ["今年度対象額"]
    last_year = over_years(works_until=(timezone.localdate() + dt.timedelta(days=1)).isoformat())
    if dt.date.fromisoformat(last_year["works_until"]).month != 4:
        assert titles(asked(people, **last_year)[0]) == []


# Signatories and authorities


def test_another_authority_and_another_signatory_are_frozen_with_the_line(people):
    body = make.issuer()
    body.authorities.create(title="杉並区教育委員会教育長")
    agent = people["contractor"].contractor.signatories.get(role="agent")
    (line, _) = asked(people, authority="杉並区教育委員会教育長", signatory=str(agent.pk))
    assert (line.beneficiary, line.signatory_title, line.signatory_name) == (
        "杉並区教育委員会教育長", "東京支店長", "辻　五郎",
    )  # fmt: skip


def test_an_address_of_japanese_letters_is_shown_both_ways(people):
    (line, _) = asked(people, email="soumu@日本語.jp")
    rows = {row.label: (row.value, row.note) for row in summary.destination(line, "")}
    assert rows["メールアドレス"] == ("soumu@xn--wgv71a119e.jp", "soumu@日本語.jp")


def test_every_caution_of_the_branch_stands_on_the_review_sheet(people):
    body = make.issuer()
    line = make.line(people, "under_review", **over_years(advance_redeposit="used"))
    body.acceptances.all().delete()
    line.refresh_from_db()

    shown = {point.title: point.caution for point in review.points(line) if point.caution}

    assert list(shown) == ["発注者・契約権者", "今年度対象額", "再預託"]
    assert {caution.title for caution in checks.for_review(line)} == set(shown)


# What was approved holds for the sister line, whatever was typed over it before


def _returned_with_a_sister_approved(people, sent=None, **typed_over):
    """Send both products, return the advance, let the company save other contract values, then approve the sister."""
    ours = people["contractor"]
    application = make.application(ours, **(sent or {}))
    advance, contract = application.lines.order_by("product")
    for line in (advance, contract):
        for name in ("receive", "review"):
            lifecycle.move(line, name, by=people["clerk"])
    lifecycle.move(advance, "return", by=people["clerk"], remark="金額を確かめてください。")
    application.refresh_from_db()
    application = make.edited(application, ours, **typed_over)
    lifecycle.approve(contract, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    return application


def test_amounts_are_checked_against_the_price_that_was_approved(people):
    over = {"price": "200,000,000", "advance_base": "150,000,000", "advance_amount": "45,000,000"}
    application = _returned_with_a_sister_approved(people, **over)

    with pytest.raises(terms.Incomplete):
        terms.asked(application)
    errors = terms.form_of(application).errors
    assert errors["advance_base"] == [
        "今年度対象額は、請負金額（50,000,000円）以下の金額を入力してください（いまの入力：150,000,000円）"
    ]


def test_an_amount_between_the_two_prices_is_said_at_its_field(client, people):
    application = _returned_with_a_sister_approved(people, price="200,000,000", advance_amount="80,000,000")
    client.force_login(people["contractor"])

    answer = client.get(reverse("applications:confirm", args=[application.pk]), follow=True)

    assert answer.status_code == 200
    assert "請負金額（50,000,000円）以下の金額を入力してください" in answer.content.decode()


def test_a_sister_on_paper_for_one_body_never_turns_electronic_for_another(people):
    murata = make.issuer("043222", name="村田町")
    paper = {"issuer": "043222", "issuer_name": murata.name, "authority": "村田町長", "receipt": "post", "notice": None}
    paper |= {"advance_format": "paper", "contract_format": "paper", "email": None}
    suginami = {"issuer": "131156", "issuer_name": "杉並区", "authority": "杉並区長", "notice": "no"}
    application = _returned_with_a_sister_approved(people, paper, **suginami, advance_format="electronic")

    assert list(terms.form_of(application).errors) == ["advance_format"]


def test_the_approved_block_is_sent_again_as_it_was_frozen(people):
    application = _returned_with_a_sister_approved(
        people, VENTURE, price="60,000,000", joint_venture="べつの共同企業体"
    )
    make.sent(application, people["contractor"])

    advance, contract = application.lines.order_by("product")
    assert (advance.price_yen, advance.joint_venture) == (contract.price_yen, contract.joint_venture)
    assert (advance.price_yen, advance.status) == (50_000_000, "submitted")


# What belongs to others


def test_a_double_of_another_company_is_told_to_the_branch_only(people):
    theirs = make.application(people["rival"], work_number="8-1", branch="102", contract_on=None)
    line = make.application(people["contractor"], work_number="8-1", contract_on=None).lines.get()

    assert list(checks.cautions(line, application_id=line.application_id)) == []
    assert [caution.text for caution in checks.for_review(line)] == [
        f"同じ発注者・工事番号の前払金保証があります（{theirs.number}、みどり土木 株式会社、送信済）。二重の申込みでないか確かめてください"
    ]


@pytest.mark.parametrize("act", ["save", "check"])
def test_an_amount_of_thousands_of_digits_breaks_no_page(client, people, act):
    client.force_login(people["contractor"])
    draft = make.draft(people["contractor"], price="9" * 5000)
    address = reverse("applications:edit", args=[draft.pk])
    typed = draft.typed | {"act": act, "version": str(draft.version)}

    assert client.post(address, typed, follow=True).status_code == 200
    assert [client.get(f"{address}{query}").status_code for query in ("", "?check=1")] == [200, 200]
