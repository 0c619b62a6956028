"""SIGKILL of web, worker and relay at any moment: nothing approved is lost, nothing is issued twice."""

import contextlib
import logging
import threading
import time

import pytest
from django.db import connection, transaction

from applications import lifecycle
from applications.models import Application, Line, Submission
from audit.models import Head
from tests import make
from tests.faults import house as houses
from tests.faults import ledger
from tests.faults.house import wait_for
from tests.faults.visitor import Cut, Visitor

logger = logging.getLogger(__name__)
pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]
ROUNDS = 3
# A paper guarantee, and an electronic one without news.
PAPER = {"advance_format": "paper", "notice": "no", "receipt": "post"}


def reviewed(people, count=2, **changes):
    """Lines that wait for the approver, two of each application."""
    lines = []
    while len(lines) < count:
        lines += make.application(people["contractor"], **changes).lines.order_by("product")
    for line in lines:
        for name in ("receive", "review"):
            lifecycle.move(line, name, by=people["clerk"])
    return lines


def approve(officer, line):
    """Approve over HTTP, again and again until an answer comes: yes, or that it was done already."""
    path = f"/admin/lines/{line.pk}/approve/"
    answer = officer.insist(path, revision="1", contract_seen="mail", reason="確かめました。")
    assert answer.status in {302, 409}, answer.words
    if answer.status == 409:
        assert "この申込はすでに承認済です（田中 一郎、" in answer.words


@contextlib.contextmanager
def fire(house, chance, parts, *, most):
    """Kill processes of these parts at random moments while the block runs, `most` of them at most."""
    over = threading.Event()

    def shoot():
        while most > len(house.kills) - before and not over.wait(chance.uniform(0.2, 1.0)):
            house.kill(chance.choice(parts), chance)

    before, gun = len(house.kills), threading.Thread(target=shoot)
    gun.start()
    try:
        yield
    finally:
        over.set()
        gun.join()


def report(name, lines, began, kills):
    worst, mailed, attempts = ledger.figures(lines)
    logger.info(
        "%s: %s lines, %s kills, %.1f s; worst from approval to number %.1f s, to accepted mail %.1f s; most attempts so far %s",
        name, len(lines), kills, time.monotonic() - began, worst, mailed, attempts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "count", "most"),
    [(("web",), 4, 4), (("worker",), 6, 6), (("relay",), 4, 4), (("web", "worker", "relay"), 10, 14)],
    ids=["web", "worker", "relay", "all three"],
)
def test_nothing_is_lost_or_doubled_whoever_is_killed(house, people, officer, chance, parts, count, most):
    lines = reviewed(people, count - 2) + reviewed(people, **PAPER)
    chance.shuffle(lines)
    began, before = time.monotonic(), len(house.kills)
    with fire(house, chance, parts, most=most):
        for n, line in enumerate(lines):
            pace = before + most * n // count
            wait_for(lambda pace=pace: len(house.kills) >= pace)  # shots fall between and upon the clicks
            time.sleep(chance.uniform(0, 0.6))
            approve(officer, line)
        wait_for(lambda: len(house.kills) - before == most)
    ledger.settle()
    ledger.check(lines, house.var / "mail")
    report(" ".join(parts), lines, began, most)
    wait_for(lambda: all(house.family(part) for part in houses.PARTS))


def test_a_broker_that_loses_every_hint_holds_up_nothing(house, people, officer):
    lines, began, over = reviewed(people, 1, contract_on=None), time.monotonic(), threading.Event()
    gone = []

    def sweep():
        while not over.wait(0.01):
            for hint in (house.var / "broker").glob("*.msg"):
                hint.unlink(missing_ok=True)
                gone.append(hint.name)

    broom = threading.Thread(target=sweep)
    broom.start()
    try:
        for line in lines:
            approve(officer, line)
        ledger.settle()
    finally:
        over.set()
        broom.join()
    ledger.check(lines, house.var / "mail")
    report("broker emptied", lines, began, 0)
    assert len(gone) >= 3


def test_without_any_worker_the_relay_issues_by_itself(house, people, officer):
    gone = house.without("worker")
    try:
        lines, began = reviewed(people, 1, contract_on=None), time.monotonic()
        for line in lines:
            approve(officer, line)
        ledger.settle()
        assert house.family("relay")
    finally:
        house.with_again(gone)
    ledger.check(lines, house.var / "mail")
    report("no worker", lines, began, 0)


@pytest.fixture
def sender(house, people):
    return Visitor(house.port, "contractor@example.jp", "netdesk-demo")


def on_confirm_page(sender, people):
    """A draft on its confirm page: its address, and what the button 送信 will send."""
    draft = make.draft(people["contractor"])
    path = f"/applications/{draft.pk}/confirm/"
    page = sender.look(path)
    return draft, path, {"agree": "1", "token": sender.hidden(page, "token")}


def assert_sent_once(draft, answer):
    """One application, one number, one sending on record, each line once, however often the button was pressed."""
    assert (answer.status, answer.location) == (302, f"/applications/{draft.pk}/sent/")
    sent = Application.objects.get(pk=draft.pk)
    assert sent.submissions.count() == 1
    assert sorted(sent.lines.values_list("product", "revision")) == [("advance", 1), ("contract", 1)]
    numbers = sorted(Application.objects.filter(sent_at__isnull=False).values_list("number", flat=True))
    assert [int(number[-5:]) for number in numbers] == list(range(1, len(numbers) + 1))


def test_a_sending_that_was_stored_but_never_answered_is_the_same_when_repeated(house, people, sender):
    draft, path, wish = on_confirm_page(sender, people)
    with sender.line() as line:
        sender.send(line, "POST", path, wish)
        wait_for(lambda: Submission.objects.filter(application=draft).exists())
        house.kill("web")  # the answer is on its way at best; nobody reads it
    number = Application.objects.get(pk=draft.pk).number

    assert_sent_once(draft, sender.insist(path, **wish))
    assert Application.objects.get(pk=draft.pk).number == number


def test_a_sending_killed_before_it_was_stored_leaves_nothing_and_can_be_repeated(house, people, sender):
    draft, path, wish = on_confirm_page(sender, people)
    with sender.line() as line:
        with transaction.atomic():
            Head.objects.select_for_update().get()  # every sending comes to this row last, just before its commit
            sender.send(line, "POST", path, wish)
            wait_for(somebody_waits, 10)
            house.kill("web")
        with pytest.raises(Cut):
            sender.hear(line)
    assert (Application.objects.get(pk=draft.pk).sent_at, Line.objects.filter(application=draft).count()) == (None, 0)

    assert_sent_once(draft, sender.insist(path, **wish))


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0]


def test_a_sending_cut_off_at_any_moment_is_one_sending(house, people, sender, chance):
    for _ in range(ROUNDS):
        draft, path, wish = on_confirm_page(sender, people)
        shot = threading.Timer(chance.uniform(0, 0.12), house.kill_workers, ["web"])
        shot.start()
        answer = sender.insist(path, **wish)
        shot.join()
        assert_sent_once(draft, sender.insist(path, **wish))
        assert answer.status == 302
    assert ledger.audit_says() == ""
    logger.info("%s of %s sendings were cut off before their answer", sender.cuts, ROUNDS)
