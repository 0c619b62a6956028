"""The papers: one page, every word of the snapshot on it, nothing from outside, readable by people and by machines."""

import io
import json
import sys
import warnings

import outloud
import pikepdf
import pymupdf
import pytest
import segno
from django.conf import settings
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.urls import FatalURLFetchingError

from guarantees import documents, fence
from guarantees.snapshot import Snapshot
from tests.guarantees import sample

PAPERS = ("certificate", "notice")
CERTIFICATE = """\
保証契約番号　26102-000123　（第1版）
発行日　令和8年6月1日（2026年6月1日）
電子保証書
（前払金保証）
被保証者
杉並区長　殿
保証契約者
東京都杉並区みどり二丁目3番4号
髙﨑建設 株式会社
代表取締役　𠮷田　太郎
当社は、当社の前払金保証約款に基づき、次のとおり保証します。保証契約者の責めに帰すべ
き理由により下記の工事の請負契約が解除されたときは、当社は、支払われた前払金の額から、
工事の既済部分の代価に相当する額を差し引いた額を、保証金額を限度として、保証契約者に代
わって被保証者にお支払いします。
保証金額
金 20,000,000 円
工事名
杉並区立あおば小学校外壁改修工事
工事場所
東京都杉並区あおば一丁目5番地内
請負契約
令和8年6月1日（2026年6月1日）締結　工事番号 8-杉教-0123
工期
令和8年6月2日 〜 令和8年12月18日
請負金額
50,000,000円（消費税及び地方消費税を含む）
保証期間
令和8年6月1日（2026年6月1日）から
令和8年12月18日（2026年12月18日）まで
預託金融機関
みずほ銀行　荻窪支店
適用する約款
前払金保証約款（令和8年4月1日版）
東京都中央区見本町一丁目2番3号
ネットデスク保証株式会社
代表取締役社長　見本　一郎
取扱　新宿支店　電話 03-0000-0001
電子
保証
版　第1版（原契約）
照合番号
B2A8-B87C-68A7-3043
照会画面
https://netdesk.example.jp/verify/
内容は、照会画面で保証契約番号と認証キーを入力して確認できます。変更があったときは、新しい版と新しい認証キー
を発行し、この版は参照用となります。"""
NOTICE = """\
髙﨑建設 株式会社 御中
代表取締役　𠮷田　太郎 様
発行日 令和8年6月1日（2026年6月1日）
ネットデスク保証株式会社
新宿支店
電子保証にかかる「認証キー」のお知らせ
下記の保証契約について電子証書を発行しましたので、認証キーをお知らせします。発注者は、この認証
キーを使って保証契約の内容を確認します。必要書類とあわせて発注者へご提出ください。
保証契約番号
26102-000123
認証キー
Z28YUE4J3Bux
12文字・大文字と小文字を区別します
数字 2 8 4 3　英大文字 Z Y U E J B　英小文字 u x
閲覧期限　令和9年3月18日（2027年3月18日）まで
照会画面を開く
保証契約の概要
保証の種類
前払金保証（電子保証）
被保証者（発注者）
杉並区長
保証契約者
髙﨑建設 株式会社
工事名
杉並区立あおば小学校外壁改修工事
工事番号 8-杉教-0123
請負金額
50,000,000円
保証金額
20,000,000円（請負金額の40.0％）
保証期間
令和8年6月1日 〜 令和8年12月18日
杉並区への提出方法
この「認証キー」のお知らせ（PDF）を電子メールに添付します。
その他の必要書類とあわせて、杉並区 総務部経理課契約係（keiyaku@city.example.jp）へ送信します。
杉並区が認証キーで保証契約の内容を確認します。紙の証書の提出は不要です。
1.
2.
3.
取扱いのご注意　この書面は保証証書ではありません。発注者が認証キーで照会して、はじめて保証の内容を
確認できます。認証キーを知っている人は、だれでも保証契約の内容を照会できます。提出先以外には知らせな
いでください。記載内容に誤りがあるときは、提出する前に下記までご連絡ください。
新宿支店（取扱）
電話 03-0000-0001
本店
電話 03-0000-0000
受付時間
平日 9:00〜17:00（土日祝日・年末年始を除く）
保証契約番号 26102-000123（第1版）
1 / 1ページ"""


def draw(kind: str, shown: Snapshot | None = None) -> bytes:
    return documents.render(kind, shown or sample.snapshot(), key=sample.KEY if kind == "notice" else "")


def sheets(pdf: bytes) -> list[pymupdf.Page]:
    return list(pymupdf.open(stream=pdf))


def words(pdf: bytes) -> str:
    (page,) = sheets(pdf)
    return "\n".join(line.strip() for line in page.get_text().splitlines() if line.strip())


def flow(pdf: bytes) -> str:
    """The words of a paper without the ends of its lines."""
    return words(pdf).replace("\n", "")


def row(label: str, *lines: str) -> str:
    return "\n".join(["", label, *lines, ""])


