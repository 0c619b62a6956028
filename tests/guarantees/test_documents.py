"""The papers: one page, every word of the snapshot on it, and nothing else."""

from pathlib import Path

import pymupdf
import pytest

from guarantees import documents
from guarantees.snapshot import Snapshot
from tests.guarantees import sample
from tests.guarantees.layout import unread

PAPERS = ("certificate", "notice")
EXPECTED = Path(__file__).parent / "papers"


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
    assert set(sample.STORY) == Snapshot.__required_keys__


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_says_all_of_this_and_nothing_else(kind: str):
    assert words(sample.draw(kind)) == (EXPECTED / f"{kind}.txt").read_text().rstrip()


@pytest.mark.parametrize("kind", PAPERS)
def test_the_paper_of_a_change_says_all_of_this_and_nothing_else(kind: str):
    assert words(sample.draw(kind, sample.changed())) == (EXPECTED / f"{kind}-changed.txt").read_text().rstrip()


def test_only_the_first_version_is_called_the_original_contract():
    assert "（原契約）" in words(sample.draw("certificate"))
    assert "原契約" not in words(sample.draw("certificate", sample.changed()))


def test_a_correction_has_its_own_title_and_the_day_of_the_correction():
    shown = sample.changed(purpose="correct", purpose_label="訂正発行", changes=[], change_reason="工事名の誤記")
    certificate = words(sample.draw("certificate", shown))
    for line in ("訂正発行（第2版）", "変更事項（訂正発行）", "証書に記載する事項に変更はありません。"):
        assert row(line) in certificate
    assert "訂正日　令和8年8月3日（2026年8月3日）" in certificate and "変更契約日" not in certificate
    assert "下記の保証契約の訂正発行にともない" in flow(sample.draw("notice", shown))


def test_a_cancellation_has_neither_certificate_nor_notice():
    for kind, key in (("certificate", ""), ("notice", sample.KEY)):
        with pytest.raises(ValueError, match="no certificate"):
            documents.render(kind, sample.changed(purpose="cancel", purpose_label="解約"), key=key)


def test_marks_within_the_rows_of_a_change_are_left_out_and_markup_is_printed():
    rows = [{"label": "工事場所", "before": "杉並\u202e区\u200b", "after": "<b>{{ p.number }}</b>"}]
    for kind in PAPERS:
        assert row("工事場所", "杉並区", "<b>{{ p.number }}</b>") in words(
            sample.draw(kind, sample.changed(changes=rows))
        )


def test_a_change_of_eight_long_texts_stays_on_its_page_and_says_where_the_texts_stand():
    rows = [{"label": label, "before": "前" * 120, "after": "後" * 120} for label in sample.LONG_LABELS]
    rows.append({"label": "保証金額", "before": "20,000,000円", "after": "24,000,000円"})
    for kind in PAPERS:
        pdf = sample.draw(kind, sample.changed(changes=rows))
        assert [unread(page) for page in sheets(pdf)] == [[]]
        assert "第1版の証書に記載のとおりこの版の証書に記載のとおり" in flow(pdf)
        assert "、".join(sample.LONG_LABELS) in flow(pdf)
        assert row("保証金額", "20,000,000円", "24,000,000円") in words(pdf)


@pytest.mark.parametrize(("rows", "seed"), [(8, ""), (18, ""), (18, "W"), (18, "髙﨑𠮷")])
def test_a_change_of_everything_at_its_longest_stays_on_its_page(rows: int, seed: str):
    shown = sample.longest_change(rows, seed)
    for kind in PAPERS:
        pdf = sample.draw(kind, shown)
        assert [unread(page) for page in sheets(pdf)] == [[]]
        said = flow(pdf).replace(" ", "")
        assert shown["change_reason"].replace(" ", "") in said
        assert shown["issuer_name"].replace(" ", "") in said  # no certificate but that of its change shows it


