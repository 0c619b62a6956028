"""The same thing done by several at once, in real processes: one of them does it, the others are told so."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from applications import lifecycle
from applications.models import Approval
from guarantees.models import Guarantee
from outbox.models import Job
from tests import make
from tests.faults import house as houses
from tests.faults import ledger
from tests.faults.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
OFFICERS = 6
# A worker without a broker: it delivers the jobs whose ids it is told, and says when it has done with each.
DELIVERER = """
import django, sys
django.setup()
from outbox import delivery
for told in sys.stdin:
    delivery.run(int(told))
    print("over", flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def web_alone(house):
    """Nobody but the processes of the test does any job."""
    house.without("worker", "relay")


def reviewed(people, **changes):
    lines = list(make.application(people["contractor"], **changes).lines.order_by("product"))
    for line in lines:
        for name in ("receive", "review"):
            lifecycle.move(line, name, by=people["clerk"])
    return lines


@pytest.fixture(scope="module")
def officers(house, people):
    home, password = people["approver"].branch, "a sound test password"
    emails = [make.person("approver", branch=home).email for _ in range(OFFICERS)]
    return [Visitor(house.port, email, password) for email in emails]


def test_of_six_officers_who_approve_at_once_one_does_and_five_are_told_who(people, officers):
    for line in [*reviewed(people), *reviewed(people)]:
        path = f"/admin/lines/{line.pk}/approve/"
        for officer in officers:
            officer.look(path)
        gate = threading.Barrier(OFFICERS)

        def press(officer, path=path, gate=gate):
            gate.wait()
            return officer.post(path, revision="1", contract_seen="mail", reason="確かめました。")

        with ThreadPoolExecutor(OFFICERS) as pool:
            answers = list(pool.map(press, officers))

        assert sorted(answer.status for answer in answers) == [302, *[409] * (OFFICERS - 1)]
        winner = Approval.objects.get(line=line).by
        won = next(answer for answer in answers if answer.status == 302)
        assert (won.location, winner.email) == (f"/admin/lines/{line.pk}/", officers[answers.index(won)].email)
        for answer in answers:
            assert answer is won or "この申込はすでに承認済です（見本 花子、" in answer.words
        guarantee = Guarantee.objects.get(versions__line=line)
        assert Job.objects.filter(kind="mint", ref=str(guarantee.pk)).count() == 1


@pytest.fixture
def two_workers(house):
    """Two processes that can be told to deliver the same job at the same moment."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", DELIVERER],
            cwd=houses.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        for _ in range(2)
    ]

    def deliver(job_id):
        for worker in workers:
            worker.stdin.write(f"{job_id}\n")
        assert [worker.stdout.readline() for worker in workers] == ["over\n"] * 2

    yield deliver
    for worker in workers:
        with worker:
            worker.kill()


def test_two_workers_at_the_same_job_do_it_once(house, people, two_workers):
    lines = reviewed(people) + reviewed(people)
    for line in lines:
        lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    while ready := list(Job.objects.exclude(status="done").order_by("id").values_list("id", flat=True)):
        for job_id in ready:
            two_workers(job_id)

    ledger.check(lines, house.var / "mail")
