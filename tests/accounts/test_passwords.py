"""パスワードの変更: for everybody who is logged in, slowed down like the log-in, and all other sessions end."""

from html import unescape

import pytest
from django.test import Client

from accounts.models import LoginTry, User
from audit.models import Entry

PASSWORD = "a long enough pass phrase"
NEW = "quite another pass phrase"
WRONG = "いまのパスワードが正しくありません。大文字・小文字、全角・半角を確認して、もう一度入力してください。"


@pytest.fixture
def browser(client, person, log_in):
    log_in(person.email)
    return client


def change(browser, current=PASSWORD, new=NEW, again=None):
    return browser.post("/password/", {"current": current, "new": new, "again": new if again is None else again})


def page(answer):
    return unescape(answer.content.decode())


def entries():
    found = Entry.objects.filter(action__startswith="user.password").order_by("seq")
    return [(entry.action, entry.subject_id, entry.data) for entry in found]


def test_the_new_password_opens_the_door_and_the_old_one_does_not(browser, person, log_in):
    answer = change(browser)
    assert answer["Location"] == "/"
    assert "パスワードを変更しました。" in page(browser.get("/register/"))
    person.refresh_from_db()
    assert (person.check_password(NEW), person.check_password(PASSWORD)) == (True, False)
    assert entries() == [("user.password_changed", str(person.pk), {"visitor": "127.0.0.1"})]
    assert log_in(person.email, PASSWORD).status_code == 200
    assert log_in(person.email, NEW).url == "/"


def test_every_other_session_ends_and_the_own_one_goes_on_under_a_new_id(browser, person):
    other = Client()
    other.post("/login/", {"email": person.email, "password": PASSWORD})
    before = browser.session.session_key
    change(browser)
    assert browser.session.session_key != before
    assert browser.get("/register/").status_code == 200
    assert other.get("/register/").url == "/login/?next=/register/"
    thief = Client()
    thief.cookies["__Host-sessionid"] = before
    assert thief.get("/register/").url == "/login/?next=/register/"


@pytest.mark.parametrize(("who", "home"), [("clerk", "/admin/"), ("head", "/admin/")])
def test_the_desk_has_the_page_in_its_own_frame(request, client, log_in, who, home):
    somebody = request.getfixturevalue(who)
    log_in(somebody.email)
    words = page(client.get("/password/"))
    assert '<span class="role">職員用</span>' in words
    assert '<a href="/password/">パスワードの変更</a>' in words
    assert change(client)["Location"] == home
    somebody.refresh_from_db()
    assert somebody.check_password(NEW)


def test_a_stranger_logs_in_first(client, db):
    assert client.get("/password/").url == "/login/?next=/password/"


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"current": ""}, "current", "いまのパスワードを入力してください。"),
        ({"new": "", "again": ""}, "new", "新しいパスワードを入力してください。"),
        ({"again": ""}, "again", "新しいパスワードをもう一度入力してください。"),
        ({"again": NEW + " "}, "again", "新しいパスワードと同じものを入力してください。"),
        ({"new": PASSWORD}, "new", "いまのパスワードと違うパスワードを入力してください。"),
        ({"new": "eleven sign"}, "new", "このパスワードは短すぎます。最低 12 文字以上必要です。"),
        ({"new": "x" * 129}, "new", "パスワードは128文字以内で入力してください。"),
        ({"new": "soumu@example.jp"}, "new", "このパスワードは メールアドレス と似すぎています。"),
        ({"new": "q1w2e3r4t5y6"}, "new", "このパスワードは一般的すぎます。"),
    ],
)
def test_what_does_not_do_is_said_in_japanese_and_costs_no_try(browser, person, typed, field, sentence):
    tries = LoginTry.objects.count()
    words = page(change(browser, **typed))
    assert "<title>エラー：パスワードの変更｜ネットデスク</title>" in words
    assert f'<li><a href="#id_{field}">{sentence}</a></li>' in words
    for secret in (PASSWORD, NEW):
        assert secret not in words
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert (LoginTry.objects.count(), entries()) == (tries, [])


@pytest.mark.parametrize(
    "password", ["絵文字🏗とパスワードと絵文字", " leading and trailing ", "ｆｕｌｌ－ｗｉｄｔｈ－１２３", "x1y2z3" * 21]
)
def test_a_password_is_taken_exactly_as_typed(browser, person, password):  # 67
    assert change(browser, new=password).status_code == 302
    person.refresh_from_db()
    assert person.check_password(password)
    assert not person.check_password(password.strip() + "x")


def test_a_wrong_current_password_is_audited_and_slows_the_next_tries_down(browser, person, clock):
    for _ in range(5):
        assert WRONG in page(change(browser, current="wrong password here"))
    waiting = change(browser)
    assert (waiting.status_code, waiting["Retry-After"]) == (429, "15")
    assert "あと約15秒たってから、もう一度お試しください。" in page(waiting)
    assert "<title>エラー：" in page(waiting)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    clock(seconds=16)
    assert change(browser).status_code == 302
    assert [action for action, *_ in entries()] == ["user.password_refused"] * 5 + ["user.password_changed"]


def test_a_field_sent_twice_is_refused(browser):
    body = "current=a&current=b&new=x&again=x"
    assert browser.post("/password/", body, "application/x-www-form-urlencoded").status_code == 400


def test_a_form_that_is_not_from_our_page_is_refused(person):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    assert change(browser).status_code == 403


def test_a_password_changed_elsewhere_in_this_moment_is_not_overwritten(browser, person, monkeypatch):
    real = User.set_password

    def meanwhile(self, raw):
        real(self, raw)
        other = User.objects.get(pk=person.pk)
        real(other, "changed by somebody else")
        User.objects.filter(pk=person.pk).update(password=other.password)

    monkeypatch.setattr(User, "set_password", meanwhile)
    assert WRONG in page(change(browser))
    person.refresh_from_db()
    assert person.check_password("changed by somebody else")


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("netdesk-netdesk", "分かりやすい言葉"),
        ("ネットデスク保証株式会社", "分かりやすい言葉"),
        ("password-1234", "分かりやすい言葉"),
        ("タカサキケンセツ2026", "分かりやすい言葉"),
        ("髙﨑建設株式会社髙﨑建設", "分かりやすい言葉"),
        ("aaaaaaaaaaaa1", "5種類以上の文字を使ってください。"),
    ],
)
def test_what_everybody_here_would_guess_is_refused(browser, person, new, sentence):
    assert sentence in page(change(browser, new=new))
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("new", ["netdesk の窓口で雨宿りをした", "髙﨑建設の裏庭に柿が三本"])
def test_such_a_word_among_others_is_fine(browser, new):
    assert change(browser, new=new).status_code == 302
