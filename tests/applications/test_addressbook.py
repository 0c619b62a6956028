"""The address book of a company: kept by its own people, once each, with an entry in the audit trail."""

import uuid

import pytest
from django.db import IntegrityError, transaction

from applications import addressbook, drafts, example
from applications.addressbook import BOOKS, LIMIT, Refused
from applications.models import BillingParty, Department, MailAddress
from audit.models import Entry

PARTY = {"name": "見本建設株式会社", "department": "経理部", "address": "東京都中央区見本町一丁目1番"}
NEW = {
    "billing": PARTY,
    "mail": {"address": "keiri@example.jp", "label": "経理部"},
    "department": {"name": "経理部", "post": "部長", "person": "辻　花子", "phone": "03-0000-0125"},
}
NOUNS = {"billing": "billing_party", "mail": "mail_address", "department": "department"}


@pytest.fixture
def owner(people):
    return people["contractor"]


def add(slug, somebody, pk=None, **changes):
    return addressbook.add(BOOKS[slug], NEW[slug] | changes, by=somebody, pk=pk or uuid.uuid4())


def trail():
    return [(entry.action, entry.data) for entry in Entry.objects.order_by("seq")]


def texts(book, entry):
    return {name: getattr(entry, name) for name in book.fields}


@pytest.mark.parametrize("slug", BOOKS)
def test_an_entry_is_added_changed_and_removed_each_with_its_audit_entry(owner, slug):
    book, noun = BOOKS[slug], NOUNS[slug]
    made = add(slug, owner)
    assert (made.contractor, texts(book, made)) == (owner.contractor, NEW[slug])
    last = book.fields[-1]
    after = NEW[slug] | {last: "03-0000-0126" if last == "phone" else "変更後"}
    addressbook.change(book, made.pk, after, by=owner)
    assert texts(book, book.model.objects.get(id=made.pk)) == after
    addressbook.remove(book, made.pk, by=owner)
    assert not book.model.objects.filter(id=made.pk).exists()
    assert trail() == [
        (f"{noun}.added", NEW[slug]),
        (f"{noun}.changed", {"before": NEW[slug], "after": after}),
        (f"{noun}.removed", after),
    ]


def test_the_same_form_sent_twice_makes_one_entry(owner):
    pk = uuid.uuid4()
    assert add("billing", owner, pk) == add("billing", owner, pk)
    assert BillingParty.objects.filter(name=PARTY["name"]).count() == 1
    assert [action for action, _ in trail()] == ["billing_party.added"]


def test_a_page_used_again_for_something_else_makes_another_entry(owner):
    pk = uuid.uuid4()
    first, second = add("billing", owner, pk), add("billing", owner, pk, department="総務部")
    assert {first.department, second.department} == {"経理部", "総務部"}
    assert second.pk != pk


def test_the_number_of_somebody_elses_entry_neither_opens_nor_overwrites_it(owner, people):
    foreign = BillingParty.objects.filter(contractor=people["rival"].contractor).first()
    made = add("billing", owner, foreign.pk)
    assert made.pk != foreign.pk
    assert BillingParty.objects.get(pk=foreign.pk).name == foreign.name


@pytest.mark.parametrize(
    ("slug", "changes", "field"),
    [
        ("billing", {"name": "見本建設 株式会社", "address": "別の住所"}, "name"),
        ("mail", {"address": "KEIRI@example.jp", "label": "別の名前"}, "address"),
        ("department", {"person": "辻 花子", "post": ""}, "name"),
    ],
)
def test_the_same_entry_twice_is_refused_at_its_field(owner, slug, changes, field):
    add(slug, owner)
    with pytest.raises(Refused) as refusal:
        add(slug, owner, **changes)
    assert (refusal.value.field, str(refusal.value)) == (field, BOOKS[slug].same_sentence)


def test_an_entry_cannot_be_changed_into_another_one_but_into_itself(owner):
    one, other = add("billing", owner), add("billing", owner, department="総務部")
    with pytest.raises(Refused):
        addressbook.change(BOOKS["billing"], other.pk, PARTY, by=owner)
    addressbook.change(BOOKS["billing"], one.pk, PARTY | {"name": "見本建設　株式会社"}, by=owner)
    assert BillingParty.objects.get(pk=one.pk).name == "見本建設　株式会社"


def test_saving_an_entry_as_it_is_changes_nothing(owner):
    made = add("billing", owner)
    addressbook.change(BOOKS["billing"], made.pk, PARTY, by=owner)
    assert [action for action, _ in trail()] == ["billing_party.added"]


