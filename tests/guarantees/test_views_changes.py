"""The contractor's pages of a guarantee that was changed, is being changed, or was cancelled."""

import csv
import datetime as dt
import io
import re

import pytest
from django.db import transaction
from django.urls import reverse

from guarantees import amending, clock, orders, pricing, sample_tariffs
from guarantees.models import Guarantee
from tests import make
from tests.guarantees import browsing
from tests.guarantees.browsing import entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    return make.contractor()


@pytest.fixture
def owner(company):
    return make.person("contractor", contractor=company, name="保証　花子")


@pytest.fixture
def officer():
    return make.person("approver")


@pytest.fixture
def first(company, officer):
    browsing.rule()
    return make.issued(company=company, by=officer, **browsing.STORY)


def url(name, version):
    return reverse(f"guarantees:{name}", args=[version.guarantee_id])


def text(response):
    return re.sub(r"\s*<[^>]+>\s*", "", response.content.decode())


def priced(first, officer, company, *, guaranteed_yen, **changes):
    """The next version of a guarantee at its price by the sample rates; give its premium."""
    sample_tariffs.load()
    terms = make.next_terms(first, **changes)
    with transaction.atomic():
        price = pricing.freeze_change(terms, first.guarantee, amount_yen=guaranteed_yen, contractor=company)
        ordered = orders.amend(terms, first.guarantee, by=officer)
        pricing.tie(price, ordered)
    amending.amend(str(ordered.pk))
    return price


def test_the_overview_of_a_changed_guarantee_tells_change_history_and_its_own_key(owner, officer, first):
    second = make.amended(first, by=officer, amount_yen=24_000_000, price_yen=60_000_000)
    page = text(entered(owner).get(url("overview", first)))
    for words in (
        "第2版",
        "変更後の「認証キー」のお知らせを、杉並区へ提出してください",
        "変更後の新しい認証キーです。以前の認証キーに代わるもので、以前のキーでは内容を表示できません。",
        "変更の内容増額",
        "請負金額50,000,000円60,000,000円保証金額20,000,000円24,000,000円",
        "変更契約日2026年7月1日",
        "増額請負金額、保証金額設計変更による増工のため",
        "最初の発行",
    ):
        assert words in page, words
    assert "返還計算書" not in page  # nothing was charged or returned
    answer = entered(owner).post(url("key", first))
    shown = "".join(re.findall(r"<span>(\w{4})</span>", answer.content.decode()))
    assert shown == browsing.keys.reveal(second.keys.get())


def test_the_overview_leads_to_the_statement_of_the_change(owner, officer, company, first):
    price = priced(first, officer, company, guaranteed_yen=24_000_000, amount_yen=24_000_000)
    page = entered(owner).get(url("overview", first)).content.decode()
    assert f'href="{reverse("statements:detail", args=[price.pk])}">変更の保証料計算書を見る' in page


def test_a_first_version_says_nothing_of_changes(owner, first):
    page = text(entered(owner).get(url("overview", first)))
    for words in ("変更の内容", "版の履歴", "変更後の", "変更の手続をしています"):
        assert words not in page


def test_while_a_change_is_asked_for_the_overview_and_the_list_say_so(owner, first):
    Guarantee.objects.update(changing_since=clock.now())
    browser = entered(owner)
    page = browser.get(url("overview", first)).content.decode()
    assert '<span class="chip wait">変更手続中</span>' in page
    assert "変更の手続をしています" in page and "そのまま有効です。" in page
    assert '<span class="chip wait">変更手続中</span>' in browser.get(reverse("guarantees:list")).content.decode()


def test_a_cancelled_guarantee_has_no_key_no_advice_and_no_certificate(owner, officer, company, first):
    price = priced(
        first, officer, company, guaranteed_yen=0, purpose="cancel", change_reason="契約が合意で解除されたため"
    )
    browser, day = entered(owner), clock.today()
    answer = browser.get(url("overview", first))
    page = text(answer)
    for words in (
        "この保証は解約されています",
        f"解約日：{day.year}年{day.month}月{day.day}日",
        "解約前の保証の内容",
        "契約が合意で解除されたため",
        "保証料返還計算書を見る",
    ):
        assert words in page, words
    assert f'href="{reverse("statements:detail", args=[price.pk])}"' in answer.content.decode()
    for words in (
        "認証キーを表示する",
        "提出のしかた",
        "●●●●",
        "お知らせ（PDF）",
        "電子保証書を表示",
        "未閲覧",
        "提出してください",
    ):
        assert words not in page, words
    for name in ("certificate", "certificate_pdf"):
        assert browser.get(url(name, first)).status_code == 404
    assert "いま有効な認証キーはありません" in text(browser.post(url("key", first), follow=True))


def test_a_cancellation_that_returns_nothing_leads_to_no_statement(owner, officer, first):
    make.amended(first, by=officer, purpose="cancel")
    page = text(entered(owner).get(url("overview", first)))
    assert "この保証は解約されています" in page and "計算書を見る" not in page


def test_the_list_and_the_file_tell_edition_and_end_and_remind_of_no_cancelled_one(owner, officer, company, first):
    changed = make.amended(make.issued(company=company, by=officer, **browsing.STORY), by=officer, amount_yen=1_000_000)
    make.amended(first, by=officer, purpose="cancel")
    browser = entered(owner)
    page = text(browser.get(reverse("guarantees:list")))
    assert f"{changed.guarantee.number}第2版" in page
    assert "解約—概要を開く" in page
    rows = list(csv.reader(io.StringIO(b"".join(browser.get(reverse("guarantees:list_csv"))).decode("utf-8-sig"))))
    assert [(row[0], row[8], row[9]) for row in rows[2:]] == [(first.guarantee.number, "解約", "")]
    waiting = text(browser.get(reverse("guarantees:list"), {"seen": "no"}))
    assert changed.guarantee.number in waiting and first.guarantee.number not in waiting


def test_the_sheet_says_what_the_changed_paper_says(owner, officer, first):
    make.amended(first, by=officer, amount_yen=24_000_000, price_yen=60_000_000, ends_on=dt.date(2027, 3, 31))
    page = text(entered(owner).get(url("certificate", first)))
    for words in (
        "電子保証書（前払金保証）変更（第2版）",
        "変更事項（増額・保証期限変更）",
        "保証金額20,000,000円24,000,000円",
        "変更契約日令和8年7月1日（2026年7月1日）",
        "最初の発行日",
        "発行の第1版に代わるものです。",
    ):
        assert words in page, words
    assert "原契約" not in page
