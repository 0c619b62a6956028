"""A password that somebody else set is for the first log-in only: nothing opens before the person has chosen another."""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from tests import make

PASSWORD = "a long enough pass phrase"
CHOSEN = "quite another pass phrase"
SENTENCE = "はじめてのログインです。ご自分で決めたパスワードに変更してください。"


@pytest.fixture
def newcomer(person):
    User.objects.filter(pk=person.pk).update(password_given_at=timezone.now())
    return person


@pytest.fixture
def browser(client, newcomer, log_in):
    log_in(newcomer.email)
    return client


def choose(browser, **more):
    return browser.post("/password/", {"current": PASSWORD, "new": CHOSEN, "again": CHOSEN} | more)


def page(answer):
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    "wished", ["/", "/applications/", "/applications/new/?check=1", "/register/", "/faq/", "/issuers/", "/nothing/"]
)
def test_every_page_leads_to_the_change_of_the_password_and_from_there_back(browser, newcomer, wished):
    led = browser.get(wished)
    assert led.status_code == 302
    assert led["Location"].startswith("/password/?next=/")
    form = browser.get(led["Location"])
    assert SENTENCE in page(form)
    assert f'name="next" value="{wished}"' in page(form)
    assert "変更せずに戻る" not in page(form)
    assert choose(browser, next=wished)["Location"] == wished
    newcomer.refresh_from_db()
    assert (newcomer.check_password(CHOSEN), newcomer.password_given_at) == (True, None)
    assert "location" not in {name.lower() for name in browser.get("/applications/").headers}
    assert SENTENCE not in page(browser.get("/password/"))


def test_the_desk_is_shut_as_well(client, log_in, clerk):
    User.objects.filter(pk=clerk.pk).update(password_given_at=timezone.now())
    log_in(clerk.email)
    assert client.get("/admin/queue/").url == "/password/?next=/admin/queue/"
    assert choose(client, next="/admin/accounts/user/").url == "/admin/accounts/user/"


def test_what_is_needed_until_then_stays_open(browser):
    for path in ("/password/", "/session/", "/verify/"):
        assert browser.get(path).status_code == 200, path
    assert browser.get("/login/").url == "/"
    assert browser.post("/session/").status_code == 200
    assert browser.post("/csp-report", b"{}", "application/csp-report").status_code == 204
    assert browser.post("/logout/").url == "/login/?ended=left"


def test_what_a_page_is_drawn_with_stays_open(browser):
    answer = browser.get("/static/nd/tokens.css")
    assert answer.status_code == 200
    answer.close()  # and the connection to the database with it


def test_somebody_else_may_log_in_in_the_same_browser(browser, clerk, log_in):
    assert log_in(clerk.email).url == "/admin/"
    assert browser.get("/admin/manage/").status_code == 200


def test_nothing_is_done_by_a_post_either(browser, newcomer):
    page_of_form = "http://testserver/register/mail/add/"
    answer = browser.post("/register/mail/add/", {"address": "a@example.jp"}, HTTP_REFERER=page_of_form)
    assert answer.url == "/password/?next=/register/mail/add/"
    assert not newcomer.contractor.mail_addresses.exists()


def test_a_part_of_a_page_makes_the_whole_page_go_there(browser):
    answer = browser.get("/issuers/search/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/password/?next=/")


@pytest.mark.parametrize(
    ("typed", "field"), [({"new": PASSWORD, "again": PASSWORD}, "new"), ({"current": "x"}, "current")]
)
def test_the_password_given_is_no_choice_and_a_wrong_try_keeps_the_way_on(browser, newcomer, typed, field):
    answer = choose(browser, next="/applications/", **typed)
    assert answer.status_code == 200
    assert f'href="#id_{field}"' in page(answer)
    assert 'name="next" value="/applications/"' in page(answer)
    assert SENTENCE in page(answer)
    assert browser.get("/register/").url == "/password/?next=/register/"


@pytest.mark.parametrize("evil", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_the_way_on_stays_in_the_portal(browser, evil):  # 55
    assert choose(browser, next=evil)["Location"] == "/"


def test_who_chose_the_password_is_led_nowhere(client, person, log_in):
    assert make.person("contractor").password_given_at is None
    assert log_in(person.email).url == "/"
    assert client.get("/register/").status_code == 200


def fields(somebody, **more):
    kept = {
        "email": somebody.email,
        "name": somebody.name,
        "role": somebody.role,
        "contractor": somebody.contractor_id or "",
        "branch": somebody.branch_id or "",
        "is_active": "on",
        "new_password": "",
    }
    return {name: value for name, value in (kept | more).items() if value is not None}


def test_a_password_set_at_the_register_opens_nothing_but_the_change(head, person, client, log_in):
    log_in(head.email)
    given = "told by telephone only"
    assert (
        client.post(f"/admin/accounts/user/{person.pk}/change/", fields(person, new_password=given)).status_code == 302
    )
    person.refresh_from_db()
    assert person.password_given_at is not None
    [entry] = Entry.objects.filter(action="user.changed")
    assert (entry.actor_id, entry.subject_id) == (head.pk, str(person.pk))
    log_in(person.email, given)
    assert client.get(reverse("applications:status")).url == "/password/?next=/applications/"


def test_another_change_at_the_register_forces_nothing(head, person, client):
    client.force_login(head)
    client.post(f"/admin/accounts/user/{person.pk}/change/", fields(person, name="改 名"))
    person.refresh_from_db()
    assert (person.name, person.password_given_at) == ("改 名", None)


def test_the_own_password_is_not_changed_at_the_register(head, client):
    client.force_login(head)
    address = f"/admin/accounts/user/{head.pk}/change/"
    assert "new_password" not in page(client.get(address))
    assert client.post(address, fields(head, name="改 名", new_password=CHOSEN)).status_code == 302
    head.refresh_from_db()
    assert (head.name, head.check_password(PASSWORD), head.password_given_at) == ("改 名", True, None)


def test_a_password_chosen_in_the_moment_of_another_change_stays(head, person, client, monkeypatch):
    client.force_login(head)
    real = User.save

    def meanwhile(self, *args, **kwargs):
        chosen = User(password=person.password)
        chosen.set_password(CHOSEN)
        User.objects.filter(pk=person.pk).update(password=chosen.password)
        real(self, *args, **kwargs)

    monkeypatch.setattr(User, "save", meanwhile)
    client.post(f"/admin/accounts/user/{person.pk}/change/", fields(person, name="改 名"))
    person.refresh_from_db()
    assert (person.name, person.check_password(CHOSEN)) == ("改 名", True)
