"""Sending: what the confirm page showed, once, and frozen."""

import datetime as dt
import re
import uuid

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from accounts.models import Contractor
from applications import drafts, lifecycle, sending
from applications.models import Application, ApplicationSeries, Line, Submission
from audit.models import Entry
from issuers.models import Rule
from tests import make

CHANGED = "確認の画面を開いたあとに、申込の内容が変更されました。新しい内容を確かめてから送信してください。"
CONSENT = "約款を承諾して申し込む場合は、チェックを入れてください"
REASON = "確かめていただきたいことがあります。このまま申し込む理由を入力してください"


@pytest.fixture
def owner(client, people):
    """The browser of 髙﨑建設's own person."""
    client.force_login(people["contractor"])
    return client


@pytest.fixture
def draft(people):
    return make.draft(people["contractor"])


def confirm(application):
    return reverse("applications:confirm", args=[application.pk])


def token_on(page):
    return re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]


def nothing_was_sent():
    return (
        not Line.objects.exists()
        and not Submission.objects.exists()
        and not Application.objects.exclude(number=None).exists()
    )


def returned(people, product="advance", **changes):
    """An application both of whose lines were reviewed and one returned; the other waits in 審査中."""
    line = make.line(people, "returned", product=product, **changes)
    other = line.application.lines.exclude(pk=line.pk).get()
    for name in ("receive", "review"):
        lifecycle.move(other, name, by=people["clerk"])
    return line.application, line, Line.objects.get(pk=other.pk)


def test_sending_numbers_the_application_and_moves_its_lines(owner, people, draft):
    page = owner.get(confirm(draft))
    answer = owner.post(confirm(draft), {"token": token_on(page), "agree": "1"}, follow=True)
    assert answer.redirect_chain == [(reverse("applications:sent", args=[draft.pk]), 302)]
    year = timezone.localdate().year - (timezone.localdate().month < 4)
    application = Application.objects.get()
    assert application.number == f"S-{year}-00001"
    assert f"申込番号<b>S-{year}-00001</b>" in answer.content.decode()
    assert [
        (line.product, line.status, line.revision, line.edited_by) for line in application.lines.order_by("product")
    ] == [
        ("advance", "submitted", 1, people["contractor"]),
        ("contract", "submitted", 1, people["contractor"]),
    ]
    assert all(line.terms_digest == line.fingerprint() for line in application.lines.all())
    submission = Submission.objects.get()
    assert (submission.application, submission.user) == (application, people["contractor"])
    assert sorted(Entry.objects.values_list("action", flat=True)) == [
        "application.drafted",
        "application.sent",
        "line.submitted",
        "line.submitted",
    ]
    assert (application.department, application.person, application.phone) == ("総務部", "保証　花子", "03-0000-0123")


# Twice is once


def test_what_was_sent_tells_of_the_key_and_of_the_paper(owner, people):
    mixed = {"advance_format": "electronic", "contract_format": "paper", "receipt": "visit"}
    sent = make.sent(make.draft(people["contractor"], **mixed), people["contractor"])
    page = owner.get(reverse("applications:sent", args=[sent.pk])).content.decode()
    assert "「電子保証（認証キー）発行完了のお知らせ」を soumu@example.jp へお送りします。" in page
    assert "新宿支店の窓口でお受け取りください。" in page
    assert page.index("<dt>前払金保証</dt>") < page.index("<dt>契約保証</dt>")


def test_what_is_all_on_paper_tells_nothing_of_a_key(owner, people):
    paper = {"advance_format": "paper", "contract_format": "paper", "receipt": "post", "notice": None}
    sent = make.sent(make.draft(people["contractor"], **paper), people["contractor"])
    page = owner.get(reverse("applications:sent", args=[sent.pk])).content.decode()
    assert "証書は郵送します。" in page
    assert "認証キー" not in page.partition("<main")[2].partition("</main>")[0]


def test_the_same_token_twice_is_one_sending(owner, draft):
    wish = {"token": token_on(owner.get(confirm(draft))), "agree": "1"}
    answers = [owner.post(confirm(draft), wish) for _ in range(2)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, reverse("applications:sent", args=[draft.pk]))
    }
    assert (
        Submission.objects.count(),
        Line.objects.count(),
        Entry.objects.filter(action="application.sent").count(),
    ) == (1, 2, 1)


