"""The desk's pages of a paper certificate, what the contractor sees of it, and the way from the form to the hand-over."""

import datetime as dt
import io
import re

import pymupdf
import pytest
from django.urls import reverse

from applications import invariants, lifecycle, review, wording
from guarantees import clock, documents, issuing, printing
from guarantees.models import Document, Guarantee, HandOver, Print
from netdesk import dates
from outbox import delivery
from outbox.models import Job, Letter
from tests import make

PAPER = {"contract_on": None, "advance_format": "paper", "receipt": "post", "notice": "no"}


@pytest.fixture
def press(monkeypatch, settings, tmp_path):
    """Stand in for the slow press."""
    settings.PAPERS_DIR = tmp_path / "papers"
    monkeypatch.setattr(documents, "render", lambda kind, shown, **more: f"%PDF {kind} {more}".encode())


def issued(people, **changes):
    line = make.line(people, "approved", **PAPER | changes)
    issuing.mint(str(line.issue.guarantee_id))
    return type(line).objects.select_related("application", "issue__guarantee", "branch").get(pk=line.pk)


def printed(line, person, *, reason="汚損のため"):
    """The next print of a line, drawn."""
    seen = line.issue.prints.count()
    made = printing.hand_out(line.issue, by=person, seen=seen, reason=reason)
    issuing.render_paper(str(made.pk))
    return made


@pytest.fixture
def desk(client, people):
    client.force_login(people["clerk"])
    return client


def at(name, line, *more):
    return reverse(f"admin:{name}", args=[line.pk, *more])


def section(page):
    found = re.search(r'<section class="sec" id="prints".*?</section>', page.content.decode(), re.S)
    return " ".join(re.sub(r"(<[^>]*>|\s)+", " ", found[0]).split()) if found else ""


def timeline(page):
    marks = re.findall(
        r'<span class="vh">(済み|現在|これから)：</span><b>(.*?)</b>(?:<p>(.*?)<br>.*?</p>)?',
        page.content.decode(),
        re.S,
    )
    return [mark for mark in marks if mark[1] not in {"送信", "受付", "審査", "承認"}]


def chip(page):
    return re.search(
        r'<p class="meta">.*?<span class="chip \w+">(.*?)</span>\s*(?:<span>(.*?)</span>)?', page, re.S
    ).groups()


# At the desk


def test_the_sheet_of_an_issued_paper_line_offers_the_print(desk, people, press):
    line = issued(people)
    page = desk.get(at("review", line))
    assert section(page) == ("証書（紙）の印刷 未印刷 正・副の2通は、まだ印刷していません。 証書（正・副）を印刷する")
    assert "保証契約番号と認証キー" not in page.content.decode()


def test_lines_without_an_issued_paper_certificate_have_no_such_section(desk, people, press):
    electronic = make.line(people, "approved", contract_on=None)
    issuing.mint(str(electronic.issue.guarantee_id))
    for line in (electronic, make.line(people, "approved", **PAPER), make.line(people, **PAPER)):
        assert section(desk.get(at("review", line))) == ""
        for name in ("print", "print_progress", "handed_over"):
            assert desk.get(at(name, line)).status_code == 404
            assert desk.post(at(name, line), {"seen": "0"}).status_code in {404, 405}


def test_a_first_print_needs_no_reason_and_leads_back_to_the_sheet(desk, people, press, text):
    line = issued(people)
    page = text(desk.get(at("print", line)))
    assert "最初の印刷です。次からの印刷には「再発行」と表示されます。" in page
    assert "再発行の理由" not in page
    answer = desk.post(at("print", line), {"seen": "0"}, follow=True)
    assert answer.redirect_chain == [(f"{at('review', line)}#prints", 302)]
    shown = section(answer)
    assert "印刷の記録 回 日時 印刷した人 理由 引渡し 1回目" in shown
    assert "佐藤 花子 最初の発行 記録なし 作成中" in shown
    assert "開けるようになります。 表示を更新する" in shown
    body = answer.content.decode()
    assert f'hx-get="{at("print_progress", line)}" hx-trigger="every 1s"' in body
    assert f'<a href="{at("review", line)}">表示を更新する</a>' in body
    assert body.index("htmx") < body.index("</head>")


