"""Files of an application: added and taken back while that is possible, opened by those concerned, never lost or changed."""

import hashlib
import os
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from applications import attachments, drafts, inspecting, lifecycle, queue
from applications.attached import LONGEST_NAME
from applications.models import Attachment, Message
from audit.models import Entry
from guarantees import papers
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    settings.PAPERS_DIR = tmp_path
    return tmp_path / "attachments"


@pytest.fixture
def quick(monkeypatch):
    """Files are judged by their first bytes only, where a test adds many."""
    monkeypatch.setattr(inspecting, "_ask", lambda data: "pdf" if data.startswith(b"%PDF-") else "type")


def page(application):
    return reverse("applications:attachments", args=[application.pk])


def send(client, application, data, name="keiyaku.pdf", kind="contract", **heads):
    given = SimpleUploadedFile(name, data, content_type="text/html")  # what a browser claims counts for nothing
    address = reverse("applications:attach", args=[application.pk])
    return client.post(address, {"kind": kind, "file": given}, follow="HTTP_HX_REQUEST" not in heads, **heads)


def address(attachment, name="attachment"):
    return reverse(f"applications:{name}", args=[attachment.application_id, attachment.pk])


def acts(action):
    return list(Entry.objects.filter(action=action).order_by("seq").values_list("actor_name", "data"))


# Adding


def test_a_file_is_added_to_a_draft_and_listed_with_who_and_when(client, people, text, shelf):
    draft, data = make.draft(people["contractor"]), make.pdf()
    client.force_login(people["contractor"])
    words = text(send(client, draft, data, "契約書 写し.pdf"))
    made = Attachment.objects.get()
    assert "請負契約書の写し「契約書 写し.pdf」を添付しました。" in words
    assert f"請負契約書の写し 契約書 写し.pdf PDF・1KB・{people['contractor'].name}・" in words
    assert (made.application, made.type, made.size, made.by) == (draft, "pdf", len(data), people["contractor"])
    assert made.digest == hashlib.sha256(data).hexdigest()
    assert (shelf / made.digest[:2] / made.digest).read_bytes() == data
    told = {"attachment": str(made.pk), "kind": "contract", "name": made.name, "size": made.size, "digest": made.digest}
    assert acts("attachment.added") == [(people["contractor"].name, told)]
    assert Message.objects.count() == 0


def test_the_form_saves_what_was_typed_before_it_leads_to_the_files(client, people, text):
    client.force_login(people["contractor"])
    pk = uuid.uuid4()
    typed = make.typed(people["contractor"], work_name="区立うぐいす橋塗装工事")
    answer = client.post(
        reverse("applications:edit", args=[pk]), typed | {"act": "attach", "version": "0"}, follow=True
    )
    assert answer.redirect_chain == [(reverse("applications:attachments", args=[pk]), 302)]
    assert "区立うぐいす橋塗装工事" in text(answer)
    assert drafts.Application.objects.get(pk=pk).typed["work_name"] == "区立うぐいす橋塗装工事"
    # and of a second window, nothing is overwritten
    late = client.post(
        reverse("applications:edit", args=[pk]), typed | {"work_name": "別", "act": "attach", "version": "0"}
    )
    assert late.status_code == 409


def test_the_pages_on_the_way_list_the_files(client, people, text):
    draft = make.draft(people["contractor"])
    made = make.attachment(draft, people["contractor"], kind="schedule", name="工程表.pdf")
    client.force_login(people["contractor"])
    for name in ("edit", "confirm"):
        answer = client.get(reverse(f"applications:{name}", args=[draft.pk]))
        assert "工程表 工程表.pdf PDF・1KB" in text(answer), name
        assert address(made) in answer.content.decode()
    line = make.sent(draft, people["contractor"]).lines.first()
    assert "工程表 工程表.pdf PDF・1KB" in text(client.get(reverse("applications:line", args=[line.pk])))
    lifecycle.move(line, "receive", by=people["clerk"])
    lifecycle.move(line, "review", by=people["clerk"])
    client.force_login(people["approver"])
    for place in (reverse("admin:review", args=[line.pk]), reverse("admin:move", args=[line.pk, "approve"])):
        assert "工程表 工程表.pdf PDF・1KB" in text(client.get(place)), place


