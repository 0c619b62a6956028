"""Drafts: kept as typed, never overwritten unseen."""

import re
import uuid

import pytest
from django.urls import reverse

from applications import drafts
from applications.models import Application
from audit.models import Entry
from tests import make


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


@pytest.fixture
def draft(people):
    return make.draft(people["contractor"])


def edit(pk):
    return reverse("applications:edit", args=[getattr(pk, "pk", pk)])


def version_on(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode())[1]


def actions():
    return list(Entry.objects.order_by("seq").values_list("action", flat=True))


def test_a_new_form_stores_nothing_before_it_is_saved(owner):
    page = owner.get(reverse("applications:new"))
    address = re.search(r'<form id="f" method="post" action="([^"]+)"', page.content.decode())[1]
    assert (version_on(page), Application.objects.count()) == ("0", 0)
    answer = owner.post(address, {"work_name": "外壁改修", "act": "save", "version": "0"})
    assert answer["Location"] == address
    application = Application.objects.get()
    assert (application.typed, application.version, application.number) == ({"work_name": "外壁改修"}, 1, None)
    assert edit(application) == address
    assert actions() == ["application.drafted"]


def test_a_new_form_starts_with_what_the_company_said_last(owner, people):
    make.application(
        people["contractor"], department="工務部", email="koumu@example.jp", notice="yes", work_name="前の工事"
    )
    page = owner.get(reverse("applications:new")).content.decode()
    for value in ("工務部", "koumu@example.jp", "03-0000-0123", "保証　花子"):
        assert f'value="{value}"' in page
    assert "前の工事" not in page


def test_the_address_of_a_form_that_was_never_saved_leads_to_a_new_one(owner):
    answer = owner.get(edit(uuid.uuid4()), follow=True)
    assert answer.redirect_chain == [(reverse("applications:new"), 302)]
    assert "この申込は、まだ保存されていません。お手数ですが、もう一度入力してください。" in answer.content.decode()
    assert Application.objects.count() == 0


def test_a_saved_draft_opens_as_it_was_typed(owner):
    pk = uuid.uuid4()
    owner.post(edit(pk), {"price": " ２千万", "email": "a@", "message": "一\r\n二", "act": "save", "version": "0"})
    page = owner.get(edit(pk)).content.decode()
    assert 'value=" ２千万"' in page
    assert 'value="a@"' in page
    assert ">\n一\r\n二</textarea>" in page
    assert "エラー" not in page