def test_the_sheet_asks_for_the_pdf_until_it_is_there(desk, people, press):
    line = issued(people)
    desk.post(at("print", line), {"seen": "0"})
    htmx = {"HTTP_HX_REQUEST": "true"}
    waiting = desk.get(at("print_progress", line), **htmx)
    assert (waiting.status_code, waiting.content) == (204, b"")
    assert desk.get(at("print_progress", line)).url == f"{at('review', line)}#prints"
    delivery.run(Job.objects.get(kind="render_paper").pk)
    ready = desk.get(at("print_progress", line), **htmx).content.decode()
    assert f'href="{at("print_pdf", line, 1)}"' in ready
    assert "hx-" not in ready
    assert "証書（正・副）のPDFを開く" in section(desk.get(at("review", line)))
    assert "htmx" not in desk.get(at("review", line)).content.decode()


def test_the_pdf_is_handed_out_and_the_history_tells(desk, people, press):
    line = issued(people)
    desk.post(at("print", line), {"seen": "0"})
    early = desk.get(at("print_pdf", line, 1), follow=True)
    assert "証書（正・副）のPDFを作成しています。" in early.content.decode()
    delivery.run(Job.objects.get(kind="render_paper").pk)
    answer = desk.get(at("print_pdf", line, 1))
    assert (answer["Content-Type"], answer.content) == ("application/pdf", b"%PDF paper {'again': None}")
    assert answer["Content-Disposition"] == f'attachment; filename="{line.issue.guarantee.number}-paper-1.pdf"'
    assert "no-store" in answer["Cache-Control"]
    told = [(act.entry.actor_name, act.words, act.said) for act in review.history(line)][:3]
    assert told == [
        ("佐藤　花子", "証書（正・副）のPDFを開きました", "1回目"),
        ("システム", "証書（正・副）のPDFを作成しました", "1回目"),
        ("佐藤　花子", "証書（正・副）を印刷しました", "1回目"),
    ]


def test_after_half_an_hour_the_pdf_is_closed_and_the_sheet_says_so(desk, people, press, monkeypatch):
    line = issued(people)
    printed(line, people["clerk"])
    late = clock.now() + dt.timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: late)
    answer = desk.get(at("print_pdf", line, 1), follow=True)
    assert "PDFを開ける時間（作成から30分）を過ぎました。" in answer.content.decode()
    assert "1回目のPDFを開ける時間（作成から30分）は過ぎました。" in section(answer)


@pytest.mark.parametrize("reason", ["", "　", "・・・"])
def test_a_later_print_asks_for_its_reason(desk, people, press, reason):
    line = issued(people)
    printed(line, people["clerk"])
    page = desk.post(at("print", line), {"seen": "1", "reason": reason}).content.decode()
    assert '<a href="#id_reason">再発行の理由を入力してください</a>' in page
    assert "<title>エラー：証書の印刷" in page
    assert "2回目の印刷です。" in page
    assert Print.objects.count() == 1


def test_a_reason_too_long_comes_back_as_it_was_typed(desk, people, press):
    line = issued(people)
    printed(line, people["clerk"])
    page = desk.post(at("print", line), {"seen": "1", "reason": "汚" * 501}).content.decode()
    assert "汚" * 501 in page
    assert "500文字以内で入力してください（いまの入力：501文字）" in page


def test_a_double_click_prints_once(desk, people, press):
    line = issued(people)
    for _ in range(2):
        assert desk.post(at("print", line), {"seen": "0"}).status_code == 302
    for _ in range(2):
        assert desk.post(at("print", line), {"seen": "1", "reason": "汚損のため"}).status_code == 302
    assert list(Print.objects.values_list("no", "reason")) == [(1, ""), (2, "汚損のため")]


