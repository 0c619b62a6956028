"""The log-in page: same words for every wrong log-in, only local ways on, nothing taken over from before."""

import re
import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import LoginTry, User
from audit.models import Entry

PASSWORD = "a long enough pass phrase"
WRONG = (
    "メールアドレスまたはパスワードが正しくありません。大文字・小文字、全角・半角を確認して、もう一度入力してください。"
)


def bare(response, email):
    """The page without what was typed and without the token that changes with every page."""
    page = response.content.decode().replace(f'value="{email}"', "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_contractor_lands_on_the_top_page_and_staff_at_the_desk(person, clerk, head, log_in):
    assert log_in("soumu@example.jp").url == "/"
    assert log_in("clerk@example.jp").url == "/admin/"
    assert log_in("head@example.jp").url == "/admin/"


def test_the_address_may_be_typed_in_any_width_and_case(person, log_in):
    assert log_in("　ＳＯＵＭＵ＠ｅｘａｍｐｌｅ．ｊｐ ").url == "/"


def test_unknown_wrong_and_disabled_get_the_same_bytes(person, clerk, log_in):
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    unknown = log_in("nobody@example.jp")
    wrong = log_in("soumu@example.jp", "wrong password here")
    disabled = log_in("clerk@example.jp")
    pages = {bare(unknown, "nobody@example.jp"), bare(wrong, "soumu@example.jp"), bare(disabled, "clerk@example.jp")}
    assert len(pages) == 1
    assert pages.pop().count(WRONG) == 1
    assert [answer.status_code for answer in (unknown, wrong, disabled)] == [200, 200, 200]
    assert [dict(answer.headers) for answer in (unknown, wrong)][0].keys() == dict(disabled.headers).keys()


@pytest.mark.slow
def test_unknown_wrong_and_disabled_take_the_same_time(person, clerk, log_in, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    for one in (person, clerk):
        one.set_password("hashed by the slow one")
        one.save()
    User.objects.filter(pk=clerk.pk).update(is_active=False)

    def seconds(email):
        spent = []
        for _ in range(3):
            begun = time.process_time()
            log_in(email, "wrong password here")
            spent.append(time.process_time() - begun)
        return min(spent)

    log_in("warm-up@example.jp")
    times = [seconds(email) for email in ("nobody@example.jp", "soumu@example.jp", "clerk@example.jp")]
    assert max(times) < 3 * min(times), times  # without the hash it would be fifty times


def test_an_error_is_told_in_title_summary_and_keeps_the_address(person, log_in):
    page = log_in("soumu@example.jp", "wrong password here").content.decode()
    assert "<title>エラー：ログイン｜ネットデスク</title>" in page
    assert 'value="soumu@example.jp"' in page
    assert "wrong password here" not in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"email": "", "password": "x"}, "メールアドレスを入力してください。"),
        ({"email": "　 ", "password": "x"}, "メールアドレスを入力してください。"),
        ({"email": "a@example.jp", "password": ""}, "パスワードを入力してください。"),
        ({"email": "a@example.jp", "password": "x" * 129}, "パスワードは128文字以内で入力してください。"),
        ({"email": "a" * 255, "password": "x"}, "メールアドレスは254文字以内で入力してください。"),
    ],
)
def test_what_is_missing_or_too_long_is_said_at_the_field(db, client, typed, message):
    answer = client.post("/login/", typed)
    assert answer.status_code == 200
    assert answer.content.decode().count(message) == 2  # summary and field
    assert LoginTry.objects.count() == 0


@pytest.mark.parametrize("password", ["絵文字🏗とパスワード", " leading and trailing ", "ｆｕｌｌ－ｗｉｄｔｈ－１２３"])
def test_a_password_is_taken_exactly_as_typed(person, client, log_in, password):
    person.set_password(password)
    person.save()
    assert log_in("soumu@example.jp", password.strip() + "x").status_code == 200
    if password != password.strip():
        assert log_in("soumu@example.jp", password.strip()).status_code == 200
    assert log_in("soumu@example.jp", password).url == "/"


def test_a_field_sent_twice_is_refused(person, client):
    answer = client.post(
        "/login/", "email=soumu%40example.jp&email=b%40example.jp&password=x", "application/x-www-form-urlencoded"
    )
    assert answer.status_code == 400
    assert LoginTry.objects.count() == 0


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "http:evil.example",
        "/\t/evil.example",
        "\n//evil.example",
        "https:///evil.example",
        "evil.example",
        "/" + "a" * 3000,
        "",
    ],
)
def test_next_leads_nowhere_but_into_the_portal(person, client, log_in, evil):
    way = log_in("soumu@example.jp", next=evil).url
    assert way.startswith("/") and not way.startswith(("//", "/\\"))
    if evil != "/\t/evil.example":  # escaped to /%09/evil.example: a page of ours that does not exist
        assert way == "/"
    assert client.get("/login/", {"next": evil}).url == way  # whoever is in already goes the same way


