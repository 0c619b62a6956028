"""閲覧終了: it comes by the date for everybody; the chore writes it down later, once, and changes no answer."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from applications import invariants, review
from applications.models import Line
from audit import chain, trail
from audit.models import Entry
from guarantees import clock, lookup, showing, viewing
from guarantees.models import Key, Look
from netdesk import dates
from outbox import chores
from tests import make
from tests.guarantees import browsing
from tests.guarantees.asking import ask
from tests.guarantees.browsing import entered

pytestmark = pytest.mark.django_db


def ago(days):
    return clock.today() - dt.timedelta(days=days)


def ended(days=1, **changes):
    """A guarantee whose key opened it until so many days ago, and that key; a number below nought lies ahead."""
    guarantee, key = browsing.issued(**changes)
    guarantee.keys.update(expires_on=ago(days))
    return guarantee, key


def bare(answer):
    """A page without its tokens, which are made anew for every answer."""
    return re.sub(r"\b\w{64}\b", "", answer.content.decode())


def states():
    return dict(Key.objects.values_list("guarantee__number", "status"))


@pytest.mark.parametrize(("days", "state"), [(-1, "active"), (0, "active"), (1, "expired"), (400, "expired")])
def test_a_key_is_closed_when_its_last_day_is_over(days, state):
    guarantee, _ = ended(days)
    assert viewing.close() == (state == "expired")
    assert states() == {guarantee.number: state}
    told = [(entry.actor_name, entry.data) for entry in trail.of(guarantee).filter(action="key.expired")]
    entry = ("システム", {"key_no": 1, "expires_on": ago(days).isoformat()})
    assert told == ([entry] if state == "expired" else [])


def test_the_day_is_tokyos(monkeypatch):
    ended(0)
    tokyo, last = dt.timezone(dt.timedelta(hours=9)), Key.objects.get().expires_on
    midnight = dt.datetime(last.year, last.month, last.day, tzinfo=tokyo) + dt.timedelta(days=1)
    for at, closed in ((midnight - dt.timedelta(seconds=1), 0), (midnight, 1)):
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        assert viewing.close() == closed


def test_doing_it_again_changes_nothing_and_other_ends_stay_what_they_are():
    ours = [ended() for _ in range(3)]
    for status, (guarantee, _) in zip(("superseded", "revoked"), ours, strict=False):
        guarantee.keys.update(status=status)
    assert (viewing.close(), viewing.close()) == (1, 0)
    assert [states()[guarantee.number] for guarantee, _ in ours] == ["superseded", "revoked", "expired"]
    assert Entry.objects.filter(action="key.expired").count() == 1
    assert chain.first_break() is None


def test_it_goes_on_batch_by_batch_and_leaves_the_rest_to_the_next_time(monkeypatch):
    monkeypatch.setattr(viewing, "BATCH", 2)
    monkeypatch.setattr(viewing, "BATCHES", 2)
    for _ in range(5):
        ended()
    assert [viewing.close() for _ in range(3)] == [4, 1, 0]
    assert Entry.objects.filter(action="key.expired").count() == 5


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_close_each_key_once(monkeypatch):
    monkeypatch.setattr(viewing, "BATCH", 2)
    for _ in range(7):
        ended()
    start = Barrier(2)

    def work(_):
        start.wait()
        closed = viewing.close()
        connection.close()
        return closed

    with ThreadPoolExecutor(2) as pool:
        closed = list(pool.map(work, range(2)))
    assert sum(closed) + viewing.close() == 7
    assert set(states().values()) == {"expired"}
    assert Entry.objects.filter(action="key.expired").count() == 7
    assert chain.first_break() is None


@pytest.mark.django_db(transaction=True)
def test_a_key_that_another_relay_has_in_hand_is_passed_over():
    (held, _), (free, _) = ended(), ended()

    def elsewhere():
        closed = viewing.close()
        connection.close()
        return closed

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        Key.objects.select_for_update().get(guarantee=held)
        assert pool.submit(elsewhere).result(timeout=20) == 1
    assert states() == {held.number: "active", free.number: "expired"}


def test_the_relay_does_it(monkeypatch):
    ended()
    chores.Chores().do()
    assert set(states().values()) == {"expired"}


def test_the_look_up_answers_to_the_byte_the_same_before_and_after():
    guarantee, key = ended()
    pages = []
    for close in (lambda: None, viewing.close):
        close()
        page = bare(ask(guarantee.number, key))
        look = Look.objects.latest("pk")
        pages.append(page.replace(look.receipt, "").replace(dates.moment(look.at), ""))
        assert look.result == "expired"
        assert lookup.reopen(Key.objects.get().pk) is None
    assert pages[0] == pages[1]
    assert "この電子証書の閲覧期限が過ぎています" in pages[0]


@pytest.fixture
def owner():
    return make.person("contractor", contractor=make.contractor())


@pytest.fixture
def shown(owner, printer):
    """A guarantee of the owner's company with its notice, over since yesterday."""
    guarantee, key = ended(company=owner.contractor)
    browsing.draw(guarantee, "notice")
    return guarantee, key