def test_the_back_button_after_sending_leads_to_what_was_sent(owner, draft):
    owner.post(confirm(draft), {"token": token_on(owner.get(confirm(draft))), "agree": "1"})
    for address in (confirm(draft), reverse("applications:edit", args=[draft.pk])):
        answer = owner.get(address)
        assert (answer.status_code, answer["Location"]) == (302, reverse("applications:sent", args=[draft.pk]))


def test_two_tabs_with_two_tokens_are_one_sending(owner, draft):
    tokens = [token_on(owner.get(confirm(draft))) for _ in range(2)]
    assert tokens[0] != tokens[1]
    answers = [owner.post(confirm(draft), {"token": token, "agree": "1"}) for token in tokens]
    assert [answer["Location"] for answer in answers] == [reverse("applications:sent", args=[draft.pk])] * 2
    assert (Submission.objects.count(), Line.objects.count()) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_posts_at_once_are_one_sending(at_once):
    people = make.people()
    draft = make.draft(people["contractor"])
    one, two = (make.token_of(draft, people["contractor"]) for _ in range(2))
    calls = [
        lambda token=token: make.sent(draft, people["contractor"], token=token).number
        for token in (one, one, one, two, two, two)
    ]
    assert len(set(at_once(*calls))) == 1
    assert (Submission.objects.count(), Line.objects.count(), ApplicationSeries.objects.get().last) == (1, 2, 1)
    assert Entry.objects.filter(action="line.submitted").count() == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_applications_sent_at_once_have_numbers_of_their_own(at_once):
    people = make.people()
    drafts = [make.draft(people["contractor"]) for _ in range(4)]
    numbers = at_once(*(lambda draft=draft: make.sent(draft, people["contractor"]).number[-5:] for draft in drafts))
    assert sorted(numbers) == ["00001", "00002", "00003", "00004"]


@pytest.mark.parametrize(
    ("day", "number"), [("2027-03-31", "S-2026-00001"), ("2027-04-01", "S-2027-00001"), ("2028-02-29", "S-2027-00001")]
)
def test_numbers_begin_anew_with_the_fiscal_year(db, day, number):
    ApplicationSeries.objects.create(fiscal_year=2025, last=41)
    assert sending.take_number(dt.date.fromisoformat(day)) == number
    assert sending.take_number(dt.date.fromisoformat(day)) == number[:-1] + "2"
    assert ApplicationSeries.objects.get(fiscal_year=2025).last == 41


# Tokens


@pytest.mark.parametrize(
    ("token", "status"), [("", 403), ("x", 400), ("eyJ:x:y", 400), ("a" * 5000, 400), ("\u202e", 400)]
)
def test_a_token_missing_or_broken_sends_nothing(owner, draft, token, status):  # 50, 51
    answer = owner.post(confirm(draft), {"token": token, "agree": "1"})
    assert answer.status_code == status
    assert "まだ送信していません" in answer.content.decode()
    assert nothing_was_sent()


def test_the_third_step_without_the_second_sends_nothing(owner, draft):  # 50
    assert owner.post(confirm(draft), {"agree": "1"}).status_code == 403
    assert nothing_was_sent()


def test_the_token_of_another_person_or_another_application_sends_nothing(owner, people, draft):  # 51
    other = make.draft(people["contractor"])
    for token in (make.token_of(draft, people["colleague"]), make.token_of(other, people["contractor"])):
        answer = owner.post(confirm(draft), {"token": token, "agree": "1"})
        assert answer.status_code == 403
        assert "この送信の手続きは、別の方または別の申込のものです。" in answer.content.decode()
    assert nothing_was_sent()


def test_a_token_signed_for_something_else_is_no_token(owner, people, draft):
    forged = signing.dumps(
        [str(people["contractor"].pk), str(draft.pk), 1, "", str(uuid.uuid4())], salt="accounts.login"
    )
    assert owner.post(confirm(draft), {"token": forged, "agree": "1"}).status_code == 400
    assert nothing_was_sent()


def test_a_token_used_again_with_another_content_is_refused(owner, draft):  # 51
    token = token_on(owner.get(confirm(draft)))
    owner.post(confirm(draft), {"token": token, "agree": "1"})
    answer = owner.post(confirm(draft), {"token": token, "agree": "1", "caution_reason": "別の理由"})
    assert answer.status_code == 409
    assert "この画面からはすでに送信しています。手続状況を確かめてください。" in answer.content.decode()
    assert 'id="copy-reason">別の理由</p>' in answer.content.decode()
    assert Submission.objects.count() == 1