def test_the_sample_has_the_shape_of_a_snapshot():
    assert set(sample.STORY) == set(Snapshot.__annotations__)


def test_a_certificate_says_all_of_this_and_nothing_else():
    assert words(draw("certificate")) == CERTIFICATE


def test_a_notice_says_all_of_this_and_nothing_else():
    assert words(draw("notice")) == NOTICE


def test_a_contract_guarantee_promises_damages_and_names_no_bank():
    pdf = draw("certificate", sample.snapshot(**sample.CONTRACT))
    assert (
        "当社は、当社の契約保証約款に基づき、次のとおり保証します。保証契約者の責めに帰すべき理由により下記の工事の請負契約が"
        "解除されたときは、当社は、これによって被保証者に生じた損害を、保証金額を限度として、保証契約者に代わって被保証者に"
        "お支払いします。"
    ) in flow(pdf)
    assert row("保証金額", "金 5,000,000 円") in words(pdf)
    assert row("適用する約款", "契約保証約款（令和8年4月1日版）") in words(pdf)
    assert "預託金融機関" not in words(pdf)
    assert "前払金" not in words(pdf)


def test_a_service_has_its_own_names_for_the_same_things():
    pdf = draw("certificate", sample.snapshot(**sample.SERVICE))
    assert "下記の業務の委託契約が解除されたときは" in flow(pdf)
    assert "業務の既履行部分に相当する業務委託料の額を差し引いた額を" in flow(pdf)
    for label in ("業務名", "履行場所", "業務委託契約", "履行期間", "業務委託料"):
        assert row(label).strip("\n") in words(pdf).splitlines()
    assert "工事の請負契約" not in flow(pdf)
    notice = words(draw("notice", sample.snapshot(**sample.SERVICE)))
    assert row("業務名", "杉並区立あおば小学校外壁改修設計業務", "業務番号 8-杉教-0123") in notice
    assert row("保証金額", "20,000,000円（業務委託料の40.0％）") in notice


def test_a_joint_venture_over_several_years_shows_its_members_and_the_amount_of_this_year():
    shown = sample.snapshot(**sample.VENTURE)
    certificate = draw("certificate", shown)
    assert sample.VENTURE["joint_venture"] in flow(certificate)
    assert row("今年度対象額", "20,000,000円（債務負担行為）") in words(certificate)
    assert row("保証金額", "8,000,000円（今年度対象額 20,000,000円の40.0％）") in words(draw("notice", shown))


def test_a_body_without_rules_is_asked_for_its_contract_office():
    notice = flow(draw("notice", sample.snapshot(submission_office="", submission_email="")))
    assert "その他の必要書類とあわせて、杉並区の契約担当課へ送信します。" in notice


def test_a_certificate_never_shows_a_key_and_a_notice_always_does():
    with pytest.raises(ValueError):
        documents.render("certificate", sample.snapshot(), key=sample.KEY)
    with pytest.raises(ValueError):
        documents.render("notice", sample.snapshot())


def test_a_paper_guarantee_gets_no_electronic_papers():
    with pytest.raises(ValueError):
        documents.render("certificate", sample.snapshot(format="paper"))


@pytest.mark.parametrize("kind", PAPERS)
def test_the_same_snapshot_gives_the_same_bytes(kind: str):
    assert draw(kind) == draw(kind)


def unread(pdf: bytes) -> list[str]:
    """The lines that lie over another one or outside the margins. Boxes are cut to the height of the signs."""
    (page,) = sheets(pdf)
    spans = [s for b in page.get_text("dict")["blocks"] for line in b.get("lines", []) for s in line["spans"]]
    boxes = []
    for span in spans:
        left, _, right, _ = span["bbox"]
        foot = span["origin"][1]
        boxes.append((pymupdf.Rect(left + 1, foot - span["size"] * 0.7, right - 1, foot), span["text"].strip()))
    paper = page.rect + (40, 30, -40, -10)
    over = [
        text
        for i, (box, text) in enumerate(boxes)
        for other, more in boxes[i + 1 :]
        if text and more and box.intersects(other)
    ]
    return over + [text for box, text in boxes if text and box not in paper]


@pytest.mark.parametrize("name", sample.LENGTHS)
def test_each_text_may_be_as_long_as_its_column(name: str):
    shown = sample.snapshot(**sample.CONTRACT | {name: sample.longest(name)})
    for kind in PAPERS:
        assert unread(draw(kind, shown)) == []


@pytest.mark.parametrize("seed", ["", "W", "髙﨑𠮷"])
@pytest.mark.parametrize("product", [{}, sample.CONTRACT], ids=["advance", "contract"])
def test_all_texts_may_be_as_long_as_their_columns_at_once(product: dict, seed: str):
    sums = dict.fromkeys(("price_yen", "base_yen", "rate_base_yen", "amount_yen"), 999_999_999_999)
    texts = {name: sample.longest(name, seed) for name in sample.LENGTHS}
    shown = sample.snapshot(**sample.VENTURE | texts | sums | product)
    for kind in PAPERS:
        pdf = draw(kind, shown)
        assert unread(pdf) == []
        for name in ("work_name", "beneficiary", "principal_name"):
            assert texts[name].replace(" ", "") in flow(pdf).replace(" ", "")  # a space may fall on the end of a line


