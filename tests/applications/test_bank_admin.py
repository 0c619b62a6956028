import pytest

from applications import banks
from applications.models import Bank, BankBranch
from audit.models import Entry
from tests import make


@pytest.fixture
def head(client, db):
    banks.load([banks.Listed("0001", "みずほ", "ミズホ", (("244", "荻窪", "オギクボ"),))])
    client.force_login(make.person("head"))
    return client


def test_an_entrustment_contract_is_noted_and_recorded(head):
    wish = {"name": "みずほ銀行", "kana": "ミズホ", "entrusted": "yes", "code": "9999"}
    assert head.post("/admin/applications/bank/0001/change/", wish).status_code == 302
    assert list(Bank.objects.values_list("code", "entrusted")) == [("0001", "yes")]
    entry = Entry.objects.get(action="bank.changed")
    assert entry.data == {"name": "みずほ銀行", "fields": {"業務委託契約": ["no", "yes"]}}


def test_a_corrected_name_is_found_by_the_new_and_the_old_one(head):
    branch = BankBranch.objects.get()
    wish = {"name": "荻窪中央支店", "kana": "オギクボチユウオウ"}
    assert head.post(f"/admin/applications/bankbranch/{branch.pk}/change/", wish).status_code == 302
    for typed in ("荻窪中央", "荻窪支店", "おぎくぼちゅうおう"):
        assert [str(row) for row in banks.find("みずほ", typed).rows] == ["みずほ銀行　荻窪中央支店"]


def test_a_branch_may_look_but_not_change(client, head):
    client.force_login(make.person("clerk"))
    assert "みずほ銀行" in client.get("/admin/applications/bank/", {"q": "みずほ"}).content.decode()
    assert client.post("/admin/applications/bank/0001/change/", {"name": "別の銀行"}).status_code in (403, 404)
    assert Bank.objects.get().name == "みずほ銀行"
