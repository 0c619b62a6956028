"""What a file is, its content tells: bad ones are refused, each with the sentence that says what to do."""

import io
import struct
import zipfile
import zlib

import pikepdf
import pytest
from PIL import Image

from applications import inspecting, inspector
from applications.attached import LARGEST
from tests import make


def picture(kind, size=(40, 30), **how):
    held = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(held, kind, **how)
    return held.getvalue()


def zipped(*names):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 1000)
    return held.getvalue()


def huge_png():
    """50,000 × 50,000 pixels in a few hundred bytes, as far as the head tells."""

    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def acting(action):
    def change(document):
        document.Root.OpenAction = pikepdf.Dictionary(action)

    return make.pdf(change)


def with_names(document):
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    document.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", document.make_indirect(script)]))
    )


def with_a_file(document):
    document.attachments["a.exe"] = b"MZ"


def with_a_note_that_carries(document):
    held = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=pikepdf.Array([0, 0, 1, 1])
    )
    document.pages[0].Annots = pikepdf.Array([held])


def with_script_deep_inside(document):
    deep = pikepdf.Dictionary(A=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
    document.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, AA=deep)])


def with_a_dynamic_form(document):
    document.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Array([]), Fields=pikepdf.Array([]))


def without_pages(document):
    del document.pages[0]


def as_deep_as_a_well(document):
    nest = pikepdf.Dictionary()
    for _ in range(200):
        nest = pikepdf.Dictionary(A=nest)
    document.Root.Well = nest


