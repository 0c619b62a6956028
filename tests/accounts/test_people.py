"""The letter to a person whose record somebody else changed: what, in words, and whom to call."""

import re

import pytest
from django.db import DatabaseError

from accounts.models import User
from audit import trail
from outbox.models import Job, Letter
from tests import make
from tests.accounts.test_given_passwords import fields

GIVEN = "told by telephone only"
SUBJECT = "ネットデスクの利用者登録が変更されました"
NEWS = {
    "password": "　パスワード：はじめてのログインに使うパスワードを設定しました",
    "stopped": "　ご利用：停止しました",
}


@pytest.fixture
def post(client, head):
    client.force_login(head)

    def send(somebody, **more):
        return client.post(f"/admin/accounts/user/{somebody.pk}/change/", fields(somebody, **more))

    return send


def news(letter):
    """The lines between the greeting and the request."""
    return letter.body.partition("変更しました。\n\n")[2].partition("\n\n■")[0].splitlines()


def test_a_password_set_by_somebody_else_is_told_and_never_shown(post, person, settings):
    assert post(person, new_password=GIVEN).status_code == 302
    letter = Letter.objects.get()
    assert (letter.kind, letter.to, letter.subject) == ("account_changed", person.email, SUBJECT)
    assert news(letter) == [NEWS["password"]]
    assert letter.body.startswith("髙﨑 花子 様\n")
    assert GIVEN not in letter.body
    assert re.findall(r"https?://\S+", letter.body) == [settings.PORTAL_URL]
    assert f"{settings.COMPANY_NAME}\n電話　{settings.COMPANY_PHONE}　受付　{settings.OFFICE_HOURS}" in letter.body
    assert "お心当たりのない場合は、下記の連絡先へすぐにお電話ください。" in letter.body
    assert Job.objects.get(kind="mail").ref == str(letter.pk)


def test_role_and_place_are_told_in_words(post, person, branch):
    assert post(person, role="approver", contractor="", branch=branch.pk).status_code == 302
    assert news(Letter.objects.get()) == [
        "　役割：支店（承認） に変更しました",
        "　受注者：なし に変更しました",
        "　営業部・支店：新宿支店 に変更しました",
    ]


def test_another_company_is_told(post, person):
    other = make.contractor(name="見本建設 株式会社")
    assert post(person, contractor=other.pk).status_code == 302
    assert news(Letter.objects.get()) == ["　受注者：見本建設 株式会社 に変更しました"]


def test_being_shut_out_and_let_in_again_are_told(post, person):
    assert post(person, is_active=None).status_code == 302
    assert news(Letter.objects.get()) == [NEWS["stopped"]]
    person.refresh_from_db()
    assert post(person).status_code == 302
    assert [news(letter) for letter in Letter.objects.order_by("created_at")] == [
        [NEWS["stopped"]],
        ["　ご利用：再開しました"],
    ]


def test_another_address_is_told_at_both(post, person):
    assert post(person, email="other@example.jp", new_password=GIVEN).status_code == 302
    letters = Letter.objects.all()
    assert {letter.to for letter in letters} == {"soumu@example.jp", "other@example.jp"}
    told = ["　メールアドレス：other@example.jp に変更しました", NEWS["password"]]
    assert [news(letter) for letter in letters] == [told, told]


def test_the_same_change_twice_is_two_letters(post, person):
    post(person, new_password=GIVEN)
    post(person, new_password=GIVEN + " again")
    assert Letter.objects.count() == Job.objects.count() == 2


def test_a_new_person_is_told_of_the_registration(client, head, contractor):
    client.force_login(head)
    new = User(email="new@example.jp", name="新 しい", role="contractor", contractor=contractor)
    assert client.post("/admin/accounts/user/add/", fields(new, new_password=GIVEN)).status_code == 302
    assert User.objects.get(email="new@example.jp").password_given_at is not None
    letter = Letter.objects.get()
    assert (letter.to, letter.subject) == ("new@example.jp", SUBJECT)
    assert news(letter) == [
        f"　登録：新しい利用者として登録しました（受注者、{contractor.name}）",
        NEWS["password"],
    ]


def test_a_name_or_nothing_changed_is_no_news(post, person):
    assert post(person).status_code == 302
    assert post(person, name="改 名").status_code == 302
    assert Letter.objects.count() == 0


def test_nobody_gets_a_letter_about_what_he_did_himself(post, head):
    assert post(head, name="改 名").status_code == 302
    head.refresh_from_db()
    assert head.name == "改 名"
    assert Letter.objects.count() == 0


def test_the_letter_and_the_change_stand_or_fall_together(post, person, monkeypatch):
    def full(*arguments, **data):
        raise DatabaseError("the trail is full")

    monkeypatch.setattr(trail, "record", full)
    with pytest.raises(DatabaseError, match="the trail is full"):
        post(person, new_password=GIVEN)
    person.refresh_from_db()
    assert (person.check_password(GIVEN), person.password_given_at) == (False, None)
    assert Letter.objects.count() == Job.objects.count() == 0


def test_who_changes_the_own_address_hears_at_the_one_before(head, client):
    client.force_login(head)
    address = head.email
    assert (
        client.post(f"/admin/accounts/user/{head.pk}/change/", fields(head, email="new@example.jp")).status_code == 302
    )
    assert sorted(letter.to for letter in Letter.objects.all()) == sorted([address, "new@example.jp"])
