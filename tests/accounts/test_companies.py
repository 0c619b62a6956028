"""法人番号 and 建設業許可番号 in a company's record: kept by its 管理者, recorded, each of one company only."""

import pytest
from django.db import IntegrityError, transaction

from accounts import colleagues, companies
from accounts.licences import Licence
from accounts.models import Contractor
from audit.models import Entry
from tests import make

NUMBER, PERMIT = "7010705000725", Licence("13", "general", 2024, "012345")


def test_the_numbers_are_kept_and_recorded_with_what_stood_before(manager, contractor):
    companies.keep(NUMBER, PERMIT, by=manager)
    companies.keep(NUMBER, None, by=manager)
    contractor.refresh_from_db()
    assert (contractor.corporate_no, contractor.licence) == (NUMBER, None)
    told = Entry.objects.filter(action="contractor.changed").order_by("seq")
    assert [entry.data["fields"] for entry in told] == [
        {"法人番号": ["", NUMBER], "建設業許可番号": ["", "東京都知事許可（般-6）第012345号"]},
        {"建設業許可番号": ["東京都知事許可（般-6）第012345号", ""]},
    ]
    assert {(entry.actor_id, entry.subject_id) for entry in told} == {(manager.pk, str(contractor.pk))}


def test_the_same_again_is_no_change(manager):
    for _ in range(2):
        companies.keep(NUMBER, PERMIT, by=manager)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("theirs", "ours", "field"),
    [
        ((NUMBER, None), (NUMBER, PERMIT), "corporate_no"),
        (("", PERMIT), (NUMBER, PERMIT._replace(kind="special", year=2025)), "licence_no"),
    ],
)
def test_a_number_of_another_customer_is_refused_without_saying_whose(manager, contractor, theirs, ours, field):
    other = make.person("contractor", company_role="manager")
    companies.keep(*theirs, by=other)
    with pytest.raises(companies.Refused) as refusal:
        companies.keep(*ours, by=manager)
    assert refusal.value.field == field
    assert str(refusal.value).startswith("この番号は登録できません")
    contractor.refresh_from_db()
    assert (contractor.corporate_no, contractor.licence) == ("", None)


def test_the_same_figures_of_another_authority_are_another_number(manager):
    companies.keep("", PERMIT, by=make.person("contractor", company_role="manager"))
    assert companies.keep("", PERMIT._replace(authority="14"), by=manager).licence == PERMIT._replace(authority="14")


def test_only_a_manager_keeps_them(person):
    with pytest.raises(colleagues.NotAllowed):
        companies.keep(NUMBER, None, by=person)


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"corporate_no": "123"}, "a_corporate_number_has_thirteen_digits"),
        ({"corporate_no": "0" * 13}, "a_corporate_number_has_thirteen_digits"),
        ({"licence_no": "012345"}, "a_licence_is_known_whole_or_not_at_all"),
        ({"licence_year": 2024}, "a_licence_is_known_whole_or_not_at_all"),
        (
            {"licence_authority": "48", "licence_kind": "general", "licence_year": 2024, "licence_no": "012345"},
            "a_licence_is_known_whole_or_not_at_all",
        ),
        (
            {"licence_authority": "13", "licence_kind": "general", "licence_year": 2024, "licence_no": "12345"},
            "a_licence_is_known_whole_or_not_at_all",
        ),
    ],
)
def test_the_database_takes_no_half_number(contractor, columns, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Contractor.objects.filter(pk=contractor.pk).update(**columns)