def test_another_company_may_have_the_same_entry(owner, people):
    add("mail", owner)
    assert add("mail", people["rival"]).contractor == people["rival"].contractor


@pytest.mark.parametrize("slug", BOOKS)
def test_what_belongs_to_another_company_does_not_exist(owner, people, slug):
    book = BOOKS[slug]
    foreign = add(slug, people["rival"])
    with pytest.raises(book.model.DoesNotExist):
        addressbook.change(book, foreign.pk, NEW[slug], by=owner)
    with pytest.raises(book.model.DoesNotExist):
        addressbook.remove(book, foreign.pk, by=owner)
    assert foreign not in addressbook.entries(book, by=owner)
    assert addressbook.find(book, "", by=people["clerk"]).rows == []


def test_a_book_has_an_end_which_is_said(owner):
    mine = [MailAddress(contractor=owner.contractor, address=f"a{n}@example.jp") for n in range(LIMIT - 2)]
    MailAddress.objects.bulk_create(mine)  # the demo's two are there already
    with pytest.raises(Refused) as refusal:
        add("mail", owner)
    assert (refusal.value.field, str(refusal.value)) == (
        None,
        "メールアドレスは200件まで登録できます。使わないものを削除してから登録してください。",
    )


@pytest.mark.django_db(transaction=True)
def test_the_same_entry_made_twice_at_once_is_made_once(people, at_once):
    owner = people["contractor"]
    results = at_once(*[lambda: add("billing", owner)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["BillingParty", "Refused", "Refused"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["髙﨑建設株式会社　本社経理部", "髙﨑建設株式会社　東京支店"]),
        ("経理", ["髙﨑建設株式会社　本社経理部"]),
        ("高崎 東京", ["髙﨑建設株式会社　本社経理部", "髙﨑建設株式会社　東京支店"]),
        ("みどり土木", []),
    ],
)
def test_a_search_finds_any_part_of_any_field(owner, typed, found):
    assert [str(one) for one in addressbook.find(BOOKS["billing"], typed, by=owner).rows] == found


def test_a_search_shows_twenty_and_says_that_there_are_more(owner, django_assert_num_queries):
    MailAddress.objects.bulk_create(
        [MailAddress(contractor=owner.contractor, address=f"a{n:02}@example.jp", label="あ") for n in range(25)]
    )
    with django_assert_num_queries(1):
        found = addressbook.find(BOOKS["mail"], "", by=owner)
    assert ([one.address for one in found.rows], found.more) == ([f"a{n:02}@example.jp" for n in range(20)], True)


def test_what_comes_back_from_a_search_without_scripts_becomes_typing(owner, people):
    party = owner.contractor.billing_parties.first()
    address, department = owner.contractor.mail_addresses.first(), add("department", owner, post="", phone="")
    foreign = people["rival"].contractor.billing_parties.first()
    query = {
        "pick_advance_billing": str(foreign.pk),
        "pick_contract_billing": str(party.pk),
        "pick_mail": str(address.pk),
        "pick_department": str(department.pk),
        "pick_issuer": "131156",
    }
    assert addressbook.picked(query, by=owner) == {
        "contract_billing": str(party.pk),
        "contract_on": "on",
        "email": address.address,
        "department": "経理部",
        "person": "辻　花子",
    }
    assert addressbook.picked({"pick_mail": "1", "pick_department": "x" * 500}, by=owner) == {}


def test_a_new_form_starts_with_what_the_company_has_only_one_of(people):
    rival = people["rival"]
    kept = rival.contractor.billing_parties.first()
    rival.contractor.billing_parties.exclude(pk=kept.pk).delete()
    add("mail", rival)
    start = drafts.first_typing(rival.contractor, by=rival)
    assert [start[name] for name in ("advance_billing", "contract_billing", "email")] == [
        str(kept.pk),
        str(kept.pk),
        "keiri@example.jp",
    ]


def test_a_new_form_leaves_open_what_the_company_has_several_of(owner):
    start = drafts.first_typing(owner.contractor, by=owner)
    assert "advance_billing" not in start
    assert start["email"] == owner.email


def test_the_demo_company_has_something_to_choose_from(owner):
    assert [str(one) for one in MailAddress.objects.all()] == [
        f"{label}　{address}" for address, label in sorted(example.MAIL, key=lambda row: row[1])
    ]
    assert Department.objects.filter(contractor=owner.contractor).count() == 2


def test_the_database_too_keeps_each_mail_address_once(owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        MailAddress.objects.create(contractor=owner.contractor, address="soumu@example.jp")
