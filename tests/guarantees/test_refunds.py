"""保証料返還計算書, and the statement of a change: what the new amount costs less what was charged, set off or paid back.

By the sample rates 20,000,000円 cost 15,000 + 33,000 = 48,000円, 24,000,000円 cost 6,800円 more (4,000,000円 at 0.17 %).
"""

import csv
import io

import outloud
import pymupdf
import pytest
from django.db import transaction
from django.urls import reverse

from guarantees import amending, billing, clock, issuing, orders, papers, pricing, statements
from guarantees.models import Document, Premium
from outbox.models import Job
from tests import make
from tests.guarantees.layout import unread
from tests.guarantees.test_statements import drawn, issued, words

LIST = "/statements/"


@pytest.fixture
def people(db):
    return make.people()


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


def changed(people, charged, amount_yen, *, guaranteed_yen=None, **more):
    """The next version of the guarantee behind a premium, at its own price; give its premium.

    `guaranteed_yen` is what is guaranteed from then on, when it is not the amount of the version: 0 for one never used.
    """
    before = charged.version.guarantee.versions.get(status="issued")
    terms = make.next_terms(before, amount_yen=amount_yen, **more)
    with transaction.atomic():
        priced = amount_yen if guaranteed_yen is None else guaranteed_yen
        company = people["contractor"].contractor
        price = pricing.freeze_change(terms, before.guarantee, amount_yen=priced, contractor=company)
        ordered = orders.amend(terms, before.guarantee, by=people["approver"])
        pricing.tie(price, ordered)
    amending.amend(str(ordered.pk))
    return Premium.objects.select_related("version__guarantee").get(pk=price.pk)


def test_a_raise_charges_the_difference_and_says_how_it_is_made(people):
    first = issued(people)
    charged = changed(people, first, 24_000_000)
    pdf, today = drawn(charged), clock.today()
    said = words(pdf)
    assert charged.total_yen == 6_800
    for one in (
        statements.number(charged, today),
        "保証料計算書（前払金保証）",
        "今回お支払いいただく保証料（非課税）6,800円",
        "手続変更（増額）変更契約日令和8年7月1日",
        f"{charged.version.guarantee.number}（第2版）",
        "2,000万円を超え1億円以下の部分4,000,000円0.17％6,800円",
        "変更後の保証料（1円未満切捨て）24,000,000円—54,800円",
        "変更前までの保証料48,000円",
        "今回お支払いいただく保証料（差額）6,800円",
        "最初の保証契約と同じ料率で計算しています。",
        "お支払方法一括納付（",
        "としてまとめてご請求します）",
    ):
        assert one in said, one
    assert "返還" not in said
    pages = pymupdf.open(stream=pdf)
    assert len(pages) == 1 and unread(pages[0]) == []


def test_a_reduction_returns_the_difference_on_a_paper_of_its_own_name_and_number(people, tmp_path):
    first = issued(people)
    changed(people, first, 24_000_000)
    charged = changed(people, first, 20_000_000)
    pdf = drawn(charged)
    said, today = words(pdf), clock.today()
    assert charged.total_yen == -6_800
    assert statements.number(charged, today).startswith("H-")
    for one in (
        "保証料返還計算書（前払金保証）",
        statements.number(charged, today),
        "返還する保証料（非課税）6,800円",
        "変更後の保証料（1円未満切捨て）20,000,000円—48,000円",
        "変更前までの保証料54,800円",
        "返還する保証料（差額）6,800円",
        "のご請求から差し引きます）",
        "差し引ききれない額は、この日に引落口座へお振り込みします",
    ):
        assert one in said, one
    for one in ("領収証", "お支払方法", "-6,800", "−6,800"):
        assert one not in said
    path = tmp_path / "refund.pdf"
    path.write_bytes(pdf)
    result = outloud.check(str(path))
    assert (result.error, [finding.rule for finding in result.findings if finding.severity == "error"]) == (None, [])
    pages = pymupdf.open(stream=pdf)
    assert len(pages) == 1 and unread(pages[0]) == []


def test_what_was_raised_and_lowered_again_costs_nothing_more_in_the_month(owner, people):
    first = issued(people)
    up = changed(people, first, 24_000_000)
    down = changed(people, first, 20_000_000)
    found, month = statements.of(people["contractor"]), billing.charged_in(clock.today(), 31)
    (bill,) = statements.bills(found, month)
    assert bill.premiums == [first, up, down]
    assert (bill.total_yen, bill.returned_yen) == (48_000, 0)  # 48,000 + 6,800 - 6,800
    assert statements.sums(found) == (48_000, 6_800)
    page = owner.get("/statements/monthly/").content.decode()
    assert 'ご請求額 <b class="num amt">48,000円</b>（3件）' in page
    assert "変更や解約でお返しする保証料は、差し引いています。" in page