@pytest.mark.parametrize("seen", ["0", "7", "", "-1", "１", "x" * 5000])
def test_a_page_that_is_no_longer_so_prints_nothing_and_leads_back(client, people, press, seen):
    line = issued(people)
    printed(line, people["clerk"])
    client.force_login(people["approver"])
    answer = client.post(at("print", line), {"seen": seen, "reason": "汚損のため"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "印刷していません" in page
    assert 'id="copy-reason">汚損のため</p>' in page
    assert f'href="{at("review", line)}#prints"' in page
    assert "<form method" not in page[page.index("<main") :]
    assert Print.objects.count() == 1


def test_the_head_office_reads_the_list_and_prints_nothing(client, people, press):
    line = issued(people)
    printed(line, people["clerk"])
    client.force_login(people["head"])
    shown = section(client.get(at("review", line)))
    assert "1回目" in shown
    assert "印刷する" not in shown
    assert "PDF" not in shown
    for name, more in (("print", []), ("print_progress", []), ("print_pdf", [1]), ("handed_over", [])):
        assert client.get(at(name, line, *more)).status_code == 404
    assert client.post(at("print", line), {"seen": "1", "reason": "x"}).status_code == 404


def test_a_print_that_cannot_be_drawn_waits_for_a_person(desk, people, press):
    line = issued(people)
    desk.post(at("print", line), {"seen": "0"})
    Job.objects.filter(kind="render_paper").update(status="dead")
    page = desk.get(at("review", line))
    assert "証書のPDFを作成できませんでした" in section(page)
    assert "証書（正・副）の作成" in page.content.decode()
    desk.post(at("retry", line, Job.objects.get(kind="render_paper").pk))
    assert Job.objects.get(kind="render_paper").status == "ready"


# How it leaves, and what the contractor sees


def note(desk, line, **changes):
    fields = {"no": "1", "how": "post", "on": dates.wareki(clock.today())} | changes
    return desk.post(at("handed_over", line), fields)


def test_the_form_of_the_hand_over_offers_what_was_wished_and_today(desk, people, press):
    for receipt, value in (("post", "post"), ("visit", "visit")):
        line = issued(people, receipt=receipt)
        assert desk.get(at("handed_over", line)).status_code == 404  # nothing is printed yet
        printed(line, people["clerk"])
        page = desk.get(at("handed_over", line)).content.decode()
        assert f'value="{value}" checked' in page
        assert f'value="{dates.seireki(clock.today())}"' in page


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"how": ""}, '<a href="#id_how_0">渡し方を選択してください</a>'),
        ({"how": "thrown"}, '<a href="#id_how_0">渡し方を選択してください</a>'),
        ({"on": ""}, '<a href="#id_on">渡した日を入力してください</a>'),
        ({"on": "昨日"}, '<a href="#id_on">渡した日は、「令和8年2月2日」'),
        ({"on": "2025/1/1"}, '<a href="#id_on">渡した日は、証書を印刷した日（'),
        ({"on": "2099/1/1"}, '<a href="#id_on">渡した日は、証書を印刷した日（'),
    ],
)
def test_what_cannot_be_is_said_at_its_field(desk, people, press, changes, error):
    line = issued(people)
    printed(line, people["clerk"])
    page = note(desk, line, **changes).content.decode()
    assert error in page
    assert HandOver.objects.count() == 0


def test_a_hand_over_is_noted_once_and_only_of_a_print_that_exists(desk, people, press):
    line = issued(people)
    desk.post(at("print", line), {"seen": "0"})
    assert "証書のPDFがまだできていません。" in desk.get(note(desk, line).url).content.decode()
    delivery.run(Job.objects.get(kind="render_paper").pk)
    assert note(desk, line, no="2").status_code == note(desk, line, no="x").status_code == 404
    for _ in range(2):
        assert note(desk, line).url == f"{at('review', line)}#prints"
    assert "記録しています" in desk.get(note(desk, line, how="visit").url).content.decode()
    shown = section(desk.get(at("review", line)))
    assert f"郵送 {dates.seireki(clock.today())}" in shown
    assert "引渡し済" in shown
    assert "証書を渡した" not in shown
    assert list(HandOver.objects.values_list("how", flat=True)) == ["post"]
    assert review.history(line)[0].said == f"1回目　郵送（{dates.seireki(clock.today())}）"


