"""An invitation: a link that opens one thing once, for seven days, and is kept nowhere."""

import datetime as dt
import logging
import re
import threading

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts import colleagues, invitations
from accounts.models import Invitation, User
from audit.models import Entry
from netdesk.logs import Redact
from outbox import links
from outbox.models import Letter
from tests import make

GUEST = ("guest@example.jp", "見本　新人", "viewer")
CHOSEN = "quite another pass phrase"


@pytest.fixture
def guest(manager):
    return invitations.invite(*GUEST, by=manager)


def address(invitation):
    return reverse("accounts:invitation", args=[invitations.token(invitation.pk)])


def choose(client, invitation, **more):
    return client.post(address(invitation), {"new": CHOSEN, "again": CHOSEN} | more)


def test_the_letter_names_company_inviter_and_role_and_carries_the_link_only_on_its_way(guest, manager, mailbox):
    (letter,) = mailbox()
    assert (letter.to, letter.kind, letter.ref) == ("guest@example.jp", "invitation", str(guest.pk))
    for part in ("見本　新人 様", manager.contractor.name, manager.name, "会社での役割：閲覧者", "1回だけ使えます"):
        assert part in letter.body
    sent = links.filled(letter)
    (link,) = re.findall(r"https?://\S+", sent)
    assert link == configured.PORTAL_URL + address(guest)
    assert links.filled(letter) == sent  # every copy that is sent is the same
    assert sent.replace(link, links.PLACE) == letter.body


def test_the_token_stands_in_no_table(guest):
    token = invitations.token(guest.pk)
    signature = token.partition(".")[2]
    assert len(signature) > 30
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" AS kept WHERE kept::text LIKE %s', [f"%{signature}%"])
            assert cursor.fetchone() == (0,), table


class Seen(logging.Handler):
    """Keeps what would have been written, behind the filter that stands before every handler of the portal."""

    def __init__(self):
        super().__init__()
        self.addFilter(Redact())
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


def test_the_token_reaches_no_log(guest, client):
    token, seen = invitations.token(guest.pk), Seen()
    logging.getLogger().addHandler(seen)
    try:
        client.get(f"/invitation/{token}x/")
        client.put(f"/invitation/{token}/")
        client.get(f"/invitation/{token}/more/")
    finally:
        logging.getLogger().removeHandler(seen)
    assert len([line for line in seen.lines if "/invitation/〈伏せ字〉" in line]) == len(seen.lines) >= 3
    assert token.partition(".")[2] not in str(seen.lines)


def test_who_follows_the_link_chooses_a_password_and_belongs_to_the_company(guest, manager, client, log_in):
    page = client.get(address(guest)).content.decode()
    for part in (manager.contractor.name, "見本　新人", "guest@example.jp", "閲覧者"):
        assert part in page
    assert choose(client, guest).url == "/login/?ended=joined"
    person = User.objects.get(email="guest@example.jp")
    assert (person.name, person.role, person.company_role) == ("見本　新人", "contractor", "viewer")
    assert (person.contractor, person.is_active, person.password_given_at) == (manager.contractor, True, None)
    assert log_in("guest@example.jp", CHOSEN).url == "/"
    entry = Entry.objects.get(action="user.joined")
    assert (entry.actor_id, entry.subject_id, entry.data["invited_by"]) == (person.pk, str(person.pk), manager.pk)


def test_the_page_opens_nothing_else_and_using_it_logs_nobody_in(guest, client):
    choose(client, guest)
    assert client.get("/register/").status_code == 302


def test_looking_at_the_page_does_not_use_it_up(guest, client):
    for _ in range(3):
        assert client.get(address(guest)).status_code == 200
        assert client.head(address(guest)).status_code == 200
    assert choose(client, guest).status_code == 302


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"new": "short", "again": "short"}, "12文字以上"),
        ({"again": "something else here"}, "同じものを入力してください"),
        ({"new": "髙﨑建設髙﨑建設髙﨑建設", "again": "髙﨑建設髙﨑建設髙﨑建設"}, "分かりやすい言葉"),
        ({"new": "", "again": ""}, "パスワードを入力してください"),
        ({"new": "x" * 129, "again": "x" * 129}, "128文字以内"),
    ],
)
def test_the_rules_of_the_house_hold_for_the_password(guest, client, typed, told):
    answer = choose(client, guest, **typed)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not User.objects.filter(email="guest@example.jp").exists()
    assert choose(client, guest).status_code == 302


def use(guest, manager):
    invitations.accept(guest, CHOSEN)


def withdraw(guest, manager):
    invitations.withdraw(guest.pk, by=manager)


def replace(guest, manager):
    invitations.send_again(guest.pk, by=manager)


def expire(guest, manager):
    Invitation.objects.update(expires_at=guest.at, at=guest.at - invitations.LIFE)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (use, "すでに使われています"),
        (withdraw, "取り消されました"),
        (replace, "新しいメールのリンク"),
        (expire, "期限（7日間）を過ぎました"),
    ],
)
def test_the_letter_of_an_invitation_that_is_over_opens_a_page_that_says_so(guest, manager, client, end, told):
    end(guest, manager)
    before = list(User.objects.values())
    for answer in (client.get(address(guest)), choose(client, guest, new=CHOSEN + "!", again=CHOSEN + "!")):
        page = answer.content.decode()
        assert answer.status_code == 410
        assert told in page
        assert "guest@example.jp" not in page and "<form" not in page.partition("<main")[2]
    assert list(User.objects.values()) == before