def test_next_leads_back_to_the_page_wished(person, log_in):
    assert log_in("soumu@example.jp", next="/guarantees/?after=1").url == "/guarantees/?after=1"


def test_next_does_not_lead_a_contractor_to_the_desk(person, log_in):
    assert log_in("soumu@example.jp", next="/admin/").url == "/"


def test_a_session_id_fixed_in_advance_opens_nothing(person, client, log_in):
    session = client.session  # an attacker's own session, planted in the victim's browser
    session["planted"] = True
    session.save()
    fixed = session.session_key
    client.cookies["__Host-sessionid"] = fixed
    log_in("soumu@example.jp")
    assert "planted" not in client.session
    assert client.cookies["__Host-sessionid"].value != fixed
    assert not Session.objects.filter(session_key=fixed).exists()


def test_two_people_in_one_browser_are_never_mixed(person, clerk, client, log_in):
    log_in("soumu@example.jp")
    session = client.session
    session["of_the_first"] = True
    session.save()
    first = session.session_key
    log_in("clerk@example.jp")
    assert client.session["_auth_user_id"] == str(clerk.pk)
    assert "of_the_first" not in client.session
    assert not Session.objects.filter(session_key=first).exists()


def test_logging_in_again_gives_a_new_session_id(person, client, log_in):
    log_in("soumu@example.jp")
    first = client.session.session_key
    log_in("soumu@example.jp")
    assert client.session.session_key != first
    assert not Session.objects.filter(session_key=first).exists()


def test_the_cookie_of_a_session_that_was_left_opens_nothing(person, client, log_in):
    log_in("soumu@example.jp")
    cookie = client.cookies["__Host-sessionid"].value
    assert client.post("/logout/").url == "/login/?ended=left"
    client.cookies["__Host-sessionid"] = cookie
    assert client.get("/applications/").url == "/login/?next=/applications/"
    assert "ログアウトしました。" in client.get("/login/?ended=left").content.decode()


def test_who_posts_without_a_session_learns_that_nothing_was_kept(client, db):
    lost = "ログインしていない状態で送られたため、入力した内容は保存していません。"
    assert lost in client.post("/applications/00000000-0000-0000-0000-000000000000/edit/", follow=True).content.decode()
    assert lost not in client.get("/applications/", follow=True).content.decode()


def test_leaving_is_a_post(person, client, log_in):
    log_in("soumu@example.jp")
    answer = client.get("/logout/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "この方法では開けません" in answer.content.decode()
    assert client.get("/").status_code == 200


def test_the_cookies_are_bound_to_host_script_and_site(person, client, log_in):
    client.get("/login/")
    log_in("soumu@example.jp")
    for name in ("__Host-sessionid", "__Host-csrftoken"):
        cookie = client.cookies[name]
        assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
            True,
            True,
            "Lax",
            "/",
            "",
        )


@pytest.mark.parametrize("token", ["missing", "of another browser", "with a foreign origin"])
def test_a_form_that_is_not_from_our_page_is_refused(person, token):
    browser, other = Client(enforce_csrf_checks=True), Client()
    tokens = {one: str(one.get("/login/").context["csrf_token"]) for one in (browser, other)}
    typed, origin = {"email": "soumu@example.jp", "password": PASSWORD}, {}
    if token != "missing":
        typed["csrfmiddlewaretoken"] = tokens[other if token == "of another browser" else browser]
    if token == "with a foreign origin":
        origin = {"HTTP_ORIGIN": "https://evil.example"}
    answer = browser.post("/login/", typed, **origin)
    assert answer.status_code == 403
    assert "画面の有効時間が過ぎました" in answer.content.decode()
    assert "_auth_user_id" not in browser.session
    assert browser.post("/login/", typed | {"csrfmiddlewaretoken": tokens[browser]}).url == "/"


def test_the_previous_log_in_is_remembered(person, log_in, clock):
    log_in("soumu@example.jp")
    person.refresh_from_db()
    first = person.last_login
    assert person.seen_at is None
    clock(hours=1)
    log_in("soumu@example.jp")
    person.refresh_from_db()
    assert person.seen_at == first
    assert person.last_login > first


def test_coming_failing_and_leaving_are_audited(person, client, log_in):
    log_in("soumu@example.jp", "wrong password here")
    log_in("soumu@example.jp")
    client.post("/logout/")
    told = [(entry.action, entry.actor_id, entry.subject_type, entry.data) for entry in Entry.objects.order_by("seq")]
    assert told == [
        ("user.login_refused", None, "accounts.logintry", {"visitor": "127.0.0.1"}),
        ("user.logged_in", person.pk, "accounts.user", {"visitor": "127.0.0.1"}),
        ("user.logged_out", person.pk, "accounts.user", {}),
    ]


def test_the_demo_names_its_log_ins_and_production_does_not(client, db, settings):
    assert "netdesk-demo" in client.get("/login/").content.decode()
    settings.DEMO = False
    page = client.get("/login/").content.decode()
    assert "netdesk-demo" not in page and "rival@example.jp" not in page
