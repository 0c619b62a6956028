"""One address takes more than a form: only from people of companies, only so much, a few at once and none for ever."""

import socket
import threading
import uuid
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.conf import settings as ours
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from applications.attached import LARGEST as LARGEST_FILE
from applications.models import Attachment
from netdesk import middleware, uploads
from tests import make

pytestmark = pytest.mark.django_db
PK = uuid.UUID("0b5e3e5c-0000-4000-8000-00000000000a")


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    settings.PAPERS_DIR = tmp_path


@pytest.fixture
def world(client):
    """The contractor of the demo before a draft, and how to send something to its upload address."""
    people = make.people()
    draft = make.draft(people["contractor"])
    client.force_login(people["contractor"])
    place = reverse("applications:attach", args=[draft.pk])

    def send(body, content_type=MULTIPART_CONTENT, **heads):
        return client.generic("POST", place, body, content_type, **heads)

    send.people, send.client, send.place = people, client, place
    return send


def form(data=None, **fields):
    class File:
        name, content_type = "a.pdf", "application/pdf"

        def read(self):
            return data or make.pdf()

    return encode_multipart(BOUNDARY, {"kind": "contract", "file": File()} | fields)


def test_the_address_is_the_one_of_the_form():
    request = RequestFactory().generic("POST", reverse("applications:attach", args=[PK]), b"x", MULTIPART_CONTENT)
    assert uploads.is_one(request)


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("GET", f"/applications/{PK}/attachments/add/", MULTIPART_CONTENT),
        ("POST", f"/applications/{PK}/attachments/add", MULTIPART_CONTENT),
        ("POST", f"/applications/{PK}/attachments/add/x", MULTIPART_CONTENT),
        ("POST", f"/x/applications/{PK}/attachments/add/", MULTIPART_CONTENT),
        ("POST", f"/applications/{PK}/attachments/", MULTIPART_CONTENT),
        ("POST", f"/applications/{PK}/edit/", MULTIPART_CONTENT),
        ("POST", "/login/", MULTIPART_CONTENT),
        ("POST", f"/applications/{PK}/attachments/add/", "application/x-www-form-urlencoded"),
    ],
)
def test_and_no_other(method, path, kind):
    assert not uploads.is_one(RequestFactory().generic(method, path, b"x", kind))


def test_ten_megabytes_pass_and_a_file_of_one_byte_more_is_told(world):
    assert world(form(make.pdf_of(LARGEST_FILE))).status_code == 302
    answer = world(form(make.pdf_of(LARGEST_FILE) + b"\n"))
    assert answer.status_code == 200 and "ファイルが大きすぎます" in answer.content.decode()
    assert Attachment.objects.get().size == LARGEST_FILE


@pytest.mark.parametrize("path", ["upload", "other"])
def test_what_is_larger_is_refused_by_its_length_alone(world, path):
    place = world.place if path == "upload" else "/login/"
    limit = uploads.LARGEST if path == "upload" else ours.DATA_UPLOAD_MAX_MEMORY_SIZE
    for length, status in ((limit + 1, 413), (99_999_999_999, 413)):
        answer = world.client.generic("POST", place, b"--x", MULTIPART_CONTENT, CONTENT_LENGTH=str(length))
        assert answer.status_code == status
        assert ("1つのファイルは10MBまでです" in answer.content.decode()) == (path == "upload")


def test_a_form_that_is_none_in_parts_may_be_no_larger_there_than_elsewhere(world):
    answer = world(b"kind=" + b"x" * 1_000_000, "application/x-www-form-urlencoded")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("heads", "status"),
    [
        ({"CONTENT_LENGTH": ""}, 411),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ({"HTTP_CONTENT_ENCODING": "gzip"}, 415),
        ({"CONTENT_LENGTH": "1e3"}, 400),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_SEC_FETCH_MODE": "navigate"}, 403),
    ],
)
def test_the_other_rules_hold_there_too(world, heads, status):
    request = RequestFactory().generic("POST", world.place, form(), MULTIPART_CONTENT)
    request.META |= heads
    assert middleware._unsound(request) == status