def test_seven_days_are_open_to_the_last_second(guest, client, clock):
    clock(days=7, seconds=-10)
    assert client.get(address(guest)).status_code == 200
    clock(seconds=20)
    assert client.get(address(guest)).status_code == 410


@pytest.mark.parametrize(
    "tampered", ["{pk}", "{pk}.", "{pk}.x", "{other}.{signature}", "{token}x", "x.{signature}", "a"]
)
def test_a_link_that_we_did_not_write_is_not_there(guest, client, tampered):
    token = invitations.token(guest.pk)
    forged = tampered.format(pk=guest.pk.hex, other="0" * 32, signature=token.partition(".")[2], token=token)
    assert client.get(f"/invitation/{forged}/").status_code == 404


def test_an_invitation_sent_again_leaves_only_the_new_link(guest, manager, client, mailbox):
    new = invitations.send_again(guest.pk, by=manager)
    guest.refresh_from_db()
    assert (guest.status, guest.ended_at is not None) == ("replaced", True)
    assert [letter.ref for letter in mailbox()] == [str(guest.pk), str(new.pk)]
    assert choose(client, new).status_code == 302


def test_the_same_address_again_replaces_and_a_second_click_does_not(guest, manager, mailbox, clock):
    assert invitations.invite(*GUEST, by=manager) == guest
    assert len(mailbox()) == 1
    other = invitations.invite("guest@example.jp", "見本　新人", "manager", by=manager)
    assert other != guest
    clock(minutes=2)
    assert invitations.invite("guest@example.jp", "見本　新人", "manager", by=manager) not in {guest, other}
    assert Invitation.objects.filter(status="open").count() == 1


@pytest.mark.parametrize("whose", ["clerk", "another company's", "stopped"])
def test_an_address_that_exists_elsewhere_is_refused_without_a_reason(manager, clerk, mailbox, whose):
    email = clerk.email if whose == "clerk" else make.person("contractor", is_active=whose != "stopped").email
    with pytest.raises(invitations.Refused) as refusal:
        invitations.invite(email.upper(), "見本", "viewer", by=manager)
    assert (str(refusal.value), refusal.value.field) == ("このメールアドレスは使えません", "email")
    assert (mailbox(), Invitation.objects.count(), Entry.objects.count()) == ([], 0, 0)


def test_of_a_colleague_it_is_said(manager, person):
    with pytest.raises(invitations.Refused, match="すでに貴社の利用者"):
        invitations.invite(person.email, "見本", "viewer", by=manager)


def test_two_companies_may_invite_one_address_and_the_first_to_be_followed_counts(guest, client):
    rival = invitations.invite(*GUEST, by=make.person("contractor", company_role="manager"))
    assert choose(client, rival).status_code == 302
    answer = choose(client, guest)
    assert answer.status_code == 410
    assert "このメールアドレスは使えません" in answer.content.decode()
    assert User.objects.get(email="guest@example.jp").contractor == rival.contractor


def test_a_company_writes_to_twenty_addresses_a_day(manager, clock, mailbox):
    for n in range(invitations.MOST):
        invitations.invite(f"a{n}@example.jp", "見本", "viewer", by=manager)
    for act in (
        lambda: invitations.invite("more@example.jp", "見本", "viewer", by=manager),
        lambda: invitations.send_again(Invitation.objects.latest("at").pk, by=manager),
    ):
        with pytest.raises(invitations.Refused, match="1日に20件まで"):
            act()
    invitations.invite("more@example.jp", "見本", "viewer", by=make.person("contractor", company_role="manager"))
    assert len(mailbox()) == invitations.MOST + 1
    clock(days=1, seconds=1)
    invitations.invite("more@example.jp", "見本", "viewer", by=manager)


def test_only_a_manager_invites_and_only_for_his_company(guest, person, manager):
    other = make.person("contractor", company_role="manager")
    with pytest.raises(colleagues.NotAllowed):
        invitations.invite("x@example.jp", "見本", "viewer", by=person)
    for act in (invitations.withdraw, invitations.send_again):
        with pytest.raises(colleagues.NotAllowed):
            act(guest.pk, by=person)
        with pytest.raises(Invitation.DoesNotExist):
            act(guest.pk, by=other)
    guest.refresh_from_db()
    assert guest.status == "open"


@pytest.mark.django_db(transaction=True)
def test_two_who_follow_the_link_at_once_make_one_account():
    guest = invitations.invite(*GUEST, by=make.person("contractor", company_role="manager"))
    answers, go = [], threading.Barrier(2, timeout=10)

    def follow(password):
        go.wait()
        answers.append(choose(Client(), guest, new=password, again=password).status_code)
        connection.close()

    threads = [threading.Thread(target=follow, args=[CHOSEN + sign]) for sign in "!?"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 410]
    assert User.objects.filter(email="guest@example.jp").count() == 1


def test_nothing_is_promised_for_longer_than_the_link_lives(guest):
    assert guest.expires_at - guest.at == dt.timedelta(days=7)
    assert Letter.objects.get().status == "queued"
