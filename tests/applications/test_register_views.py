"""登録情報: the overview, the three books, and the dialogs of the form."""

import re
import uuid
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from applications import drafts, terms
from applications.models import Application, BillingParty, Line, MailAddress
from audit.models import Entry
from tests import make

HTMX = {"HX-Request": "true"}
PARTY = {"name": "見本建設株式会社", "department": "経理部", "address": "東京都中央区見本町一丁目1番"}


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    client.get(url("entries", "billing"))  # a session notes its first use
    return client


@pytest.fixture
def company(people):
    return people["contractor"].contractor


def url(name, *arguments):
    return reverse(f"register:{name}", args=arguments)


def new(**changes):
    return PARTY | {"entry": str(uuid.uuid4())} | changes


def page(answer):
    return unescape(answer.content.decode())


def actions():
    return list(Entry.objects.order_by("seq").values_list("action", flat=True))


def test_the_overview_shows_the_company_its_people_and_its_books(owner, text):
    words = text(owner.get(url("overview")))
    for part in (
        "髙﨑建設 株式会社",
        "〒166-0000",
        "03-0000-0123",
        "10000001",
        "新宿支店",
        "代表取締役　𠮷田　太郎（代表者）",
    ):
        assert part in words
    for part in ("濵田　健 colleague@example.jp", "請求先 （2件）", "メールアドレス （2件）", "担当部署 （2件）"):
        assert part in words
    assert "へご連絡ください" in words
    assert "みどり土木" not in words


def test_the_overview_leaves_out_people_who_may_not_log_in(owner, people):
    people["colleague"].is_active = False
    people["colleague"].save()
    assert "colleague@example.jp" not in page(owner.get(url("overview")))


def test_the_overview_costs_the_same_however_full_the_books_are(owner, company, django_assert_num_queries):
    for start, count in ((0, 1), (1, 29)):
        _fill(company, count, start)
        # session, person, three books, company, branch, signatories, people
        with django_assert_num_queries(9):
            owner.get(url("overview"))


def test_a_book_is_listed_by_name_page_by_page(owner, company, django_assert_num_queries):
    MailAddress.objects.all().delete()
    _fill(company, 1)
    with django_assert_num_queries(6):  # session, person, company, entries, count, branch
        assert "登録されているメールアドレス（1件）" in page(owner.get(url("entries", "mail")))
    _fill(company, 29, start=1)
    with django_assert_num_queries(6):
        first = page(owner.get(url("entries", "mail")))
    assert "登録されているメールアドレス（30件）" in first
    after = re.search(r'href="([^"]+\?after=[^"]+)"', first)[1]
    second = page(owner.get(after))
    shown = [re.findall(r"a\d\d@example.jp(?=</a>)", one) for one in (first, second)]
    assert shown == [[f"a{n:02}@example.jp" for n in range(25)], [f"a{n:02}@example.jp" for n in range(25, 30)]]


def _fill(company, count, start=0):
    MailAddress.objects.bulk_create(
        [MailAddress(contractor=company, address=f"a{n:02}@example.jp") for n in range(start, start + count)]
    )


def test_an_entry_goes_through_its_pages(owner, company):
    assert owner.post(url("add", "billing"), new())["Location"] == url("entries", "billing")
    made = BillingParty.objects.get(name=PARTY["name"])
    assert made.contractor == company
    assert "請求先「見本建設株式会社　経理部」を登録しました。" in page(owner.get(url("entries", "billing")))
    form = page(owner.get(url("change", "billing", made.pk)))
    assert 'value="見本建設株式会社"' in form
    owner.post(url("change", "billing", made.pk), PARTY | {"department": ""})
    made.refresh_from_db()
    assert made.department == ""
    asked = page(owner.get(url("remove", "billing", made.pk)))
    assert "この請求先を削除する" in asked and "見本建設株式会社" in asked
    assert owner.post(url("remove", "billing", made.pk))["Location"] == url("entries", "billing")
    assert not BillingParty.objects.filter(pk=made.pk).exists()
    assert actions() == ["billing_party.added", "billing_party.changed", "billing_party.removed"]


