"""An application told in rows."""

import datetime as dt

import pytest

from applications import summary
from applications.models import Line
from tests import make


@pytest.mark.parametrize(
    ("amount", "base", "ratio"),
    [
        (20_000_000, 50_000_000, "40.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (999, 2000, "50.0"),
        (1999, 2000, "100.0"),
        (1, 1, "100.0"),
        (12_345, 100_000, "12.3"),
        (12_350, 100_000, "12.4"),
        (12_349, 100_000, "12.3"),
        (1, 999_999_999_999, "0.0"),
        (999_999_999_998, 999_999_999_999, "100.0"),
        (333_333_333_333, 999_999_999_999, "33.3"),
    ],
)
def test_the_ratio_has_one_decimal_rounded_half_up(amount, base, ratio):
    assert summary.ratio(Line(product="contract", amount_yen=amount, price_yen=base)) == ratio


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (Line(product="advance", amount_yen=20, price_yen=50), "請負金額の 40.0%"),
        (Line(product="advance", amount_yen=20, price_yen=50, base_yen=25), "今年度対象額の 80.0%"),
        (Line(product="contract", amount_yen=5, price_yen=50), "請負金額の 10.0%"),
    ],
)
def test_the_ratio_says_of_what_it_is_taken(line, words):
    assert summary.ratio_words(line) == words


def rows(found):
    return {row.label: row.value for row in found}


def test_the_contract_is_told_in_the_words_of_the_form(people):
    line = make.line(
        people, contracted_on="2026-06-01", works_from="2026-06-02", works_until="2027-12-18", work_number="8-1"
    )
    assert rows(summary.contract(line)) == {
        "区分": "工事",
        "発注者": "杉並区",
        "被保証者（契約権者）": "杉並区長",
        "工事番号": "8-1",
        "工事・業務委託の名称": "杉並区立あおば小学校外壁改修工事",
        "工事場所": "東京都杉並区あおば一丁目5番地内",
        "請負金額（税込）": "50,000,000円",
        "契約締結日": "2026年6月1日（令和8年6月1日）",
        "工期": "2026年6月2日 〜 2027年12月18日",
        "年度区分": "単年度",
        "共同企業体": "入力なし",
        "低入札": "該当しない",
        "保証契約者": "髙﨑建設 株式会社",
    }
    assert rows(summary.product(line)) == {
        "保証証書の形式": "電子保証（認証キーを含む）",
        "今年度対象額": "入力なし",
        "前払金保証金額": "20,000,000円",
        "保証期間": "発行日 〜 2027年12月18日",
        "預託金融機関": "みずほ銀行　荻窪支店",
        "再預託利用区分": "再預託を利用しない",
        "前払金保証料支払方法": "一括納付",
        "前払金保証料請求先": "髙﨑建設株式会社　東京支店",
        "保証料計算書（紙）": "希望しない",
    }


def test_a_day_of_contract_to_come_is_called_planned(people):
    line = make.line(people, product="contract", advance_on=None, advance_planned="yes", contracted_on="2027-01-15")
    assert rows(summary.contract(line))["契約締結日"] == "2027年1月15日（令和9年1月15日）（契約予定日）"


@pytest.mark.parametrize(
    ("line", "value", "note"),
    [
        (
            Line(starts_on=dt.date(2026, 6, 1), ends_on=dt.date(2026, 9, 30)),
            "2026年6月1日 〜 2026年9月30日",
            "契約締結日から工期の終わりまでです。自動で計算しています。",
        ),
        (
            Line(ends_on=dt.date(2027, 3, 31), works_until=dt.date(2028, 9, 30), fiscal_kind="continuing"),
            "発行日 〜 2027年3月31日",
            "発行の日から今年度の終わりまでです。自動で計算しています。",
        ),
        (
            Line(ends_on=dt.date(2026, 9, 30), works_until=dt.date(2026, 9, 30), fiscal_kind="single"),
            "発行日 〜 2026年9月30日",
            "発行の日から工期の終わりまでです。自動で計算しています。",
        ),
    ],
)
def test_the_period_says_how_it_was_computed(line, value, note):
    line.product, line.format, line.amount_yen, line.price_yen, line.payment, line.statement_wanted = (
        "contract",
        "paper",
        1,
        1,
        "monthly",
        "no",
    )
    row = next(row for row in summary.product(line) if row.label == "保証期間")
    assert (row.value, row.note, row.anchor) == (value, note, "")


def test_how_paper_is_received_is_told_only_when_something_is_on_paper(people):
    paper, electronic = Line(format="paper"), Line(format="electronic")
    assert summary.receipt_of([electronic, paper], "post") == "郵送"
    assert summary.receipt_of([electronic], "post") == ""
    line = make.line(people)
    assert rows(summary.destination(line, "")) == {
        "申込送信先": "新宿支店",
        "電子保証発行完了のお知らせ": "希望する",
        "メールアドレス": "soumu@example.jp",
    }


def test_every_change_link_leads_to_a_control_of_the_form(client, people):
    draft = make.draft(people["contractor"], advance_format="paper", receipt="post")
    client.force_login(people["contractor"])
    page = client.get(f"/applications/{draft.pk}/edit/").content.decode()
    confirm = client.get(f"/applications/{draft.pk}/confirm/").content.decode()
    anchors = {part.partition('"')[0] for part in confirm.split(f"/applications/{draft.pk}/edit/#")[1:]}
    assert len(anchors) == 34
    assert {anchor for anchor in anchors if f'id="{anchor}"' not in page} == set()
