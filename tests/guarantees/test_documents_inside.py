"""What lies inside the files: fonts, marks, links; and that drawing them reaches nothing outside."""

import io
import json
import sys
import warnings

import outloud
import pikepdf
import pytest
import segno
from django.conf import settings
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.urls import FatalURLFetchingError

from guarantees import documents, fence
from tests.guarantees import sample

PAPERS = ("certificate", "notice")


@pytest.mark.parametrize("kind", PAPERS)
def test_the_fonts_are_embedded_as_subsets_with_their_meaning(kind: str):
    with pikepdf.open(io.BytesIO(sample.draw(kind, sample.snapshot(work_place="髙﨑𠮷葛\U000e0100①㈱")))) as pdf:
        fonts = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"]
        # No picture fonts (Type 3) and no fonts of single bytes (Type 1): every sign can be searched and read aloud.
        assert {str(font.Subtype) for font in fonts} == {"/Type0", "/CIDFontType2"}
        whole = [font for font in fonts if font.Subtype == "/Type0"]
        assert sorted(str(font.BaseFont).partition("+")[2] for font in whole) == [
            "PDFMono-Bold",
            "PDFSans",
            "PDFSans-Bold",
        ]
        for font in whole:
            assert "/ToUnicode" in font
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_fonts_are_cut_by_harfbuzz_and_not_by_the_slow_way():
    assert harfbuzz_subset is not None, "libharfbuzz-subset0 is missing"


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_holds_no_script_no_launch_no_attachment_and_no_link_but_the_look_up_page(kind: str):
    with pikepdf.open(
        io.BytesIO(sample.draw(kind, sample.snapshot(work_name="javascript:x https://example.org/")))
    ) as pdf:
        held = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary | pikepdf.Stream)]
        for key in ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/OpenAction", "/AA", "/AcroForm", "/Launch"):
            assert [each for each in held if key in each] == []
        actions = {str(each.A.S): str(each.A.URI) for each in held if each.get("/Subtype") == "/Link"}
        assert actions == ({"/URI": sample.STORY["verify_url"]} if kind == "certificate" else {})


def test_a_certificate_declares_pdf_a_2a_and_a_notice_pdf_ua_1():
    with pikepdf.open(io.BytesIO(sample.draw("certificate"))) as pdf, pdf.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        assert "/OutputIntents" in pdf.Root
    with pikepdf.open(io.BytesIO(sample.draw("notice"))) as pdf, pdf.open_metadata() as about:
        assert about["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("certificate", "電子保証書（前払金保証） 26102-000123"),
        ("notice", "電子保証にかかる「認証キー」のお知らせ 26102-000123"),
    ],
)
def test_a_paper_says_its_language_title_and_author(kind: str, title: str):
    with pikepdf.open(io.BytesIO(sample.draw(kind))) as pdf:
        assert str(pdf.Root.Lang) == "ja"
        assert (str(pdf.docinfo.Title), str(pdf.docinfo.Author)) == (title, "ネットデスク保証株式会社")
        assert pdf.Root.MarkInfo.Marked


@pytest.mark.parametrize("shown", [sample.snapshot(), sample.changed()], ids=["first", "changed"])
def test_the_checker_for_accessible_pdf_finds_no_error_in_a_notice(tmp_path, shown):
    path = tmp_path / "notice.pdf"
    path.write_bytes(sample.draw("notice", shown))
    result = outloud.check(str(path))
    assert (result.error, [finding.rule for finding in result.findings if finding.severity == "error"]) == (None, [])


@pytest.mark.parametrize("kind", PAPERS)
def test_every_cell_of_a_change_is_tied_to_its_headers(tmp_path, kind: str):
    path = tmp_path / "changed.pdf"
    path.write_bytes(sample.draw(kind, sample.changed()))
    found = outloud.check(str(path)).findings
    assert [one.rule for one in found if one.rule.startswith("TBL") and one.severity == "error"] == []


def test_the_qr_code_holds_the_address_of_the_look_up_page_only():
    with pikepdf.open(io.BytesIO(sample.draw("notice"))) as pdf:
        (image,) = [
            each for each in pdf.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
        ]
        picture = pikepdf.PdfImage(image).as_pil_image().convert("L")
        assert not image.get("/Interpolate")
    assert documents._qr(sample.STORY["verify_url"])[24] == 1  # bits per dot, in the header of a PNG
    code = segno.make_qr(sample.STORY["verify_url"], error="m")
    side = len(code.matrix) + 4  # two dots of quiet around
    assert picture.size == (8 * side, 8 * side)
    seen = [[picture.getpixel((8 * x + 20, 8 * y + 20)) < 128 for x in range(side - 4)] for y in range(side - 4)]
    assert seen == [[bool(dot) for dot in line] for line in code.matrix]


@pytest.mark.parametrize("kind", PAPERS)
def test_drawing_calls_no_host_and_opens_no_file_but_the_colour_profile(kind: str):
    watched = fence.run(lambda: _watch(kind))
    assert set(json.loads(watched)) <= {"open sRGB2014.icc"}


def _watch(kind: str) -> bytes:
    """Draw in a child whose every opened file and connection is noted: such a hook cannot be taken off again."""
    seen: list[str] = []
    watch = {"open": 0, "socket.connect": 1, "socket.getaddrinfo": 0, "subprocess.Popen": 0, "urllib.Request": 0}
    page = documents.render_to_string(f"guarantees/paper/{kind}.html", documents._values(sample.snapshot(), sample.KEY))
    assets = {documents.QR: documents._qr("https://netdesk.example.jp/verify/")}
    warnings.simplefilter("ignore")  # WeasyPrint leaves the closing of its colour profile to Python
    sys.addaudithook(lambda event, args: seen.append(f"{event} {args[watch[event]]}") if event in watch else None)
    assert documents._print(kind, [page], assets).startswith(b"%PDF")
    return json.dumps([f"{entry.split()[0]} {entry.rpartition('/')[2]}" for entry in seen]).encode()


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1/x.png">',
        '<img src="asset:other.png">',
        '<img src="data:image/png;base64,AAAA">',
        '<object data="file:///etc/passwd"></object>',
        '<embed src="http://127.0.0.1/">',
        '<link rel="stylesheet" href="http://127.0.0.1/x.css">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<style>@import "http://127.0.0.1/x.css";</style>',
        '<style>@font-face { font-family: X; src: url("file:///etc/passwd") }</style>',
        '<p style="background: url(http://127.0.0.1/x.png)">x</p>',
    ],
)
def test_even_markup_of_our_own_cannot_reach_outside(markup: str):
    press = documents._press()
    page = press.html(string=f"<html><body>x{markup}</body></html>", url_fetcher=press.fetcher({}))
    with pytest.raises(FatalURLFetchingError, match="a paper asked for"):
        page.write_pdf(font_config=press.fonts)


def test_a_picture_within_a_picture_is_refused_too(caplog):
    press = documents._press()
    svg = '<svg width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>'
    press.html(string=svg, url_fetcher=press.fetcher({})).write_pdf(font_config=press.fonts)
    assert [entry.getMessage() for entry in caplog.records] == ["Failed to render SVG image None"]


def test_a_stopped_drawing_is_an_ordinary_exception_for_the_worker(monkeypatch):
    monkeypatch.setattr(documents, "QR", "asset:another.png")
    with pytest.raises(fence.Broken, match="書類を作成できませんでした。"):
        sample.draw("notice")


def test_the_fonts_bring_their_licence():
    folder = settings.BASE_DIR / "static" / "nd" / "fonts"
    assert [path for path in (*folder.glob("**/OFL*"), *folder.glob("**/LICENSE*"))]
