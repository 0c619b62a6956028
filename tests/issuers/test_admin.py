import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from audit.models import Entry
from issuers import codes
from issuers.models import Acceptance, Authority, Issuer
from tests import make


@pytest.fixture
def suginami(body):
    body("131148", "中野区", "ナカノク")
    issuer = body("131156", "杉並区", "スギナミク")
    for title in ("杉並区長", "杉並区教育委員会教育長"):
        Authority.objects.create(issuer=issuer, title=title)
    Acceptance.objects.create(issuer=issuer, product="advance", work_kind="works", starts_on="2026-02-01")
    make.rule(issuer, office="契約担当課", email="keiyaku@city.example.jp")
    body("130001", "東京都", "トウキョウト", kind="prefecture")
    return issuer


def change_page(issuer):
    return f"/admin/issuers/issuer/{issuer.pk}/change/"


def filled(client, issuer, **changes):
    """What the change page would send, with `changes`."""
    response = client.get(change_page(issuer))
    forms = [response.context["adminform"].form]
    forms += [
        form
        for formset in response.context["inline_admin_formsets"]
        for form in [formset.formset.management_form, *formset.formset.forms]
    ]
    sent = {field.html_name: field.value() for form in forms for field in form}
    return {name: value for name, value in sent.items() if value is not None} | changes


@pytest.fixture
def head(client, suginami):
    client.person = make.person("head")
    client.force_login(client.person)
    return client


def test_the_head_office_finds_a_body_by_its_kana(head):
    text = head.get("/admin/issuers/issuer/", {"q": "すぎなみ"}).content.decode()
    assert "杉並区" in text
    assert "中野区" not in text


def test_a_change_is_recorded_with_what_stood_before(head, suginami):
    response = head.post(change_page(suginami), filled(head, suginami, name="杉並区役所"))
    assert response.status_code == 302
    suginami.refresh_from_db()
    assert (suginami.name, suginami.search) == ("杉並区役所", "杉並区役所 すぎなみく 131156 東京都杉並区役所")
    entry = Entry.objects.get(action="issuer.changed")
    assert (entry.actor, entry.subject_type, entry.subject_id) == (head.person, "issuers.issuer", str(suginami.pk))
    assert entry.data == {"name": "杉並区役所", "fields": {"名称": ["杉並区", "杉並区役所"]}}


def test_changes_of_rows_below_are_recorded_with_the_body(head, suginami):
    wish = filled(head, suginami)
    rows = int(wish["authorities-TOTAL_FORMS"])
    wish |= {
        "authorities-TOTAL_FORMS": rows + 1,
        f"authorities-{rows}-title": "杉並区会計管理者",
        "authorities-0-DELETE": "on",
    }
    assert head.post(change_page(suginami), wish).status_code == 302
    titles = set(Authority.objects.filter(issuer=suginami).values_list("title", flat=True))
    assert titles == {"杉並区教育委員会教育長", "杉並区会計管理者"}
    entry = Entry.objects.get(action="issuer.changed")
    assert entry.data["rows"] == [
        {"row": "契約権者 杉並区長", "done": "deleted", "fields": {}},
        {"row": "契約権者 杉並区会計管理者", "done": "added", "fields": {"契約権者": [None, "杉並区会計管理者"]}},
    ]


def test_the_code_is_given_once(head, suginami):
    head.post(change_page(suginami), filled(head, suginami, code="999999"))
    suginami.refresh_from_db()
    assert suginami.code == "131156"


def test_a_new_body_is_recorded_and_found(head):
    management = {
        f"{prefix}-{name}": 0
        for prefix in ("authorities", "acceptances", "rules")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    wish = {
        "code": codes.complete("90501"),
        "name": "見本水道企業団",
        "kana": "ミホンスイドウキギョウダン",
        "kind": "other",
        "prefecture": "東京都",
    }
    assert head.post("/admin/issuers/issuer/add/", wish | management).status_code == 302
    assert Issuer.objects.matching(["みほんすいどう"]).get().code == codes.complete("90501")
    assert Entry.objects.get(action="issuer.added").data["fields"]["名称"] == [None, "見本水道企業団"]


def test_a_code_without_its_check_digit_is_refused(head):
    response = head.post(
        "/admin/issuers/issuer/add/", {"code": "131157", "name": "見本", "kana": "ミホン", "kind": "other"}
    )
    assert response.context["adminform"].form.errors["code"] == [
        "発注者コードは、検査数字を含む6桁の数字で入力してください。"
    ]
    assert not Issuer.objects.filter(code="131157").exists()


def test_a_deletion_is_recorded(head, suginami):
    url = f"/admin/issuers/issuer/{suginami.pk}/delete/"
    assert head.post(url, {"post": "yes"}).status_code == 302
    assert not Issuer.objects.filter(code="131156").exists()
    assert Entry.objects.get(action="issuer.deleted").subject_id == str(suginami.pk)


def test_the_history_comes_from_our_own_trail(head, suginami):
    head.post(change_page(suginami), filled(head, suginami, name="杉並区役所"))
    text = head.get(f"/admin/issuers/issuer/{suginami.pk}/history/").content.decode()
    assert "名称：杉並区 → 杉並区役所" in text
    assert not LogEntry.objects.exists()


def test_a_list_has_no_bulk_actions(head):
    assert 'name="action"' not in head.get("/admin/issuers/issuer/").content.decode()


@pytest.mark.parametrize("role", ["clerk", "approver"])
def test_a_branch_may_look_but_not_change(client, suginami, role):
    client.force_login(make.person(role))
    assert client.get("/admin/issuers/issuer/").status_code == 200
    text = client.get(change_page(suginami)).content.decode()
    assert "杉並区教育委員会教育長" in text
    assert 'name="_save"' not in text
    for url in (change_page(suginami), "/admin/issuers/issuer/add/", f"/admin/issuers/issuer/{suginami.pk}/delete/"):
        assert client.post(url, {"name": "別の区", "post": "yes"}).status_code in (403, 404)
    suginami.refresh_from_db()
    assert suginami.name == "杉並区"


def test_a_contractor_sees_nothing_of_it(client, suginami):
    client.force_login(make.person("contractor"))
    assert client.get("/admin/issuers/issuer/").status_code in (302, 404)


def test_the_register_stands_in_our_admin():
    assert Issuer in admin.site._registry