def test_a_colleague_goes_on_where_the_first_person_stopped(client, people, draft):
    client.force_login(people["colleague"])
    answer = client.post(edit(draft), draft.typed | {"work_name": "変更後", "act": "save", "version": "1"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.typed["work_name"], draft.version, draft.changed_by, draft.created_by) == (
        "変更後",
        2,
        people["colleague"],
        people["contractor"],
    )
    assert actions() == ["application.drafted", "application.edited"]


def test_of_two_tabs_the_second_learns_of_the_first_and_keeps_what_was_typed(owner, people, draft):
    stale = version_on(owner.get(edit(draft)))
    make.edited(draft, people["colleague"], work_place="先に保存した場所")
    answer = owner.post(edit(draft), draft.typed | {"work_name": "後から入力した名称", "act": "save", "version": stale})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ほかの画面で、この申込が先に保存されました" in page
    assert 'value="後から入力した名称"' in page
    draft.refresh_from_db()
    assert (draft.typed["work_place"], draft.typed["work_name"], draft.version) == (
        "先に保存した場所",
        "杉並区立あおば小学校外壁改修工事",
        2,
    )
    # Saving once more from that page is a decision.
    again = owner.post(
        edit(draft), draft.typed | {"work_name": "後から入力した名称", "act": "save", "version": version_on(answer)}
    )
    draft.refresh_from_db()
    assert (again.status_code, draft.typed["work_name"], draft.version) == (302, "後から入力した名称", 3)


def test_a_stale_check_is_a_conflict_too(owner, people, draft):
    make.edited(draft, people["colleague"], price="60,000,000")
    answer = owner.post(edit(draft), draft.typed | {"price": "70,000,000", "act": "check", "version": "1"})
    assert (answer.status_code, 'value="70,000,000"' in answer.content.decode()) == (409, True)


def test_a_double_click_is_one_draft(owner):
    pk, typed = uuid.uuid4(), {"work_name": "外壁改修", "act": "save", "version": "0"}
    answers = [owner.post(edit(pk), typed).status_code for _ in range(2)]
    assert (answers, Application.objects.get().version, actions()) == ([302, 302], 1, ["application.drafted"])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_six_savings_at_once_from_one_page_exactly_one_wins(at_once):
    people = make.people()
    draft = make.draft(people["contractor"])
    calls = [
        lambda n=n: drafts.save(draft.pk, {"work_name": f"案{n}"}, by=people["contractor"], version=1) for n in range(6)
    ]
    results = at_once(*calls)
    won = [result for result in results if isinstance(result, Application)]
    assert (len(won), sum(isinstance(result, drafts.Stale) for result in results)) == (1, 5)
    assert Application.objects.get().version == 2
    assert actions() == ["application.drafted", "application.edited"]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_saving_and_a_sending_at_once_never_change_what_was_sent(at_once):
    people = make.people()
    for _ in range(5):
        draft = make.draft(people["contractor"])
        token = make.token_of(draft, people["contractor"])
        saved, sent = at_once(
            lambda draft=draft: drafts.save(
                draft.pk, draft.typed | {"price": "60,000,000"}, by=people["colleague"], version=1
            ),
            lambda draft=draft, token=token: make.sent(draft, people["contractor"], token=token),
        )
        assert isinstance(saved, Application) != (isinstance(sent, Application) and sent.number is not None)
        draft.refresh_from_db()
        assert draft.typed["price"] == ("60,000,000" if isinstance(saved, Application) else "50,000,000")
        assert draft.lines.count() == (0 if isinstance(saved, Application) else 2)


def test_looking_for_a_body_or_a_bank_saves_first(owner):
    pk = uuid.uuid4()
    for act, address in (("look_issuer", reverse("issuers:search")), ("look_bank", reverse("applications:banks"))):
        version = Application.objects.filter(pk=pk).count()
        answer = owner.post(edit(pk), {"work_name": act, "act": act, "version": str(version)})
        assert answer["Location"] == f"{address}?back={edit(pk).replace('/', '%2F')}"
        assert Application.objects.get().typed == {"work_name": act}
    answer = owner.post(edit(pk), {"issuer_name": " 杉並 ", "act": "look_issuer", "version": "2"})
    assert answer["Location"].endswith("&q=%E6%9D%89%E4%B8%A6")  # what stands in the field is looked for


def test_the_page_says_whether_it_shows_what_is_saved(owner, draft):
    saved, unsaved = "保存した内容です（", ">入力した内容は、まだ保存していません<"
    for address, says in (
        (edit(draft), saved),
        (edit(draft) + "?pick_issuer=131148", unsaved),
        (reverse("applications:new"), unsaved),
    ):
        page = owner.get(address).content.decode()
        assert [saved in page, unsaved in page] == [says == saved, says == unsaved]


def test_what_was_found_by_a_search_stands_in_the_form_but_is_not_stored(owner, draft):
    page = owner.get(edit(draft), {"pick_issuer": "131156", "pick_bank": "0001-244"}).content.decode()
    assert 'value="みずほ銀行　荻窪支店"' in page
    assert 'name="advance_bank_code" value="0001-244"' in page
    draft.refresh_from_db()
    assert draft.version == 1


@pytest.mark.parametrize(
    "query",
    [
        {"pick_issuer": "999999"},
        {"pick_bank": "0001"},
        {"pick_bank": "9999-999"},
        {"pick_issuer": "' OR 1"},
        {"pick_bank": "-"},
    ],
)
def test_what_no_search_offers_changes_nothing(owner, draft, query):
    page = owner.get(edit(draft), query).content.decode()
    assert 'value="杉並区"' in page
    assert 'name="advance_bank_code" value="0001-244"' in page


def test_a_draft_is_discarded_and_its_end_stays_in_the_trail(owner, draft):
    answer = owner.post(reverse("applications:discard", args=[draft.pk]), follow=True)
    assert "下書きを削除しました。" in answer.content.decode()
    assert not Application.objects.exists()
    assert actions() == ["application.drafted", "application.discarded"]
    assert owner.post(reverse("applications:discard", args=[draft.pk])).status_code == 404


def test_what_was_sent_is_never_discarded(owner, people):
    application = make.application(people["contractor"])
    assert owner.post(reverse("applications:discard", args=[application.pk])).status_code == 404
    with pytest.raises(Application.DoesNotExist):
        drafts.discard(application, by=people["contractor"])
    assert Application.objects.exists()


def test_following_a_link_discards_nothing(owner, draft):
    answer = owner.get(reverse("applications:discard", args=[draft.pk]))
    assert answer.status_code == 200
    assert "入力した内容は元に戻せません" in answer.content.decode()
    assert f'action="/applications/{draft.pk}/discard/"' in answer.content.decode()
    assert Application.objects.exists()


@pytest.mark.parametrize("act", ["save", "check", "look_issuer", "look_bank"])
def test_for_another_company_a_draft_is_not_there(client, people, draft, act):
    client.force_login(people["rival"])
    before = Application.objects.values().get()
    assert client.get(edit(draft)).status_code == 404
    for version in ("0", "1"):
        assert (
            client.post(edit(draft), make.typed(people["rival"]) | {"act": act, "version": version}).status_code == 404
        )
    assert client.post(reverse("applications:discard", args=[draft.pk])).status_code == 404
    assert Application.objects.values().get() == before


def test_the_list_of_drafts_shows_the_companys_own_newest_first(client, people, text):
    make.draft(people["contractor"], work_name="古い下書き")
    make.draft(people["colleague"], work_name="新しい下書き")
    make.draft(people["rival"], work_name="他社の下書き")
    make.application(people["contractor"], work_name="送信した申込")
    client.force_login(people["contractor"])
    words = text(client.get(reverse("applications:drafts")))
    assert words.index("新しい下書き") < words.index("古い下書き")
    assert "送信していない申込（2件）" in words
    assert "他社" not in words
    assert "送信した申込" not in words


def test_the_list_of_drafts_costs_the_same_for_one_and_for_thirty(owner, people, draft, django_assert_num_queries):
    owner.get(reverse("applications:drafts"))
    with django_assert_num_queries(QUERIES):
        owner.get(reverse("applications:drafts"))
    for _ in range(29):
        make.draft(people["contractor"])
    with django_assert_num_queries(QUERIES):
        owner.get(reverse("applications:drafts"))


QUERIES = 6  # session, person, company, count, drafts, branch