class Untouched:
    """A body that nobody may read."""

    def read(self, *_):
        raise AssertionError("it was read")

    readline = read


@pytest.mark.parametrize(("person", "status"), [("", 302), ("clerk", 404), ("head", 404)])
def test_nobody_reads_what_a_stranger_or_the_desk_sends(world, person, status):
    world.client.logout()
    if person:
        world.client.force_login(world.people[person])
    answer = world(form(), **{"wsgi.input": Untouched()})
    assert answer.status_code == status


def test_only_a_few_are_read_at_once_and_a_place_is_given_back(world):
    for _ in range(uploads.AT_ONCE):
        assert uploads._places.acquire(blocking=False)
    try:
        answer = world(form(), **{"wsgi.input": Untouched()})
        assert (answer.status_code, answer["Retry-After"]) == (503, "15")
        assert "いま、ほかのファイルを受け取っています" in answer.content.decode()
        assert world.client.get(world.place.removesuffix("add/")).status_code == 200
    finally:
        for _ in range(uploads.AT_ONCE):
            uploads._places.release()
    for _ in range(uploads.AT_ONCE + 1):
        assert world(form()).status_code == 302


def test_no_file_waits_in_memory(world):
    request = RequestFactory().generic("POST", world.place, form(), MULTIPART_CONTENT)
    assert uploads._read(request) == 0
    assert Path(request.FILES["file"].temporary_file_path()).stat().st_size == request.FILES["file"].size > 0
    request.close()


@pytest.mark.parametrize(
    "body",
    [
        form(more="x").replace(b'name="more"\r\n\r\nx', b'name="more"\r\n\r\n\x83\x8a'),
        form(more="a\0b"),
        form(more="x").replace(b'name="more"', b'name="kind"'),
        form(more="x").replace(b'name="more"', b'name="file"'),
    ],
    ids=["no text", "NUL", "a field twice", "a field named like the file"],
)
def test_what_stands_beside_the_file_is_as_sound_as_in_any_form(world, body):
    assert world(body).status_code == 400
    assert Attachment.objects.count() == 0


def test_an_upload_that_is_cut_leaves_nothing(world):
    whole = form()
    answer = world(whole[: len(whole) - 300])
    assert answer.status_code in {200, 400}
    assert Attachment.objects.count() == 0


def test_a_token_is_asked_for_as_everywhere(world):
    world.client.handler.enforce_csrf_checks = True
    assert world(form()).status_code == 403
    assert Attachment.objects.count() == 0


def test_what_does_not_come_in_time_is_cut(monkeypatch):
    monkeypatch.setattr(uploads, "SECONDS", 0.2)
    here, there = socket.socketpair()
    got = []
    with here, there, uploads._until(here) as is_late:
        reader = threading.Thread(target=lambda: got.append(here.recv(10)))
        reader.start()
        reader.join(5)
        assert (got, is_late.is_set()) == ([b""], True)
        here.sendall(b"we can still answer")
        assert there.recv(100) == b"we can still answer"


def test_what_comes_in_time_is_not(monkeypatch):
    monkeypatch.setattr(uploads, "SECONDS", 0.2)
    here, there = socket.socketpair()
    with here, there:
        with uploads._until(here) as is_late:
            pass
        assert not is_late.wait(0.4)
        there.sendall(b"more")
        assert here.recv(10) == b"more"


def test_a_slow_one_is_told_that_it_was(world, monkeypatch):
    over = threading.Event()
    over.set()
    monkeypatch.setattr(uploads, "_until", lambda line: nullcontext(over))
    answer = world(form())
    assert answer.status_code == 408 and "送信に時間がかかりすぎました" in answer.content.decode()
    assert Attachment.objects.count() == 0
