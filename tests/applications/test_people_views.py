"""利用者: what a 管理者 finds on the pages, and what the others of the company find in their place."""

import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import colleagues, invitations
from accounts.models import Invitation, User
from outbox.models import Letter
from tests import make

GUEST = {"name": "見本　新人", "email": "ＧＵＥＳＴ＠example.jp", "company_role": "viewer"}


@pytest.fixture
def people(db):
    return make.people()


@pytest.fixture
def manager(people, client):
    client.force_login(people["contractor"])
    return client


def url(name, *arguments):
    return reverse(f"register:{name}", args=arguments)


def page(answer):
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", unescape(answer.content.decode()))).strip()


def test_the_list_tells_name_address_role_last_log_in_and_state(manager, people, django_assert_num_queries):
    User.objects.filter(pk=people["viewer"].pk).update(last_login=None, is_active=False)
    User.objects.filter(pk=people["colleague"].pk).update(last_login="2026-06-01T05:20:00Z")
    words = page(manager.get(url("people")))
    for part in (
        "登録されている利用者（3名）",
        "保証　花子 （ご本人） contractor@example.jp 管理者",
        "濵田　健 colleague@example.jp 申込者 2026年6月1日 14:20 利用中 変更する",
        "辻村　みどり viewer@example.jp 閲覧者 — 利用停止 変更する",
    ):
        assert part in words
    assert words.index("濵田　健") < words.index("辻村　みどり")  # who may log in first
    assert "rival@example.jp" not in words and "招待している方" not in words
    for count in (0, 3):
        for _ in range(count):
            make.person("contractor", contractor=people["contractor"].contractor)
        with django_assert_num_queries(6):  # session, person, company, people, invitations, branch
            manager.get(url("people"))


def test_an_invitation_goes_through_its_pages(manager, people):
    assert "リンクは7日間、1回だけ使えます" in page(manager.get(url("invite")))
    manager.post(url("invite"), GUEST)
    guest = Invitation.objects.get()
    assert (guest.email, guest.name, guest.company_role) == ("guest@example.jp", "見本　新人", "viewer")
    assert guest.by == people["contractor"]
    words = page(manager.get(url("people")))
    assert "guest@example.jp へ招待のメールを送ります。" in words
    assert "まだ登録していない方（1名）" in words
    assert re.search(r"見本　新人 guest@example.jp 閲覧者 20\d\d年\S+ \S+ 招待中 もう一度送る", words)
    manager.post(url("invite_again", guest.pk))
    new = Invitation.objects.get(status="open")
    assert "もう一度送ります" in page(manager.get(url("people")))
    assert manager.post(url("invite_again", guest.pk)).status_code == 404  # replaced
    manager.post(url("uninvite", new.pk))
    words = page(manager.get(url("people")))
    assert "見本　新人様への招待を取り消しました。" in words and "招待している方" not in words
    assert manager.post(url("uninvite", new.pk)).status_code == 404
    assert Letter.objects.filter(kind="invitation").count() == 2


def test_an_invitation_that_nobody_followed_in_time_can_be_sent_again(manager, people):
    guest = invitations.invite("guest@example.jp", "見本", "viewer", by=people["contractor"])
    Invitation.objects.update(at=timezone.now() - invitations.LIFE, expires_at=timezone.now())
    assert "期限切れ もう一度送る" in page(manager.get(url("people")))
    manager.post(url("invite_again", guest.pk))
    assert "招待中" in page(manager.get(url("people")))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "氏名を入力してください"),
        ({"name": "・"}, "氏名を入力してください"),
        ({"name": "http://evil.example.com"}, "氏名に、「/」「:」「@」は使えません"),
        ({"name": "あ" * 61}, "60文字以内"),
        ({"email": "guest"}, "「name@example.jp」の形式で入力してください"),
        ({"email": "guest@example.jp\r\nBcc: x@example.jp"}, "1つだけを"),
        ({"company_role": ""}, "会社での役割を選択してください"),
        ({"company_role": "head"}, "会社での役割を選択してください"),
        ({"email": "colleague@example.jp"}, "すでに貴社の利用者です"),
        ({"email": "head@example.jp"}, "このメールアドレスは使えません"),
        ({"email": "rival@example.jp"}, "このメールアドレスは使えません"),
    ],
)
def test_what_cannot_be_sent_is_told_at_its_field_and_kept(manager, wrong, told):
    answer = manager.post(url("invite"), GUEST | wrong)
    assert answer.status_code == 200
    assert told in page(answer)
    assert "<title>エラー：" in answer.content.decode()
    assert (Invitation.objects.count(), Letter.objects.count()) == (0, 0)


