"""What must stand in the books after any fault: everything approved is issued, once, with all that belongs to it."""

import email
import email.policy
import time
from collections import Counter
from io import StringIO
from itertools import groupby

from django.core.management import CommandError, call_command
from django.db.models import Max
from django.utils import timezone

from applications.models import Line
from guarantees import keys, papers
from guarantees.models import Guarantee, Key
from outbox.models import Heartbeat, Job, Letter, LetterAttempt


def settle(seconds=60):
    """Wait until every promise is kept; tell which are not when that takes too long."""
    end = time.monotonic() + seconds
    while still_open := list(Job.objects.exclude(status="done").order_by("id").values()):
        assert time.monotonic() < end, (timezone.now(), list(Heartbeat.objects.values()), still_open)
        time.sleep(0.05)


def check(lines, mail):
    """Assert that of `lines` each was issued exactly once with its papers and news, and that all books are sound."""
    found = Line.objects.filter(pk__in=[line.pk for line in lines]).select_related("issue__guarantee")
    assert {(line.status, line.approvals.count(), line.issue.status) for line in found} == {("approved", 1, "issued")}
    assert len(found) == len(lines)
    assert Guarantee.objects.count() == Line.objects.filter(status="approved").count()
    assert Job.objects.exclude(status="done").count() == 0
    for line in found:
        _check_papers(line)
    _check_numbers()
    _check_letters(mail)
    assert audit_says() == ""


def _check_papers(line):
    guarantee = line.issue.guarantee
    made = sorted((paper.kind, papers.read(paper)[:5]) for paper in guarantee.documents.all())
    kinds = ["certificate", "notice", "statement"] if line.is_electronic else ["statement"]
    assert made == [(kind, b"%PDF-") for kind in kinds]
    assert [key.status for key in guarantee.keys.all()] == ["active"] * line.is_electronic


def _check_numbers():
    given = sorted(Guarantee.objects.values_list("number", flat=True))
    for prefix, series in groupby(given, key=lambda number: number[:5]):
        numbers = list(series)
        assert numbers == [f"{prefix}-{n:06d}" for n in range(1, len(numbers) + 1)]


def _check_letters(mail):
    """Each letter wished was accepted at least once, always the same, and no more often than its unknown endings allow."""
    wished = Line.objects.exclude(notice_address="").filter(status="approved").select_related("issue")
    letters = {letter.message_id: letter for letter in Letter.objects.all()}
    written = sorted((letter.ref, letter.to) for letter in letters.values())
    assert written == sorted((f"{line.issue.guarantee_id}:1", line.notice_address) for line in wished)
    assert {letter.status for letter in letters.values()} <= {"sent"}
    copies, bodies = Counter(), {}
    for file in mail.glob("*.eml"):
        read = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        copies[read["Message-ID"].strip()] += 1
        bodies.setdefault(read["Message-ID"].strip(), set()).add((str(read["To"]), read.get_body().get_content()))
    assert set(copies) == set(letters)
    assert {name: len(body) for name, body in bodies.items()} == dict.fromkeys(letters, 1)
    for name, letter in letters.items():
        unknown = LetterAttempt.objects.filter(letter=letter, outcome="unknown").count()
        assert 1 <= copies[name] <= 1 + unknown
    secrets = [keys.reveal(key) for key in Key.objects.all()]
    everything = "".join(text for body in bodies.values() for _, text in body)
    assert [secret for secret in secrets if secret in everything] == []


def audit_says():
    """What the two commands find wrong."""
    said = StringIO()
    try:
        call_command("verify_audit", stdout=said)
        call_command("verify_invariants", stdout=said)
    except CommandError as fault:
        return f"{fault}\n{said.getvalue()}"
    return ""


def figures(lines):
    """Seconds from approval to number and to the accepted mail: the worst of these lines."""
    issued = Line.objects.filter(pk__in=[line.pk for line in lines])
    worst = max((line.issue.issued_at - line.issue.guarantee.created_at).total_seconds() for line in issued)
    sent = [
        (letter.sent_at - line.issue.guarantee.created_at).total_seconds()
        for line in issued
        for letter in Letter.objects.filter(ref__startswith=str(line.issue.guarantee_id))
    ]
    return worst, max(sent, default=0.0), Job.objects.aggregate(Max("attempts"))["attempts__max"]
