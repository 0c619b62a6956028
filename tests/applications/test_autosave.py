"""The form saves itself: quietly, never over anybody else's work, and without filling table or trail."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from applications import drafts
from applications.models import Application
from audit.models import Entry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


@pytest.fixture
def draft(people):
    return make.draft(people["contractor"])


def edit(pk):
    return reverse("applications:edit", args=[getattr(pk, "pk", pk)])


def autosave(browser, pk, typed, version):
    return browser.post(edit(pk), typed | {"act": "autosave", "version": str(version)}, headers={"HX-Request": "true"})


def actions():
    return list(Entry.objects.order_by("seq").values_list("action", flat=True))


def test_what_changed_is_stored_and_the_next_version_handed_over(owner, draft, text):
    answer = autosave(owner, draft, draft.typed | {"work_name": "新しい名称"}, 1)
    draft.refresh_from_db()
    assert (answer.status_code, draft.typed["work_name"], draft.version) == (200, "新しい名称", 2)
    assert re.search(r"下書きを自動保存しました（\d\d:\d\d）", text(answer))
    assert 'data-version="2"' in answer.content.decode()
    assert "1 契約の内容 入力済み" in text(answer)
    assert "<html" not in answer.content.decode()


def test_a_new_form_that_nobody_touched_is_never_stored(owner, people):
    start = drafts.first_typing(people["contractor"].contractor, by=people["contractor"])
    answer = autosave(owner, uuid.uuid4(), start, 0)
    assert (answer.status_code, Application.objects.count()) == (200, 0)
    assert "data-version" not in answer.content.decode()
    answer = autosave(owner, uuid.uuid4(), start | {"work_name": "外壁改修"}, 0)
    assert (Application.objects.get().version, actions()) == (1, ["application.drafted"])


def test_the_trail_hears_of_a_person_once_in_ten_minutes(owner, client, people, draft):
    for n in range(1, 4):
        autosave(owner, draft, draft.typed | {"work_name": f"名称{n}"}, n)
    assert actions() == ["application.drafted"]
    client.force_login(people["colleague"])
    autosave(client, draft, draft.typed | {"work_name": "同僚の名称"}, 4)
    autosave(client, draft, draft.typed | {"work_name": "同僚の名称2"}, 5)
    assert actions() == ["application.drafted", "application.edited"]
    client.post(edit(draft), draft.typed | {"work_name": "保存した名称", "act": "save", "version": "6"})
    assert actions() == ["application.drafted", "application.edited", "application.edited"]


def test_after_ten_minutes_the_trail_hears_of_the_person_again(people, draft, monkeypatch):
    later = timezone.now() + dt.timedelta(minutes=11)
    monkeypatch.setattr(drafts.timezone, "now", lambda: later)
    drafts.save(draft.pk, {"work_name": "後で"}, by=people["contractor"], version=1, by_itself=True)
    assert actions() == ["application.drafted", "application.edited"]


def test_what_was_saved_elsewhere_is_left_alone(owner, people, draft, text):
    make.edited(draft, people["colleague"], work_place="先に保存した場所")
    answer = autosave(owner, draft, draft.typed | {"work_name": "後から"}, 1)
    draft.refresh_from_db()
    assert (answer.status_code, draft.typed["work_place"], draft.version) == (409, "先に保存した場所", 2)
    assert "ほかの画面で、この申込が先に保存または送信されました。" in text(answer)
    assert f'href="{edit(draft)}"' in answer.content.decode()


def test_what_was_sent_or_discarded_elsewhere_does_not_come_back(owner, people, draft, text):
    make.sent(draft, people["contractor"])
    assert autosave(owner, draft, draft.typed | {"work_name": "後から"}, 1).status_code == 409
    other = make.draft(people["contractor"])
    drafts.discard(other, by=people["colleague"])
    answer = autosave(owner, other, other.typed | {"work_name": "後から"}, 1)
    assert (answer.status_code, Application.objects.filter(pk=other.pk).exists()) == (409, False)
    assert "この下書きは、ほかの画面で削除されました。" in text(answer)


def test_a_company_keeps_no_more_drafts_than_it_may(owner, people, draft, text, monkeypatch):
    monkeypatch.setattr(drafts, "MOST", 1)
    answer = autosave(owner, uuid.uuid4(), {"work_name": "二つめ"}, 0)
    assert (answer.status_code, "下書きが1件あるため、新しい下書きを保存できません。" in text(answer)) == (409, True)
    by_hand = owner.post(edit(uuid.uuid4()), {"work_name": "三つめ", "act": "save", "version": "0"})
    assert (by_hand.status_code, 'value="三つめ"' in by_hand.content.decode()) == (409, True)
    assert "使わない下書きを削除してから" in text(by_hand)
    assert Application.objects.get() == draft
    assert autosave(owner, draft, draft.typed | {"work_name": "直した名称"}, 1).status_code == 200


def test_whoever_is_logged_out_is_led_to_the_log_in(client, draft):
    answer = autosave(client, draft, draft.typed, 1)
    assert answer["HX-Redirect"].startswith(reverse("accounts:login"))


def test_for_another_company_there_is_nothing_to_save(client, people, draft):
    client.force_login(people["rival"])
    assert autosave(client, draft, draft.typed | {"work_name": "他社"}, 1).status_code == 404
    draft.refresh_from_db()
    assert draft.version == 1


def test_a_form_left_open_by_somebody_who_changed_company_stores_nothing_and_the_draft_stays(owner, people, draft):
    User.objects.filter(pk=people["contractor"].pk).update(contractor=people["rival"].contractor)
    for act in ("autosave", "save", "check", "clear_advance"):
        answer = owner.post(edit(draft), draft.typed | {"work_name": "持ち出し", "act": act, "version": "1"})
        assert answer.status_code == 404, act
    draft.refresh_from_db()
    assert (draft.version, draft.contractor) == (1, people["colleague"].contractor)