def test_the_copy_of_a_sending_names_the_files(people):
    draft = make.draft(people["contractor"])
    make.attachment(draft, people["contractor"])
    section = make.sent(draft, people["contractor"]).copies.get().content[-1]
    assert section["title"] == "添付書類"
    assert [(row["label"], row["value"]) for row in section["rows"]] == [
        ("添付1", "請負契約書の写し「請負契約書.pdf」")
    ]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.pdf", b"", inspecting.REFUSALS["empty"]),
        ("a.pdf", b"PK\x03\x04 a document", inspecting.REFUSALS["office"]),
        ("a.pdf", b"<html><script>alert(1)</script>", inspecting.REFUSALS["type"]),
        ("a.pdf", make.pdf()[:300], inspecting.REFUSALS["broken"]),
    ],
    ids=["empty", "docx", "html", "cut"],
)
def test_a_bad_file_is_told_at_its_field_and_leaves_nothing(client, people, text, shelf, name, data, sentence):
    draft = make.draft(people["contractor"])
    client.force_login(people["contractor"])
    answer = send(client, draft, data, name)
    assert "エラー：添付書類" in answer.content.decode()
    assert text(answer).count(sentence) == 2  # in the summary and at the field
    assert '<option value="contract" selected>' in answer.content.decode()
    assert (Attachment.objects.count(), shelf.exists(), acts("attachment.added")) == (0, False, [])


@pytest.mark.parametrize("kind", ["", "nonsense", "0"])
def test_a_kind_must_be_chosen(client, people, text, kind):
    draft = make.draft(people["contractor"])
    client.force_login(people["contractor"])
    assert "書類の種類を選択してください" in text(send(client, draft, make.pdf(), kind=kind))
    assert Attachment.objects.count() == 0


def test_no_file_and_two_files_are_told(client, people, text):
    draft = make.draft(people["contractor"])
    client.force_login(people["contractor"])
    place = reverse("applications:attach", args=[draft.pk])
    none = client.post(place, {"kind": "contract"})
    both = [SimpleUploadedFile(name, make.pdf()) for name in ("a.pdf", "b.pdf")]
    two = client.post(place, {"kind": "contract", "file": both})
    other = client.post(place, {"kind": "contract", "file": make_file(), "more": make_file()})
    assert "添付するファイルを選択してください" in text(none)
    assert "ファイルは1つずつ添付してください" in text(two) and "ファイルは1つずつ添付してください" in text(other)
    assert Attachment.objects.count() == 0


def make_file():
    return SimpleUploadedFile("c.pdf", make.pdf())


def test_the_same_file_twice_is_one(client, people, text):
    draft, data = make.draft(people["contractor"]), make.pdf()
    client.force_login(people["contractor"])
    send(client, draft, data, "a.pdf")
    words = text(send(client, draft, data, "b.pdf", kind="schedule"))
    assert "同じファイルが、すでに請負契約書の写し「a.pdf」として添付されています。" in words
    assert len(acts("attachment.added")) == Attachment.objects.count() == 1
    other = make.draft(people["contractor"])
    make.attachment(other, people["contractor"], data=data)
    assert Attachment.objects.count() == 2


def test_a_script_is_told_where_to_go_and_the_message_waits_there(client, people, text):
    draft = make.draft(people["contractor"])
    client.force_login(people["contractor"])
    answer = send(client, draft, make.pdf(), HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer["HX-Redirect"]) == (204, page(draft))
    assert "を添付しました。" in text(client.get(page(draft)))


def test_twenty_files_are_enough(people, quick):
    draft = make.draft(people["contractor"])
    for _ in range(20):
        make.attachment(draft, people["contractor"])
    with pytest.raises(attachments.NotAttached, match="20ファイルまでです"):
        make.attachment(draft, people["contractor"])
    assert draft.attachments.count() == 20


