"""定型文: kept by the head office, put into a text by the desk, and sent by nobody until it is sent."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import example_phrases, phrases
from applications.models import Message, Phrase
from applications.phrase_forms import PhraseForm
from audit import trail
from outbox.models import Letter
from tests import make

TEXTS = {"return": "請負金額をご確認ください。", "decline": "お引き受けできません。", "talk": "受け取りました。"}
INSERT = {"act": "insert"}


@pytest.fixture
def kept(db):
    """One phrase for each purpose."""
    return {
        purpose: Phrase.objects.create(purpose=purpose, title=f"題名 {purpose}", text=text)
        for purpose, text in TEXTS.items()
    }


@pytest.fixture
def desk(client, people):
    """The browser of the branch's clerk."""
    client.force_login(people["clerk"])
    return client


def place(line, purpose):
    """Where a phrase of that purpose is put in, and the names of the fields of the text and the rest."""
    if purpose == "talk":
        return reverse("admin:say", args=[line.pk]), "text"
    return reverse("admin:move", args=[line.pk, purpose]), "remark"


def offered(page):
    return re.findall(r'<option value="\d+" data-text="([^"]+)">', page.content.decode())


# Putting in


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", "文面"),
        ("お世話になります。", "お世話になります。\n文面"),
        ("お世話になります。\r\n", "お世話になります。\r\n文面"),
    ],
)
def test_a_phrase_goes_behind_what_stands_there(db, typed, text):
    phrase = Phrase.objects.create(purpose="talk", title="題名", text="文面")
    told = "定型文を文面に入れました。まだ送っていません。"
    assert phrases.insert(typed, str(phrase.pk), phrases.offered("talk")) == (text, phrases.Offer([phrase], told=told))


@pytest.mark.parametrize("chosen", ["", "x", "-1", "0", "9" * 40, "１"])
def test_what_is_no_phrase_changes_nothing_and_is_said(kept, chosen):
    text, offer = phrases.insert("そのまま", chosen, phrases.offered("talk"))
    assert (text, offer.told, offer.error) == ("そのまま", "", "定型文を一覧から選択してください")


def test_phrases_are_offered_for_their_purpose_in_order_while_in_use(kept):
    first = Phrase.objects.create(purpose="talk", title="先", text="先", place=1)
    Phrase.objects.create(purpose="talk", title="休み", text="休み", is_active=False)
    assert phrases.offered("talk").phrases == [first, kept["talk"]]
    assert phrases.offered("approve").phrases == []
    with pytest.raises(IntegrityError, match="a_purpose_has_each_title_once"), transaction.atomic():
        Phrase.objects.create(purpose="talk", title="先", text="別の文面")


@pytest.mark.parametrize("purpose", TEXTS)
def test_without_scripts_the_page_comes_back_with_the_text_and_nothing_is_sent(desk, people, kept, purpose):
    line = make.line(people, "under_review", contract_on=None)
    address, field = place(line, purpose)
    before = Letter.objects.count(), Message.objects.count(), trail.of(line).count()
    typed = {field: "お世話になります。", "phrase": kept[purpose].pk, "revision": "1", "memo": "折り返し待ち"}
    answer = desk.post(address, typed | INSERT)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f">お世話になります。\n{TEXTS[purpose]}</textarea>" in page
    assert "定型文を文面に入れました。まだ送っていません。" in page
    assert " autofocus" in page
    assert (">折り返し待ち</textarea>" in page) is (purpose == "talk")
    assert ('name="revision" value="1"' in page) is (purpose != "talk")
    line.refresh_from_db()
    assert line.status == "under_review"
    assert (Letter.objects.count(), Message.objects.count(), trail.of(line).count()) == before


@pytest.mark.parametrize("purpose", TEXTS)
@pytest.mark.parametrize("chosen", ["", "of another purpose", "out of use"])
def test_a_phrase_that_is_not_offered_is_an_error_at_its_field_and_what_was_typed_stays(
    desk, people, kept, purpose, chosen
):
    line = make.line(people, "under_review", contract_on=None)
    Phrase.objects.create(purpose=purpose, title="もう一つ", text="もう一つ")
    other = next(phrase for name, phrase in kept.items() if name != purpose)
    Phrase.objects.filter(pk=kept[purpose].pk).update(is_active=chosen != "out of use")
    pk = {"": "", "of another purpose": other.pk, "out of use": kept[purpose].pk}[chosen]
    address, field = place(line, purpose)
    page = desk.post(address, {field: "打ちかけ", "phrase": pk, "revision": "1"} | INSERT).content.decode()
    assert '<a href="#phrase">定型文を一覧から選択してください</a>' in page
    assert ("<title>エラー：" in page, 'aria-describedby="phrase-e"' in page) == (True, True)
    assert ">打ちかけ</textarea>" in page


