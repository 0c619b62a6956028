"""A key is planted and searched for everywhere but in its two places: sealed in its row and in the notice."""

import base64
import io
import logging

import pypdf
import pytest
from django.db import connection

from guarantees import keys, lookup, papers
from guarantees.models import Document
from outbox import delivery, doers
from outbox.models import Job, Letter
from tests import make

CANARY = "Z28YUE4J3Bux"


def dump():
    """Every value of every row of every table, bytes included."""
    values = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            values += [value for row in cursor.fetchall() for value in row]
    return b"\n".join(
        bytes(value) if isinstance(value, bytes | memoryview) else repr(value).encode() for value in values
    )


def traces(key):
    """The key as somebody careless might have left it."""
    plain = key.encode()
    spellings = [plain, plain.lower(), plain.hex().encode(), base64.b64encode(plain), plain[:8], plain[4:]]
    return spellings + [" ".join(keys.grouped(key)).encode(), "-".join(keys.grouped(key)).encode()]


def full_disk(data):
    raise OSError("disk full")


@pytest.mark.django_db
@pytest.mark.slow
def test_a_planted_key_is_found_nowhere(monkeypatch, papers_dir, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(keys, "generate", lambda: CANARY)
    number = make.issued().guarantee.number
    with monkeypatch.context() as broken:
        broken.setattr(papers, "_write", full_disk)
        for job in Job.objects.filter(kind__startswith="render"):
            delivery.run(job.pk)
    for job in Job.objects.filter(kind__startswith="render", last_error__contains="disk full"):
        doers.named(job.kind)(job.ref)
    for typed in (CANARY, CANARY.swapcase().replace("l", "z"), "23456789ABCD"):
        lookup.find(number, typed, visitor="192.0.2.1", agent="Test")

    everything = dump() + caplog.text.encode()
    stored = [path.read_bytes() for path in papers_dir.rglob("*") if path.is_file()]
    notice = papers.read(Document.objects.get(kind="notice"))

    words = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(notice)).pages)
    assert CANARY in "".join(words.split())  # it is where it belongs,
    assert number.encode() in everything  # the dump holds what is stored openly,
    assert len(stored) == 2
    assert Letter.objects.get().body  # and the letter was written
    for trace in traces(CANARY):
        assert trace not in everything
        assert not [data for data in stored if trace in data]
    certificate = papers.read(Document.objects.get(kind="certificate"))
    shown = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(certificate)).pages)
    assert CANARY not in "".join(shown.split())
