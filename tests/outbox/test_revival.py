from datetime import timedelta

import pytest
from django.db.models.functions import Now

from accounts.models import User
from outbox import delivery, revival
from outbox.models import Job, Letter
from tests.outbox import doers


@pytest.fixture
def officer(db):
    return User.objects.create(email="officer@example.jp", name="見本　花子", role="head")


def test_a_dead_job_gets_all_its_attempts_again(promise, due, officer):
    job = promise("note", "x")
    due(job, status="dead", attempts=20, last_error="ValueError: x")

    revived = revival.retry(job, by=officer)

    assert (revived.status, revived.attempts, revived.give_up_at, revived.last_error) == (
        "ready",
        0,
        None,
        "ValueError: x",
    )
    delivery.run(job.pk)
    assert doers.done("x") == 1


def test_a_dead_letter_gets_another_day(job, officer, server):
    server.replies = {"RCPT": "550 no such user"}
    delivery.run(job.pk)
    Job.objects.update(give_up_at=Now() - timedelta(hours=1))

    revived = revival.retry(job, by=officer)

    assert Letter.objects.get().status == "queued"
    assert (revived.give_up_at - revived.run_after).total_seconds() == pytest.approx(86400)
    server.replies = {}
    delivery.run(job.pk)
    assert (Letter.objects.get().status, len(server.received)) == ("sent", 1)


def test_ten_clicks_revive_once(promise, due, officer):
    job = promise("note", "x")
    due(job, status="dead", attempts=20)
    revival.retry(job, by=officer)

    for _ in range(9):
        with pytest.raises(revival.NotDead, match="すでに再開されています"):
            revival.retry(job, by=officer)

    assert Job.objects.get().attempts == 0


@pytest.mark.parametrize("values", [{"status": "ready"}, {"status": "done", "done_at": Now()}])
def test_only_the_dead_are_revived(promise, officer, values):
    job = promise("note", "x")
    Job.objects.update(**values)

    with pytest.raises(revival.NotDead):
        revival.retry(job, by=officer)

    assert Job.objects.get().status == values["status"]