def test_a_token_older_than_a_day_is_refused(owner, draft, monkeypatch):
    token = token_on(owner.get(confirm(draft)))
    tomorrow = signing.time.time() + 24 * 3600 + 1
    monkeypatch.setattr(signing.time, "time", lambda: tomorrow)
    answer = owner.post(confirm(draft), {"token": token, "agree": "1"})
    assert answer.status_code == 409
    assert nothing_was_sent()


def test_a_draft_changed_since_the_confirm_page_is_not_sent(owner, people, draft):  # 50
    token = token_on(owner.get(confirm(draft)))
    make.edited(draft, people["colleague"], price="60,000,000")
    answer = owner.post(confirm(draft), {"token": token, "agree": "1"})
    assert (answer.status_code, CHANGED in answer.content.decode()) == (409, True)
    assert f'<a class="b pri" href="{confirm(draft)}">申込内容の確認に戻る</a>' in answer.content.decode()
    assert nothing_was_sent()


def test_terms_that_changed_without_the_draft_are_not_sent_unseen(owner, people, draft):
    token = token_on(owner.get(confirm(draft)))
    people["contractor"].contractor.signatories.update(title="代表取締役社長")
    answer = owner.post(confirm(draft), {"token": token, "agree": "1"})
    assert (answer.status_code, CHANGED in answer.content.decode()) == (409, True)
    assert nothing_was_sent()


def test_a_draft_no_longer_valid_is_not_sent(owner, people, draft):
    token = token_on(owner.get(confirm(draft)))
    people["contractor"].contractor.billing_parties.all().delete()
    answer = owner.post(confirm(draft), {"token": token, "agree": "1"})
    assert answer.status_code == 409
    assert "入力内容に誤りがあるため、まだ送信できません。修正してから送信してください。" in answer.content.decode()
    assert nothing_was_sent()
    assert owner.get(confirm(draft))["Location"] == reverse("applications:edit", args=[draft.pk]) + "?check=1"


def test_the_confirm_page_of_another_company_is_not_there(client, people, draft):
    client.force_login(people["rival"])
    token = make.token_of(draft, people["contractor"])
    assert client.get(confirm(draft)).status_code == 404
    assert client.post(confirm(draft), {"token": token, "agree": "1"}).status_code == 404
    assert nothing_was_sent()


# Consent and cautions


def at_field(page, name):
    found = re.search(rf'<p class="err" id="{name}-e">.*?エラー：</span>(.*?)</span>', page, re.S)
    return found and found[1]


def test_without_consent_nothing_is_sent_and_what_was_typed_is_kept(owner, draft):
    answer = owner.post(confirm(draft), {"token": token_on(owner.get(confirm(draft))), "caution_reason": "理由"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert at_field(page, "agree") == CONSENT
    assert f'<a href="#agree">{CONSENT}</a>' in page
    assert "<title>エラー：申込内容の確認｜保証申込｜ネットデスク</title>" in page
    assert nothing_was_sent()


def test_a_caution_names_its_limit_and_asks_for_a_reason(owner, people):  # 8
    draft = make.draft(people["contractor"], advance_amount="25,000,000")
    page = owner.get(confirm(draft))
    assert "前払金保証金額が上限（40%、20,000,000円）を超えています" in page.content.decode()
    for reason in ("", " 　\n"):
        answer = owner.post(
            confirm(draft), {"token": token_on(owner.get(confirm(draft))), "agree": "1", "caution_reason": reason}
        )
        text = answer.content.decode()
        assert answer.status_code == 200
        assert at_field(text, "caution_reason") == REASON
        assert f'<a href="#caution_reason">{REASON}</a>' in text
        assert 'name="agree" value="1" aria-required="true" checked' in text
        assert nothing_was_sent()
    wish = {"token": token_on(answer), "agree": "1", "caution_reason": " 出来高が早いため。"}
    assert owner.post(confirm(draft), wish).status_code == 302
    assert Application.objects.get().caution_reason == "出来高が早いため。"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("あ" * 501, "このまま申し込む理由は、500文字以内で入力してください（いまの入力：501文字）"),
        ("😀", "このまま申し込む理由に使えない文字「😀」が含まれています。別の文字で入力してください"),
    ],
)
def test_a_reason_that_cannot_be_kept_is_refused(owner, people, reason, words):
    draft = make.draft(people["contractor"], advance_amount="25,000,000")
    answer = owner.post(
        confirm(draft), {"token": token_on(owner.get(confirm(draft))), "agree": "1", "caution_reason": reason}
    )
    page = answer.content.decode()
    assert (answer.status_code, at_field(page, "caution_reason")) == (200, words)
    assert f'<a href="#caution_reason">{words}</a>' in page
    assert re.search(r'name="agree" value="1"[^>]* checked', page)
    assert f">{reason}</textarea>" in page
    assert nothing_was_sent()


