"""手続状況 narrowed, sorted and saved: by what stands in the address, and never by what does not."""

import csv
import datetime as dt
import io
import re
import time

import pytest
from django.urls import reverse
from django.utils import timezone

from applications import listing, talk
from applications.models import Line
from guarantees import issuing
from guarantees.models import Guarantee
from netdesk import paging
from tests import make, many

LIST = "/applications/"
FILE = "/applications/status.csv"


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


def shown(answer):
    return re.findall(r'<a href="/applications/lines/([0-9a-f-]{36})/">S-', answer.content.decode())


def ids(*lines):
    return [str(line.pk) for line in lines]


def caption(answer):
    return re.search(r"<caption>(.*?)</caption>", answer.content.decode())[1]


def test_each_state_shows_its_own_lines(owner, people):
    lines = {status: make.line(people, status, contract_on=None) for status in make.WAYS}
    done = make.line(people, "approved", contract_on=None)
    issuing.mint(str(done.issue.guarantee_id))
    states = {name: [lines[name]] for name in make.WAYS if name != "approved"}
    states |= {"issuing": [lines["approved"]], "done": [done], "heard": []}
    # The branch spoke with its moves, and nobody of the company has opened them.
    states["heard"] = [line for line in [done, *reversed(lines.values())] if Line.objects.get(pk=line.pk).unread]
    assert {state: shown(owner.get(LIST, {"state": state})) for state in states} == {
        state: ids(*found) for state, found in states.items()
    }
    assert caption(owner.get(LIST, {"state": "done"})) == "状態「手続完了」：1件（送信日の新しい順）"


def test_a_keyword_is_a_part_of_a_name_or_of_a_number(owner, people):
    line = make.line(people, "approved", contract_on=None, work_name="ひばり１００％改修＿工事")
    issuing.mint(str(line.issue.guarantee_id))
    make.line(people, contract_on=None)
    number = Guarantee.objects.get().number
    for text in (
        "ひばり",
        "100%",
        "０％改",
        "修_",
        line.application.number.lower(),
        number,
        number[:6],
        "杉並　ひばり",
    ):
        assert shown(owner.get(LIST, {"q": text})) == ids(line), text
    for text in ("ひば%改", "1__", "\\", "ひばり 練馬"):
        answer = owner.get(LIST, {"q": text})
        assert shown(answer) == []
        assert "にあてはまる手続はありません。" in answer.content.decode()
        assert f'<a class="b" href="{LIST}">条件を消す</a>' in answer.content.decode()


