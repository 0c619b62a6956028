"""The demo data: every status, by real moves."""

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from applications.management.commands import seed
from applications.models import Application, Line
from audit import trail
from guarantees import documents, sample_tariffs
from guarantees.models import Print, Version
from issuers import register
from outbox import delivery, mailing
from outbox.models import Job
from tests import make


@pytest.fixture
def listed(db, monkeypatch):
    """The two bodies the demo's companies work for, and their bank; nobody is at work on the jobs."""
    monkeypatch.setattr(seed, "PATIENCE", 0)
    make.issuer()
    make.issuer("131202", name="練馬区")
    for body in make.Issuer.objects.all():
        make.accept(body)
    make.bank_branch()
    sample_tariffs.load()


def test_the_demo_shows_every_status(listed, capsys):
    call_command("seed")
    statuses = set(Line.objects.values_list("status", flat=True))
    assert statuses == set(make.WAYS)
    assert 12 <= Line.objects.count() <= 30
    assert Application.objects.drafts().count() == 2
    assert (
        Version.objects.count()
        == Job.objects.filter(kind="mint").count()
        == Line.objects.filter(status="approved").count()
    )
    assert capsys.readouterr().out.splitlines()[0] == (
        f"申込 {Application.objects.count()}件（保証 {Line.objects.count()}件）を作りました。発行を待っています。"
    )


def test_every_status_of_the_demo_was_reached_by_a_move(listed):
    call_command("seed")
    for line in Line.objects.all():
        done = "approved" if line.status == "awaiting_premium" else line.status
        assert trail.of(line).filter(action__startswith="line.").first().action == f"line.{done}"
        assert line.terms_digest == line.fingerprint()


def test_a_second_time_changes_nothing(listed, capsys):
    call_command("seed")
    before = Line.objects.count(), Application.objects.count()
    capsys.readouterr()
    call_command("seed")
    assert capsys.readouterr().out == "デモ用のデータは、すでにあります。\n"
    assert (Line.objects.count(), Application.objects.count()) == before


def test_outside_the_demo_nothing_is_made(listed, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="^デモ用のデータは、デモの環境（DEMO=1）でだけ作れます。$"):
        call_command("seed")
    assert not Application.objects.exists()


def test_an_interrupted_start_leaves_nothing_half_made(listed, monkeypatch):
    monkeypatch.setattr(seed, "_second", lambda officer: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        call_command("seed")
    assert not Line.objects.exists()
    assert not make.User.objects.exists()


@pytest.mark.slow
def test_the_demo_stands_on_the_whole_register(db, monkeypatch):
    monkeypatch.setattr(seed, "PATIENCE", 0)
    register.load()
    call_command("load_banks")
    call_command("load_tariffs")
    call_command("seed")
    assert set(Line.objects.values_list("status", flat=True)) == set(make.WAYS)
    assert set(Line.objects.filter(product="advance").values_list("bank_code", flat=True)) == {"0001-244"}


def test_the_paper_certificate_of_the_demo_is_printed_and_posted_by_the_real_doers(
    listed, monkeypatch, settings, tmp_path
):
    settings.PAPERS_DIR = tmp_path / "papers"
    monkeypatch.setattr(documents, "render", lambda kind, shown, **_: f"%PDF {kind} {shown['number']}".encode())
    monkeypatch.setattr(documents, "render_statement", lambda shown, charge: b"%PDF statement")
    monkeypatch.setattr(
        mailing, "send", lambda job_id: Job.objects.filter(pk=job_id).update(status="done", done_at=timezone.now())
    )
    monkeypatch.setattr(seed, "PATIENCE", 60)
    monkeypatch.setattr(seed.time, "sleep", lambda _: [delivery.keep(job.pk) for job in Job.objects.due()])
    call_command("seed")
    prints = Print.objects.select_related("version__line", "by", "hand_over").order_by("version__guarantee__number")
    assert {made.version.product: made.version.line.work_name for made in prints} == {
        "advance": "みどり公園トイレ改築工事",
        "reserve": "区立みどり保育園改築工事",
    }
    for made in prints:
        assert (made.no, made.reason, made.by.email, made.hand_over.how) == (1, "", "clerk@example.jp", "post")
        assert {paper.kind for paper in made.version.documents.all()} == {"paper", "statement"}
    assert not Job.objects.exclude(status="done").exists()
