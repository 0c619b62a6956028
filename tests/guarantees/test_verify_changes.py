"""What an official is told of a guarantee that was changed or cancelled: with the new key all, with a former one a day."""

import datetime as dt
import re

import pytest
from django.test import Client

from guarantees import clock, keys
from guarantees.models import Guarantee, Key, Look
from tests import make
from tests.guarantees import browsing
from tests.guarantees.asking import address, ask, text

pytestmark = pytest.mark.django_db
MORE = {
    "amount_yen": 24_000_000,
    "price_yen": 60_000_000,
    "works_until": dt.date(2027, 3, 10),
    "ends_on": dt.date(2027, 3, 10),
    "change_reason": "漏れてはならない設計変更の理由",
    "work_place": "漏れてはならない二丁目",
}
# Nothing of this may stand on a page that a former key opens.
CONTENT = (
    "漏れてはならない", "20,000,000", "24,000,000", "60,000,000", "杉並区長", "杉並区立あおば小学校", "髙﨑建設", "𠮷田",
    "増額", "保証期限変更", "第1版", "第2版", "第3版", "2027年3月10日", "変更の内容", "版の履歴", "保証料",
)  # fmt: skip


@pytest.fixture
def first():
    return make.issued(**browsing.STORY)


def signs(no):
    return keys.reveal(Key.objects.get(no=no))


def today():
    day = clock.today()
    return f"{day.year}年{day.month}月{day.day}日"


def opened(version, no, browser=None):
    browser = browser or Client()
    assert ask(version.guarantee.number, signs(no), browser).status_code == 303
    return browser.get(address(version.guarantee))


def test_the_new_key_opens_the_new_version_with_what_changed_and_the_history(first):
    second = make.amended(first, **MORE)
    make.amended(second, purpose="correct", change_reason="工事場所の誤記", work_place="杉並区あおば二丁目")
    page = text(opened(first, 3))
    for words in (
        "最新の版です第3版",
        f"保証契約番号{first.guarantee.number}（第3版）",
        "保証金額24,000,000円（請負金額の40.0%）",
        "変更の内容訂正発行",
        "第2版からの変更項目変更前変更後",
        "工事場所漏れてはならない二丁目杉並区あおば二丁目",
        "訂正日2026年7月1日",
        f"発行日{today()}",
        "理由工事場所の誤記",
        f"版の履歴発行の新しい順版発行日内容第3版{today()}訂正発行第2版{today()}増額・保証期限変更第1版{today()}最初の発行",
    ):
        assert words in page, words
    for words in ("漏れてはならない設計変更の理由", "保証料", "一括納付", signs(3)):
        assert words not in page


def test_a_first_version_has_neither_changes_nor_a_history(first):
    page = text(opened(first, 1))
    for words in ("変更の内容", "版の履歴", "変更契約日"):
        assert words not in page


def test_a_former_key_tells_the_day_of_the_change_and_nothing_of_either_version(first):
    old = signs(1)
    second = make.amended(first, **MORE)
    third = make.amended(second, amount_yen=22_000_000)
    for key in (old, signs(2)):
        browser = Client()
        answer = ask(first.guarantee.number, key, browser)
        page = text(answer)
        assert answer.status_code == 200
        assert "この電子証書は変更されています" in page
        assert f"変更後の電子証書の発行日：{today()}" in page
        for secret in (*CONTENT, "22,000,000", first.guarantee.number, old, signs(2), signs(3), third.reference):
            assert secret not in page, secret
        assert browser.get(address(first.guarantee))["Location"] == "/verify/?again"
    assert set(Look.objects.values_list("result", flat=True)) == {"superseded"}


def test_a_key_that_was_replaced_without_a_change_is_told_no_day(first):
    Key.objects.update(status="superseded")
    page = text(ask(first.guarantee.number, signs(1)))
    assert "この電子証書は変更されています" in page
    assert "発行日" not in page


def test_a_cancelled_guarantee_tells_the_day_of_its_end_and_nothing_else(first):
    number = first.guarantee.number
    second = make.amended(first, **MORE)
    make.amended(second, purpose="cancel", change_reason="漏れてはならない解約の理由", changed_on=dt.date(2026, 7, 7))
    for no in (1, 2):
        page = text(ask(number, signs(no)))
        assert "この保証は解約されています" in page
        assert f"解約日：{today()}" in page
        for secret in (*CONTENT, "2026年7月7日", number, signs(no)):
            assert secret not in page, secret
    assert Guarantee.objects.get().status == "cancelled"


def test_a_page_that_was_open_closes_with_the_change(first):
    browser = Client()
    opened(first, 1, browser)
    make.amended(first, **MORE)
    for path in (address(first.guarantee), f"{address(first.guarantee)}certificate.pdf"):
        answer = browser.get(path)
        assert answer.status_code in (302, 404) and "漏れてはならない" not in answer.content.decode()


def test_a_wrong_key_of_a_changed_guarantee_is_refused_as_any_other(first):
    other = make.issued(**browsing.STORY)
    make.amended(first, **MORE)
    pages = set()
    for version in (first, other):
        answer = ask(version.guarantee.number, "Z28YUE4J3Bux")
        page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        pages.add(page.replace(version.guarantee.number, ""))
    assert len(pages) == 1


def test_what_a_former_key_costs_is_one_query_more_than_a_revoked_one(first, django_assert_max_num_queries):
    former, revoked = signs(1), make.issued(**browsing.STORY)
    make.amended(first, **MORE)
    stopped = revoked.guarantee.keys.get()
    shown = keys.reveal(stopped)
    Key.objects.filter(pk=stopped.pk).update(status="revoked")
    asked = []
    for version, key in ((revoked, shown), (revoked, shown), (first, former)):
        with django_assert_max_num_queries(40) as counted:
            ask(version.guarantee.number, key)
        asked.append(len(counted))
    assert asked[2] == asked[1] + 1


def test_the_result_costs_the_same_for_two_versions_and_for_five(first, django_assert_max_num_queries):
    version, counts = make.amended(first, amount_yen=19_000_000), []
    for no in (2, 5):
        browser = Client()
        while version.no + 1 < no:
            version = make.amended(version, amount_yen=version.amount_yen - 1_000_000)
        ask(first.guarantee.number, signs(no), browser)
        with django_assert_max_num_queries(15) as counted:
            assert "版の履歴" in browser.get(address(first.guarantee)).content.decode()
        counts.append(len(counted))
    assert counts[0] == counts[1]
