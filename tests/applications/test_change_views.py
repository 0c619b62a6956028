"""The pages of a change, as the company and its branch see them."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from applications import changing, revival, terms
from applications.models import Application, Line, Refund
from guarantees import amending
from netdesk import dates
from outbox.models import Job
from tests import make, many

pytestmark = pytest.mark.django_db
TODAY = "今日"


@pytest.fixture
def about(people):
    return make.guaranteed(people)


@pytest.fixture
def contractor(client, people):
    client.force_login(people["contractor"])
    return client


def today():
    return dates.seireki(timezone.localdate())


def begun(people, about, purpose="change", **typed):
    saved = changing.begin(about, purpose, by=people["contractor"], wish={})
    held = (
        {"changed_on": today(), "change_reason": "設計変更のため"}
        if purpose != "correct"
        else {"change_reason": "誤記"}
    )
    return make.edited(saved, people["contractor"], **held | typed)


def test_the_page_tells_what_is_needed_and_begins_the_form_with_it(contractor, about, text):
    page = reverse("applications:change", args=[about.pk])
    asked = {"what": "changed", "price": "６千万", "works_until": "", "more": "yes"}
    assert "数字だけで入力" in text(contractor.get(page, asked))

    told = text(contractor.get(page, asked | {"price": "60,000,000"}))
    assert "追加の前払金を受け取る前に、保証金額を増額し" in told

    answer = contractor.post(reverse("applications:change_begin", args=[about.pk, "change"]), {"price": "60,000,000"})
    draft = Application.objects.get(about=about)
    assert answer.url == reverse("applications:edit", args=[draft.pk])
    assert draft.typed["price"] == "60,000,000"


def test_an_unknown_purpose_and_a_foreign_guarantee_do_not_exist(contractor, client, people, about):
    assert contractor.post(reverse("applications:change_begin", args=[about.pk, "new"])).status_code == 404
    client.force_login(people["rival"])
    assert client.get(reverse("applications:change", args=[about.pk])).status_code == 404
    assert client.post(reverse("applications:change_begin", args=[about.pk, "change"])).status_code == 404


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(contractor, people, about, text):
    draft = begun(people, about)
    typed = draft.typed | {"amount": "99,000,000", "version": draft.version, "act": "check"}

    answer = contractor.post(reverse("applications:edit", args=[draft.pk]), typed)

    assert "保証金額は、請負金額（50,000,000円）以下" in text(answer)
    assert 'value="99,000,000"' in answer.content.decode()


def test_a_paper_guarantee_refuses_an_electronic_change_with_its_reason(contractor, people, text):
    about = make.guaranteed(people, advance_format="paper", receipt="post")
    draft = begun(people, about, receipt="post")
    typed = draft.typed | {"amount": "21,000,000", "format": "electronic", "version": draft.version, "act": "check"}

    answer = contractor.post(reverse("applications:edit", args=[draft.pk]), typed)

    assert "この保証は証書（紙）で発行しています" in text(answer)
    assert not Line.objects.filter(about=about).exists()


def test_a_change_is_confirmed_with_before_and_after_and_sent(contractor, people, about, text):
    draft = begun(people, about, price="60,000,000", amount="24,000,000")
    page = reverse("applications:confirm", args=[draft.pk])

    shown = contractor.get(page)
    told = text(shown)
    assert "変更の内容" in told
    assert "20,000,000円 24,000,000円" in told
    assert "お支払いいただく保証料 6,800円" in told

    token = shown.context["token"]
    answer = contractor.post(page, {"token": token, "agree": "1", "caution_reason": "確かめました。"})
    assert answer.url == reverse("applications:sent", args=[draft.pk])
    line = Line.objects.get(about=about)
    assert (line.status, line.amount_yen) == ("submitted", 24_000_000)
    assert "変更の内容" in text(contractor.get(reverse("applications:line", args=[line.pk])))
    assert (
        "変更後の保証料" in str(line.application.copies.get().content)
        or line.application.copies.get().content[0]["key"] == "change"
    )


@pytest.mark.parametrize("payment", ["transfer", "monthly"])
def test_a_refund_goes_back_the_way_the_premium_came_whatever_is_typed(contractor, people, text, payment):
    for about, account in (
        (make.guaranteed_first(people), "返還先の口座を入力してください"),
        (make.guaranteed(people), ""),
    ):
        draft = begun(people, about, amount="10,000,000", used="no", payment=payment)
        typed = draft.typed | {"version": draft.version, "act": "check"}
        answer = contractor.post(reverse("applications:edit", args=[draft.pk]), typed)
        if account:
            assert account in text(answer)
        else:
            assert answer.status_code == 302
            assert terms.asked(Application.objects.get(pk=draft.pk))[1][0].payment == "monthly"


def test_two_windows_of_a_change_do_not_overwrite_each_other(contractor, people, about, text):
    draft = begun(people, about, amount="21,000,000")
    page = reverse("applications:edit", args=[draft.pk])
    contractor.post(page, draft.typed | {"amount": "22,000,000", "version": draft.version, "act": "save"})

    answer = contractor.post(page, draft.typed | {"amount": "23,000,000", "version": draft.version, "act": "save"})

    assert answer.status_code == 409
    assert 'value="23,000,000"' in answer.content.decode()
    assert Application.objects.get(pk=draft.pk).typed["amount"] == "22,000,000"


def test_the_form_saves_itself(contractor, people, about):
    draft = begun(people, about)
    page = reverse("applications:edit", args=[draft.pk])

    answer = contractor.post(page, draft.typed | {"amount": "2", "version": draft.version, "act": "autosave"})

    assert "自動保存しました" in answer.content.decode()
    assert Application.objects.get(pk=draft.pk).typed["amount"] == "2"
    stale = contractor.post(page, draft.typed | {"amount": "3", "version": draft.version, "act": "autosave"})
    assert stale.status_code == 409


def test_the_estimate_tells_what_is_paid_or_returned(contractor, about, text):
    page = reverse("applications:change_estimate", args=[about.pk])

    assert "お支払いいただく保証料 6,800円" in text(contractor.get(page, {"amount": "24,000,000"}))
    assert "お返しする保証料 22,000円" in text(contractor.get(page, {"amount": "１０，０００，０００"}))
    assert "入力すると" in text(contractor.get(page, {"amount": "abc"}))
    assert "お返しする保証料 48,000円" in text(contractor.get(page, {"purpose": "cancel", "used": "no"}))


def test_an_open_change_leads_to_its_application(contractor, people, about, text):
    line = make.change(people, about, amount="24,000,000")

    answer = contractor.get(reverse("applications:change", args=[about.pk]))

    assert "変更手続中です" in text(answer)
    assert reverse("applications:line", args=[line.pk]) in answer.content.decode()


def test_a_draft_whose_guarantee_ended_says_so(contractor, people, about, text):
    draft = begun(people, about, amount="24,000,000")
    make.changed(people, about, purpose="cancel", used="no", consent="on")

    answer = contractor.get(reverse("applications:edit", args=[draft.pk]))

    assert answer.status_code == 409
    assert "この申込は続けられません" in text(answer)
    assert contractor.get(reverse("applications:confirm", args=[draft.pk])).status_code == 409


def test_the_sheet_tells_before_and_after_and_leads_to_the_first_application(client, people, about, text):
    line = make.change(people, about, "under_review", price="60,000,000", amount="24,000,000")
    client.force_login(people["clerk"])

    answer = client.get(reverse("admin:review", args=[line.pk]))

    assert "変更の内容" in text(answer)
    assert "20,000,000円 24,000,000円" in text(answer)
    first = Line.objects.get(issue__guarantee=about)
    assert reverse("admin:review", args=[first.pk]) in answer.content.decode()
    assert "変更" in text(client.get(reverse("admin:queue")))


def test_a_refund_is_written_down_once(client, people, text):
    about = make.guaranteed_first(people)
    account = "みずほ銀行　荻窪支店　普通　1234567　タカサキケンセツ（カ"
    line = make.change(
        people, about, "approved", amount="10,000,000", used="no", payment="transfer", refund_account=account
    )
    amending.amend(str(line.issue_id))
    client.force_login(people["clerk"])
    assert "返還待ち" in text(client.get(reverse("admin:review", args=[line.pk])))
    page = reverse("admin:refund", args=[line.pk])
    assert account in client.get(page).content.decode()

    late = client.post(page, {"on": dates.seireki(timezone.localdate() + dt.timedelta(days=1)), "account": account})
    assert "今日までの日" in text(late)
    client.post(page, {"on": today(), "account": account})
    client.post(page, {"on": today(), "account": account})

    refund = Refund.objects.get()
    assert (refund.amount_yen, refund.account, refund.by) == (22_000, account, people["clerk"])
    assert "返還済" in text(client.get(reverse("admin:review", args=[line.pk])))


def test_what_is_set_off_is_not_paid_back(client, people, about):
    line = make.change(people, about, "approved", amount="10,000,000", used="no")
    amending.amend(str(line.issue_id))
    client.force_login(people["clerk"])

    client.post(reverse("admin:refund", args=[line.pk]), {"on": today(), "account": "口座"})

    assert not Refund.objects.exists()


def test_the_guarantee_is_found_by_its_number_with_all_its_applications(client, people, about, text):
    line = make.change(people, about, amount="24,000,000")
    first = Line.objects.get(issue__guarantee=about)
    client.force_login(people["clerk"])

    answer = client.get(reverse("admin:search"), {"q": about.number})

    assert {row.pk for row, _ in answer.context["rows"]} == {line.pk, first.pk}


def test_the_way_of_a_change_tells_nothing_of_the_issue_before(contractor, people, about):
    line = make.changed(people, about, amount="24,000,000")

    steps = contractor.get(reverse("applications:line", args=[line.pk])).context["steps"]

    assert [step.title for step in steps] == ["送信", "受付", "審査", "承認", "変更後の保証の発行"]
    first = Line.objects.get(issue__guarantee=about, issue__no=0)
    before = contractor.get(reverse("applications:line", args=[first.pk])).context["steps"]
    assert [step.title for step in before] == ["送信", "受付", "審査", "承認", "発行"]


def test_lists_cost_the_same_for_one_change_and_for_thirty(client, people, about, django_assert_num_queries):
    line = make.changed(people, about, amount="24,000,000")
    pages = [
        ("contractor", reverse("applications:status"), 6),
        ("contractor", reverse("applications:drafts"), 6),
        ("clerk", reverse("admin:queue") + "?show=done", 19),
    ]
    draft = begun(people, about, "cancel")
    for _ in range(2):
        for person, page, queries in pages:
            client.force_login(people[person])
            client.get(page)  # the session notes its first use
            with django_assert_num_queries(queries):
                client.get(page)
        many.lines(line, 29)
        for _ in range(29):
            Application.objects.create(
                contractor=draft.contractor, created_by=draft.created_by, changed_by=draft.changed_by,
                purpose="change", about=about,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "queries"), [("applications:change", 10), ("applications:edit", 15), ("applications:confirm", 28)]
)
def test_the_pages_of_a_change_ask_a_fixed_number_of_questions(
    contractor, people, about, django_assert_num_queries, name, queries
):
    draft = begun(people, about, amount="24,000,000")
    page = reverse(name, args=[about.pk if name == "applications:change" else draft.pk])
    contractor.get(page)
    with django_assert_num_queries(queries):
        contractor.get(page)


def test_a_discarded_draft_does_not_come_back_as_something_else(contractor, people, about, text):
    draft = begun(people, about, amount="24,000,000")
    page = reverse("applications:edit", args=[draft.pk])
    posted = draft.typed | {"version": draft.version, "purpose": "change", "act": "save"}
    contractor.post(reverse("applications:discard", args=[draft.pk]))

    answer = contractor.post(page, posted)

    assert answer.status_code == 409
    assert "変更後の保証金額：24,000,000" in answer.content.decode()
    assert not Application.objects.filter(pk=draft.pk).exists()


def test_a_draft_of_what_held_before_the_last_change_is_not_gone_on_with(contractor, people, about, text):
    old = begun(people, about, "correct", work_name="前の工事名")
    make.changed(people, about, amount="24,000,000")

    answer = contractor.get(reverse("applications:edit", args=[old.pk]))

    assert answer.status_code == 409
    assert "保証の内容が変わりました" in text(answer)
    assert contractor.get(reverse("applications:confirm", args=[old.pk])).status_code == 409
    assert changing.begin(about, "correct", by=people["contractor"], wish={}).pk != old.pk


def test_a_price_of_many_digits_is_kept_as_a_price(contractor, about):
    page = reverse("applications:change_begin", args=[about.pk, "change"])
    for _ in range(2):
        assert contractor.post(page, {"price": "0" * 20_001 + "60000000"}).status_code == 302
    assert Application.objects.get(about=about).typed["price"] == "60,000,000"


@pytest.mark.parametrize(("purpose", "typed", "words"), [
    ("change", {"amount": "24,000,000"}, "のちに変更されました"),
    ("cancel", {"used": "no", "consent": "on"}, "のちに解約されました"),
])  # fmt: skip
def test_a_line_that_is_past_does_not_ask_for_its_key_to_be_handed_in(
    contractor, people, about, text, purpose, typed, words
):
    later = make.changed(people, about, purpose=purpose, **typed)
    first = Line.objects.get(issue__guarantee=about, issue__no=0)

    told = text(contractor.get(reverse("applications:line", args=[first.pk])))
    assert words in told
    assert "発注者へ提出してください" not in told
    if purpose == "cancel":
        told = text(contractor.get(reverse("applications:line", args=[later.pk])))
        assert "保証を解約しました" in told
        assert "作成中です。まもなく" not in told
    sheet = text(contractor.get(reverse("guarantees:overview", args=[about.pk])))
    assert "関連する手続" in sheet
    assert ("この保証に続く申込" in sheet) == (purpose != "cancel")


def test_a_dead_change_is_seen_and_revived_by_the_desk(client, people, about, text):
    line = make.change(people, about, "approved", amount="24,000,000")
    Job.objects.filter(kind="amend").update(status="dead")
    client.force_login(people["clerk"])

    assert "変更後の保証の発行" in text(client.get(reverse("admin:review", args=[line.pk])))
    client.post(reverse("admin:retry", args=[line.pk, Job.objects.get(kind="amend").pk]))

    assert Job.objects.get(kind="amend").status == "ready"


def test_every_kind_of_promise_is_seen_by_the_desk(people, about):
    """What belongs to no line (the copies of applications) apart."""
    source = Path(revival.__file__).read_text("utf-8")
    assert {kind for kind in settings.JOBS if f'"{kind}"' not in source} == {"render_copy"}
