from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import Branch
from outbox import promises
from outbox.models import Job


def test_a_promise_holds_an_id_and_is_due_at_once(promise):
    branch = Branch.objects.create(code="101", name="新宿支店", phone="03-0000-0001", address="東京都新宿区見本町1-1")

    job = promise("note", branch)

    job.refresh_from_db()
    assert (job.kind, job.purpose, job.ref) == ("note", f"note:{branch.pk}", str(branch.pk))
    assert (job.status, job.attempts, job.max_attempts, job.last_error) == ("ready", 0, 20, "")
    assert list(Job.objects.due()) == [job]


def test_how_often_a_kind_is_tried_is_a_setting(promise, settings):
    settings.JOB_ATTEMPTS = {"note": 10}

    assert (promise("note").max_attempts, promise("stumble").max_attempts) == (10, 20)


def test_the_same_purpose_again_is_the_same_promise(promise):
    assert promise("note", 7) == promise("note", 7)
    assert promise("note", 7, purpose="note:7:again") != promise("note", 7)
    assert sorted(Job.objects.values_list("purpose", flat=True)) == ["note:7", "note:7:again"]


@pytest.mark.django_db(transaction=True)
def test_ten_people_promise_the_same_at_once_and_it_is_promised_once(promise):
    made = []

    def act():
        made.append(promise("note", 7).pk)
        connection.close()

    threads = [Thread(target=act) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert made == [Job.objects.get().pk] * 10


@pytest.mark.django_db(transaction=True)
def test_a_promise_is_made_only_together_with_its_change():
    with pytest.raises(promises.NotInTransaction, match="同じトランザクション"):
        promises.make("note", 7)

    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_promise_falls_with_its_change_and_nobody_is_woken(broker):
    with pytest.raises(RuntimeError), transaction.atomic():
        promises.make("note", 7)
        raise RuntimeError

    assert Job.objects.count() == 0
    assert list(broker.glob("*.msg")) == []


def test_a_promise_that_nobody_could_keep_is_refused(promise):
    with pytest.raises(promises.UnknownKind, match="「nothing」は登録されていません"):
        promise("nothing")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"status": "waiting"}, "a_job_has_one_of_its_statuses"),
        ({"status": "leased"}, "a_job_has_a_lease_exactly_while_leased"),
        ({"status": "done"}, "a_job_has_its_moment_exactly_once_done"),
        ({"attempts": 21}, "a_job_is_tried_no_more_often_than_allowed"),
    ],
)
def test_the_database_refuses_an_impossible_job(promise, values, sentence):
    promise()

    with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
        Job.objects.update(**values)
