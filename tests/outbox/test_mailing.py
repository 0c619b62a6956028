from datetime import timedelta
from email import message_from_bytes, policy
from threading import Barrier, Thread

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.timezone import localtime

from outbox import delivery, mailing
from outbox.models import Job, Letter, LetterAttempt
from tests.outbox.conftest import free_port


def state(job):
    """Status of the job, the letter and each attempt with its code."""
    letter = Letter.objects.get(pk=job.ref)
    tries = letter.tries.order_by("n").values_list("outcome", "smtp_code")
    return Job.objects.get(pk=job.pk).status, letter.status, list(tries)


def pause(job):
    return Job.objects.filter(pk=job.pk).values_list(F("run_after") - Now(), flat=True).get().total_seconds()


def test_a_letter_arrives_whole_and_once(job, letter, server):
    delivery.run(job.pk)
    delivery.run(job.pk)

    assert state(job) == ("done", "sent", [("sent", 250)])
    assert server.envelopes == [("no-reply@netdesk.example.jp", ["taro@example.jp"])]
    mail = message_from_bytes(server.received[0], policy=policy.default)
    assert mail["From"] == "ネットデスク <no-reply@netdesk.example.jp>"
    assert (mail["To"], mail["Subject"]) == ("taro@example.jp", "Ａ&Ｂ建設からのお知らせ")
    assert mail["Message-ID"] == f"<{letter.pk}@netdesk.example.jp>"
    assert mail["Date"].datetime == localtime(letter.created_at).replace(microsecond=0)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content() == "Ａ&Ｂ建設 様\r\n.点で始まる行\r\n"


def test_a_sent_letter_bears_its_moments(job, server):
    delivery.run(job.pk)

    letter, attempt = Letter.objects.get(), LetterAttempt.objects.get()
    assert (letter.attempts, letter.smtp_code, attempt.n) == (1, 250, 1)
    assert attempt.started_at < attempt.finished_at == letter.sent_at
    assert Job.objects.get().done_at == letter.sent_at


@pytest.mark.parametrize(
    ("step", "reply", "status", "outcome"),
    [
        ("RCPT", "421 closing", ("ready", "deferred"), ("deferred", 421)),
        ("RCPT", "451 later", ("ready", "deferred"), ("deferred", 451)),
        ("RCPT", "452 full", ("ready", "deferred"), ("deferred", 452)),
        ("RCPT", "550 no such user", ("dead", "bounced"), ("bounced", 550)),
        ("DATA", "451 later", ("ready", "deferred"), ("deferred", 451)),
        ("DATA", "554 not wanted", ("dead", "bounced"), ("bounced", 554)),
    ],
)
def test_the_servers_reply_decides(job, server, step, reply, status, outcome):
    server.replies = {step: reply}

    delivery.run(job.pk)

    assert state(job) == (*status, [outcome])
    assert LetterAttempt.objects.get().smtp_text == reply[4:]
    assert Job.objects.get().last_error == f"{outcome[0]}: {reply}"
    assert server.received == []


def test_a_bounced_letter_is_not_sent_again(job, server, due):
    server.replies = {"RCPT": "550 no such user"}
    delivery.run(job.pk)
    server.replies = {}
    due(job)

    delivery.run(job.pk)

    assert state(job) == ("dead", "bounced", [("bounced", 550)])
    assert server.received == []


def test_the_pauses_grow_to_eight_hours_and_end_after_a_day(job, server, due):
    server.replies = {"RCPT": "451 later"}
    pauses = []
    for _ in range(9):
        due(job)
        delivery.run(job.pk)
        pauses.append(pause(job))

    planned = [30, 120, 600, 1800, 3600, 7200, 14400, 28800, 28800]
    assert all(0.8 * plan - 1 < real < 1.2 * plan for plan, real in zip(planned, pauses, strict=True))
    assert state(job)[:2] == ("ready", "deferred")

    due(job, give_up_at=Now() + timedelta(hours=6))
    delivery.run(job.pk)

    assert state(job)[:2] == ("dead", "dead")
    assert Letter.objects.get().attempts == 10


def test_a_letter_that_waited_through_an_outage_of_ours_is_still_tried(job, server, due):
    due(job, give_up_at=Now() - timedelta(hours=1))

    delivery.run(job.pk)

    assert state(job)[:2] == ("done", "sent")


def test_no_server_no_harm(job, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()

    delivery.run(job.pk)

    assert state(job) == ("ready", "deferred", [("deferred", None)])


def test_a_line_cut_after_the_dot_is_unknown_and_the_same_letter_goes_out_again(job, server, due):
    server.cut_after_dot = True
    delivery.run(job.pk)

    assert state(job) == ("ready", "unknown", [("unknown", None)])
    assert 118 < pause(job) <= 120

    server.cut_after_dot = False
    due(job)
    delivery.run(job.pk)

    assert state(job) == ("done", "sent", [("unknown", None), ("sent", 250)])
    assert server.received[0] == server.received[1]
    assert len(set(server.message_ids)) == 1


def test_a_lease_that_ends_without_a_word_leaves_the_outcome_unknown(job, server):
    mailing._lease(job.pk)  # and here the worker dies
    assert state(job) == ("leased", "sending", [("", None)])
    assert mailing.reclaim() == 0

    Job.objects.update(lease_until=Now() - timedelta(seconds=1))
    LetterAttempt.objects.update(started_at=Now() - timedelta(seconds=121))
    assert mailing.reclaim() == 1

    assert state(job) == ("ready", "unknown", [("unknown", None)])
    delivery.run(job.pk)
    assert state(job) == ("done", "sent", [("unknown", None), ("sent", 250)])
    assert len(server.received) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("taken_by_another", "left"),
    [
        (False, ("ready", "unknown", [("unknown", None)])),
        (True, ("leased", "sending", [("unknown", None), ("", None)])),
    ],
)
def test_who_outlives_the_own_lease_can_no_longer_write(job, server, due, taken_by_another, left):
    def lose_the_lease():
        Job.objects.update(lease_until=Now() - timedelta(seconds=1))
        mailing.reclaim()
        if taken_by_another:
            due(job)
            mailing._lease(job.pk)
        connection.close()

    def meanwhile():
        other = Thread(target=lose_the_lease)
        other.start()
        other.join()

    server.before_reply = meanwhile

    delivery.run(job.pk)

    assert state(job) == left


@pytest.mark.django_db(transaction=True)
def test_many_deliverers_at_once_send_one_copy(job, server):
    start = Barrier(6)

    def work():
        start.wait()
        delivery.run(job.pk)
        connection.close()

    threads = [Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert state(job) == ("done", "sent", [("sent", 250)])
    assert len(server.received) == 1


def test_an_attempt_with_an_outcome_is_final(job, server):
    delivery.run(job.pk)

    with pytest.raises(DatabaseError, match="UPDATE refused"), transaction.atomic():
        LetterAttempt.objects.update(outcome="unknown")
    with pytest.raises(DatabaseError, match="DELETE refused"), transaction.atomic():
        LetterAttempt.objects.all().delete()

    assert LetterAttempt.objects.get().outcome == "sent"
