"""期限: one letter for each version that ends soon, to whoever may do something about it."""

import datetime as dt

import pytest
from django.conf import settings

from guarantees import clock, expiry, standing
from guarantees.models import Guarantee
from netdesk import dates
from outbox import chores
from outbox.models import Letter
from tests import make

pytestmark = pytest.mark.django_db


def ending(days, **changes):
    """An issued version that ends so many days from today."""
    today = clock.today()
    return make.issued(starts_on=today - dt.timedelta(days=100), ends_on=today + dt.timedelta(days=days), **changes)


@pytest.mark.parametrize(("days", "told"), [(0, True), (1, True), (30, True), (31, False)])
def test_a_guarantee_that_ends_within_thirty_days_is_told_once(days, told):
    version = ending(days)
    assert expiry.remind() == told
    assert expiry.remind() == 0
    letters = Letter.objects.filter(kind="guarantee_expires")
    assert [letter.to for letter in letters] == ([version.notice_address] if told else [])
    if told:
        body = letters[0].body
        assert version.guarantee.number in body and f"{version.ends_on.year}年" in body
        assert "認証キー" not in body and "http" not in body.replace(settings.PORTAL_URL, "")


def test_without_an_address_somebody_of_the_company_hears():
    version = ending(10, notice_address="")
    assert expiry.remind() == 0  # nobody there yet
    person = make.person("contractor", contractor=version.guarantee.contractor)
    make.person("contractor", contractor=version.guarantee.contractor, is_active=False)
    assert expiry.remind() == 1
    assert Letter.objects.get().to == person.email


def test_what_is_over_cancelled_or_not_yet_issued_is_not_told():
    yesterday = ending(10)
    Guarantee.objects.filter(pk=yesterday.guarantee_id).update(status="cancelled")
    make.ordered(ends_on=clock.today() + dt.timedelta(days=5))
    assert expiry.remind() == 0


def test_the_desk_reads_how_far_the_letter_is():
    version, today = ending(31), clock.today()
    words = expiry.told
    assert words(version, today) == f"{dates.seireki(today + dt.timedelta(days=1))}に送ります"
    assert words(version, today + dt.timedelta(days=1)) == words(version, version.ends_on) == "まもなく送ります"
    assert words(version, version.ends_on + dt.timedelta(days=1)) == "送っていません"
    version = ending(30, notice_address="")
    assert words(version, today) == "宛先がないため、送れません。お電話でお知らせください"
    make.person("contractor", contractor=version.guarantee.contractor)
    assert (expiry.remind(), words(version, today)) == (1, "送信待ち")
    Letter.objects.update(status="sent", sent_at=clock.now())
    assert words(version, today) == f"{dates.seireki(today)}に送信済"
    Letter.objects.update(status="bounced")
    assert words(version, today) == "不達"
    cancelled = ending(10)
    cancelled.guarantee.status = "cancelled"
    assert words(cancelled, today) == "送りません"


def test_states_follow_the_calendar_by_themselves():
    version = ending(3)
    today = clock.today()
    for days, state in ((-101, "保証期間前"), (-100, "有効"), (3, "有効"), (4, "保証期間満了")):
        assert standing.of(version, today + dt.timedelta(days=days)) == state


def test_the_relay_looks_after_it_now_and_then(monkeypatch):
    done = []
    monkeypatch.setattr(chores, "import_string", lambda name: lambda: done.append(name))
    relay = chores.Chores()
    relay.do()
    relay.do()
    assert done == list(settings.CHORES)
    now = chores.monotonic()
    monkeypatch.setattr(chores, "monotonic", lambda: now + 3601)
    relay.do()
    assert done == 2 * list(settings.CHORES)


def test_a_chore_that_fails_holds_up_nothing(monkeypatch, caplog):
    def broken():
        raise ValueError("no")

    monkeypatch.setattr(chores, "import_string", lambda name: broken)
    chores.Chores().do()
    assert "a chore failed" in caplog.text
