"""保証料計算書: list, page, paper, file and monthly sum say the same, and only to whom it concerns."""

import csv
import datetime as dt
import io

import outloud
import pymupdf
import pytest
from django.urls import reverse

from applications import lifecycle
from applications.models import Line
from guarantees import billing, clock, issuing, papers, statements
from guarantees.models import Document, Premium
from outbox.models import Job
from tests import make, many
from tests.guarantees.layout import unread

LIST = "/statements/"


@pytest.fixture
def people(db):
    return make.people()


def issued(people, status="approved", **changes):
    """A line whose guarantee is minted; give its premium."""
    line = make.line(people, status, contract_on=None, **changes)
    issuing.mint(str(line.issue.guarantee_id))
    return Premium.objects.select_related("version__guarantee").get(version=line.issue_id)


def drawn(charged):
    issuing.render_statement(str(charged.pk))
    return papers.read(Document.objects.get(version=charged.version, kind="statement"))


def words(pdf):
    return "".join("".join(page.get_text() for page in pymupdf.open(stream=pdf)).split())


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


def test_the_mint_promises_the_statement_and_it_is_drawn_once(people):
    charged = issued(people)
    assert Job.objects.get(kind="render_statement").ref == str(charged.pk)
    drawn(charged)
    issuing.render_statement(str(charged.pk))
    assert Document.objects.filter(kind="statement").count() == 1


def test_the_paper_says_all_that_was_charged(people):
    charged = issued(people)
    pdf = drawn(charged)
    said, issued_on = words(pdf), clock.day(charged.version.issued_at)
    month = billing.charged_in(issued_on, 31)
    for one in (
        statements.number(charged, issued_on),
        charged.version.guarantee.number,
        "保証料（非課税）48,000円",
        "500万円以下の部分5,000,000円0.30％15,000円",
        "500万円を超え2,000万円以下の部分15,000,000円0.22％33,000円",
        "1億円を超える部分0円0.12％0円",
        "合計（1円未満切捨て）20,000,000円—48,000円",
        "（見本料率）",
        f"一括納付（{month:%Y年%-m月}分としてまとめてご請求します）",
        "髙﨑建設株式会社東京支店",
        "領収証は、別に書面でお届けします。",
    ):
        assert one in said
    pages = pymupdf.open(stream=pdf)
    assert len(pages) == 1 and unread(pages[0]) == []


def test_the_longest_names_stay_readable(people):
    charged = issued(people, work_name="国" * 120)
    for page in pymupdf.open(stream=drawn(charged)):
        assert unread(page) == []


def test_the_checker_for_accessible_pdf_finds_no_error(people, tmp_path):
    path = tmp_path / "statement.pdf"
    path.write_bytes(drawn(issued(people)))
    result = outloud.check(str(path))
    assert (result.error, [finding.rule for finding in result.findings if finding.severity == "error"]) == (None, [])


def test_list_page_file_and_monthly_sum_add_up(owner, people):
    paid = issued(people, advance_amount="7,000,000")
    one, two = issued(people), issued(people, advance_amount="12,345,678")
    found = statements.of(people["contractor"])
    assert {paid, one, two} == set(found)
    total = sum(charged.total_yen for charged in (paid, one, two))
    assert statements.sums(found).total_yen == total
    page = owner.get(LIST).content.decode()
    assert f"{total:,}円" in page and "3件" in page
    rows = list(csv.reader(io.StringIO(b"".join(owner.get("/statements/list.csv")).decode("utf-8-sig"))))
    assert rows[0] == list(statements.HEADER) and sum(int(row[8]) for row in rows[1:]) == total
    month = billing.charged_in(clock.today(), 31)
    bills = statements.bills(found, month)
    assert [bill.total_yen for bill in bills] == [total]
    monthly = owner.get("/statements/monthly/").content.decode()
    assert f"{total:,}円" in monthly and bills[0].billing_name in monthly
    assert sum(premium.total_yen for premium in Premium.objects.all()) == total