def test_a_month_in_which_more_is_returned_is_paid_out(owner, people, monkeypatch):
    first = issued(people)
    last = changed(people, first, 20_000_000, guaranteed_yen=0, purpose="cancel")
    assert (last.total_yen, last.full_yen) == (-48_000, 0)
    refunds = statements.of(people["contractor"]).filter(total_yen__lt=0)
    (bill,) = statements.bills(refunds, billing.charged_in(clock.today(), 31))
    assert (bill.total_yen, bill.returned_yen) == (-48_000, 48_000)
    whole = statements.bills
    monkeypatch.setattr(statements, "bills", lambda found, month: whole(found.filter(total_yen__lt=0), month))
    page = owner.get("/statements/monthly/").content.decode()
    assert 'お返しする額 <b class="num amt">48,000円</b>' in page
    assert "引落日に引落口座へお振り込みします。" in page
    monkeypatch.setattr(statements, "bills", whole)
    page = owner.get("/statements/monthly/").content.decode()
    assert "ご請求と返還が同じ額のため、引落しはありません。" in page


def test_a_cancelled_guarantee_that_was_never_used_returns_all_of_it(people):
    charged = changed(people, issued(people), 20_000_000, guaranteed_yen=0, purpose="cancel")
    said = words(drawn(charged))
    for one in (
        "下記の保証契約の解約にともない、お返しする保証料を計算しました",
        "手続解約",
        "保証金額（解約前）20,000,000円",
        "解約後の保証料（1円未満切捨て）0円—0円",
        "解約前までの保証料48,000円",
        "返還する保証料（差額）48,000円",
    ):
        assert one in said, one


def test_what_changes_no_premium_has_no_statement(owner, people):
    first = issued(people)
    same = changed(people, first, 20_000_000, work_place="杉並区あおば二丁目")
    used = changed(people, first, 20_000_000, guaranteed_yen=20_000_000, purpose="cancel")
    assert (same.total_yen, used.total_yen) == (0, 0)
    assert set(statements.of(people["contractor"])) == {first}
    assert Job.objects.filter(kind="render_statement").count() == 1
    for charged in (same, used):
        assert owner.get(reverse("statements:detail", args=[charged.pk])).status_code == 404


def test_the_list_and_the_file_show_a_refund_as_one(owner, people):
    first = issued(people)
    changed(people, first, 24_000_000)
    down = changed(people, first, 7_000_000)  # 15,000 + 4,400 = 19,400: 35,400 less
    assert down.total_yen == 19_400 - 54_800
    page = owner.get(LIST).content.decode()
    assert '<span class="chip info">返還</span> <span class="nb">−35,400円</span>' in page
    assert "-35,400" not in page
    assert '保証料の合計 <b class="num">19,400円</b>' in page and "−35,400円</span> を差し引いた額" in page
    rows = list(csv.reader(io.StringIO(b"".join(owner.get("/statements/list.csv")).decode("utf-8-sig"))))
    assert [(row[0][0], row[8], row[12], row[13]) for row in rows[1:]] == [
        ("H", "-35400", "保証料返還計算書", "54800"),
        ("K", "6800", "保証料計算書", "48000"),
        ("K", "48000", "保証料計算書", "0"),
    ]


@pytest.mark.parametrize(("kind", "numbers"), [("charge", ["K", "K"]), ("refund", ["H"]), ("", ["H", "K", "K"])])
def test_the_list_is_narrowed_by_the_kind_of_statement(owner, people, kind, numbers):
    first = issued(people)
    changed(people, first, 24_000_000)
    changed(people, first, 20_000_000)
    rows = list(
        csv.reader(io.StringIO(b"".join(owner.get("/statements/list.csv", {"kind": kind})).decode("utf-8-sig")))
    )
    assert [row[0][0] for row in rows[1:]] == numbers
    if kind:
        assert "計算書の種類「" in owner.get(LIST, {"kind": kind}).content.decode()


def test_the_page_of_a_refund_that_is_paid_back_by_itself_says_to_where(owner, people):
    charged = changed(people, issued(people), 5_000_000, payment="transfer")
    assert statements.due(charged, clock.today()) is None
    assert statements.bills(statements.of(people["contractor"]).filter(pk=charged.pk), clock.today()) == []
    page = owner.get(reverse("statements:detail", args=[charged.pk])).content.decode()
    for one in (
        "<h1>保証料返還計算書（前払金保証）</h1>",
        '返還する保証料 <span class="num">33,000円</span>',  # 48,000 - 15,000
        "返還の方法：ご指定の口座への振込。",
        "変更前までの保証料",
        "変更（減額）",
    ):
        assert one in page, one
    assert "領収証" not in page and "お支払い済み" not in page
    assert "口座へお振込み" in owner.get(LIST).content.decode()
    assert "口座へ振込" in b"".join(owner.get("/statements/list.csv")).decode()


def test_the_file_of_a_refund_bears_its_own_number(owner, people):
    charged = changed(people, issued(people), 5_000_000)
    issuing.render_statement(str(charged.pk))
    answer = owner.get(reverse("statements:pdf", args=[charged.pk]))
    assert f'filename="{statements.number(charged, clock.today())}.pdf"' in answer["Content-Disposition"]
    assert answer.content == papers.read(Document.objects.get(version=charged.version, kind="statement"))
