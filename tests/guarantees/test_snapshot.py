import datetime as dt
import json

import pytest

from guarantees import canon, clock, snapshot
from tests import make

AT = dt.datetime(2026, 6, 1, 5, 20, 5, 123456, tzinfo=dt.UTC)


@pytest.fixture
def june(monkeypatch, settings):
    monkeypatch.setattr(clock, "now", lambda: AT)
    settings.VERIFY_URL = "https://netdesk.example.jp/verify/"


@pytest.mark.django_db
def test_a_snapshot_holds_everything_that_the_papers_show(june):
    body = make.issuer()
    make.rule(body, office="総務部経理課契約係", email="keiyaku@city.example.jp")

    shown = make.issued(issuer=body).snapshot

    assert shown == {
        "schema": 1,
        "number": "26102-000001",
        "version_no": 0,
        "edition": "第1版",
        "issued_at": "2026-06-01T14:20:05+09:00",
        "issued_on": "2026-06-01",
        "product": "advance",
        "product_label": "前払金保証",
        "format": "electronic",
        "format_label": "電子保証（認証キーを含む）",
        "work_kind": "works",
        "work_kind_label": "工事",
        "issuer_code": "131156",
        "issuer_name": "杉並区",
        "beneficiary": "杉並区長",
        "principal_name": "髙﨑建設 株式会社",
        "principal_address": "東京都杉並区みどり二丁目3番4号",
        "signatory_title": "代表取締役",
        "signatory_name": "𠮷田　太郎",
        "work_number": "8-杉教-0123",
        "work_name": "杉並区立あおば小学校外壁改修工事",
        "work_place": "東京都杉並区あおば一丁目5番地内",
        "price_yen": 50000000,
        "contracted_on": "2026-06-01",
        "works_from": "2026-06-02",
        "works_until": "2027-12-18",
        "fiscal_kind": "single",
        "fiscal_kind_label": "単年度",
        "joint_venture": "",
        "base_yen": None,
        "amount_yen": 20000000,
        "rate_base_yen": 50000000,
        "rate_base_label": "請負金額",
        "ratio": "40.0",
        "bank_name": "みずほ銀行　荻窪支店",
        "starts_on": "2026-06-01",
        "ends_on": "2027-12-18",
        "conditions": "2026-04-01",
        "conditions_label": "前払金保証約款（令和8年4月1日版）",
        "submission_office": "総務部経理課契約係",
        "submission_email": "keiyaku@city.example.jp",
        "branch_name": "新宿支店",
        "branch_phone": "03-0000-0001",
        "company_name": "ネットデスク保証株式会社",
        "company_address": "東京都中央区見本町一丁目2番3号",
        "company_representative": "代表取締役社長　見本　一郎",
        "company_phone": "03-0000-0000",
        "office_hours": "平日 9:00〜17:00（土日祝日・年末年始を除く）",
        "verify_url": "https://netdesk.example.jp/verify/",
        "key_expires_on": "2028-03-17",
    }
    assert snapshot.Snapshot.__required_keys__ == set(shown)


@pytest.mark.django_db
def test_a_contract_guarantee_and_a_years_base_change_the_words(june):
    contract = make.issued(product="contract", bank_name="", redeposit="", starts_on=dt.date(2026, 6, 1)).snapshot
    year = make.issued(base_yen=30_000_000, amount_yen=10_000_000, fiscal_kind="continuing").snapshot

    assert (contract["product_label"], contract["bank_name"]) == ("契約保証", "")
    assert contract["conditions_label"] == "契約保証約款（令和8年4月1日版）"
    assert (year["rate_base_label"], year["rate_base_yen"], year["ratio"]) == ("今年度対象額", 30_000_000, "33.3")


@pytest.mark.django_db
def test_later_changes_of_the_register_do_not_reach_a_snapshot(june):
    version = make.issued()
    version.branch.phone = "03-0000-9999"
    version.branch.save()
    version.refresh_from_db()

    assert snapshot.read(version)["branch_phone"] == "03-0000-0001"


@pytest.mark.django_db
def test_the_reference_is_the_head_of_the_digest(june):
    version = make.issued()

    reference = snapshot.reference(snapshot.read(version))

    assert reference == version.reference
    assert reference.replace("-", "").lower() == version.snapshot_digest[:16]


@pytest.mark.django_db
def test_a_version_that_is_not_issued_has_no_snapshot():
    with pytest.raises(snapshot.Altered):
        snapshot.read(make.ordered())


@pytest.mark.parametrize(
    ("amount", "base", "ratio"),
    [
        (20, 50, "40.0"),
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 1, "100.0"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (399_999, 1_000_000, "40.0"),
    ],
)
def test_a_ratio_is_rounded_half_up_in_whole_numbers(amount, base, ratio):
    assert snapshot.ratio(amount, base) == ratio


def test_canonical_bytes_do_not_depend_on_order_or_spelling_of_json():
    values = {"b": ["𠮷", 1, None], "a": "髙"}

    assert canon.written(values) == '{"a":"髙","b":["𠮷",1,null]}'.encode()
    assert canon.digest(values) == canon.digest(json.loads(json.dumps(dict(reversed(values.items())))))


@pytest.mark.parametrize("value", [float("nan"), dt.date(2026, 6, 1), b"bytes"])
def test_canonical_bytes_are_refused_for_what_json_does_not_know(value):
    with pytest.raises((TypeError, ValueError)):
        canon.written({"a": value})