def test_a_rule_that_changes_after_the_page_was_opened_asks_for_a_reason_too(owner, draft):
    token = token_on(owner.get(confirm(draft)))
    Rule.objects.update(percent=30)
    answer = owner.post(confirm(draft), {"token": token, "agree": "1"})
    assert at_field(answer.content.decode(), "caution_reason") == REASON
    assert nothing_was_sent()


# Frozen


def test_after_sending_the_form_neither_opens_nor_saves(owner, people):
    application = make.application(people["contractor"])
    before = Application.objects.values().get()
    address = reverse("applications:edit", args=[application.pk])
    assert owner.get(address)["Location"] == reverse("applications:sent", args=[application.pk])
    for act in ("save", "check", "look_bank"):
        for version in (1, 2):
            answer = owner.post(address, make.typed(people["contractor"]) | {"act": act, "version": str(version)})
            assert answer.status_code == 409
            assert "この画面の操作は反映していません" in answer.content.decode()
    assert Application.objects.values().get() == before


def test_what_was_sent_stays_when_the_registers_change(people):
    line = make.line(people)
    company = people["contractor"].contractor
    company.signatories.update(name="別人")
    company.billing_parties.update(name="別の請求先")
    type(company).objects.update(name="別の会社", address="別の住所")
    line.issuer.__class__.objects.update(name="別の区")
    line.refresh_from_db()
    assert (line.signatory_name, line.principal_name, line.issuer_name) == ("𠮷田　太郎", "髙﨑建設 株式会社", "杉並区")
    assert line.billing_name == "髙﨑建設株式会社　東京支店"
    assert line.terms_digest == line.fingerprint()


# Correction after a return


def test_a_page_opened_before_the_return_does_not_send_again(owner, people, draft):
    token = token_on(owner.get(confirm(draft)))
    line = make.sent(draft, people["contractor"]).lines.get(product="advance")
    for name in ("receive", "return"):
        lifecycle.move(line, name, by=people["clerk"], remark="直してください。")
    answer = owner.post(confirm(draft), {"token": token, "agree": "1"})
    assert (answer.status_code, CHANGED in answer.content.decode()) == (409, True)
    line.refresh_from_db()
    assert (line.status, line.revision) == ("returned", 1)


def test_a_return_opens_the_block_and_the_products_own_fields_only(owner, people):
    application, _, _ = returned(people)
    typed = application.typed
    changes = {
        "price": "60,000,000",
        "work_name": "新しい名称",
        "advance_amount": "24,000,000",
        "contract_amount": "9,000,000",
        "branch": "103",
        "contract_on": "",
        "department": "工務部",
    }
    answer = owner.post(
        reverse("applications:edit", args=[application.pk]),
        typed | changes | {"act": "check", "version": str(application.version)},
    )
    assert answer["Location"] == confirm(application)
    application.refresh_from_db()
    changed = {name: value for name, value in application.typed.items() if typed[name] != value}
    assert changed == {
        "price": "60,000,000",
        "work_name": "新しい名称",
        "advance_amount": "24,000,000",
        "department": "工務部",
    }
    assert application.typed.keys() == typed.keys()


def test_re_sending_gives_the_returned_line_and_every_other_open_one_the_new_block(people):
    application, line, other = returned(people)
    make.sent(
        make.edited(application, people["colleague"], price="60,000,000", advance_amount="24,000,000"),
        people["colleague"],
    )
    line.refresh_from_db()
    before, number = other, application.number
    other = Line.objects.get(pk=other.pk)
    assert (line.status, line.revision, line.price_yen, line.amount_yen) == ("submitted", 2, 60_000_000, 24_000_000)
    assert (other.status, other.revision, other.price_yen, other.amount_yen) == (
        "under_review",
        2,
        60_000_000,
        before.amount_yen,
    )
    assert other.reviewed_by == people["clerk"]
    assert all(one.edited_by == people["colleague"] and one.terms_digest == one.fingerprint() for one in (line, other))
    assert Application.objects.get().number == number
    latest = Entry.objects.order_by("-seq").values_list("action", "subject_id", "actor_id")[:3]
    by = people["colleague"].pk
    assert sorted(latest) == sorted(
        [
            ("application.sent", str(application.pk), by),
            ("line.submitted", str(line.pk), by),
            ("line.revised", str(other.pk), by),
        ]
    )


