"""Invented companies, people and contracts: the demo is built from them, and the tests start from the same."""

import datetime
from typing import Any

from django.utils import timezone

from accounts.demo import PASSWORD
from accounts.models import Branch, Contractor, Signatory, User
from applications.models import Bank, BillingParty, Department, MailAddress
from netdesk import dates

OFFICES = (
    ("101", "営業部", "03-0000-0000", "東京都中央区見本町一丁目2番3号"),
    ("102", "新宿支店", "03-0000-0001", "東京都新宿区見本四丁目5番6号"),
    ("103", "多摩支店", "042-000-0002", "東京都立川市見本町七丁目8番9号"),
)
COMPANIES = (
    (
        "10000001",
        "髙﨑建設 株式会社",
        "タカサキケンセツ",
        "166-0000",
        "東京都杉並区みどり二丁目3番4号",
        "03-0000-0123",
        "102",
        "𠮷田　太郎",
    ),
    (
        "10000002",
        "みどり土木 株式会社",
        "ミドリドボク",
        "190-0000",
        "東京都立川市さくら町五丁目6番7号",
        "042-000-0456",
        "103",
        "緑川　次郎",
    ),
)
PEOPLE = (
    ("contractor@example.jp", "保証　花子", User.Role.CONTRACTOR, "10000001"),
    ("colleague@example.jp", "濵田　健", User.Role.CONTRACTOR, "10000001"),
    ("viewer@example.jp", "辻村　みどり", User.Role.CONTRACTOR, "10000001"),
    ("rival@example.jp", "緑川　三枝", User.Role.CONTRACTOR, "10000002"),
    ("clerk@example.jp", "佐藤　花子", User.Role.CLERK, "102"),
    ("approver@example.jp", "田中　一郎", User.Role.APPROVER, "102"),
    ("otherbranch@example.jp", "鈴木　三郎", User.Role.APPROVER, "103"),
    ("head@example.jp", "本多　四郎", User.Role.HEAD, ""),
)

# The first of each company keeps its people; the others of a company may apply, unless they are named here.
COMPANY_ROLES = {
    "contractor@example.jp": User.CompanyRole.MANAGER,
    "viewer@example.jp": User.CompanyRole.VIEWER,
    "rival@example.jp": User.CompanyRole.MANAGER,
}

# What the first company has in its address book beside its 請求先; the second one has nothing there yet.
MAIL = (("soumu@example.jp", "総務部"), ("koumu@example.jp", "工務部（現場との連絡）"))
DEPARTMENTS = (
    ("総務部", "総務課長", "保証　花子", "03-0000-0123"),
    ("工務部", "主任", "濵田　健", "03-0000-0124"),
)


def furnish() -> dict[str, User]:
    """Make offices, companies with their registers, and people; return the people by the part before the @.

    Passwords are set past the validators: this is for the demo and the tests only. Raises IntegrityError when run twice.
    """
    offices = {
        code: Branch.objects.create(code=code, name=name, phone=phone, address=at) for code, name, phone, at in OFFICES
    }
    companies = {row[0]: _company(row, offices) for row in COMPANIES}
    _address_book(companies["10000001"])
    people = {}
    for email, name, role, of in PEOPLE:
        people[email.partition("@")[0]] = User.objects.create_user(
            email,
            PASSWORD,
            name=name,
            role=role,
            company_role=COMPANY_ROLES.get(email, ""),
            contractor=companies.get(of),
            branch=offices.get(of),
        )
    Bank.objects.filter(code__in=["0001", "0005", "0009"]).update(entrusted="yes")
    return people


def _company(row: tuple[str, ...], offices: dict[str, Branch]) -> Contractor:
    customer_no, name, kana, postal_code, address, phone, office, president = row
    company = Contractor.objects.create(
        customer_no=customer_no,
        name=name,
        kana=kana,
        postal_code=postal_code,
        address=address,
        phone=phone,
        branch=offices[office],
    )
    Signatory.objects.create(contractor=company, role=Signatory.Role.REPRESENTATIVE, title="代表取締役", name=president)
    Signatory.objects.create(contractor=company, role=Signatory.Role.AGENT, title="東京支店長", name="辻　五郎")
    BillingParty.objects.create(
        contractor=company, name=name.replace(" ", ""), department="本社経理部", address=address
    )
    BillingParty.objects.create(contractor=company, name=name.replace(" ", ""), department="東京支店", address=address)
    return company


def _address_book(company: Contractor) -> None:
    for address, label in MAIL:
        MailAddress.objects.create(contractor=company, address=address, label=label)
    for name, post, person, phone in DEPARTMENTS:
        Department.objects.create(contractor=company, name=name, post=post, person=person, phone=phone)


def typed(person: User, /, **changes: Any) -> dict[str, str]:
    """Give a complete application as `person` would type it today: both products for 杉並区, electronic, 50,000,000 yen.

    `changes` replace fields; None leaves one out.
    """
    company = person.contractor
    assert company is not None
    fields = _contract(company) | _products(company) | _destination(company, person) | changes
    return {name: str(value) for name, value in fields.items() if value is not None}


def _contract(company: Contractor) -> dict[str, Any]:
    today = timezone.localdate()
    begins = today + datetime.timedelta(days=1)
    return {
        "issuer": "131156",
        "issuer_name": "杉並区",
        "authority": "杉並区長",
        "work_kind": "works",
        "work_number": "8-杉教-0123",
        "work_name": "杉並区立あおば小学校外壁改修工事",
        "work_place": "東京都杉並区あおば一丁目5番地内",
        "price": "50,000,000",
        "contracted_on": today.isoformat(),
        "works_from": begins.isoformat(),
        "works_until": min(today + datetime.timedelta(days=200), dates.fiscal_year_end(begins)).isoformat(),
        "fiscal_kind": "single",
        "low_bid": "no",
        "signatory": company.signatories.order_by("pk")[0].pk,
    }


def _products(company: Contractor) -> dict[str, Any]:
    billing = company.billing_parties.order_by("department")[1].pk
    advance = {
        "on": "on",
        "format": "electronic",
        "amount": "20,000,000",
        "bank_name": "みずほ銀行　荻窪支店",
        "bank_code": "0001-244",
        "redeposit": "unused",
    }
    contract = {"on": "on", "format": "electronic", "amount": "5,000,000"}
    both = {"payment": "monthly", "billing": billing, "statement": "no"}
    return {
        f"{product}_{name}": value
        for product, own in (("advance", advance), ("contract", contract))
        for name, value in (own | both).items()
    }


def _destination(company: Contractor, person: User) -> dict[str, Any]:
    return {
        "branch": company.branch.code,
        "notice": "yes",
        "email": "soumu@example.jp",
        "department": "総務部",
        "person": person.name,
        "phone": company.phone,
    }
