"""社内メモ: notes for the desk, and that no customer ever reads one."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.http import urlencode

from applications import lifecycle, memos
from applications.models import Memo
from audit import trail
from guarantees import documents
from outbox.models import Letter
from tests import make, test_doors

SECRET = "要注意の取引先です"
QUEUE = "/admin/queue/"


@pytest.fixture
def line(people):
    return make.line(people, contract_on=None)


@pytest.fixture
def desk(client, people):
    """The browser of the branch's clerk."""
    client.force_login(people["clerk"])
    return client


def address(name, line):
    return reverse(f"admin:{name}", args=[line.pk])


def told(line, reader):
    return [(memo.by, memo.text) for memo in memos.of(line, reader=reader)]


# Writing


def test_memos_are_read_in_the_order_of_time_by_the_desk_alone(people, line):
    written = [(people["clerk"], "FAXで届きました。"), (people["approver"], "電話で確かめました。")]
    for by, text in written:
        memos.write(line, text, by=by)
    for reader in ("clerk", "approver", "head"):
        assert told(line, people[reader]) == written
    assert told(line, people["contractor"]) == []


@pytest.mark.parametrize("status", make.WAYS)
def test_a_line_takes_memos_in_every_state(people, status):
    line = make.line(people, status, contract_on=None)
    memos.write(line, "あ" * 1000, by=people["clerk"])
    assert Memo.objects.get().line == line


def test_the_trail_tells_that_there_is_a_memo_and_not_what_it_says(people, line):
    memo = memos.write(line, SECRET, by=people["clerk"])
    entry = trail.of(line).first()
    assert (entry.action, entry.actor_id, entry.data) == ("memo.written", people["clerk"].pk, {"memo": memo.pk})


def test_a_memo_says_nothing_to_the_customer(people, line):
    memos.write(line, SECRET, by=people["clerk"])
    assert not Letter.objects.exists()
    assert not line.messages.exists()


def test_the_same_words_within_a_minute_are_one_memo(people, line):
    first, second = (memos.write(line, "FAXで届きました。", by=people["clerk"]) for _ in range(2))
    assert first == second
    assert memos.write(line, "FAXで届きました。", by=people["approver"]) != first
    assert trail.of(line).filter(action="memo.written").count() == Memo.objects.count() == 2


def test_a_memo_is_never_changed(people, line):
    memo = memos.write(line, "FAXで届きました。", by=people["clerk"])
    for change in (lambda: Memo.objects.update(text="x"), memo.delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="a_memo_says_something"), transaction.atomic():
        Memo.objects.create(line=line, by=people["clerk"], text="")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "社内メモを入力してください"),
        ("　\n。", "社内メモを入力してください"),
        ("あ" * 1001, "社内メモは、1000文字以内で入力してください（いまの入力：1001文字）"),
        ("a\x00b", "制御文字"),
        ("a\x1bb", "制御文字"),
        ("😀", "使えない文字"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_not_lost(desk, people, line, text, words):
    body = urlencode({"memo": text, "text": "届きました。"})
    answer = desk.post(address("memo", line), body, "application/x-www-form-urlencoded")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert words in page.partition('<a href="#memo">')[2].partition("</a>")[0]
    assert ("<title>エラー：" in page, 'aria-describedby="memo-h memo-e"' in page) == (True, True)
    for kept in (text, "届きました。"):
        assert f">{kept}</textarea>" in page
    assert not Memo.objects.exists()


@pytest.mark.parametrize("person", ["contractor", "rival", "otherbranch", "head"])
def test_nobody_else_writes_a_memo(client, people, line, person):
    with pytest.raises(memos.NotWritten, match="権限がありません"):
        memos.write(line, "こんにちは", by=people[person])
    client.force_login(people[person])
    assert client.post(address("memo", line), {"memo": "こんにちは"}).status_code == 404
    assert not Memo.objects.exists()


# The desk


def test_a_memo_is_written_and_read_on_the_sheet(desk, client, people, line, text):
    answer = desk.post(address("memo", line), {"memo": "<b>FAX</b>で\r\n届きました。"}, follow=True)
    assert answer.redirect_chain == [(address("review", line), 302)]
    page = answer.content.decode()
    assert "社内メモを残しました。" in page
    assert "&lt;b&gt;FAX&lt;/b&gt;で<br>届きました。" in page
    assert "佐藤　花子が社内メモを残しました" in text(answer)
    assert desk.get(address("memo", line))["Location"] == f"{address('review', line)}#memos"
    client.force_login(people["head"])
    page = client.get(address("review", line)).content.decode()
    assert ("届きました。" in page, 'name="memo"' in page) == (True, False)
    assert client.get(address("memo", line)).status_code == 404


@pytest.mark.parametrize(
    ("name", "kept", "done"),
    [("say", {"memo": SECRET}, "お客様へ連絡を送りました。"), ("memo", {"text": SECRET}, "社内メモを残しました。")],
)
def test_pressing_for_one_text_keeps_the_other(desk, line, name, kept, done):
    answer = desk.post(address(name, line), {"text": "一つ目", "memo": "一つ目"} | kept)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (done in page, f">{SECRET}</textarea>" in page, ">一つ目</textarea>" in page) == (True, True, False)
    assert (line.messages.count(), line.memos.count()) == ((1, 0) if name == "say" else (0, 1))


def test_the_queue_marks_lines_with_a_memo(desk, people, line, text):
    assert "社内メモ" not in text(desk.get(QUEUE))
    memos.write(line, SECRET, by=people["clerk"])
    assert "20,000,000円 社内メモ 送信済" in text(desk.get(QUEUE))


# The customer


@pytest.fixture
def noted(monkeypatch):
    """Let the branch write a memo on every line as soon as it is sent; what is drawn bears all that it was given."""
    send = make.application

    def sent(somebody, **changes):
        made = send(somebody, **changes)
        for line in made.lines.all():
            memos.write(line, SECRET, by=make.User.objects.filter(branch=line.branch, role="clerk").first())
        return made

    monkeypatch.setattr(make, "application", sent)


@pytest.fixture
def world(noted, db, settings, tmp_path, monkeypatch):
    """That of the doors, with memos on all lines."""
    settings.PAPERS_DIR, settings.MAIL_DIR = tmp_path / "papers", tmp_path / "mail"
    monkeypatch.setattr(documents, "render_sheets", lambda kind, values: f"%PDF- {values}".encode())
    monkeypatch.setattr(
        documents, "render", lambda kind, snapshot, **more: f"%PDF- {snapshot['number']} {snapshot} {more}".encode()
    )
    return test_doors.World(test_doors.letter(settings.MAIL_DIR))


def test_no_address_shows_a_customer_a_memo(world):
    shows = set()
    for visitor in ("stranger", "rival", "colleague", "owner", "clerk"):
        browser = world.enter(visitor)
        for row in test_doors.ROWS:
            if SECRET in world.ask(browser, *row).getvalue().decode(errors="replace"):
                shows.add((visitor, row[0]))
    assert shows == {("clerk", "admin:review")}


def test_the_words_of_a_memo_stand_in_one_table(world):
    people, line = world.people, world.line
    for name in ("receive", "review", "return"):
        lifecycle.move(line, name, by=people["clerk"], remark="お知らせします。")
    line.application.refresh_from_db()
    make.sent(make.edited(line.application, people["contractor"], price="51,000,000"), people["contractor"])
    tables = {model: str([*model.objects.values()]) for model in apps.get_models() if model._meta.managed}
    assert [model for model, rows in tables.items() if SECRET in rows] == [Memo]