PDF, JPEG, PNG = make.pdf(), picture("JPEG"), picture("PNG")
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + rb"ANTIVIRUS-TEST-FILE!$H+H*"
SOUND = {
    "a PDF": (PDF, "pdf"),
    "a PDF with objects in streams": (make.pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), "pdf"),
    "a PDF for fast viewing": (make.pdf(linearize=True), "pdf"),
    "a PDF with blank lines behind it": (PDF + b"\r\n\r\n\0", "pdf"),
    "a PDF with a link": (acting({"/S": pikepdf.Name.URI, "/URI": "https://example.jp/"}), "pdf"),
    "a JPEG": (JPEG, "jpeg"),
    "a JPEG with a camera's words behind it": (JPEG + b"motion photo", "jpeg"),
    "a PNG": (PNG, "png"),
    "a picture of a whole sheet": (picture("PNG", (2480, 3508)), "png"),
}
BAD = {
    "a script": (acting({"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"}), "script"),
    "a script by name": (make.pdf(with_names), "script"),
    "a script deep inside": (make.pdf(with_script_deep_inside), "script"),
    "a script in an object stream": (
        make.pdf(with_names, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "script",
    ),
    "a program to start": (acting({"/S": pikepdf.Name.Launch, "/F": "cmd.exe"}), "launch"),
    "a form that sends itself": (acting({"/S": pikepdf.Name.SubmitForm, "/F": "https://evil.example"}), "launch"),
    "a file inside": (make.pdf(with_a_file), "embedded"),
    "a file behind a note": (make.pdf(with_a_note_that_carries), "embedded"),
    "a dynamic form": (make.pdf(with_a_dynamic_form), "embedded"),
    "a password to open it": (make.pdf(encryption=pikepdf.Encryption(user="geheim", owner="geheim")), "locked"),
    "a password to print it": (make.pdf(encryption=pikepdf.Encryption(user="", owner="geheim")), "locked"),
    "no pages": (make.pdf(without_pages), "broken"),
    "a well of things": (make.pdf(as_deep_as_a_well), "complex"),
    "a PDF cut in the middle": (PDF[: len(PDF) // 2], "broken"),
    "a PDF without its last line": (PDF.rpartition(b"%%EOF")[0], "broken"),
    "a PDF with a page behind it": (PDF + b"<html><script>alert(1)</script></html>", "broken"),
    "a PDF with an archive behind it": (PDF + zipped("a.txt"), "broken"),
    "a page with a PDF behind it": (b"<html>" + PDF, "type"),
    "the head of a PDF": (b"%PDF-1.7\n%%EOF", "broken"),
    "a JPEG cut in the middle": (picture("JPEG", (400, 300))[:-9000], "broken"),
    "the head of a JPEG": (b"\xff\xd8\xff\xe0" + b"x" * 1000, "broken"),
    "a PNG cut in the middle": (picture("PNG", (400, 300))[:20_000], "broken"),
    "a PNG with a hole and an end": (PNG[: len(PNG) // 2] + inspector.PNG_END, "broken"),
    "a PNG with an archive behind it": (PNG + zipped("a.txt"), "broken"),
    "a picture as large as a field": (huge_png(), "pixels"),
    "a Word document": (zipped("[Content_Types].xml", "word/document.xml"), "office"),
    "an old Excel sheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "office"),
    "an archive": (zipped("a.pdf"), "office"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "type"),
    "a drawing that runs": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "type"),
    "a photograph of a telephone": (b"\0\0\0\x18ftypheic" + b"\0" * 100, "heic"),
    "a program": (b"MZ" + b"\0" * 600, "type"),
    "a GIF": (picture("GIF"), "type"),
    "a signature of viruses": (EICAR, "type"),
    "text": ("請負契約書".encode(), "type"),
}


@pytest.mark.parametrize(("data", "type_"), SOUND.values(), ids=SOUND)
def test_sound_files_are_known_by_their_content(data, type_):
    assert inspector.judge(data) == type_


@pytest.mark.parametrize(("data", "word"), BAD.values(), ids=BAD)
def test_bad_files_are_refused_each_for_its_own_reason(data, word):
    with pytest.raises(inspector.Refused, match=f"^{word}$"):
        inspector.judge(data)


def test_every_reason_has_a_sentence_of_its_own_in_japanese():
    words = {word for _, word in BAD.values()}
    assert words | {"empty", "large"} == set(inspecting.REFUSALS)
    assert len(set(inspecting.REFUSALS.values())) == len(inspecting.REFUSALS)


def test_a_pdf_of_too_many_things_is_given_up(monkeypatch):
    monkeypatch.setattr(inspector, "MOST_OBJECTS", 10)
    with pytest.raises(inspector.Refused, match="complex"):
        inspector.judge(PDF)


@pytest.mark.parametrize(("data", "type_"), [(PDF, "pdf"), (JPEG, "jpeg"), (PNG, "png")], ids=["PDF", "JPEG", "PNG"])
def test_the_process_of_its_own_answers_for_sound_files(data, type_):
    assert inspecting.judge(data) == type_


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (PDF.ljust(LARGEST + 1, b"\n"), "large"),
        (BAD["a script"][0], "script"),
        (BAD["a password to open it"][0], "locked"),
        (huge_png(), "pixels"),
        (EICAR, "type"),
    ],
    ids=["empty", "large", "script", "locked", "pixels", "virus"],
)
def test_and_refuses_in_japanese(data, word):
    with pytest.raises(inspecting.Refused) as refusal:
        inspecting.judge(data)
    assert str(refusal.value) == inspecting.REFUSALS[word]


def test_a_file_of_exactly_the_limit_is_read():
    data = make.pdf_of(LARGEST)
    assert len(data) == LARGEST
    assert inspecting.judge(data) == "pdf"


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.kill(os.getpid(), 11)",
        "import time; time.sleep(60)",
        "from applications import inspector; inspector._limit(); b'x' * (2 << 30)",
        "from applications import inspector; inspector._limit(); open('/tmp/netdesk-inspector', 'w').write('x')",
    ],
    ids=["a crash", "a hang", "all memory", "writing"],
)
def test_whatever_happens_to_the_process_the_file_is_refused(program, monkeypatch):
    run = inspecting.subprocess.run
    monkeypatch.setattr(inspecting, "SECONDS", 3)
    monkeypatch.setattr(inspecting.subprocess, "run", lambda command, **how: run([command[0], "-c", program], **how))
    with pytest.raises(inspecting.Refused, match="内容を確かめられませんでした"):
        inspecting.judge(PDF)


def test_the_process_knows_none_of_our_secrets(monkeypatch):
    run = inspecting.subprocess.run
    monkeypatch.setattr(
        inspecting.subprocess,
        "run",
        lambda command, **how: run([command[0], "-c", "import os; print(sorted(os.environ))"], **how),
    )
    assert set(inspecting._ask(PDF).strip("[]\n").replace("'", "").split(", ")) <= {"", "LC_CTYPE"}