def test_product_format_and_days_narrow_as_well(owner, people):
    both = make.application(people["contractor"], advance_format="paper", receipt="post")
    old = make.line(people, contract_on=None)
    day = dt.datetime(2026, 6, 1, 23, 59, tzinfo=timezone.get_default_timezone())
    Line.objects.filter(pk=old.pk).update(sent_at=day)
    advance, contract = (both.lines.get(product=product) for product in ("advance", "contract"))
    asked = [
        ({"product": "contract"}, ids(contract)),
        ({"product": "advance"}, ids(advance, old)),
        ({"format": "paper"}, ids(advance)),
        ({"sent_to": "令和8年6月1日"}, ids(old)),
        ({"sent_from": "２０２６．６．１", "sent_to": "20260601"}, ids(old)),
        ({"sent_from": "2026/6/2", "product": "advance"}, ids(advance)),
        ({"sent_to": "2026-05-31"}, []),
    ]
    assert [shown(owner.get(LIST, query)) for query, _ in asked] == [found for _, found in asked]
    page = owner.get(LIST, {"sent_from": "R8.6.1", "format": "electronic"})
    assert caption(page) == "形式「電子」、送信日（から）「2026年6月1日」：2件（送信日の新しい順）"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            {"sent_from": "6月"},
            "送信日（から）は、「令和8年2月2日」または「2026/2/2」のように、暦にある日を入力してください",
        ),
        (
            {"sent_to": "2026/2/30"},
            "送信日（まで）は、「令和8年2月2日」または「2026/2/2」のように、暦にある日を入力してください",
        ),
        (
            {"sent_from": "2026/6/2", "sent_to": "2026/6/1"},
            "送信日（まで）は、送信日（から）以後の日を入力してください",
        ),
        ({"q": "%" * 10_000}, "キーワードは、100文字以内で入力してください（いまの入力：10,000文字）"),
        ({"format": "password"}, "形式を一覧から選択してください"),
    ],
)
def test_a_wrong_filter_is_said_at_its_field_and_the_others_stay(owner, people, query, message):
    contract = make.application(people["contractor"]).lines.get(product="contract")
    answer = owner.get(LIST, query | {"product": "contract"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count(message) == 2  # in the summary and at the field
    assert "<title>エラー：手続状況｜ネットデスク</title>" in page
    assert '<option value="contract" selected>' in page
    assert shown(answer) == ids(contract)
    assert owner.get(FILE, query).status_code == 400


def test_the_buttons_sort_both_ways_and_keep_the_filters(owner, people):
    small, large, middle = (make.line(people, contract_on=None) for _ in range(3))
    for line, amount in ((small, 1_000_000), (large, 3_000_000), (middle, 2_000_000)):
        Line.objects.filter(pk=line.pk).update(amount_yen=amount)
    orders = {
        "": (middle, large, small),
        "sent": (small, large, middle),
        "-amount": (large, middle, small),
        "amount": (small, middle, large),
    }
    for order, lines in orders.items():
        assert shown(owner.get(LIST, {"sort": order})) == ids(*lines)
    heads = {
        order: re.findall(
            r'(?:aria-sort="(\w+)")?>\s*<span class="sort-name">\w+</span><button class="sort" type="submit" form="sorting" name="sort" value="(-?\w+)">',
            owner.get(LIST, {"sort": order}).content.decode(),
        )
        for order in orders
    }
    assert heads == {
        "": [("", "-amount"), ("descending", "sent")],
        "sent": [("", "-amount"), ("ascending", "-sent")],
        "-amount": [("descending", "amount"), ("", "-sent")],
        "amount": [("ascending", "-amount"), ("", "-sent")],
    }
    page = owner.get(LIST, {"q": "小学校", "sort": "amount"}).content.decode()
    assert '<input type="hidden" name="q" value="小学校">' in page


@pytest.mark.parametrize("order", ["-sent", "sent", "-amount", "amount"])
def test_no_order_loses_or_repeats_a_line_from_page_to_page(owner, people, order):
    line = make.line(people, contract_on=None)
    lines = [line, *many.lines(line, 59)]
    for n, one in enumerate(lines):  # three lines of each amount and moment
        Line.objects.filter(pk=one.pk).update(
            amount_yen=1000 + n // 3, sent_at=line.sent_at - dt.timedelta(days=n // 3)
        )
    address, seen = f"?sort={order}&state=submitted", []
    while address:
        answer = owner.get(LIST + address)
        seen += shown(answer)
        older = re.search(r'<li><a href="(\?[^"]+)">次', answer.content.decode())
        address = older and older[1].replace("&amp;", "&")
    column = {"sent": "sent_at", "amount": "amount_yen"}[order.strip("-")]
    way = "-" if order.startswith("-") else ""
    assert seen == [str(pk) for pk in Line.objects.order_by(way + column, f"{way}id").values_list("pk", flat=True)]


@pytest.mark.parametrize(
    "query",
    [
        {"page": "-1"}, {"page": "9e9"}, {"sort": "password"}, {"sort": "contractor__people__password"}, {"after": "junk"},
        {"per_page": "1000000000"}, {"q": "%" * 10_000}, {"q": "\x1f"}, {"state": "' OR 1=1"}, {"sent_from": "9" * 5000},
    ],
)  # fmt: skip
def test_odd_parameters_give_the_first_page_at_once(owner, people, query):  # 56
    line = make.line(people, contract_on=None)
    owner.get(LIST)
    start = time.perf_counter()
    answer = owner.get(LIST, query)
    assert (answer.status_code, shown(answer)) == (200, ids(line))
    assert time.perf_counter() - start < 2  # 0.2 s on a machine of one's own


def test_a_thousand_lines_are_not_counted_to_the_end(owner, people, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 5)
    many.lines(make.line(people, contract_on=None), 8)
    assert caption(owner.get(LIST)) == "すべての手続：5件以上（送信日の新しい順）"


# The file


def rows(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"), newline="")))


def test_the_file_holds_what_the_filters_leave_in_their_order(owner, people):
    line = make.line(people, "approved", contract_on=None, work_name="＝ＨＹＰＥＲＬＩＮＫ（１）工事", work_number="+1")
    issuing.mint(str(line.issue.guarantee_id))
    other = make.line(people, contract_on=None)
    make.application(people["rival"])
    answer = owner.get(FILE, {"sort": "sent"})
    day = timezone.localdate()
    assert answer["Content-Disposition"] == f'attachment; filename="netdesk-status-{day:%Y%m%d}.csv"'
    head, first, second = rows(answer)
    assert head == list(listing.HEADER)
    assert first == [
        line.application.number,
        Guarantee.objects.get().number,
        "'＝ＨＹＰＥＲＬＩＮＫ（１）工事",
        "'+1",
        "杉並区",
        "前払金保証",
        "電子保証（認証キーを含む）",
        "50000000",
        "20000000",
        "手続完了",
        f"{day:%Y-%m-%d}",
    ]
    assert second[0] == other.application.number
    assert [row[0] for row in rows(owner.get(FILE, {"state": "submitted"}))] == ["申込番号", other.application.number]


def test_the_file_is_of_the_same_company_only(client, people):
    make.line(people, contract_on=None)
    client.force_login(people["rival"])
    assert len(rows(client.get(FILE))) == 1


@pytest.mark.parametrize("status", ["submitted", "declined", "approved"])
def test_what_the_branch_said_stands_out_until_the_company_opens_it(owner, people, status):
    line = make.line(people, status, contract_on=None)
    owner.get(reverse("applications:line", args=[line.pk]))
    talk.say(line, "契約書の写しを送ってください。", by=people["clerk"])
    found = owner.get(LIST, {"state": "heard"})
    assert shown(found) == ids(line)
    assert '<span class="chip info">支店から連絡</span>' in found.content.decode()
    owner.get(reverse("applications:line", args=[line.pk]))
    assert shown(owner.get(LIST, {"state": "heard"})) == []
