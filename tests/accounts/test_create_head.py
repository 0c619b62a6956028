"""The first person of a new portal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.management.commands import create_head
from accounts.models import User
from audit.models import Entry


@pytest.fixture
def answer(monkeypatch, db):
    """Sit at the keyboard: give an e-mail address, a name and the password twice."""

    def type_in(email, name, *passwords):
        typed, hidden = iter([email, name]), iter(passwords)
        monkeypatch.setattr("builtins.input", lambda prompt: next(typed))
        monkeypatch.setattr(create_head, "getpass", lambda prompt: next(hidden))
        out = StringIO()
        call_command("create_head", stdout=out)
        return out.getvalue()

    return type_in


def test_the_first_person_can_log_in_and_is_recorded(answer, client):
    said = answer("Honten@example.jp", "本店 一郎", "a long enough pass phrase", "a long enough pass phrase")
    assert "本店 一郎（honten@example.jp）を登録しました。本店（閲覧）としてログインできます。" in said
    person = User.objects.get()
    assert (person.email, person.role) == ("honten@example.jp", "head")
    assert person.password_given_at is None  # chosen at the keyboard of the server
    assert (
        client.post("/login/", {"email": "honten@example.jp", "password": "a long enough pass phrase"}).url == "/admin/"
    )
    entry = Entry.objects.get(action="user.added")
    assert (entry.actor_id, entry.subject_id, entry.data) == (
        None,
        str(person.pk),
        {"name": "本店 一郎", "role": "head"},
    )


@pytest.mark.parametrize(
    ("email", "name", "passwords", "message"),
    [
        ("honten@example.jp", "本店", ("a long enough one", "another long one"), "2回のパスワードが一致しません"),
        ("honten@example.jp", "本店", ("short", "short"), "パスワード: "),
        ("no address", "本店", ("a long enough one",) * 2, "メールアドレス: "),
        ("honten@example.jp", "", ("a long enough one",) * 2, "氏名: "),
    ],
)
def test_what_the_register_would_refuse_is_refused(answer, email, name, passwords, message):
    with pytest.raises(CommandError, match=message):
        answer(email, name, *passwords)
    assert User.objects.count() == 0