def url(name, guarantee):
    return reverse(f"guarantees:{name}", args=[guarantee.pk])


def test_the_overview_tells_the_end_in_place_of_the_key_before_and_after_the_chore(owner, shown):
    guarantee, _ = shown
    browser, pages = entered(owner), []
    for close in (lambda: None, viewing.close):
        close()
        pages.append(bare(browser.get(url("overview", guarantee))))
    assert pages[0] == pages[1]
    page = pages[0]
    assert f"発注者が認証キーで閲覧できる期間は、{dates.seireki(ago(1))}で終わりました。" in page
    assert "この認証キーでは、もう照会できません。" in page
    assert "発注者が閲覧できる期間は、終わりました" in page
    for dead in (url("key", guarantee), "●●●●", "提出してください", "提出のしかた", "#how"):
        assert dead not in page
    assert url("notice_pdf", guarantee) in page


def test_the_key_is_shown_no_more_but_the_notice_stays_as_a_record(owner, shown):
    guarantee, key = shown
    for close in (lambda: None, viewing.close):
        close()
        answer = entered(owner).post(url("key", guarantee), follow=True)
        assert answer.redirect_chain == [(url("overview", guarantee), 302)]
        page = answer.content.decode()
        assert f"発注者が閲覧できる期間は、{dates.seireki(ago(1))}で終わりました。認証キーは表示できません。" in page
        assert key not in page.replace("</span><span>", "")
        with pytest.raises(showing.NothingToShow):
            showing.show_key(guarantee, by=owner)
        assert entered(owner).get(url("notice_pdf", guarantee)).content.startswith(b"%PDF notice")
    assert not Entry.objects.filter(action="key.shown").exists()


def test_a_viewer_reads_the_end_too_and_gets_no_notice(owner, shown):
    viewer = make.person("contractor", contractor=owner.contractor, company_role="viewer")
    page = entered(viewer).get(url("overview", shown[0])).content.decode()
    assert "もう照会できません" in page and url("notice_pdf", shown[0]) not in page


@pytest.mark.parametrize(("days", "over"), [(-1, False), (1, True)])
def test_what_can_be_opened_no_more_is_no_task_and_no_reminder(owner, days, over):
    guarantee, _ = ended(days, company=owner.contractor)
    browser = entered(owner)
    assert ("「認証キー」のお知らせを発注者へ提出してください" in browser.get("/").content.decode()) is not over
    page = browser.get(reverse("guarantees:list")).content.decode()
    assert ("閲覧できる期間は終わりました。" in page) is over
    from_then = browser.get(url("overview", guarantee)).content.decode()
    assert ("閲覧終了" in from_then) is over


def test_the_line_tells_it_as_well_and_the_desk_finds_it_in_the_history(client):
    people = make.people()
    line = make.line(people, "approved", contract_on=None)
    make.issuing.mint(str(line.issue.guarantee_id))
    Key.objects.update(expires_on=ago(3))
    client.force_login(people["contractor"])
    page = client.get(reverse("applications:line", args=[line.pk])).content.decode()
    assert f"閲覧できる期間は、{dates.seireki(ago(3))}で終わりました" in page
    assert "お知らせを、発注者へ提出してください" not in page
    assert [one.no for one in invariants.ALL if list(one.breaches())] == [34]
    viewing.close()
    assert review.history(Line.objects.get(pk=line.pk))[0].words == "認証キーの閲覧を終了しました"
    assert [one.no for one in invariants.ALL if list(one.breaches())] == []


def test_a_grant_opens_nothing_beyond_the_last_day():
    guarantee, key = ended(-1)
    browser = Client()
    opened = ask(guarantee.number, key, browser)
    assert browser.get(opened["Location"]).status_code == 200
    guarantee.keys.update(expires_on=ago(1))
    viewing.close()
    assert browser.get(opened["Location"])["Location"] == "/verify/?again"
