import hashlib
from datetime import UTC, date
from threading import Thread

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import Branch, User
from audit import chain, trail
from audit.models import Entry, Head


@pytest.fixture
def branch(db):
    return Branch.objects.create(code="101", name="新宿支店", phone="03-0000-0001", address="東京都新宿区見本町1-1")


def test_an_entry_says_who_did_what_to_which_thing_and_when(officer, branch):
    before = Head.objects.create() and Head.objects.values_list(Now(), flat=True).get()

    entry = trail.record("branch.renamed", branch, by=officer, old="西新宿支店", lines=[1, None, True])

    entry.refresh_from_db()
    assert (entry.seq, entry.actor, entry.actor_name, entry.action) == (1, officer, "見本　花子", "branch.renamed")
    assert (entry.subject_type, entry.subject_id) == ("accounts.branch", str(branch.pk))
    assert entry.data == {"old": "西新宿支店", "lines": [1, None, True]}
    assert before < entry.at < Head.objects.values_list(Now(), flat=True).get()


def test_the_fingerprint_is_sha256_of_the_one_before_and_the_canonical_entry(officer, branch):
    entry = trail.record("branch.renamed", branch, by=officer, b="甲", a=1)

    moment = entry.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")
    text = (
        f'{{"action":"branch.renamed","actor":[{officer.pk},"見本　花子"],"at":"{moment}","data":{{"a":1,"b":"甲"}},'
        f'"object":["accounts.branch","{branch.pk}"],"seq":1}}'
    )
    assert entry.prev_hash == "0" * 64
    assert entry.hash == hashlib.sha256(("0" * 64 + text).encode()).hexdigest()


def test_each_entry_bears_the_fingerprint_of_the_one_before(officer, branch):
    first = trail.record("branch.opened", branch, by=officer)
    second = trail.record("branch.renamed", branch, by=officer)

    assert (second.seq, second.prev_hash) == (2, first.hash)
    assert list(Head.objects.values_list("seq", "hash")) == [(2, second.hash)]


def test_the_system_has_no_person_but_a_name(branch):
    entry = trail.record("branch.counted", branch, by=None)

    assert (entry.actor, entry.actor_name) == (None, "システム")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction(branch):
    with pytest.raises(trail.NotInTransaction, match="同じトランザクション"):
        trail.record("branch.renamed", branch, by=None)

    assert Entry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_act_leaves_neither_entry_nor_gap(branch):
    with transaction.atomic():
        trail.record("branch.opened", branch, by=None)
    with pytest.raises(RuntimeError), transaction.atomic():
        trail.record("branch.renamed", branch, by=None)
        raise RuntimeError
    with transaction.atomic():
        trail.record("branch.closed", branch, by=None)

    entries = Entry.objects.order_by("seq").values_list("seq", "action")
    assert list(entries) == [(1, "branch.opened"), (2, "branch.closed")]
    assert chain.first_break() is None


@pytest.mark.parametrize("value", [1.5, float("nan"), date(2026, 6, 1), {1, 2}, b"x", [{"deep": 0.1}]])
def test_data_that_json_would_not_give_back_unchanged_is_refused(branch, value):
    with pytest.raises(TypeError):
        trail.record("branch.renamed", branch, by=None, value=value)

    assert Entry.objects.count() == 0


def test_the_history_of_things_is_theirs_alone_and_newest_first(officer, branch):
    other = Branch.objects.create(code="102", name="立川支店", phone="03-0000-0002", address="東京都立川市見本町2-2")
    trail.record("branch.opened", branch, by=officer)
    trail.record("user.welcomed", officer, by=None)
    trail.record("branch.opened", other, by=officer)
    trail.record("branch.renamed", branch, by=officer)

    assert [entry.seq for entry in trail.of(branch)] == [4, 1]
    assert [entry.seq for entry in trail.of(branch, officer)] == [4, 2, 1]
    assert list(trail.of()) == []


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain_without_a_gap(officer):
    def act(who):
        for _ in range(5):
            with transaction.atomic():
                trail.record("user.seen", User.objects.get(pk=officer.pk), by=officer, who=who)
        connection.close()

    threads = [Thread(target=act, args=[who]) for who in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(Entry.objects.order_by("at").values_list("seq", flat=True)) == list(range(1, 31))
    assert chain.first_break() is None
