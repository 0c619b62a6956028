import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from audit import chain, trail
from audit.models import Entry, Head


@pytest.fixture
def five(officer):
    for n in range(1, 6):
        trail.record("user.seen", officer, by=officer, n=n)


@pytest.fixture
def unguarded(five):
    """Somebody with the rights of the table's owner has put the guards to sleep."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")


def change(entry, **values):
    Entry.objects.filter(pk=entry).update(**values)


def swap():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_pkey")
        cursor.execute("UPDATE audit_entry SET seq = 7 - seq WHERE seq IN (3, 4)")


def insert():
    last = Entry.objects.get(seq=5)
    last.seq, last.prev_hash = 6, last.hash
    last.hash = chain.fingerprint(last)
    last.save(force_insert=True)


def rewrite_one():
    """Change an entry and give it a fitting fingerprint: the next one still bears the old."""
    entry = Entry.objects.get(seq=2)
    entry.data = {"n": 99}
    change(2, data=entry.data, hash=chain.fingerprint(entry))


def test_a_sound_chain_is_counted(five, capsys):
    call_command("verify_audit")

    assert capsys.readouterr().out == "監査記録 5 件を確認しました。すべて正しくつながっています。\n"


def test_an_empty_chain_is_sound(db, capsys):
    call_command("verify_audit")

    assert capsys.readouterr().out == "監査記録 0 件を確認しました。すべて正しくつながっています。\n"


@pytest.mark.parametrize(
    ("tamper", "first_bad"),
    [
        (lambda: change(3, data={"n": 4}), 3),
        (lambda: change(3, actor=None), 3),
        (lambda: change(3, actor_name="別人"), 3),
        (lambda: change(3, action="user.forgotten"), 3),
        (lambda: change(3, subject_id="999"), 3),
        (lambda: change(3, at="2026-01-01T00:00:00Z"), 3),
        (lambda: Entry.objects.filter(seq=3).delete(), 3),
        (lambda: Entry.objects.filter(seq=1).delete(), 1),
        (lambda: Entry.objects.filter(seq__gte=4).delete(), 4),
        (lambda: Entry.objects.all().delete(), 1),
        (swap, 3),
        (insert, 6),
        (rewrite_one, 3),
        (lambda: Head.objects.update(hash="f" * 64), 5),
        (lambda: Head.objects.update(seq=9), 6),
        (lambda: Head.objects.all().delete(), 1),
    ],
)
def test_tampering_is_found_and_the_first_bad_entry_named(unguarded, tamper, first_bad):
    tamper()

    with pytest.raises(CommandError, match=f"^監査記録 {first_bad} 番が連鎖に合いません"):
        call_command("verify_audit")
