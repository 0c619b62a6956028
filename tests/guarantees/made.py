"""Makes people and guarantees for the tests of pages: the same real steps as in the product, with the mock's story as content."""

import datetime as dt

from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import access
from accounts.models import Branch, Contractor, User
from guarantees import issuing, keys, orders
from guarantees.models import Guarantee, Version
from issuers.kinds import Format, Product, WorkKind
from issuers.models import Issuer, SubmissionRule

ISSUED_ON = dt.date(2026, 6, 1)


def branch(code: str = "102", name: str = "新宿支店") -> Branch:
    return Branch.objects.get_or_create(code=code, defaults={"name": name, "phone": "03-0000-0001", "address": "東京都新宿区見本一丁目1番1号"})[0]


def contractor(customer_no: str = "10000031", name: str = "髙﨑建設 株式会社", office: Branch | None = None) -> Contractor:
    about = {
        "name": name,
        "kana": "タカサキケンセツ",
        "postal_code": "166-0000",
        "address": "東京都杉並区みどり二丁目3番4号",
        "phone": "03-0000-0123",
        "branch": office or branch(),
    }
    return Contractor.objects.get_or_create(customer_no=customer_no, defaults=about)[0]


def person(email: str, role: str, **where: object) -> User:
    return User.objects.create_user(email, "netdesk-demo", name="保証　花子", role=role, **where)


def suginami(*, with_rule: bool = True) -> Issuer:
    about = {"name": "杉並区", "kana": "スギナミク", "kind": "municipality", "prefecture": "東京都", "search": "杉並区"}
    body = Issuer.objects.get_or_create(code="131156", defaults=about)[0]
    if with_rule:
        rule = {"office": "契約担当課", "email": "keiyaku@city.example.jp", "subject": "【電子保証】{work_number} {work_name}"}
        SubmissionRule.objects.get_or_create(issuer=body, defaults=rule)
    return body


def terms(**changes: object) -> Version:
    """The mock's 前払金保証 as unsaved terms."""
    content: dict[str, object] = {
        "product": Product.ADVANCE,
        "format": Format.ELECTRONIC,
        "issuer": changes.pop("issuer", None) or suginami(),
        "issuer_name": "杉並区",
        "beneficiary": "杉並区長",
        "principal_name": "髙﨑建設 株式会社",
        "principal_address": "東京都杉並区みどり二丁目3番4号",
        "signatory_title": "代表取締役",
        "signatory_name": "𠮷田　太郎",
        "work_kind": WorkKind.WORKS,
        "work_number": "8-杉教-0123",
        "work_name": "杉並区立あおば小学校外壁改修工事",
        "work_place": "東京都杉並区あおば一丁目5番地内",
        "price_yen": 50_000_000,
        "contracted_on": ISSUED_ON,
        "works_from": dt.date(2026, 6, 2),
        "works_until": dt.date(2026, 12, 18),
        "fiscal_kind": "single",
        "low_bid": "no",
        "amount_yen": 20_000_000,
        "bank_name": "みずほ銀行　荻窪支店",
        "redeposit": "unused",
        "payment": "monthly",
        "billing_name": "髙﨑建設 株式会社　総務部",
        "statement_wanted": "no",
        "branch": branch(),
        "starts_on": ISSUED_ON,
        "ends_on": dt.date(2026, 12, 18),
        "conditions": "2026-04-01",
    }
    made = Version(**(content | changes))
    made.terms_digest = made.fingerprint()
    return made


def guarantee(owner: Contractor, officer: User, **changes: object) -> tuple[Guarantee, str]:
    """Order and mint a guarantee; give it with its key ("" for a paper one). Its papers are not drawn."""
    with transaction.atomic():
        ordered = orders.place(terms(**changes), contractor=owner, by=officer)
    issuing.mint(str(ordered.guarantee_id))
    made = Guarantee.objects.get(pk=ordered.guarantee_id)
    key = made.keys.first()
    return made, keys.reveal(key) if key else ""


def draw(made: Guarantee, kind: str) -> None:
    """Draw one paper as the worker would."""
    if kind == "certificate":
        issuing.render_certificate(str(made.current.pk))
    else:
        issuing.render_notice(str(made.keys.get().pk))


def entered(somebody: User) -> Client:
    """A browser in which somebody has logged in."""
    client = Client()
    client.force_login(somebody)
    session = client.session
    session[access.ENTERED_AT] = session[access.USED_AT] = int(timezone.now().timestamp())
    session.save()
    return client
