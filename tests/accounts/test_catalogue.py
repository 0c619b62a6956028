"""Log-in and users in the bad-input catalogue, on every page that takes a password: log-in, change, register."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import LoginTry, User
from tests.accounts.test_given_passwords import fields

PASSWORD = "a long enough pass phrase"
TOO_LONG = "パスワードは128文字以内で入力してください。"
EXACTLY = [
    "絵文字🏗とパスワードと絵文字",
    " leading and trailing ",
    "　全角の空白ではじまるパスワード　",
    "ｆｕｌｌ－ｗｉｄｔｈ－１２３",
    "full-width-123",
    "e\u0301crit décomposé et composé",
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% load %} %s",
]
PLACES = ["/login/", "/password/", "/admin/accounts/user/{}/change/"]


@pytest.fixture
def send(client, person, head):
    """Post a password to one of the places, as somebody to whom the place is open."""

    def post(place, password):
        if place == "/password/":
            client.force_login(person)
            return client.post(place, {"current": PASSWORD, "new": password, "again": password})
        if place == "/login/":
            return client.post(place, {"email": person.email, "password": password})
        client.force_login(head)
        return client.post(place.format(person.pk), fields(person, new_password=password))

    return post


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("length", "status"), [(129, 200), (400_000, 200), (1_000_000, 413)])
def test_a_password_too_long_is_said_at_its_field_and_a_million_is_too_much(send, person, place, length, status):  # 66
    answer = send(place, "x" * length)
    page = answer.content.decode()
    assert answer.status_code == status
    assert ("送られた内容が大きすぎます" if status == 413 else "128") in page
    assert "x" * 129 not in page
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert LoginTry.objects.count() == 0


@pytest.mark.parametrize("place", PLACES[1:])
@pytest.mark.parametrize("password", EXACTLY)
def test_a_password_is_kept_exactly_as_typed_and_opens_the_door_as_such(send, person, log_in, place, password):  # 67
    assert send(place, password).status_code == 302
    person.refresh_from_db()
    assert person.check_password(password)
    others = {password.strip(), password.replace("－", "-"), password + " ", password.upper()} - {password}
    assert [other for other in others if person.check_password(other)] == []
    assert log_in(person.email, password).url == "/"


@pytest.mark.parametrize("state", ["unknown", "wrong", "disabled", "disabled, right password", "newcomer, wrong"])
def test_every_log_in_that_fails_is_told_in_the_same_words(person, log_in, state):  # 65
    if state.startswith("disabled"):
        User.objects.update(is_active=False)
    if state.startswith("newcomer"):
        User.objects.update(password_given_at="2026-06-01T00:00:00Z")
    typed = PASSWORD if "right" in state else "wrong password here"
    answer = log_in("nobody@example.jp" if state == "unknown" else person.email, typed)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "メールアドレスまたはパスワードが正しくありません。" in page
    assert "はじめてのログイン" not in page
    assert not Session.objects.exists()


@pytest.mark.parametrize("fixed", ["of a stranger", "of somebody logged in", "that never was"])
def test_a_session_id_planted_in_a_browser_opens_nothing(person, clerk, log_in, client, fixed):  # 71
    attacker = Client()
    attacker.get("/login/")
    if fixed == "of somebody logged in":
        attacker.force_login(clerk)
    session = attacker.session
    session.save()
    planted = "z" * 32 if fixed == "that never was" else session.session_key
    client.cookies["__Host-sessionid"] = attacker.cookies["__Host-sessionid"] = planted
    log_in(person.email)
    assert client.cookies["__Host-sessionid"].value != planted
    assert client.get("/register/").status_code == 200
    assert attacker.get("/register/").url == "/login/?next=/register/"
    assert not Session.objects.filter(session_key=planted).exists()


def test_a_session_that_was_left_opens_nothing_on_either_side(person, clerk, client, log_in):  # 71
    for somebody, page in ((person, "/register/"), (clerk, "/admin/queue/")):
        log_in(somebody.email)
        cookie = client.cookies["__Host-sessionid"].value
        assert client.get(page).status_code == 200
        client.post("/logout/")
        thief = Client()
        thief.cookies["__Host-sessionid"] = cookie
        assert thief.get(page).url == f"/login/?next={page}"


@pytest.mark.parametrize(("first", "second"), [("person", "clerk"), ("clerk", "person"), ("head", "clerk")])
def test_whoever_logs_in_second_in_a_browser_sees_nothing_of_the_first(request, client, log_in, first, second):  # 71
    before, after = request.getfixturevalue(first), request.getfixturevalue(second)
    log_in(before.email)
    client.get("/password/")
    held = client.session.session_key
    log_in(after.email)
    page = client.get("/password/").content.decode()
    assert (before.email in page, after.email in page) == (False, True)
    assert not Session.objects.filter(session_key=held).exists()