def test_fifty_megabytes_are_enough(people, quick):
    draft = make.draft(people["contractor"])
    for _ in range(5):
        make.attachment(draft, people["contractor"], data=make.pdf_of(10 * 1024 * 1024 - 10))
    with pytest.raises(attachments.NotAttached, match=r"合わせて50MBまでです（残り0\.0MB）"):
        make.attachment(draft, people["contractor"])
    make.attachment(draft, people["contractor"], data=b"%PDF-" + b"x" * 45)  # to the last byte


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once(people, quick, at_once, monkeypatch):
    monkeypatch.setattr(attachments, "MOST", 1)
    draft = make.draft(people["contractor"])
    got = at_once(*[lambda: make.attachment(draft, people["contractor"]) for _ in range(4)])
    assert sorted(type(one).__name__ for one in got) == ["Attachment", *["NotAttached"] * 3]


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_at_once_is_one(people, quick, at_once):
    draft, data = make.draft(people["contractor"]), make.pdf()
    got = at_once(*[lambda: make.attachment(draft, people["contractor"], data=data) for _ in range(4)])
    assert len(set(got)) == draft.attachments.count() == 1


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("契約書.pdf", "契約書.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\taro\契約書.PDF", "契約書.PDF"),
        ("a\r\nSet-Cookie: b=c.pdf", "aSet-Cookie: b=c.pdf"),
        ("contract\u202efdp.exe", "contractfdp.exe.pdf"),
        ("\u200b\ufeff契約\u2066書.pdf", "契約書.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("evil.html", "evil.html.pdf"),
        ("drawing.svg", "drawing.svg.pdf"),
        ("photo.png", "photo.png.pdf"),
        ("..", "添付書類.pdf"),
        ("", "添付書類.pdf"),
        (".pdf", "添付書類.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("<b>髙﨑</b>&.pdf", "b>&.pdf"),
        ("あ" * 300 + ".pdf", "あ" * (LONGEST_NAME - 4) + ".pdf"),
        (" a   b . pdf", "a b . pdf.pdf"),
    ],
)
def test_a_name_is_cleaned_of_what_is_none(given, shown):
    assert attachments.clean_name(given, Attachment.Type.PDF) == shown


def test_a_name_is_shown_as_text_and_leaves_as_one_line(client, people):
    draft = make.draft(people["contractor"])
    made = make.attachment(draft, people["contractor"], name='"><img src=x>髙﨑\r\nX: y;.pdf')
    client.force_login(people["contractor"])
    shown = client.get(page(draft)).content.decode()
    assert "&quot;&gt;&lt;img src=x&gt;髙﨑X: y;.pdf" in shown and "<img src=x>" not in shown
    heads = client.get(address(made)).headers["Content-Disposition"]
    assert heads.startswith("attachment; filename*=utf-8''") and "\n" not in heads


# While a line is open, and afterwards


@pytest.mark.parametrize("status", ["submitted", "received", "under_review", "returned", "awaiting_premium"])
def test_files_are_added_while_a_line_is_open_and_the_branch_is_told(client, people, text, status):
    line = make.line(people, status, contract_on=None)
    client.force_login(people["contractor"])
    assert "を添付しました。" in text(send(client, line.application, make.pdf(), "工程表.pdf", kind="schedule"))
    line.refresh_from_db()
    said = line.messages.last()
    assert (said.text, said.side) == ("添付書類を追加しました：工程表「工程表.pdf」", "contractor")
    assert line.unanswered
    client.force_login(people["clerk"])
    words = text(client.get(reverse("admin:review", args=[line.pk])))
    assert "工程表 送信後に追加 工程表.pdf" in words
    assert f"{people['contractor'].name}が書類を添付しました 工程表「工程表.pdf」" in words


@pytest.mark.parametrize("status", ["declined", "withdrawn", "approved"])
def test_nothing_is_added_once_all_is_over(client, people, text, status):
    line = make.line(people, status, contract_on=None)
    client.force_login(people["contractor"])
    words = text(send(client, line.application, make.pdf()))
    assert "この申込の手続は終わっているため、書類を添付できません" in words or "もう書類を添付できません" in words
    assert Attachment.objects.count() == 0
    assert "添付する</button>" not in client.get(page(line.application)).content.decode()