@pytest.mark.parametrize(
    ("slug", "typed", "field", "sentence"),
    [
        ("billing", {}, "name", "名称を入力してください"),
        ("billing", {"name": "・・・"}, "name", "名称を入力してください"),
        ("billing", {"name": "あ" * 101}, "name", "名称は、100文字以内で入力してください（いまの入力：101文字）"),
        (
            "billing",
            {"department": "あ" * 61},
            "department",
            "部署は、60文字以内で入力してください（いまの入力：61文字）",
        ),
        ("billing", {"address": "あ" * 151}, "address", "住所は、150文字以内で入力してください（いまの入力：151文字）"),
        (
            "billing",
            {"name": "あ" * 100, "department": "い" * 60},
            "department",
            "名称と部署は、合わせて159文字以内で入力してください（いまの入力：160文字）",
        ),
        ("mail", {"address": "soumu"}, "address", "メールアドレスを「name@example.jp」の形式で入力してください"),
        ("mail", {"address": "soumu@example.jp"}, "address", "このメールアドレスは、すでに登録されています"),
        ("department", {"post": "課長"}, "name", "担当部署を入力してください"),
        ("department", {"phone": "110"}, "phone", "連絡先電話番号は、「03-0000-0001」のように入力してください"),
        (
            "department",
            {"name": "工事😀"},
            "name",
            "担当部署に使えない文字「😀」が含まれています。別の文字で入力してください",
        ),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_in_the_summary_and_nothing_typed_is_lost(
    owner, slug, typed, field, sentence
):
    answer = owner.post(url("add", slug), {"entry": str(uuid.uuid4())} | typed)
    words = page(answer)
    assert "<title>エラー：" in words
    assert f'<li><a href="#entry_{field}">{sentence}</a></li>' in words
    assert words.count(sentence) == 2
    for text in typed.values():
        assert f'value="{text}"' in words
    assert actions() == []


def test_an_entry_that_there_is_already_cannot_be_made_by_a_change(owner, company):
    one, other = company.billing_parties.all()
    answer = owner.post(
        url("change", "billing", one.pk),
        {"name": other.name, "department": other.department, "address": other.address},
    )
    assert "同じ名称と部署の請求先が、すでに登録されています" in page(answer)


def test_a_full_book_says_so_without_a_field(owner, company):
    _fill(company, 198, start=100)
    words = page(owner.post(url("add", "mail"), {"entry": str(uuid.uuid4()), "address": "new@example.jp"}))
    assert "<b>メールアドレスは200件まで登録できます。使わないものを削除してから登録してください。</b>" in words
    assert 'value="new@example.jp"' in words


@pytest.mark.parametrize("body", ["entry=x&name=a&address=b", "name=a&name=b&address=c"])
def test_a_form_that_is_not_ours_is_refused(owner, body):
    answer = owner.post(url("add", "billing"), body, "application/x-www-form-urlencoded")
    assert answer.status_code == 400


def test_a_form_without_its_token_is_refused(people):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people["contractor"])
    assert browser.post(url("add", "billing"), new(), headers=HTMX).status_code == 403
    assert actions() == []


def test_a_book_that_does_not_exist_is_not_there(owner):
    for name in ("entries", "search", "add"):
        assert owner.get(url(name, "nothing")).status_code == 404


def test_the_entry_of_another_company_does_not_exist(owner, people):  # 46
    foreign = people["rival"].contractor.billing_parties.first()
    for name in ("change", "remove"):
        assert owner.get(url(name, "billing", foreign.pk)).status_code == 404
        assert owner.post(url(name, "billing", foreign.pk), PARTY).status_code == 404
    assert "みどり土木" not in page(owner.get(url("search", "billing"), {"q": "みどり土木"})).partition("<main")[
        2
    ].replace('value="みどり土木"', "")
    assert BillingParty.objects.get(pk=foreign.pk).name == foreign.name


def radios(answer):
    return re.findall(r'<input class="rd" type="radio" ([^>]*)>', page(answer))


def test_a_search_shows_everything_before_anything_is_typed(owner, company):
    first, second = company.billing_parties.all()
    found = radios(owner.get(url("search", "billing"), headers=HTMX))
    assert found == [
        f'name="pick_advance_billing" value="{one.pk}" data-set-billing="{one.pk}" data-word="{one}"'
        for one in (first, second)
    ]


def test_a_department_fills_what_it_has(owner, company):
    one = company.departments.get(name="工務部")
    company.departments.update(post="")
    assert radios(owner.get(url("search", "department"), {"q": "０１２４"})) == [
        f'name="pick_department" value="{one.pk}" checked data-set-department="工務部" data-set-person="濵田　健"'
        f' data-set-phone="03-0000-0124" data-word="工務部　濵田　健"'
    ]


def test_an_empty_book_says_so_and_leads_to_its_form(owner, company):
    company.departments.all().delete()
    words = page(owner.get(url("search", "department")))
    assert '<p class="cnt" role="status">登録がありません。</p>' in words
    assert (
        f'<a href="{url("add", "department")}" data-dialog="{url("add", "department")}">担当部署を新しく登録する</a>'
        in words
    )


def test_a_search_is_a_dialog_for_htmx_and_a_page_for_others(owner):
    part, whole = owner.get(url("search", "mail"), headers=HTMX), owner.get(url("search", "mail"))
    assert ("<html" in page(part), "<html" in page(whole)) == (False, True)
    assert "<title>メールアドレスの検索｜保証申込｜ネットデスク</title>" in page(whole)


def test_too_long_a_query_is_an_error(owner):
    words = page(owner.get(url("search", "mail"), {"q": "あ" * 61}))
    assert "<title>エラー：メールアドレスの検索" in words


def test_the_dialog_of_a_new_entry_keeps_what_was_typed_and_says_what_is_wrong(owner):
    opened = page(owner.get(url("add", "billing"), headers=HTMX))
    assert '<h2 id="dlg-h">請求先の登録</h2>' in opened and "<html" not in opened
    words = page(owner.post(url("add", "billing"), new(address=""), headers=HTMX))
    assert "入力内容に1件の誤りがあります" in words
    assert "住所を入力してください" in words
    assert 'value="見本建設株式会社"' in words


def test_the_dialog_answers_what_the_form_is_to_choose(owner):
    body = new()
    answers = [owner.post(url("add", "billing"), body, headers=HTMX) for _ in range(2)]
    made = BillingParty.objects.get(name=PARTY["name"])
    done = (
        f'<h2 id="dlg-h" class="dlg-note" data-done data-word="{made}" data-set-billing="{made.pk}">'
        f"請求先「{made}」を登録して選びました</h2>"
    )
    assert [page(answer).strip() for answer in answers] == [done, done]
    assert actions() == ["billing_party.added"]


# Without scripts: the buttons save the form, and what was chosen comes back into it.


@pytest.mark.parametrize(
    ("act", "way"),
    [
        ("look_advance_billing", "/register/billing/search/?back={}&for=advance_billing"),
        ("add_contract_billing", "/register/billing/add/?back={}&for=contract_billing"),
        ("look_mail", "/register/mail/search/?back={}&for=mail"),
        ("look_department", "/register/department/search/?back={}&for=department"),
    ],
)
def test_a_button_saves_the_form_first(owner, act, way):
    edit = reverse("applications:edit", args=[uuid.uuid4()])
    answer = owner.post(edit, {"work_name": "外壁改修", "act": act, "version": "0"})
    assert answer["Location"] == way.format(edit.replace("/", "%2F"))
    assert Application.objects.get().typed == {"work_name": "外壁改修"}
    assert owner.get(answer["Location"]).status_code == 200


def test_a_new_party_comes_back_into_the_product_it_was_made_for(owner, people):
    edit = reverse("applications:edit", args=[make.draft(people["contractor"], contract_billing=None).pk])
    asked = f"{url('add', 'billing')}?back={edit}&for=contract_billing"
    assert f'action="{asked}"' in page(owner.get(asked))
    answer = owner.post(asked, new())
    made = BillingParty.objects.get(name=PARTY["name"])
    assert answer["Location"] == f"{edit}?pick_contract_billing={made.pk}"
    words = page(owner.get(answer["Location"]))
    assert (
        f'<option value="{made.pk}" selected>'
        in words.partition('name="contract_billing"')[2].partition("</select>")[0]
    )
    assert (
        f'<option value="{made.pk}" selected>'
        not in words.partition('name="advance_billing"')[2].partition("</select>")[0]
    )
    assert "請求先「見本建設株式会社　経理部」を登録しました。" in words


def test_a_choice_leads_nowhere_but_to_a_form(owner):
    answer = owner.post(f"{url('add', 'billing')}?back=//evil.example.jp/&for=nothing", new())
    assert answer["Location"] == url("entries", "billing")


def test_a_search_offered_for_one_product_gives_back_to_that_product(owner):
    edit = reverse("applications:edit", args=[uuid.uuid4()])
    words = page(owner.get(url("search", "billing"), {"back": edit, "for": "contract_billing"}))
    assert 'name="pick_contract_billing"' in words
    assert '<input type="hidden" name="for" value="contract_billing">' in words


# What becomes of entries in use.


def test_a_deleted_party_is_to_be_chosen_again_in_a_draft(owner, people, company):
    draft = make.draft(people["contractor"])
    BillingParty.objects.filter(pk=draft.typed["advance_billing"]).delete()
    words = page(owner.get(f"{reverse('applications:edit', args=[draft.pk])}?check=1"))
    assert '<li><a href="#id_advance_billing">前払金保証料請求先を選択してください</a></li>' in words
    assert owner.get(reverse("applications:confirm", args=[draft.pk])).status_code == 302


def test_what_was_sent_keeps_its_words_and_can_be_sent_again(people):
    owner = people["contractor"]
    returned = make.line(people, "returned")
    application = Application.objects.get(pk=returned.application_id)
    other = Line.objects.get(application=application, product="contract")
    words = other.billing_name
    kept = BillingParty.objects.get(pk=application.typed["contract_billing"])
    fresh = owner.contractor.billing_parties.exclude(pk=kept.pk).get()
    kept.delete()
    application = drafts.save(
        application.pk,
        application.typed | {"advance_billing": str(fresh.pk)},
        by=owner,
        version=application.version,
    )
    make.sent(application, owner)
    assert dict(application.lines.values_list("product", "billing_name")) == {
        "advance": str(fresh),
        "contract": words,
    }


def test_a_party_deleted_while_the_form_is_read_leaves_it_incomplete(people, monkeypatch):
    application = make.draft(people["contractor"])
    monkeypatch.setattr(terms, "_billing", lambda pk, contractor: "")
    with pytest.raises(terms.Incomplete):
        terms.asked(application)
