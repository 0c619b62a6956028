"""The register at the desk: the head office keeps it, branches look, contractors find nothing, nobody is deleted."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Branch, Contractor, Signatory, User
from audit.models import Entry
from audit.recording import require_what_is_seen

PASSWORD = "a long enough pass phrase"


def person_form(**more):
    return {
        "email": "New@Example.jp",
        "name": "新 しい",
        "role": "head",
        "contractor": "",
        "branch": "",
        "is_active": "on",
        "new_password": PASSWORD,
    } | more


REGISTERS = ["branch", "contractor", "user"]


@pytest.mark.parametrize("register", REGISTERS)
def test_the_head_office_edits_and_a_branch_only_looks(person, clerk, head, client, register):
    thing = {"branch": clerk.branch, "contractor": person.contractor, "user": person}[register]
    list_page, page, add = (f"/admin/accounts/{register}/{rest}" for rest in ("", f"{thing.pk}/change/", "add/"))
    client.force_login(head)
    assert [client.get(path).status_code for path in (list_page, page, add)] == [200, 200, 200]
    assert 'name="_save"' in client.get(page).content.decode()
    client.force_login(clerk)
    assert [client.get(path).status_code for path in (list_page, page, add)] == [200, 200, 403]
    assert 'name="_save"' not in client.get(page).content.decode()
    assert client.post(page, {"name": "x"}).status_code == 403
    client.force_login(person)
    assert [client.get(path).status_code for path in (list_page, page, add)] == [404, 404, 404]
    client.logout()
    assert client.get(page).url == f"/login/?next=/admin/accounts/{register}/{thing.pk}/change/"


@pytest.mark.parametrize("register", REGISTERS)
def test_nothing_is_deleted(person, clerk, head, client, register):
    thing = {"branch": clerk.branch, "contractor": person.contractor, "user": person}[register]
    client.force_login(head)
    assert client.post(f"/admin/accounts/{register}/{thing.pk}/delete/", {"post": "yes"}).status_code == 403
    assert type(thing).objects.filter(pk=thing.pk).exists()


def test_a_person_is_registered_with_a_hashed_password_and_recorded(head, client):
    client.force_login(head)
    answer = client.post("/admin/accounts/user/add/", person_form())
    assert answer.status_code == 302
    new = User.objects.get(email="new@example.jp")
    assert new.check_password(PASSWORD) and PASSWORD not in new.password
    entry = Entry.objects.get(action="user.added")
    assert (entry.actor_id, entry.subject_id) == (head.pk, str(new.pk))
    assert PASSWORD not in str(entry.data)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"new_password": ""}, "パスワードを入力してください。"),
        ({"new_password": "short"}, "12 文字以上"),
        ({"new_password": "password1234"}, "一般的"),
        ({"new_password": "new@example.jp"}, "メールアドレス"),
        ({"new_password": "x" * 129}, "128"),
        ({"role": "clerk"}, "役割にあわせて、受注者または営業部・支店のどちらか一方を選んでください。"),
        ({"role": "director"}, "選択してください"),
        ({"email": "head@example.jp"}, "既に存在します"),
        ({"email": "no address"}, "有効なメールアドレス"),
    ],
)
def test_a_record_that_cannot_be_is_refused_with_words(head, client, more, message):
    client.force_login(head)
    answer = client.post("/admin/accounts/user/add/", person_form(**more))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert User.objects.count() == 1


def test_a_blank_password_leaves_the_old_one(head, person, client):
    client.force_login(head)
    form = person_form(
        email=person.email, name="改 名", role="contractor", contractor=person.contractor_id, new_password=""
    )
    assert client.post(f"/admin/accounts/user/{person.pk}/change/", form).status_code == 302
    person.refresh_from_db()
    assert person.name == "改 名" and person.check_password(PASSWORD)


def test_nobody_raises_his_rights_by_extra_fields(head, client):
    client.force_login(head)
    client.post(
        "/admin/accounts/user/add/",
        person_form(password="plain", is_staff="1", is_superuser="1", seen_at="2020-01-01", last_login="2020-01-01"),
    )
    new = User.objects.get(email="new@example.jp")
    assert new.check_password(PASSWORD)
    assert (new.seen_at, new.last_login) == (None, None)


def test_nobody_gives_himself_another_role(head, branch, client):
    client.force_login(head)

    posted = person_form(email=head.email, name="改めた名", role="approver", branch=branch.pk, new_password="")
    answer = client.post(f"/admin/accounts/user/{head.pk}/change/", posted)

    assert answer.status_code == 302
    head.refresh_from_db()
    assert (head.name, head.role, head.branch) == ("改めた名", "head", None)


def test_a_branch_code_is_given_once(head, branch, client):
    client.force_login(head)
    form = {"code": "999", "name": "新宿第一支店", "phone": "03-0000-0009", "address": "新宿区"}
    assert client.post(f"/admin/accounts/branch/{branch.pk}/change/", form).status_code == 302
    branch.refresh_from_db()
    assert (branch.code, branch.name) == ("101", "新宿第一支店")


def test_signatories_are_kept_with_their_contractor(head, contractor, client):
    client.force_login(head)
    fields = {
        name: getattr(contractor, name)
        for name in ("customer_no", "name", "kana", "postal_code", "address", "phone", "closing_day", "debit_day")
    }
    rows = {
        "signatories-TOTAL_FORMS": "1",
        "signatories-INITIAL_FORMS": "0",
        "signatories-0-role": "representative",
        "signatories-0-title": "代表取締役",
        "signatories-0-name": "髙﨑 一郎",
        "signatories-0-contractor": contractor.pk,
    }
    answer = client.post(
        f"/admin/accounts/contractor/{contractor.pk}/change/", fields | {"branch": contractor.branch_id} | rows
    )
    assert answer.status_code == 302
    assert str(Signatory.objects.get(contractor=contractor)) == "代表取締役　髙﨑 一郎（代表者）"
    assert Entry.objects.filter(action="contractor.changed").count() == 1
    assert (Branch.objects.count(), Contractor.objects.count()) == (1, 1)


@pytest.mark.parametrize("odd", ["_00", "%00", "99999999999999999999", "abc", "'--"])
def test_ids_that_cannot_be_are_not_found(head, client, odd):
    client.force_login(head)
    assert client.get(f"/admin/accounts/user/{odd}/change/").status_code in (302, 404)


@pytest.mark.parametrize(
    "asked",
    [
        "password__startswith=argon2",  # sign by sign, this would tell the hash
        "password=x",
        "email__regex=(",
        "role__regex=(",
        "id__range=1",
        "contractor__people__password__startswith=a",
    ],
)
def test_a_list_is_filtered_by_what_it_offers_only(clerk, client, asked):
    client.force_login(clerk)
    assert client.get(f"/admin/accounts/user/?{asked}").status_code == 400


@pytest.mark.parametrize("asked", ["role__exact=clerk", "is_active__exact=1"])
def test_the_filters_offered_are_answered(clerk, client, asked):
    client.force_login(clerk)
    assert client.get(f"/admin/accounts/user/?{asked}").status_code == 200
    assert client.get(f"/admin/accounts/user/?branch__id__exact={clerk.branch_id}").status_code == 200


@pytest.mark.parametrize("typed", ["髙﨑\u202e建設", "髙﨑\u200b建設", "髙﨑\x1b建設"])
def test_a_register_takes_no_signs_that_nobody_sees(typed):
    with pytest.raises(ValidationError, match="目に見えない文字"):
        require_what_is_seen(typed)
    require_what_is_seen("髙﨑建設 株式会社　①㈱𠮷辻󠄀")


@pytest.mark.parametrize("claimed", ["101", "1001", "1000000", "9" * 400, "x", ""])
def test_more_rows_than_anybody_types_are_not_taken(head, contractor, client, claimed):  # 49
    client.force_login(head)
    kept = ("customer_no", "name", "kana", "postal_code", "address", "phone")
    form = {name: getattr(contractor, name) for name in kept} | {"branch": contractor.branch_id, "name": "改めた名"}
    rows = {"signatories-TOTAL_FORMS": claimed, "signatories-INITIAL_FORMS": "0"}
    for n in range(101):
        rows |= {f"signatories-{n}-{name}": text for name, text in (("role", "agent"), ("title", "役"), ("name", "名"))}
    answer = client.post(f"/admin/accounts/contractor/{contractor.pk}/change/", form | rows)
    assert answer.status_code == 200
    assert len(answer.content) < 2_000_000
    assert not Signatory.objects.exists()
    contractor.refresh_from_db()
    assert contractor.name != "改めた名"