def test_a_line_still_open_lets_files_in_and_only_its_talk_tells(people):
    application = make.application(people["contractor"])
    advance, contract = application.lines.order_by("product")
    lifecycle.move(advance, "withdraw", by=people["contractor"], remark="延期のため")
    before = advance.messages.count()
    make.attachment(application, people["contractor"])
    assert advance.messages.count() == before
    assert contract.messages.last().text.startswith("添付書類を追加しました")


# Taking back


@pytest.mark.parametrize("sent", [False, True], ids=["of a draft", "sent and not received"])
def test_a_file_is_taken_back_before_the_branch_has_it(client, people, text, sent):
    draft = make.draft(people["contractor"], contract_on=None)
    made = make.attachment(draft, people["contractor"])
    if sent:
        make.sent(draft, people["contractor"])
    client.force_login(people["colleague"])
    words = text(client.post(address(made, "take_back"), follow=True))
    assert "請負契約書の写し「請負契約書.pdf」の添付を取り消しました。" in words
    assert Attachment.objects.count() == 0
    assert acts("attachment.removed") == [(people["colleague"].name, acts("attachment.added")[0][1])]
    assert client.get(address(made)).status_code == 404
    assert client.post(address(made, "take_back")).status_code == 404


@pytest.mark.parametrize("status", ["received", "under_review", "returned", "approved", "declined"])
def test_afterwards_it_stays(client, people, text, status):
    draft = make.draft(people["contractor"], contract_on=None)
    made = make.attachment(draft, people["contractor"])
    line = make.sent(draft, people["contractor"]).lines.get()
    for name in make.WAYS[status].split():
        if name == "approve":
            lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
        else:
            lifecycle.move(line, name, by=people["clerk"], remark="お知らせします。")
    client.force_login(people["contractor"])
    assert "取り消す" not in client.get(page(draft)).content.decode().partition("<main")[2].partition("hint")[0]
    words = text(client.post(address(made, "take_back"), follow=True))
    assert "支店が受け付けたあとの添付書類は、取り消せません" in words
    assert Attachment.objects.get() == made
    with pytest.raises(IntegrityError, match="stays once the branch has received"), transaction.atomic():
        Attachment.objects.all().delete()


def test_nor_after_a_second_sending(people):
    line = make.line(people, "returned", contract_on=None)
    made = make.attachment(line.application, people["contractor"])
    make.sent(make.edited(line.application, people["contractor"], phone="03-0000-0999"), people["contractor"])
    line.refresh_from_db()
    assert line.status == "submitted"
    with pytest.raises(attachments.NotAttached):
        attachments.take_back(made, by=people["contractor"])
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        made.delete()


@pytest.mark.django_db(transaction=True)
def test_receiving_and_taking_back_at_once_do_not_meet(people, quick, at_once):
    draft = make.draft(people["contractor"], contract_on=None)
    made = make.attachment(draft, people["contractor"])
    line = make.sent(draft, people["contractor"]).lines.get()
    back, received = at_once(
        lambda: attachments.take_back(made, by=people["contractor"]),
        lambda: lifecycle.move(line, "receive", by=people["clerk"]),
    )
    assert not isinstance(received, Exception)
    assert Attachment.objects.exists() == isinstance(back, attachments.NotAttached)


def test_a_file_is_never_changed(people):
    made = make.attachment(make.draft(people["contractor"]), people["contractor"])
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Attachment.objects.update(name="other.pdf")
    made.refresh_from_db()
    assert made.name == "請負契約書.pdf"


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"size": 0}, "neither_empty"),
        ({"size": 10 * 1024 * 1024 + 1}, "neither_empty"),
        ({"kind": "x"}, "known_kind"),
        ({"type": "html"}, "known_kind"),
        ({"name": ""}, "named"),
        ({"digest": "../../x"}, "named"),
    ],
)
def test_the_database_refuses_nonsense(people, wrong, rule):
    sound = {"kind": "other", "name": "a.pdf", "type": "pdf", "size": 1, "digest": "0" * 64}
    draft = make.draft(people["contractor"])
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Attachment.objects.create(application=draft, by=people["contractor"], **sound | wrong)