@pytest.mark.parametrize("purpose", TEXTS)
def test_each_place_offers_its_own_phrases(desk, people, kept, purpose):
    line = make.line(people, "under_review", contract_on=None)
    address = reverse("admin:review", args=[line.pk]) if purpose == "talk" else place(line, purpose)[0]
    assert offered(desk.get(address)) == [TEXTS[purpose]]
    Phrase.objects.all().update(is_active=False)
    assert "文面に入れる" not in desk.get(address).content.decode()


def test_the_company_and_the_head_office_are_offered_none(client, people, kept):
    line = make.line(people, contract_on=None)
    for person, name in (("contractor", "applications:line"), ("head", "admin:review")):
        client.force_login(people[person])
        assert "受け取りました。" not in client.get(reverse(name, args=[line.pk])).content.decode()


def test_only_the_own_branch_puts_phrases_in(client, people, kept):
    line = make.line(people, "under_review", contract_on=None)
    for person in ("contractor", "otherbranch", "head"):
        client.force_login(people[person])
        for purpose in TEXTS:
            answer = client.post(place(line, purpose)[0], {"phrase": kept[purpose].pk} | INSERT)
            assert answer.status_code == 404


def test_what_was_said_with_a_phrase_keeps_its_words(desk, people, kept):
    line = make.line(people, contract_on=None)
    desk.post(reverse("admin:say", args=[line.pk]), {"text": TEXTS["talk"]})
    kept["talk"].delete()
    assert line.messages.get().text == TEXTS["talk"]


# The register


WISH = {
    "purpose": "talk",
    "title": "受領",
    "text": "受け取りました。\r\n審査を進めます。",
    "place": "10",
    "is_active": "on",
}


@pytest.fixture
def head(client, people):
    client.force_login(people["head"])
    return client


def test_the_head_office_keeps_the_phrases_and_the_trail_tells(head):
    assert head.post("/admin/applications/phrase/add/", WISH).status_code == 302
    phrase = Phrase.objects.get()
    assert (phrase.title, phrase.text, phrase.is_active) == ("受領", "受け取りました。\n審査を進めます。", True)
    change = f"/admin/applications/phrase/{phrase.pk}/change/"
    assert head.post(change, WISH | {"is_active": "", "title": "書類の受領"}).status_code == 302
    assert head.post(change.replace("change", "delete"), {"post": "yes"}).status_code == 302
    entries = trail.of(phrase)
    assert [entry.action for entry in entries] == ["phrase.deleted", "phrase.changed", "phrase.added"]
    assert entries[1].data["fields"] == {"題名": ["受領", "書類の受領"], "使用中": [True, False]}
    assert not Phrase.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "あ" * 1001}, "1000"),
        ({"text": "😀"}, "使えない文字"),
        ({"text": "a\x1bb"}, "制御文字"),
        ({"text": " "}, "必須"),
        ({"title": "a\u202eb"}, "目に見えない文字"),
        ({"purpose": "approve"}, "選択"),
    ],
)
def test_a_phrase_that_could_not_be_said_is_not_kept(head, changes, words):
    answer = head.post("/admin/applications/phrase/add/", WISH | changes)
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
    assert not Phrase.objects.exists()


def test_a_branch_may_look_but_not_change(client, people, kept):
    client.force_login(people["approver"])
    assert "題名 talk" in client.get("/admin/applications/phrase/").content.decode()
    assert client.post("/admin/applications/phrase/add/", WISH).status_code == 403


# The demo


def test_the_phrases_of_the_demo_can_be_said_and_are_loaded_once(db):
    for _ in range(2):
        example_phrases.load()
    assert Phrase.objects.count() == 4
    assert {phrase.purpose for phrase in Phrase.objects.all()} == set(TEXTS)
    for phrase in Phrase.objects.all():
        again = {name: getattr(phrase, name) for name in PhraseForm.Meta.fields} | {"title": f"{phrase.title}（写し）"}
        assert PhraseForm(again).errors == {}
