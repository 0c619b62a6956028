"""A new draft from an older application."""

import pytest
from django.urls import reverse

from applications import again
from applications.models import Application
from audit.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


def draft():
    return Application.objects.get(sent_at=None)


def test_the_same_content_is_copied_whole(owner, people, text):
    source = make.application(people["contractor"], message="現場は南門からお入りください。")
    answer = owner.post(reverse("applications:again", args=[source.pk]))
    assert answer["Location"] == reverse("applications:edit", args=[draft().pk])
    assert (draft().number, draft().lines.count(), draft().version) == (None, 0, 1)
    assert draft().typed == {name: text for name, text in source.typed.items() if name != "message"}
    assert "同じ内容で、新しい下書きを作成しました。" in text(owner.get(answer["Location"]))
    entry = Entry.objects.latest("seq")
    assert (entry.action, entry.data, entry.actor_id) == (
        "application.drafted",
        {"source": str(source.pk)},
        people["contractor"].pk,
    )


def test_the_next_contract_takes_over_what_stays_the_same(owner, people):
    make.application(people["contractor"], work_name="古い申込", department="古い部署")
    source = make.application(
        people["contractor"],
        joint_venture_on="on",
        joint_venture="杉並共同企業体",
        joint_venture_members="甲\n乙",
        message="急ぎです。",
    )
    owner.post(reverse("applications:again_last"))
    left_out = set(source.typed) - set(draft().typed)
    assert left_out == again.OF_ONE_CONTRACT - {"advance_base", "advance_ruled_on"}
    assert draft().typed == {name: text for name, text in source.typed.items() if name not in left_out}


def test_a_draft_is_copied_too(owner, people):
    source = make.draft(people["contractor"])
    owner.post(reverse("applications:again", args=[source.pk]))
    made = Application.objects.exclude(pk=source.pk).get()
    assert (made.typed, made.created_by) == (source.typed, people["contractor"])


def test_a_billing_party_that_is_gone_is_to_be_chosen_again(owner, people):
    source = make.application(people["contractor"])
    company = people["contractor"].contractor
    company.billing_parties.get(pk=source.typed["advance_billing"]).delete()
    owner.post(reverse("applications:again", args=[source.pk]))
    page = owner.get(reverse("applications:edit", args=[draft().pk])).content.decode()
    assert source.typed["advance_billing"] not in page
    assert (
        "請求先を選択してください"
        in owner.get(reverse("applications:confirm", args=[draft().pk]), follow=True).content.decode()
    )


def test_a_company_that_has_sent_nothing_begins_with_an_empty_form(owner):
    for page in (reverse("top"), reverse("applications:new")):
        assert "前回の内容をもとに作成" not in owner.get(page).content.decode()
    assert owner.post(reverse("applications:again_last"))["Location"] == reverse("applications:new")


def test_the_pages_offer_it_where_it_is_looked_for(owner, people):
    source = make.application(people["contractor"])
    line = source.lines.first()
    for page in (reverse("top"), reverse("applications:new")):
        assert 'action="/applications/again/"' in owner.get(page).content.decode()
    for page in (
        reverse("applications:sent", args=[source.pk]),
        reverse("applications:line", args=[line.pk]),
    ):
        assert f'action="/applications/{source.pk}/again/"' in owner.get(page).content.decode()


def test_another_companys_application_is_not_there(client, people):
    source = make.application(people["contractor"])
    client.force_login(people["rival"])
    assert client.post(reverse("applications:again", args=[source.pk])).status_code == 404
    assert not Application.objects.filter(sent_at=None).exists()


def test_at_the_limit_the_list_of_drafts_says_so(owner, people, text, monkeypatch):
    source = make.application(people["contractor"])
    monkeypatch.setattr("applications.drafts.MOST", 0)
    answer = owner.post(reverse("applications:again", args=[source.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("applications:drafts"), 302)]
    assert "新しい下書きを保存できません。" in text(answer)