def test_a_paper_that_cannot_fit_is_refused():
    with pytest.raises(documents.PaperTooLong, match="文字が多く、書面が1ページに収まりません"):
        draw("certificate", sample.snapshot(work_name="長" * 5000))


@pytest.mark.parametrize(
    "name",
    ['<img src="file:///etc/passwd">', "url(http://127.0.0.1)", "<script>alert(1)</script>", "{{ p.number }} &amp; {% x %}"],
)
def test_markup_in_a_name_is_printed_as_it_was_typed(name: str):
    for kind in PAPERS:
        assert name in words(draw(kind, sample.snapshot(work_name=name)))


def test_marks_that_turn_or_hide_text_are_left_out():
    name = "杉並\u202e区立\u200bあおば\u2066小学校\x00外壁\U000e0041改修\n工事"
    assert row("工事名", "杉並区立あおば小学校外壁改修 工事") in words(draw("certificate", sample.snapshot(work_name=name)))


def test_a_character_without_a_glyph_is_named_and_nothing_is_drawn():
    with pytest.raises(documents.MissingGlyph, match=r"👷（U\+1F477）、\ue000（U\+E000）"):
        draw("notice", sample.snapshot(work_name="👷あおば小学校\ue000"))


@pytest.mark.parametrize("kind", PAPERS)
def test_the_fonts_are_embedded_as_subsets_with_their_meaning(kind: str):
    with pikepdf.open(io.BytesIO(draw(kind, sample.snapshot(work_place="髙﨑𠮷葛\U000e0100①㈱")))) as pdf:
        fonts = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font"]
        whole = [font for font in fonts if font.Subtype == "/Type0"]
        assert sorted(str(font.BaseFont).partition("+")[2] for font in whole) == ["PDFMono-Bold", "PDFSans", "PDFSans-Bold"]
        for font in whole:
            assert "/ToUnicode" in font
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_fonts_are_cut_by_harfbuzz_and_not_by_the_slow_way():
    assert harfbuzz_subset is not None, "libharfbuzz-subset0 is missing"


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_holds_no_script_no_launch_no_attachment_and_no_link_but_the_look_up_page(kind: str):
    with pikepdf.open(io.BytesIO(draw(kind, sample.snapshot(work_name="javascript:x https://example.org/")))) as pdf:
        held = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary | pikepdf.Stream)]
        for key in ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/OpenAction", "/AA", "/AcroForm", "/Launch"):
            assert [each for each in held if key in each] == []
        actions = {str(each.A.S): str(each.A.URI) for each in held if each.get("/Subtype") == "/Link"}
        assert actions == ({"/URI": sample.STORY["verify_url"]} if kind == "certificate" else {})


def test_a_certificate_declares_pdf_a_2a_and_a_notice_pdf_ua_1():
    with pikepdf.open(io.BytesIO(draw("certificate"))) as pdf, pdf.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        assert "/OutputIntents" in pdf.Root
    with pikepdf.open(io.BytesIO(draw("notice"))) as pdf, pdf.open_metadata() as about:
        assert about["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("certificate", "電子保証書（前払金保証） 26102-000123"),
        ("notice", "電子保証にかかる「認証キー」のお知らせ 26102-000123"),
    ],
)
def test_a_paper_says_its_language_title_and_author(kind: str, title: str):
    with pikepdf.open(io.BytesIO(draw(kind))) as pdf:
        assert str(pdf.Root.Lang) == "ja"
        assert (str(pdf.docinfo.Title), str(pdf.docinfo.Author)) == (title, "ネットデスク保証株式会社")
        assert pdf.Root.MarkInfo.Marked


def test_the_checker_for_accessible_pdf_finds_no_error_in_a_notice(tmp_path):
    path = tmp_path / "notice.pdf"
    path.write_bytes(draw("notice"))
    result = outloud.check(str(path))
    assert (result.error, [finding.rule for finding in result.findings if finding.severity == "error"]) == (None, [])


def test_the_qr_code_holds_the_address_of_the_look_up_page_only():
    with pikepdf.open(io.BytesIO(draw("notice"))) as pdf:
        (image,) = [each for each in pdf.objects if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"]
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
    """Draw in a child whose every opened file and connection is noted: a hook of that kind cannot be taken off again."""
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
        draw("notice")


def test_the_fonts_bring_their_licence():
    folder = settings.BASE_DIR / "static" / "nd" / "fonts"
    assert [path for path in (*folder.glob("**/OFL*"), *folder.glob("**/LICENSE*"))]
