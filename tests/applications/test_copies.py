"""What was sent is kept in words, each time."""

import io
import os

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse
from pypdf import PdfReader

from applications import copies, lifecycle
from applications.models import Copy
from audit.models import Entry
from guarantees import documents, papers
from outbox import delivery
from outbox.models import Job
from tests import make

pytestmark = pytest.mark.django_db


def test_each_sending_keeps_what_was_sent(people):
    ours = people["contractor"]
    application = make.application(ours, price="50,000,000")
    line = application.lines.get(product="advance")
    for name in ("receive", "return"):
        lifecycle.move(line, name, by=people["clerk"], remark="請負金額を確かめてください。")
    make.sent(make.edited(application, ours, price="55,000,000", phone="03-0000-0999"), ours)

    first, second = Copy.objects.filter(application=application)

    assert [(copy.no, copy.by, copy.size) for copy in (first, second)] == [(1, ours, None), (2, ours, None)]
    assert [section["title"] for section in copies.sections(first)] == [
        "契約の内容", "前払金保証", "契約保証", "申込送信先・お知らせ", "連絡先",
    ]  # fmt: skip
    assert copies.changes(first, second) == {
        ("works", "請負金額（税込）"): "50,000,000円",
        ("contact", "連絡先電話番号"): "03-0000-0123",
    }


@pytest.fixture
def drawn(people, settings, tmp_path, monkeypatch):
    """A copy whose PDF (a stand-in) is drawn."""
    settings.PAPERS_DIR = tmp_path
    monkeypatch.setattr(documents, "render_sheets", lambda kind, values: f"%PDF- {kind} {values['copy'].no}".encode())
    copy = make.application(people["contractor"]).copies.get()
    copies.render(str(copy.pk))
    copy.refresh_from_db()
    return copy


def address(copy, name="copy"):
    return reverse(f"applications:{name}", args=[copy.application_id, copy.no])


@pytest.mark.slow
def test_the_pdf_tells_all_that_was_sent_with_number_and_time_on_each_page(people, settings, tmp_path):
    settings.PAPERS_DIR = tmp_path
    copy = make.application(people["contractor"], message="一行目\n二行目").copies.get()
    copies.render(str(copy.pk))
    copy.refresh_from_db()
    pdf = PdfReader(io.BytesIO(copies.read(copy)))
    pages = [page.extract_text() for page in pdf.pages]
    assert len(pages) == 2
    assert all(f"申込番号 {copy.application.number}" in page and "送信" in page for page in pages)
    words = "".join(pages).replace("\n", "")
    for section in copies.sections(copy):
        for row in section["rows"]:
            assert "".join(row["value"].split("\n")) in words, row
    assert "/MarkInfo" in pdf.trailer["/Root"]
    assert str(pdf.trailer["/Root"]["/Lang"]) == "ja"


@pytest.mark.slow
def test_what_our_fonts_cannot_draw_leaves_as_a_mark(people):
    copy = make.application(people["contractor"]).copies.get()
    copy.content[0]["rows"][0]["value"] = "絵文字\U0001f600です"
    pdf = documents.render_sheets("application_copy", copies.paper(copy))
    assert "絵文字〓です" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_sending_promises_the_pdf_and_the_worker_keeps_the_promise_once(people, settings, tmp_path, monkeypatch):
    settings.PAPERS_DIR = tmp_path
    calls = []
    monkeypatch.setattr(documents, "render_sheets", lambda *asked: calls.append(asked) or b"%PDF-")
    copy = make.application(people["contractor"]).copies.get()
    job = Job.objects.get(kind="render_copy")
    assert job.ref == str(copy.pk)
    for _ in range(2):
        copies.render(job.ref)
    copy.refresh_from_db()
    assert (copies.read(copy), copy.size, len(calls)) == (b"%PDF-", 5, 1)
    assert list(Entry.objects.filter(action="copy.rendered").values_list("data", flat=True)) == [
        {"no": 1, "digest": copy.digest}
    ]
    assert "render_copy" in delivery.doers.kinds()


def test_a_drawn_copy_is_never_drawn_differently(drawn):
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Copy.objects.update(size=1)


def test_a_file_that_was_touched_is_not_handed_out(drawn, settings):
    path = settings.PAPERS_DIR / "copies" / drawn.digest[:2] / drawn.digest
    path.write_bytes(b"%PDF- other")
    with pytest.raises(papers.Damaged):
        copies.read(drawn)


def test_the_sweep_of_papers_leaves_copies_alone_and_their_own_removes_orphans(drawn, settings, capsys):
    named = settings.PAPERS_DIR / "copies" / drawn.digest[:2] / drawn.digest
    orphan = named.with_name("0" * 64)
    orphan.write_bytes(b"never finished")
    for path in (named, orphan):
        os.utime(path, (0, 0))
    assert (papers.sweep(), named.exists(), orphan.exists()) == (0, True, True)
    call_command("sweep_copies")
    assert (named.exists(), orphan.exists()) == (True, False)
    assert capsys.readouterr().out == "1件のファイルを削除しました。\n"


def test_page_and_pdf_open_for_the_company_and_its_branch_only(client, people, drawn):
    for person, status in (
        ("contractor", 200), ("colleague", 200), ("rival", 404), ("clerk", 200), ("approver", 200), ("otherbranch", 404), ("head", 200),
    ):  # fmt: skip
        client.force_login(people[person])
        assert [client.get(address(drawn, name)).status_code for name in ("copy", "copy_pdf")] == [status] * 2, person
    client.force_login(people["contractor"])
    answer = client.get(address(drawn, "copy_pdf"))
    assert answer["Content-Disposition"] == f'attachment; filename="{drawn.application.number}-copy-1.pdf"'
    assert answer.content == b"%PDF- application_copy 1"
    assert client.get(reverse("applications:copy", args=[drawn.application_id, 2])).status_code == 404


def test_the_page_shows_every_row_and_prints_number_and_time(client, people, drawn, text):
    client.force_login(people["contractor"])
    words = text(client.get(address(drawn)))
    for section in copies.sections(drawn):
        for row in section["rows"]:
            assert f"{row['label']} {row['value']}" in words, row
    assert f"申込番号 {drawn.application.number}" in words


def test_until_it_is_drawn_the_pages_say_so(client, people, text):
    application = make.application(people["contractor"])
    client.force_login(people["contractor"])
    copy = application.copies.get()
    for page in (
        reverse("applications:sent", args=[application.pk]),
        reverse("applications:line", args=[application.lines.first().pk]),
    ):
        assert "申込の控え （別ウィンドウで開きます） 控え（PDF）を作成中です" in text(client.get(page))
    assert client.get(address(copy)).status_code == 200
    assert client.get(address(copy, "copy_pdf")).status_code == 404


def test_a_drawn_copy_is_offered_with_its_kind_and_size(client, people, drawn, text):
    client.force_login(people["contractor"])
    words = text(client.get(reverse("applications:sent", args=[drawn.application_id])))
    assert "控え（PDF・1KB）" in words
    assert "作成中" not in words


def test_a_file_that_was_touched_is_told_on_a_page_with_a_telephone(client, people, drawn, settings):
    path = settings.PAPERS_DIR / "copies" / drawn.digest[:2] / drawn.digest
    path.write_bytes(b"%PDF- other")
    client.force_login(people["contractor"])
    answer = client.get(reverse("applications:copy_pdf", args=[drawn.application_id, drawn.no]))
    text = answer.content.decode()
    assert answer.status_code == 500 and "書類を開けませんでした" in text and settings.COMPANY_PHONE in text
    assert b"%PDF" not in answer.content
