"""The doors, the end of sessions, and the address a visitor comes from."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from accounts import access
from accounts.models import User


@access.contractor_only
def for_contractors(request):
    return HttpResponse("in")


@access.desk_only
def for_desk(request):
    return HttpResponse("in")


def knock(view, person, path="/applications/?after=1", method="get", **headers):
    request = getattr(RequestFactory(), method)(path, **headers)
    request.user = person
    return view(request)


def test_each_side_gets_in_at_its_own_door(person, clerk, head):
    assert knock(for_contractors, person).content == b"in"
    assert knock(for_desk, clerk).content == b"in"
    assert knock(for_desk, head).content == b"in"


def test_on_the_wrong_side_there_is_no_page(person, clerk, head):
    for view, visitor in [(for_contractors, clerk), (for_contractors, head), (for_desk, person)]:
        with pytest.raises(Http404):
            knock(view, visitor)


@pytest.mark.parametrize("view", [for_contractors, for_desk])
def test_a_stranger_is_sent_to_the_log_in_and_back(view):
    assert knock(view, AnonymousUser()).url == "/login/?next=/applications/%3Fafter%3D1"


def test_after_a_post_the_way_back_is_the_page_of_the_form():
    def way(referer):
        return knock(for_desk, AnonymousUser(), "/applications/1/discard/", "post", HTTP_REFERER=referer).url

    assert way("http://testserver/applications/drafts/?x=1#top") == "/login/?next=/applications/drafts/%3Fx%3D1&lost=1"
    assert way("https://evil.example/applications/") == "/login/?next=/&lost=1"
    assert way("") == "/login/?next=/&lost=1"


def test_a_part_of_a_page_sends_the_whole_page_to_the_log_in():
    answer = knock(
        for_contractors,
        AnonymousUser(),
        "/issuers/search/",
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL="http://testserver/applications/new/",
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/login/?next=/applications/new/")


@pytest.mark.parametrize(
    ("who", "minutes"), [("soumu@example.jp", 60), ("clerk@example.jp", 30), ("head@example.jp", 30)]
)
def test_an_idle_session_ends_and_leads_back(person, clerk, head, client, log_in, clock, who, minutes):
    log_in(who)
    clock(minutes=minutes - 1)
    assert "/login/" not in client.get("/").get("Location", "")
    clock(minutes=minutes - 1)
    assert "/login/" not in client.get("/").get("Location", "")
    cookie = client.cookies["__Host-sessionid"].value
    clock(minutes=minutes)
    answer = client.get("/?a=1")
    assert answer.url == "/login/?next=/%3Fa%3D1&ended=idle"
    assert not Session.objects.filter(session_key=cookie).exists()
    told = client.get(answer.url).content.decode()
    assert "しばらく操作がなかったため、安全のためログアウトしました。" in told
    assert '<input type="hidden" name="next" value="/?a=1">' in told


def test_a_session_in_use_ends_after_twelve_hours(person, client, log_in, clock):
    log_in("soumu@example.jp")
    for _ in range(23):
        clock(minutes=30)
        assert client.get("/").status_code == 200
    clock(minutes=29)
    assert client.get("/").status_code == 200
    clock(minutes=1)
    answer = client.get("/")
    assert answer.url == "/login/?next=/&ended=absolute"
    assert "ログインから12時間がたったため" in client.get(answer.url).content.decode()


def test_public_pages_go_on_when_a_session_ends(person, client, log_in, clock):
    log_in("soumu@example.jp")
    clock(hours=2)
    assert client.get("/conditions/advance/").status_code == 200
    assert client.get("/applications/").url == "/login/?next=/applications/"


def test_no_visitor_can_say_that_a_session_ended(client, db):
    assert client.get("/applications/", HTTP_NETDESK_SESSION_ENDED="idle").url == "/login/?next=/applications/"
    assert client.get("/login/?ended=<script>").status_code == 200


def test_the_sessions_of_a_disabled_person_end_with_the_next_request(person, client, log_in):
    log_in("soumu@example.jp")
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/applications/").url == "/login/?next=/applications/"
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert client.get("/applications/").url == "/login/?next=/applications/"  # it does not come back


def test_a_new_password_ends_the_sessions_of_the_old_one(person, client, log_in):
    log_in("soumu@example.jp")
    person.set_password("another long pass phrase")
    person.save()
    assert client.get("/applications/").url == "/login/?next=/applications/"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "visitor"),
    [
        (0, "203.0.113.9", "192.0.2.1"),  # nobody is trusted: what is said is ignored
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # all before the last may be invented
        (2, "1.1.1.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.1"),  # came past the outer proxy
        (1, "", "192.0.2.1"),
        (1, "unknown", "192.0.2.1"),
        (1, "<script>", "192.0.2.1"),
        (1, "2001:DB8:0:0::9", "2001:db8::9"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        (1, "fe80::1%eth0", "fe80::1"),
    ],
)
def test_the_address_comes_from_the_last_trusted_proxy_only(settings, trusted, forwarded, visitor):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get(
        "/",
        REMOTE_ADDR="192.0.2.1",
        HTTP_X_FORWARDED_FOR=forwarded,
        HTTP_X_REAL_IP="9.9.9.9",
        HTTP_FORWARDED="for=9.9.9.9",
    )
    assert access.visitor(request) == visitor


def test_a_visitor_on_a_local_socket_has_no_address():
    assert access.visitor(RequestFactory().get("/", REMOTE_ADDR="")) == ""


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_of_ipv6_the_network_is_counted(address, network):
    assert access.network(address) == network


@pytest.mark.parametrize("header", ["HTTP_HX_CURRENT_URL", "HTTP_REFERER"])
def test_a_way_back_that_is_no_address_leads_to_the_top(header):
    answer = knock(for_contractors, AnonymousUser(), HTTP_HX_REQUEST="true", **{header: "http://["})
    assert answer["HX-Redirect"] == "/login/?next=/"
