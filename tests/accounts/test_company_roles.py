"""申込者, 閲覧者, 管理者: only and always for people of a company, kept so by the database."""

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse

from accounts import access
from accounts.models import User
from tests import make
from tests.accounts.test_given_passwords import fields
from tests.accounts.test_people import news


@pytest.mark.parametrize(
    ("role", "company_role", "allowed"),
    [
        *(("contractor", one, True) for one in ("applicant", "viewer", "manager")),
        ("contractor", "", False),
        ("contractor", "owner", False),
        *((role, "", True) for role in ("clerk", "approver", "head")),
        *((role, "viewer", False) for role in ("clerk", "approver", "head")),
    ],
)
def test_a_person_has_a_company_role_exactly_when_of_a_company(db, role, company_role, allowed):
    person = make.person(role)
    one = User.objects.filter(pk=person.pk)
    if allowed:
        assert one.update(company_role=company_role) == 1
        return
    with (
        pytest.raises(IntegrityError, match="a_person_has_a_company_role_exactly_when_of_a_company"),
        transaction.atomic(),
    ):
        one.update(company_role=company_role)


def test_whoever_belongs_to_a_company_may_apply_unless_told_otherwise(db):
    assert make.person("contractor").company_role == "applicant"
    assert make.person("contractor", company_role="viewer").company_role == "viewer"
    assert make.person("head").company_role == ""


@pytest.mark.parametrize(
    ("role", "company_role", "may"),
    [
        ("contractor", "applicant", (True, False)),
        ("contractor", "viewer", (False, False)),
        ("contractor", "manager", (True, True)),
        ("clerk", "", (False, False)),
        ("head", "", (False, False)),
    ],
)
def test_the_doors_open_to_those_who_apply_and_to_those_who_manage(db, rf, role, company_role, may):
    request = rf.get("/")
    request.user = make.person(role, company_role=company_role)
    assert (request.user.may_apply, request.user.is_manager) == may
    for door, opens in zip((access.applicant_only, access.manager_only), may, strict=True):
        guarded = door(lambda request: HttpResponse("in"))
        if opens:
            assert guarded(request).content == b"in"
        else:
            with pytest.raises(Http404):
                guarded(request)


# The head office's own page


@pytest.fixture
def post(client, head):
    client.force_login(head)
    return lambda person, **more: client.post(f"/admin/accounts/user/{person.pk}/change/", fields(person, **more))


def test_the_head_office_gives_a_company_role_and_the_person_is_told(post, person, mailbox):
    assert post(person, company_role="manager").status_code == 302
    person.refresh_from_db()
    assert person.company_role == "manager"
    assert [news(letter) for letter in mailbox()] == [["　会社での役割：管理者 に変更しました"]]


def test_a_company_role_left_blank_stays_as_it_is(post, person, mailbox):
    User.objects.filter(pk=person.pk).update(company_role="viewer")
    assert post(person, name="改 名", company_role="").status_code == 302
    person.refresh_from_db()
    assert (person.name, person.company_role) == ("改 名", "viewer")
    assert mailbox() == []


def test_who_goes_to_a_branch_has_no_company_role_left_and_who_comes_from_one_may_apply(
    post, person, clerk, contractor, branch
):
    post(person, role="clerk", contractor="", branch=branch.pk, company_role="applicant")
    post(clerk, role="contractor", contractor=contractor.pk, branch="")
    person.refresh_from_db()
    clerk.refresh_from_db()
    assert (person.role, person.company_role) == ("clerk", "")
    assert (clerk.role, clerk.company_role) == ("contractor", "applicant")
