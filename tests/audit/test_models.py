import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from audit import trail
from audit.models import Entry, Head


@pytest.fixture
def entry(officer):
    return trail.record("user.seen", officer, by=officer)


def test_entries_are_never_changed(entry):
    with pytest.raises(DatabaseError, match="UPDATE refused"), transaction.atomic():
        Entry.objects.update(action="user.forgotten")

    assert Entry.objects.get().action == "user.seen"


def test_entries_are_never_deleted(entry):
    with pytest.raises(DatabaseError, match="DELETE refused"), transaction.atomic():
        Entry.objects.all().delete()

    assert Entry.objects.count() == 1


def test_entries_are_never_emptied(entry):
    with connection.cursor() as cursor:  # awake as in production; see tests/conftest.py
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER entries_are_never_emptied")
        with pytest.raises(DatabaseError, match="TRUNCATE refused"), transaction.atomic():
            cursor.execute("TRUNCATE audit_entry")

    assert Entry.objects.count() == 1


@pytest.mark.parametrize("action", ["seen", "user.Seen", "user seen", "user.seen.twice", ""])
def test_an_action_is_a_noun_and_a_participle(officer, action):
    with pytest.raises(IntegrityError, match="an_action_is_a_noun_and_a_participle"), transaction.atomic():
        trail.record(action, officer, by=officer)


def test_there_is_one_head(entry):
    with pytest.raises(IntegrityError, match="there_is_one_head"), transaction.atomic():
        Head.objects.create(id=2)