def test_an_address_of_another_company_is_refused_in_the_very_words_of_any_other(manager):
    told = [
        page(manager.post(url("invite"), GUEST | {"email": email})) for email in ("rival@example.jp", "head@example.jp")
    ]
    assert told[0].replace("rival", "head") == told[1]


def test_the_twenty_first_invitation_of_a_day_is_refused(manager, people):
    for n in range(invitations.MOST):
        invitations.invite(f"a{n}@example.jp", "見本", "viewer", by=people["contractor"])
    assert "1日に20件まで" in page(manager.post(url("invite"), GUEST))
    again = manager.post(url("invite_again", Invitation.objects.first().pk), follow=True)
    assert "1日に20件まで" in page(again)


def test_a_role_is_changed_and_somebody_stopped_and_reopened_on_their_pages(manager, people):
    mate = people["colleague"]
    assert "申込者の手続に加えて" in page(manager.get(url("person", mate.pk)))
    assert "濵田　健様の役割は、閲覧者です。" in page(
        manager.post(url("person", mate.pk), {"company_role": "viewer"}, follow=True)
    )
    assert "ログインもできなくなります" in page(manager.get(url("stop", mate.pk)))
    assert "濵田　健様の利用を停止しました。" in page(manager.post(url("stop", mate.pk), follow=True))
    assert manager.get(url("stop", mate.pk)).url == url("person", mate.pk)
    assert "利用を再開する" in page(manager.get(url("person", mate.pk)))
    assert "濵田　健様の利用を再開しました。" in page(manager.post(url("reopen", mate.pk), follow=True))
    mate.refresh_from_db()
    assert (mate.company_role, mate.is_active) == ("viewer", True)
    assert "役割を選択" in page(manager.post(url("person", mate.pk), {"company_role": ""}))


def test_the_own_page_offers_nothing_and_does_nothing(manager, people):
    own = people["contractor"]
    shown = manager.get(url("person", own.pk))
    assert "ほかの管理者に依頼してください" in page(shown)
    assert "<form" not in shown.content.decode().partition("<main")[2].partition("</main>")[0]
    for name, body in (("person", {"company_role": "viewer"}), ("stop", {}), ("reopen", {})):
        assert "ほかの管理者に依頼してください" in page(manager.post(url(name, own.pk), body, follow=True))
    own.refresh_from_db()
    assert (own.company_role, own.is_active) == ("manager", True)


def test_who_was_demoted_in_between_is_led_where_he_may_go(people, client):
    second = make.person("contractor", contractor=people["contractor"].contractor, company_role="manager")
    client.force_login(second)
    client.get(url("people"))
    colleagues.give_role(second.pk, "applicant", by=people["contractor"])
    assert client.post(url("stop", people["viewer"].pk)).status_code == 404
    people["viewer"].refresh_from_db()
    assert people["viewer"].is_active


def test_a_field_sent_twice_is_a_bad_request(manager):
    for name in ("invite", "numbers"):
        assert manager.post(url(name), {"name": ["a", "b"], "corporate_no": ["1", "2"]}).status_code == 400


@pytest.mark.parametrize(
    ("who", "there", "missing"),
    [
        ("contractor", ["利用者の招待・変更"], ["貴社の管理者が行えます"]),
        ("colleague", ["貴社の管理者が行えます", "追加する"], ["利用者の招待・変更"]),
        ("viewer", ["貴社の管理者が行えます"], ["利用者の招待・変更", "追加する", "一覧・変更"]),
    ],
)
def test_the_overview_shows_each_what_he_may_do(people, client, who, there, missing):
    client.force_login(people[who])
    words = page(client.get(url("overview")))
    assert [part for part in there if part not in words] == []
    assert [part for part in missing if part in words] == []
    assert "濵田　健 colleague@example.jp 申込者" in words


def test_a_viewer_finds_no_button_that_does_something(people, client):
    """Every form that posts on the pages he may open logs him out, and nothing else."""
    line = make.line(people, "returned")
    make.draft(people["contractor"])
    client.force_login(people["viewer"])
    pages = [
        *(reverse("top"), reverse("applications:status"), reverse("applications:line", args=[line.pk])),
        *(
            reverse("applications:sent", args=[line.application_id]),
            reverse("guarantees:list"),
            reverse("statements:list"),
        ),
        *(url("overview"), url("entries", "mail"), url("company"), reverse("applications:help")),
    ]
    for address in pages:
        answer = client.get(address)
        assert answer.status_code == 200, address
        content = answer.content.decode()
        posts = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', content)
        assert set(posts) <= {reverse("accounts:logout")}, address
        links = set(re.findall(r'href="(/(?!static/)[^"#?]*)', content))
        gone = {link for link in links if client.get(link).status_code == 404}
        assert gone == set(), address
