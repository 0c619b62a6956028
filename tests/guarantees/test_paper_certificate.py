"""The certificate on paper: 正 and 副 say the same, word for word, and nothing of keys and look-ups."""

import datetime as dt
import io
from pathlib import Path

import pikepdf
import pymupdf
import pytest

from guarantees import documents
from tests.guarantees import sample
from tests.guarantees.layout import unread

EXPECTED = Path(__file__).parent / "papers"
PAPER = {"format": "paper", "format_label": "証書（紙）", "key_expires_on": ""}
AGAIN = documents.Reissue(2, dt.date(2026, 6, 15))
ELECTRONIC = ("電子", "認証キー", "キー", "照会画面", "照会", "http", "verify")


def draw(*, again=None, **changes):
    return documents.render("paper", sample.snapshot(**PAPER | changes), again=again)


@pytest.fixture(scope="module")
def first():
    """The first print of the story."""
    return draw()


@pytest.fixture(scope="module")
def second():
    """The story printed again."""
    return draw(again=AGAIN)


def sheets(pdf):
    """The words of each page, line by line."""
    pages = [page.get_text() for page in pymupdf.open(stream=pdf)]
    return ["\n".join(line.strip() for line in page.splitlines() if line.strip()) for page in pages]


@pytest.mark.parametrize("name", ["paper", "paper-again"])
def test_a_paper_certificate_says_all_of_this_and_nothing_else(first, second, name):
    expected = (EXPECTED / f"{name}.txt").read_text().rstrip()
    pdf = {"paper": first, "paper-again": second}[name]
    assert sheets(pdf) == [expected.replace("{side}", side) for side in ("正", "副")]


def test_both_pages_are_a4(first):
    pages = list(pymupdf.open(stream=first))
    assert [(round(page.rect.width), round(page.rect.height)) for page in pages] == [(595, 842)] * 2


def test_it_makes_the_same_promise_as_the_electronic_certificate(first):
    def heart(words):
        return words[words.index("被保証者") : words.index("代表取締役社長")]

    (electronic,) = sheets(sample.draw("certificate"))
    for words in sheets(first):
        assert heart(words) == heart(electronic)


@pytest.mark.parametrize("changes", [sample.CONTRACT, sample.SERVICE | sample.VENTURE])
def test_it_never_speaks_of_keys_and_look_ups(changes):
    for words in sheets(draw(again=AGAIN, **changes)):
        assert [word for word in ELECTRONIC if word in words] == []


def test_each_product_has_its_title_amount_and_rare_names():
    for changes, title, amount in (
        ({}, "（前払金保証）", "金 20,000,000 円"),
        (sample.CONTRACT, "（契約保証）", "金 5,000,000 円"),
    ):
        for words in sheets(draw(work_place="髙﨑𠮷①㈱", **changes)):
            lines = words.splitlines()
            assert ["保証証書", title, amount, "髙﨑𠮷①㈱"] == [
                line for line in lines if line in ("保証証書", title, amount, "髙﨑𠮷①㈱")
            ]


def test_from_the_second_print_on_every_page_says_so_with_day_and_count():
    for words in sheets(draw(again=documents.Reissue(3, dt.date(2028, 12, 31)))):
        assert "再発行\n令和10年12月31日\n（2028年12月31日）\n3回目の印刷" in words


def test_the_same_print_gives_the_same_bytes(second):
    assert draw(again=AGAIN) == second


def test_what_does_not_belong_together_is_not_drawn():
    for kind, changes, more in (
        ("paper", {}, {}),  # an electronic guarantee is not printed
        ("paper", PAPER, {"key": sample.KEY}),
        ("certificate", PAPER, {}),
        ("certificate", {}, {"again": AGAIN}),
        ("notice", {}, {"key": sample.KEY, "again": AGAIN}),
    ):
        with pytest.raises(ValueError):
            documents.render(kind, sample.snapshot(**changes), **more)


def test_a_changed_certificate_says_so_on_both_sides_with_what_was_before():
    for words in sheets(draw(**sample.CHANGED)):
        assert "保証証書\n（前払金保証）\n変更（第2版）" in words
        assert "項目\n変更前\n変更後\n請負金額\n50,000,000円\n60,000,000円\n" in words
        assert "変更契約日　令和8年8月3日（2026年8月3日）" in words
        assert "理由　設計変更による増工のため\nこの証書は、令和8年6月1日発行の第1版に代わるものです。" in words
        assert "原契約" not in words
        assert [word for word in ELECTRONIC if word in words] == []


@pytest.mark.parametrize("seed", ["", "W", "髙﨑𠮷"])
def test_a_change_of_everything_at_its_longest_stays_on_two_pages(seed):
    pdf = draw(again=documents.Reissue(999, dt.date(2028, 12, 31)), **sample.longest_change(18, seed) | PAPER)
    assert [unread(page) for page in pymupdf.open(stream=pdf)] == [[], []]


def test_what_was_cancelled_is_not_printed():
    with pytest.raises(ValueError, match="no certificate"):
        draw(**sample.CHANGED | {"purpose": "cancel", "purpose_label": "解約"})


@pytest.mark.parametrize("seed", ["", "W", "髙﨑𠮷"])
def test_all_texts_may_be_as_long_as_their_columns_at_once(seed):
    sums = dict.fromkeys(("price_yen", "base_yen", "rate_base_yen", "amount_yen"), 999_999_999_999)
    texts = {name: sample.longest(name, seed) for name in sample.LENGTHS}
    longest = documents.Reissue(999, dt.date(2028, 12, 31))
    pdf = draw(again=longest, **sample.VENTURE | texts | sums)
    pages = [words.replace("\n", "").replace(" ", "") for words in sheets(pdf)]
    assert len(pages) == 2
    for words in pages:
        for name in ("work_name", "beneficiary", "principal_name"):
            assert texts[name].replace(" ", "") in words
    assert [unread(page) for page in pymupdf.open(stream=pdf)] == [[], []]


def test_a_paper_that_cannot_fit_is_refused():
    with pytest.raises(documents.PaperTooLong, match="文字が多く、書面の枠に収まりません"):
        draw(work_name="長" * 5000)


def test_a_character_without_a_glyph_is_named_and_nothing_is_drawn():
    with pytest.raises(documents.MissingGlyph, match=r"👷（U\+1F477）"):
        draw(work_name="👷あおば小学校")


def test_the_file_is_an_archive_pdf_with_embedded_fonts_and_no_link(second):
    with pikepdf.open(io.BytesIO(second)) as pdf:
        with pdf.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
        assert (str(pdf.docinfo.Title), str(pdf.Root.Lang)) == ("保証証書（前払金保証） 26102-000123", "ja")
        held = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary | pikepdf.Stream)]
        whole = [each for each in held if each.get("/Type") == "/Font" and each.Subtype == "/Type0"]
        assert {str(font.BaseFont).partition("+")[2] for font in whole} == {"PDFMono-Bold", "PDFSans", "PDFSans-Bold"}
        assert all("/ToUnicode" in font for font in whole)
        assert all("/FontFile2" in font.DescendantFonts[0].FontDescriptor for font in whole)
        assert [each for each in held if each.get("/Subtype") in ("/Link", "/Image")] == []
        for key in ("/JS", "/JavaScript", "/EmbeddedFiles", "/OpenAction", "/AA", "/Launch"):
            assert [each for each in held if key in each] == []
