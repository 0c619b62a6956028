"""What a 管理者 may do with colleagues, and that a company never loses its last one this way."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts import colleagues
from accounts.models import Contractor, User
from audit.models import Entry
from tests import make
from tests.accounts.test_people import news

PASSWORD = "a long enough pass phrase"


def test_a_colleague_gets_another_role_and_hears_of_it_from_the_manager(manager, person, mailbox):
    colleagues.give_role(person.pk, "viewer", by=manager)
    person.refresh_from_db()
    assert person.company_role == "viewer"
    (letter,) = mailbox()
    assert (letter.to, news(letter)) == (person.email, ["　会社での役割：閲覧者 に変更しました"])
    assert "貴社の管理者（管理 良子様）が次のとおり変更しました。" in letter.body
    entry = Entry.objects.get(action="user.changed")
    assert (entry.actor_id, entry.subject_id) == (manager.pk, str(person.pk))
    assert entry.data == {"name": person.name, "fields": {"会社での役割": ["申込者", "閲覧者"]}}


def test_the_same_role_or_state_again_is_no_change(manager, person, mailbox):
    colleagues.give_role(person.pk, "applicant", by=manager)
    colleagues.reopen(person.pk, by=manager)
    assert (mailbox(), Entry.objects.count()) == ([], 0)


def test_a_role_that_there_is_not_is_refused(manager, person):
    for role in ("", "owner", "head"):
        with pytest.raises(colleagues.NotAllowed, match="役割を選択"):
            colleagues.give_role(person.pk, role, by=manager)


def test_somebody_stopped_is_told_and_can_be_reopened(manager, person, mailbox, log_in, client):
    colleagues.stop(person.pk, by=manager)
    assert "正しくありません" in log_in(person.email).content.decode()
    colleagues.reopen(person.pk, by=manager)
    assert log_in(person.email).url == "/"
    assert [news(letter) for letter in mailbox(to=person.email)] == [
        ["　ご利用：停止しました"],
        ["　ご利用：再開しました"],
    ]
    told = Entry.objects.filter(action="user.changed").order_by("seq").values_list("data", flat=True)
    assert [one["fields"] for one in told] == [{"利用中": [True, False]}, {"利用中": [False, True]}]


def test_a_stop_ends_every_session_at_once_and_reopening_brings_none_back(manager, person, log_in, client, clock):
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.post("/login/", {"email": person.email, "password": PASSWORD})
        assert browser.get("/register/").status_code == 200
    clock(seconds=5)
    colleagues.stop(person.pk, by=manager)
    assert client.get("/register/").url == "/login/?next=/register/"
    colleagues.reopen(person.pk, by=manager)
    assert elsewhere.get("/register/").url.startswith("/login/?next=/register/")  # never used while stopped
    clock(seconds=5)
    log_in(person.email)
    assert client.get("/register/").status_code == 200


def test_nobody_acts_on_himself(manager):
    for act in (
        lambda: colleagues.give_role(manager.pk, "applicant", by=manager),
        lambda: colleagues.stop(manager.pk, by=manager),
        lambda: colleagues.reopen(manager.pk, by=manager),
    ):
        with pytest.raises(colleagues.NotAllowed, match="ほかの管理者に依頼"):
            act()
    manager.refresh_from_db()
    assert (manager.company_role, manager.is_active) == ("manager", True)


def test_people_of_others_are_not_there(manager, clerk):
    for other in (make.person("contractor", company_role="manager"), clerk):
        for act in (colleagues.stop, colleagues.reopen):
            with pytest.raises(User.DoesNotExist):
                act(other.pk, by=manager)
        with pytest.raises(User.DoesNotExist):
            colleagues.give_role(other.pk, "viewer", by=manager)


@pytest.mark.parametrize("since", [{"company_role": "applicant"}, {"is_active": False}])
def test_who_is_no_manager_any_more_is_refused_whatever_his_page_shows(manager, person, since):
    User.objects.filter(pk=manager.pk).update(**since)
    with pytest.raises(colleagues.NotAllowed, match="権限がなくなりました"):
        colleagues.stop(person.pk, by=manager)
    person.refresh_from_db()
    assert person.is_active


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "act", [lambda pk, by: colleagues.give_role(pk, "viewer", by=by), lambda pk, by: colleagues.stop(pk, by=by)]
)
def test_two_managers_who_put_each_other_out_at_once_leave_one(act):
    company = make.contractor()
    pair = [make.person("contractor", contractor=company, company_role="manager") for _ in range(2)]
    answers, go = [], threading.Barrier(2, timeout=10)

    def put_out(by, other):
        try:
            go.wait()
            act(other.pk, by)
            answers.append("done")
        except colleagues.NotAllowed:
            answers.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=put_out, args=two) for two in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["done", "refused"]
    assert company.people.filter(company_role="manager", is_active=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_act_waits_for_whoever_holds_the_company(settings):
    company = make.contractor()
    by = make.person("contractor", contractor=company, company_role="manager")
    other = make.person("contractor", contractor=company)
    held, tried = threading.Event(), threading.Event()

    def demote():
        with transaction.atomic():
            Contractor.objects.select_for_update(no_key=True).get(pk=company.pk)
            User.objects.filter(pk=by.pk).update(company_role="viewer")
            held.set()
            tried.wait(0.5)
        connection.close()

    thread = threading.Thread(target=demote)
    thread.start()
    assert held.wait(10)
    with pytest.raises(colleagues.NotAllowed):  # and not done on the word of the row as it stood before
        colleagues.stop(other.pk, by=by)
    thread.join()
    other.refresh_from_db()
    assert other.is_active