@pytest.mark.parametrize(
    ("receipt", "waiting", "ready", "left", "step"),
    [
        (
            "post",
            "証書（紙）を郵送します。届くまでお待ちください",
            "証書（紙）を郵送します。届くまでお待ちください",
            "証書（紙）を{day}に郵送しました",
            "証書の郵送",
        ),
        (
            "visit",
            "証書（紙）を支店の窓口でお渡しできるよう、準備しています",
            "証書（紙）を支店の窓口でお受け取りください",
            "証書（紙）を{day}に窓口でお渡ししました",
            "窓口でのお渡し",
        ),
    ],
)
def test_the_contractor_sees_where_the_certificate_is(client, people, press, text, receipt, waiting, ready, left, step):
    day = dates.seireki(clock.today())
    line = make.line(people, "approved", **PAPER | {"receipt": receipt})
    client.force_login(people["contractor"])
    address = reverse("applications:line", args=[line.pk])
    page = client.get(address)
    assert chip(page.content.decode())[0] == "発行手続中"
    assert [mark[:2] for mark in timeline(page)] == [("これから", "発行"), ("これから", step)]
    issuing.mint(str(line.issue.guarantee_id))
    line = type(line).objects.select_related("issue__guarantee").get(pk=line.pk)
    for said, act in (
        (waiting, lambda: printed(line, people["clerk"])),
        (ready, lambda: printing.hand_over(Print.objects.get(), by=people["clerk"], how=receipt, on=clock.today())),
        (left.format(day=day), lambda: None),
    ):
        page = client.get(address)
        assert re.search(r'<h2 id="nx">(.*?)</h2>', page.content.decode())[1] == said
        assert chip(page.content.decode()) == ("手続完了", "証書発行済")
        assert f"証書（紙） 保証契約番号 {line.issue.guarantee.number} 証書の受取" in text(page)
        act()
    assert timeline(page)[-1] == ("済み", step, day)
    assert "佐藤" not in page.content.decode()


def test_an_electronic_line_says_how_it_was_issued(client, people, press):
    line = make.line(people, "approved", contract_on=None)
    assert (wording.issued_as(line), wording.of_paper(line)) == ("", None)
    issuing.mint(str(line.issue.guarantee_id))
    client.force_login(people["contractor"])
    page = client.get(reverse("applications:line", args=[line.pk]))
    assert chip(page.content.decode()) == ("手続完了", "電子保証発行済")
    assert timeline(page)[-1][:2] == ("済み", "発行")


# From the form to the hand-over


@pytest.mark.slow
def test_one_application_may_be_electronic_for_one_product_and_on_paper_for_the_other(desk, people, settings, tmp_path):
    """Q6 of the leaflet: 前払金保証 as 電子保証 and 契約保証 as 証書（紙）, by the real doers and the real press."""
    settings.PAPERS_DIR = tmp_path / "papers"
    made = make.application(people["contractor"], contract_format="paper", receipt="visit")
    lines = {line.product: line for line in made.lines.all()}
    for line in lines.values():
        for name in ("receive", "review"):
            lifecycle.move(line, name, by=people["clerk"])
        line.refresh_from_db()
        lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    _deliver()
    paper = type(lines["contract"]).objects.select_related("issue__guarantee").get(pk=lines["contract"].pk)
    desk.post(at("print", paper), {"seen": "0"})
    desk.post(at("print", paper), {"seen": "1", "reason": "窓口で汚損したため"})
    _deliver()
    pdf = desk.get(at("print_pdf", paper, 2)).content
    note(desk, paper, no="2", how="visit")

    pages = [page.get_text() for page in pymupdf.open(stream=io.BytesIO(pdf))]
    assert len(pages) == 2
    for side, words in zip(("正", "副"), pages, strict=True):
        for part in (side, "再発行", "2回目の印刷", "（契約保証）", "5,000,000", paper.issue.guarantee.number, "𠮷田"):
            assert part in words
        assert "認証キー" not in words
    kinds = Document.objects.order_by("kind", "print_no", "guarantee__format").values_list(
        "guarantee__format", "kind", "print_no"
    )
    assert list(kinds) == [
        ("electronic", "certificate", 0),
        ("electronic", "notice", 0),
        ("paper", "paper", 1),
        ("paper", "paper", 2),
        ("electronic", "statement", 0),
        ("paper", "statement", 0),
    ]
    numbers = Guarantee.objects.order_by("number").values_list("number", flat=True)
    assert [number[-6:] for number in numbers] == ["000001", "000002"]
    assert Letter.objects.count() == 1  # news of the electronic one only
    paper.refresh_from_db()
    assert wording.of_paper(paper).next == f"証書（紙）を{dates.seireki(clock.today())}に窓口でお渡ししました"
    assert [invariant.no for invariant in invariants.ALL if list(invariant.breaches())] == []


def _deliver():
    while ready := list(Job.objects.due().exclude(kind="mail")):
        for job in ready:
            delivery.keep(job.pk)