def test_a_contract_guarantee_promises_damages_and_names_no_bank():
    pdf = sample.draw("certificate", sample.snapshot(**sample.CONTRACT))
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
    pdf = sample.draw("certificate", sample.snapshot(**sample.SERVICE))
    assert "下記の業務の委託契約が解除されたときは" in flow(pdf)
    assert "業務の既履行部分に相当する業務委託料の額を差し引いた額を" in flow(pdf)
    for label in ("業務名", "履行場所", "業務委託契約", "履行期間", "業務委託料"):
        assert row(label).strip("\n") in words(pdf).splitlines()
    assert "工事の請負契約" not in flow(pdf)
    notice = words(sample.draw("notice", sample.snapshot(**sample.SERVICE)))
    assert row("業務名", "杉並区立あおば小学校外壁改修設計業務", "業務番号 8-杉教-0123") in notice
    assert row("保証金額", "20,000,000円（業務委託料の40.0％）") in notice


def test_a_joint_venture_over_several_years_shows_its_members_and_the_amount_of_this_year():
    shown = sample.snapshot(**sample.VENTURE)
    certificate = sample.draw("certificate", shown)
    assert sample.VENTURE["joint_venture"] in flow(certificate)
    assert row("今年度対象額", "20,000,000円（債務負担行為）") in words(certificate)
    assert row("保証金額", "8,000,000円（今年度対象額 20,000,000円の40.0％）") in words(sample.draw("notice", shown))


def test_a_body_without_rules_is_asked_for_its_contract_office():
    notice = flow(sample.draw("notice", sample.snapshot(submission_office="", submission_email="")))
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
    assert sample.draw(kind) == sample.draw(kind)


@pytest.mark.parametrize("name", sample.LENGTHS)
def test_each_text_may_be_as_long_as_its_column(name: str):
    shown = sample.snapshot(**sample.CONTRACT | {name: sample.longest(name)})
    for kind in PAPERS:
        assert [unread(page) for page in sheets(sample.draw(kind, shown))] == [[]]


@pytest.mark.parametrize("seed", ["", "W", "髙﨑𠮷"])
@pytest.mark.parametrize("product", [{}, sample.CONTRACT], ids=["advance", "contract"])
def test_all_texts_may_be_as_long_as_their_columns_at_once(product: dict, seed: str):
    sums = dict.fromkeys(("price_yen", "base_yen", "rate_base_yen", "amount_yen"), 999_999_999_999)
    texts = {name: sample.longest(name, seed) for name in sample.LENGTHS}
    shown = sample.snapshot(**sample.VENTURE | texts | sums | product)
    for kind in PAPERS:
        pdf = sample.draw(kind, shown)
        assert [unread(page) for page in sheets(pdf)] == [[]]
        for name in ("work_name", "beneficiary", "principal_name"):
            assert texts[name].replace(" ", "") in flow(pdf).replace(" ", "")  # a space may fall on the end of a line


def test_a_paper_that_cannot_fit_is_refused():
    with pytest.raises(documents.PaperTooLong, match="文字が多く、書面の枠に収まりません"):
        sample.draw("certificate", sample.snapshot(work_name="長" * 5000))


@pytest.mark.parametrize(
    "name",
    [
        '<img src="file:///etc/passwd">',
        "url(http://127.0.0.1)",
        "<script>alert(1)</script>",
        "{{ p.number }} &amp; {% x %}",
        '"><img src=x onerror=1>',
        "{{7*7}}",
        "{% load %}",
        "${7*7}%s%n{0.__class__}",
    ],
)
def test_markup_in_a_name_is_printed_as_it_was_typed(name: str):
    for kind in PAPERS:
        assert name in words(sample.draw(kind, sample.snapshot(work_name=name)))


def test_marks_that_turn_or_hide_text_are_left_out():
    name = "杉並\u202e区立\u200bあおば\u2066小学校\x00外壁\U000e0041改修\n工事"
    assert row("工事名", "杉並区立あおば小学校外壁改修 工事") in words(
        sample.draw("certificate", sample.snapshot(work_name=name))
    )


def test_a_character_without_a_glyph_is_named_and_nothing_is_drawn():
    with pytest.raises(documents.MissingGlyph, match=r"👷（U\+1F477）、\ue000（U\+E000）"):
        sample.draw("notice", sample.snapshot(work_name="👷あおば小学校\ue000"))
