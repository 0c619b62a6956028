"""提出のきまり at the desk of the head office: history that stays, and what is refused."""

import datetime as dt

import pytest
from django.utils import timezone

from audit.models import Entry
from issuers.models import Rule
from tests import make

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def suginami(body):
    body("130001", "東京都", "トウキョウト", kind="prefecture")
    issuer = body("131156", "杉並区", "スギナミク")
    make.rule(issuer, valid_from=TODAY + DAY, percent=30)
    make.rule(issuer, valid_from=TODAY, percent=40, ways=["mail"], email="keiyaku@city.example.jp")
    make.rule(issuer, valid_from=TODAY - 30 * DAY, percent=35, subject="【電子保証】{work_name}（{number}）")
    return issuer


@pytest.fixture
def head(client, suginami):
    client.force_login(make.person("head"))
    return client


def page(issuer):
    return f"/admin/issuers/issuer/{issuer.pk}/change/"


def filled(client, issuer, **changes):
    """What the page would send, with `changes` of the rules: "0-percent"."""
    shown = client.get(page(issuer))
    forms = [shown.context["adminform"].form]
    for formset in shown.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    sent = {
        field.html_name: field.value()
        for form in forms
        for field in form
        if not field.field.disabled and field.value() is not None
    }
    sent = {name: value for name, value in sent.items() if value is not False}
    return sent | {f"rules-{name}": value for name, value in changes.items()}


def posted(client, issuer, **changes):
    return client.post(page(issuer), filled(client, issuer, **changes))


def faults(answer):
    assert answer.status_code == 200
    (formset,) = [one.formset for one in answer.context["inline_admin_formsets"] if one.formset.prefix == "rules"]
    return [
        error for form in formset.errors for errors in form.values() for error in errors
    ] + formset.non_form_errors()


def added(**changes):
    """A rule more than the three that are there."""
    return {"TOTAL_FORMS": 4, **{f"3-{name}": value for name, value in changes.items()}}


def test_the_history_of_a_body_is_on_its_page_the_newest_first(head, suginami):
    text = head.get(page(suginami)).content.decode()
    states = ["まだ始まっていません", "適用中", "終了（次のきまりに替わりました）"]
    assert [text.count(state) for state in states] == [1, 1, 1]
    assert sorted(states, key=text.index) == states
    assert "【電子保証】あおば小学校外壁改修工事（26102-000123）" in text
    assert "{work_number} 工事番号、{work_name} 工事名・業務名" in text


def test_what_a_body_changes_is_a_new_row_and_is_recorded(head, suginami):
    answer = posted(
        head, suginami, **added(product="contract", valid_from=f"{TODAY}", percent="15", ways=["fax", "mail"])
    )
    assert answer.status_code == 302
    rule = suginami.rule_on("contract", "works", TODAY)
    assert (rule.percent, rule.ways, rule.work_kind) == (15, ["fax", "mail"], "")
    (row,) = Entry.objects.get(action="issuer.changed").data["rows"]
    assert (row["row"], row["done"]) == (f"提出のきまり 契約保証　{TODAY:%Y年%-m月%-d日}から", "added")
    assert row["fields"]["割合（%）"] == [None, "15"]
    assert row["fields"]["提出方法"] == [None, ["fax", "mail"]]


def test_a_mistake_in_a_rule_that_has_begun_is_corrected_and_what_stood_before_is_kept(head, suginami):
    assert posted(head, suginami, **{"1-office": "契約担当課", "1-ways": ["mail", "post"]}).status_code == 302
    assert suginami.rule_on("advance", "works", TODAY).office == "契約担当課"
    (row,) = Entry.objects.get(action="issuer.changed").data["rows"]
    assert row["done"] == "changed"
    assert row["fields"] == {"提出方法": [["mail"], ["mail", "post"]], "提出先の担当課": ["", "契約担当課"]}


def test_a_rule_that_has_begun_neither_moves_nor_goes(head, suginami):
    before = list(Rule.objects.order_by("pk").values())
    moved = {"1-valid_from": f"{TODAY + 9 * DAY}", "1-product": "contract", "1-work_kind": "works", "2-DELETE": "on"}
    assert posted(head, suginami, **moved).status_code == 302
    assert list(Rule.objects.order_by("pk").values()) == before
    assert "始まったきまりは削除できません" in head.get(page(suginami)).content.decode()


def test_a_rule_that_has_not_begun_may_move_or_go(head, suginami):
    assert posted(head, suginami, **{"0-valid_from": f"{TODAY + 9 * DAY}"}).status_code == 302
    assert suginami.rule_on("advance", "works", TODAY + 8 * DAY).percent == 40
    assert posted(head, suginami, **{"0-DELETE": "on"}).status_code == 302
    assert Rule.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"subject": "{key}"}, "{key}は使えません。使える語は、"),
        ({"body": "{work_name"}, "「{」の相手がありません。"),
        ({"percent": "100.1"}, "100 以下"),
        ({"cap_yen": "0"}, "1 以上"),
        ({"deadline": "award"}, "「…日以内」の提出期限では、日数を入力してください。"),
        ({"deadline_days": "7"}, "「…日以内」でない提出期限では、空欄にしてください。"),
        ({"ways": ["pigeon"]}, "pigeon"),
        ({"email": "keiyaku"}, "有効なメールアドレス"),
        ({"valid_from": f"{TODAY}"}, "重複"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(head, suginami, wrong, said):
    answer = posted(head, suginami, **added(**{"product": "advance", "valid_from": f"{TODAY + 5 * DAY}"} | wrong))
    assert said in "".join(faults(answer))
    assert not any("a_rule_" in fault or "…日以内」の提出期限を選んだ" in fault for fault in faults(answer))
    assert Rule.objects.count() == 3
    for typed in wrong.values():
        if isinstance(typed, str) and len(typed) > 4:
            assert typed in answer.content.decode()


@pytest.mark.parametrize("role", ["clerk", "approver"])
def test_a_branch_sees_the_history_and_changes_nothing(client, suginami, role):
    client.force_login(make.person(role))
    text = client.get(page(suginami)).content.decode()
    assert "適用中" in text and "keiyaku@city.example.jp" in text and 'name="rules-0-percent"' not in text
    assert client.post(page(suginami), {"rules-0-percent": "1"}).status_code in (403, 404)