def test_an_officer_who_read_the_other_line_before_it_changed_does_not_approve_it(people):
    application, _, other = returned(people)
    make.sent(make.edited(application, people["contractor"], price="60,000,000"), people["contractor"])
    with pytest.raises(lifecycle.TooLate, match="内容が変更されました"):
        lifecycle.approve(other, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")


def test_an_open_line_whose_content_stays_keeps_its_revision(people):
    application, line, other = returned(people)
    make.sent(make.edited(application, people["contractor"], advance_amount="15,000,000"), people["contractor"])
    line.refresh_from_db()
    other.refresh_from_db()
    assert (line.revision, line.amount_yen, other.revision, other.status) == (2, 15_000_000, 1, "under_review")


def test_once_the_other_line_is_approved_the_block_stays_shut(owner, people):
    application, line, other = returned(people)
    lifecycle.approve(other, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    page = owner.get(reverse("applications:edit", args=[application.pk])).content.decode()
    assert 'name="price"' not in page
    assert 'name="contract_amount"' not in page
    assert 'name="advance_amount"' in page
    assert '<data hidden id="id_price" value="50000000">' in page  # the sums of the page are still right
    assert '<data hidden id="id_contract_amount" value="5000000">' in page
    changes = {"price": "60,000,000", "advance_amount": "15,000,000"}
    owner.post(
        reverse("applications:edit", args=[application.pk]),
        application.typed | changes | {"act": "save", "version": str(application.version)},
    )
    make.sent(Application.objects.get(), people["contractor"])
    line.refresh_from_db()
    other.refresh_from_db()
    assert (line.price_yen, line.amount_yen, line.status, line.revision) == (50_000_000, 15_000_000, "submitted", 2)
    assert (other.price_yen, other.status, other.revision, other.issue.price_yen) == (
        50_000_000,
        "approved",
        1,
        50_000_000,
    )


def test_a_block_typed_before_the_other_line_was_approved_gives_way_to_the_approved_one(owner, people):
    application, line, other = returned(people)
    make.edited(application, people["contractor"], price="60,000,000")
    token = token_on(owner.get(confirm(application)))
    lifecycle.approve(other, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    assert owner.post(confirm(application), {"token": token, "agree": "1"}).status_code == 409
    page = owner.get(confirm(application))
    assert "50,000,000円" in page.content.decode()
    assert "60,000,000円" not in page.content.decode()
    assert owner.post(confirm(application), {"token": token_on(page), "agree": "1"}).status_code == 302
    line.refresh_from_db()
    assert (line.price_yen, line.status) == (50_000_000, "submitted")


def test_the_remark_of_the_branch_stands_on_the_form(owner, people, text):
    application, line, _ = returned(people)
    words = text(owner.get(reverse("applications:edit", args=[application.pk])))
    assert "申込の修正" in words
    assert f"前払金保証：{line.branch.name}からのお知らせお知らせします。" in words.replace(" ", "")


def test_a_name_that_no_paper_can_bear_is_neither_sent_nor_approved(people):
    ours = people["contractor"]
    waiting = make.line(people, "under_review")
    draft = make.draft(ours)
    Contractor.objects.filter(pk=ours.contractor_id).update(name="髙﨑😀建設")
    draft = Application.objects.get(pk=draft.pk)

    with pytest.raises(sending.Refused, match="印字できない文字「😀」") as refusal:
        make.sent(draft, ours)

    assert refusal.value.status == 422
    waiting.principal_name = "髙﨑😀建設"
    assert "印字できない文字「😀」" in lifecycle.objection(people["approver"], waiting)


def test_what_was_discarded_while_it_was_sent_is_not_there(client, people, monkeypatch):
    draft = make.draft(people["contractor"])
    token, real = make.token_of(draft, people["contractor"]), sending.read_token

    def late(*args, **kwargs):
        drafts.discard(draft, by=people["contractor"])
        return real(*args, **kwargs)

    monkeypatch.setattr(sending, "read_token", late)
    client.force_login(people["contractor"])
    address = reverse("applications:confirm", args=[draft.pk])
    assert client.post(address, {"token": token, "agree": "1", "caution_reason": ""}).status_code == 404