def test_a_draft_takes_its_files_along(people):
    draft = make.draft(people["contractor"])
    make.attachment(draft, people["contractor"])
    drafts.discard(draft, by=people["contractor"])
    assert Attachment.objects.count() == 0
    assert Entry.objects.get(action="application.discarded").data == {"version": 1, "attachments": 1}


# Opening


def test_a_file_opens_for_the_company_and_its_branch_only(client, people):
    draft, data = make.draft(people["contractor"]), make.pdf()
    made = make.attachment(draft, people["contractor"], data=data)
    seen = {"contractor": 200, "colleague": 200, "rival": 404, "clerk": 404, "otherbranch": 404, "head": 404}
    for sent in (False, True):
        if sent:
            make.sent(draft, people["contractor"])
            seen |= {"clerk": 200, "approver": 200, "head": 200}
        for person, status in seen.items():
            client.force_login(people[person])
            answer = client.get(address(made))
            assert answer.status_code == status, (person, sent)
            assert (answer.content == data) == (status == 200)
    other = make.draft(people["rival"])
    client.force_login(people["rival"])
    assert client.get(reverse("applications:attachment", args=[other.pk, made.pk])).status_code == 404


def test_it_is_to_be_saved_and_nothing_in_it_runs(client, people):
    made = make.attachment(make.draft(people["contractor"]), people["contractor"], name="x.html")
    client.force_login(people["contractor"])
    heads = client.get(address(made)).headers
    assert heads["Content-Type"] == "application/pdf"
    assert heads["Content-Disposition"] == 'attachment; filename="x.html.pdf"'
    assert heads["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert heads["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in heads["Cache-Control"]
    assert (
        client.get(address(made), HTTP_SEC_FETCH_SITE="cross-site", HTTP_SEC_FETCH_MODE="navigate").status_code == 403
    )


def test_every_opening_by_the_desk_is_kept_and_stands_in_the_history(client, people, text):
    draft = make.draft(people["contractor"], contract_on=None)
    made = make.attachment(draft, people["contractor"])
    line = make.sent(draft, people["contractor"]).lines.get()
    for person in ("contractor", "clerk", "clerk", "head", "otherbranch"):
        client.force_login(people[person])
        client.get(address(made))
    clerk, head = people["clerk"].name, people["head"].name
    assert [name for name, _ in acts("attachment.opened")] == [clerk, clerk, head]
    client.force_login(people["clerk"])
    words = text(client.get(reverse("admin:review", args=[line.pk])))
    assert words.count(f"{clerk}が添付書類を開きました 請負契約書の写し「請負契約書.pdf」") == 2


@pytest.mark.parametrize("how", ["touched", "lost"])
def test_a_damaged_file_is_told_and_not_handed_out(client, people, settings, shelf, how):
    draft = make.draft(people["contractor"])
    made = make.attachment(draft, people["contractor"])
    make.sent(draft, people["contractor"])
    path = shelf / made.digest[:2] / made.digest
    path.unlink() if how == "lost" else path.write_bytes(b"%PDF- other")
    client.force_login(people["clerk"])
    answer = client.get(address(made))
    assert answer.status_code == 500
    assert "書類を開けませんでした" in answer.content.decode() and settings.COMPANY_PHONE in answer.content.decode()
    assert acts("attachment.opened") == []


def test_the_sweep_removes_what_no_row_names(people, shelf, capsys):
    draft = make.draft(people["contractor"])
    kept, gone, fresh = (make.attachment(draft, people["contractor"]) for _ in range(3))
    paths = [shelf / one.digest[:2] / one.digest for one in (kept, gone, fresh)]
    for one in (gone, fresh):
        attachments.take_back(one, by=people["contractor"])
    for path in paths[:2]:
        os.utime(path, (0, 0))
    assert papers.sweep() == 0
    call_command("sweep_attachments")
    assert [path.exists() for path in paths] == [True, False, True]
    assert capsys.readouterr().out == "1件のファイルを削除しました。\n"


def test_what_was_added_late_waits_in_the_queue(people):
    line = make.line(people, "received", contract_on=None)
    make.attachment(line.application, people["contractor"])
    assert list(queue.page(people["clerk"], "heard", after="").rows) == [line]