def test_what_was_paid_before_is_no_part_of_the_monthly_sum(owner, people):

    line = make.line(people, "awaiting_premium", contract_on=None)
    assert not statements.of(people["contractor"]).exists()  # nothing is charged before the issue
    lifecycle.pay(line, by=people["clerk"], amount_yen=48_000, on=clock.today(), way="cash")
    charged = Premium.objects.get()
    issuing.mint(str(charged.version.guarantee_id))
    charged = Premium.objects.select_related("version__guarantee").get()
    assert statements.due(charged, clock.today()) is None
    assert statements.bills(statements.of(people["contractor"]), clock.today().replace(day=1)) == []
    text = owner.get(reverse("statements:detail", args=[charged.pk])).content.decode()
    assert "お支払い済みです" in text and "振込" in text


def test_each_closing_day_has_its_own_month(people):
    charged = issued(people)
    company = people["contractor"].contractor
    company.closing_day = 5
    company.save()
    other = issued(people)
    assert (charged.closing_day, other.closing_day) == (31, 5)
    months = {billing.charged_in(clock.today(), closing) for closing in (31, 5)}
    found = statements.of(people["contractor"])
    assert sum(bill.total_yen for month in months for bill in statements.bills(found, month)) == 96_000


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ({"q": "ひばり"}, True),
        ({"q": "ペンギン"}, False),
        ({"month": "now"}, True),
        ({"month": "2020年1月"}, False),
        ({"product": "contract"}, False),
        ({"product": "advance", "payment": "monthly"}, True),
        ({"payment": "cash"}, False),
    ],
)
def test_the_list_is_narrowed(owner, people, query, kept):
    charged = issued(people, work_name="ひばり小学校改修工事")
    if query.get("month") == "now":
        query = {"month": f"{clock.today():%Y年%-m月}"}
    page = owner.get(LIST, query).content.decode()
    assert (statements.number(charged, clock.today()) in page) is kept


@pytest.mark.parametrize("typed", ["2026年13月", "6月", "20266", "x"])
def test_a_month_that_is_none_is_said_at_its_field(owner, people, typed):
    page = owner.get(LIST, {"month": typed}).content.decode()
    assert "「2026年6月」または「2026-06」のように" in page and f'value="{typed}"' in page
    assert owner.get("/statements/list.csv", {"month": typed}).status_code == 400


@pytest.mark.parametrize("typed", ["2026年6月", "2026-06", "令和8年6月", "２０２６年６月分", "2026/6"])
def test_a_month_is_read_in_every_usual_way(typed):
    assert statements.Month(label="月").clean(typed) == dt.date(2026, 6, 1)


@pytest.mark.parametrize(
    ("who", "page", "pdf"),
    [
        ("contractor", 200, 200),
        ("colleague", 200, 200),
        ("rival", 404, 404),
        ("clerk", 404, 200),
        ("otherbranch", 404, 404),
        ("head", 404, 200),
    ],
)
def test_who_sees_a_statement(client, people, who, page, pdf):
    charged = issued(people)
    drawn(charged)
    client.force_login(people[who])
    assert client.get(reverse("statements:detail", args=[charged.pk])).status_code == page
    answer = client.get(reverse("statements:pdf", args=[charged.pk]))
    assert answer.status_code == pdf
    if pdf == 200:
        assert answer.content.startswith(b"%PDF")


def test_the_branch_finds_the_statement_to_print(client, people):
    charged = issued(people, advance_statement="yes")
    drawn(charged)
    client.force_login(people["clerk"])
    sheet = client.get(reverse("admin:review", args=[Line.objects.get().pk])).content.decode()
    assert reverse("statements:pdf", args=[charged.pk]) in sheet and "計算書（紙）" in sheet


def test_the_list_costs_the_same_for_one_and_for_thirty(owner, people, django_assert_num_queries):
    charged = issued(people)
    owner.get(LIST)
    for _turn in range(2):
        # session, person, company, branch, statements, count, sum
        with django_assert_num_queries(7):
            assert owner.get(LIST).status_code == 200
        for _ in range(30):
            version = many.version(charged.version)
            copied = Premium.objects.get(pk=charged.pk)
            copied.pk, copied.version = None, version
            copied.save(force_insert=True)
