"""会社情報: what is registered, and the numbers that a 管理者 fills in."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import companies
from accounts.licences import Licence
from tests import make
from tests.applications.test_people_views import page

SOUND = {
    "corporate_no": "７-0107-0500-0725",
    "licence_authority": "13",
    "licence_kind": "general",
    "licence_year": "2024",
    "licence_no": "第１２３４５号",
}
PAGE, FORM = reverse("register:company"), reverse("register:numbers")


@pytest.fixture
def people(db):
    return make.people()


@pytest.fixture
def manager(people, client, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2026, 11, 26))
    client.force_login(people["contractor"])
    return client


def test_the_page_tells_what_is_registered_and_whom_to_call(people, client):
    client.force_login(people["viewer"])
    words = page(client.get(PAGE))
    for part in (
        "商号 髙﨑建設 株式会社",
        "商号（カナ） タカサキケンセツ",
        "〒166-0000 東京都杉並区みどり二丁目3番4号",
        "電話番号 03-0000-0123",
        "お客様番号 10000001",
        "これらの変更は、取扱店（新宿支店　 03-0000-0001 ）へご連絡ください。",
        "法人番号 未登録 建設業許可番号 未登録",
        "貴社の管理者が登録・変更できます",
    ):
        assert part in words


def test_a_manager_fills_the_numbers_in_and_takes_them_out_again(manager, people):
    assert "変更する （法人番号・建設業許可番号）" in page(manager.get(PAGE))
    answer = manager.post(FORM, SOUND, follow=True)
    assert "保存しました" in page(answer)
    assert "法人番号 7010705000725 建設業許可番号 東京都知事許可（般-6）第012345号" in page(answer)
    assert "有効期間" not in page(answer)
    form = manager.get(FORM).content.decode()
    for part in ('value="7010705000725"', 'value="13" selected', 'value="2024" selected', 'value="012345"'):
        assert part in form
    manager.post(FORM, dict.fromkeys(SOUND, ""))
    company = people["contractor"].contractor
    company.refresh_from_db()
    assert (company.corporate_no, company.licence) == ("", None)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"corporate_no": "7010705000726"}, ["法人番号が正しくありません"]),
        ({"corporate_no": "701070500072"}, ["13桁の数字で入力してください"]),
        ({"licence_no": "1234567"}, ["6桁以内の数字で入力してください"]),
        ({"licence_no": ""}, ["許可番号を入力してください"]),
        (
            {"licence_authority": "", "licence_kind": "", "licence_year": ""},
            ["許可行政庁を選択", "許可の区分を選択", "許可の年を選択"],
        ),
        ({"licence_authority": "48"}, ["許可行政庁を選択してください"]),
        ({"licence_year": "1999"}, ["許可の年を選択してください"]),
    ],
)
def test_what_does_not_fit_is_told_at_its_field_and_nothing_is_kept(manager, people, wrong, told):
    answer = manager.post(FORM, SOUND | wrong)
    assert answer.status_code == 200
    assert [part for part in told if part not in page(answer)] == []
    company = people["contractor"].contractor
    company.refresh_from_db()
    assert (company.corporate_no, company.licence) == ("", None)


@pytest.mark.parametrize(("field", "theirs"), [("法人番号", SOUND), ("許可番号", SOUND | {"corporate_no": ""})])
def test_a_number_of_another_customer_cannot_be_kept(manager, people, client, field, theirs):
    permit = Licence("13", "special", 2025, "012345") if not theirs["corporate_no"] else None
    companies.keep("7010705000725" if permit is None else "", permit, by=people["rival"])
    answer = manager.post(FORM, SOUND)
    assert answer.status_code == 200
    assert "この番号は登録できません" in page(answer)
    assert "みどり土木" not in page(answer)


@pytest.mark.parametrize(("year", "old"), [(2021, False), (2020, True)])
def test_a_permit_older_than_five_years_is_hinted_at(manager, people, year, old):
    companies.keep("", Licence("13", "general", year, "012345"), by=people["contractor"])
    assert ("有効期間（5年間）を過ぎているようです" in page(manager.get(PAGE))) == old


def test_a_permit_from_before_the_years_offered_stays_when_another_number_is_changed(manager, people):
    permit = Licence("13", "general", 2012, "012345")
    companies.keep("", permit, by=people["contractor"])
    manager.post(FORM, SOUND | {"licence_year": "2012"})
    company = people["contractor"].contractor
    company.refresh_from_db()
    assert (company.corporate_no, company.licence) == ("7010705000725", permit)
