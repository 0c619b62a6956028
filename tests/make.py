"""Makes what tests talk about: one function per noun, sound unless told otherwise, moved on by real moves only."""

import datetime as dt
import io
import itertools
import uuid

import pikepdf
from django.db import transaction
from django.utils import timezone

from accounts.models import Branch, Contractor, User
from announcements.models import Announcement
from applications import attachments, changing, drafts, example, following, lifecycle, sending
from applications import terms as terms_of
from applications.models import Bank, BankBranch, Line
from guarantees import amending, issuing, orders, sample_tariffs
from guarantees.models import Terms, Version
from issuers.kinds import ELECTRONIC, Format, Product, WorkKind
from issuers.models import Acceptance, Authority, Issuer, Rule
from netdesk import dates

_serial = itertools.count(1)


def branch(code="102", **changes):
    """新宿支店 unless told otherwise; the same code is the same branch."""
    fields = {"name": "新宿支店", "phone": "03-0000-0001", "address": "東京都新宿区見本町1-1"} | changes
    return Branch.objects.get_or_create(code=code, defaults=fields)[0]


def contractor(**changes):
    """A company with letters that only some fonts have, customer of the branch."""
    fields = {
        "customer_no": f"{next(_serial):08d}",
        "name": "髙﨑建設 株式会社",
        "kana": "タカサキケンセツ",
        "postal_code": "166-0000",
        "address": "東京都杉並区みどり二丁目3番4号",
        "phone": "03-0000-0123",
    }
    home = {} if "branch" in changes else {"branch": branch()}
    return Contractor.objects.create(**fields | home | changes)


def person(role="approver", **changes):
    """Somebody in that role, at a branch or a company that suits it."""
    home = {}
    if role in {"clerk", "approver"} and "branch" not in changes:
        home = {"branch": branch()}
    if role == "contractor" and "contractor" not in changes:
        home = {"contractor": contractor()}
    fields = {"email": f"person{next(_serial)}@example.jp", "name": "見本　花子", "role": role}
    return User.objects.create_user(password="a sound test password", **fields | home | changes)


def issuer(code="131156", **changes):
    """杉並区 with 杉並区長 as its authority; the same code is the same body."""
    fields = {
        "name": "杉並区",
        "kana": "スギナミク",
        "kind": Issuer.Kind.MUNICIPALITY,
        "prefecture": "東京都",
        "search": "杉並区スギナミクすぎなみく131156",
    }
    body, is_new = Issuer.objects.get_or_create(code=code, defaults=fields | changes)
    if is_new:
        Authority.objects.create(issuer=body, title=f"{body.name}長")
    return body


def terms(**changes):
    """Sound terms of an electronic 前払金保証 with their digest, on no row yet (a Version that nobody saves)."""
    body = changes.pop("issuer", None) or issuer()
    fields = {
        "product": Product.ADVANCE,
        "format": Format.ELECTRONIC,
        "issuer": body,
        "issuer_name": body.name,
        "beneficiary": f"{body.name}長",
        "principal_name": "髙﨑建設 株式会社",
        "principal_address": "東京都杉並区みどり二丁目3番4号",
        "signatory_title": "代表取締役",
        "signatory_name": "𠮷田　太郎",
        "work_kind": WorkKind.WORKS,
        "work_number": "8-杉教-0123",
        "work_name": "杉並区立あおば小学校外壁改修工事",
        "work_place": "東京都杉並区あおば一丁目5番地内",
        "price_yen": 50_000_000,
        "contracted_on": dt.date(2026, 6, 1),
        "works_from": dt.date(2026, 6, 2),
        "works_until": dt.date(2027, 12, 18),
        "fiscal_kind": "single",
        "low_bid": "no",
        "amount_yen": 20_000_000,
        "bank_name": "みずほ銀行　荻窪支店",
        "bank_code": "0001-244",
        "redeposit": "unused",
        "payment": "monthly",
        "billing_name": "髙﨑建設 株式会社　総務部",
        "statement_wanted": "no",
        "notice_address": "hosho@example.jp",
        "ends_on": dt.date(2027, 12, 18),
        "conditions": "2026-04-01",
    }
    home = {} if "branch" in changes else {"branch": branch()}
    made = Version(**fields | home | changes)
    made.terms_digest = made.fingerprint()
    return made


def ordered(*, by=None, company=None, **changes):
    """A first version as approval leaves it; `changes` go to its terms."""
    content = terms(**changes)
    company = company or contractor(branch=content.branch)
    with transaction.atomic():
        return orders.place(content, contractor=company, by=by or person("approver", branch=content.branch))


def issued(**changes):
    """A version as the mint leaves it: numbered and keyed, its papers promised."""
    version = ordered(**changes)
    issuing.mint(str(version.guarantee_id))
    return Version.objects.select_related("guarantee").get(pk=version.pk)


def next_terms(version, *, purpose="change", **changes):
    """The terms of a version, changed; on no row yet, with their digest."""
    fields = {field.attname: getattr(version, field.attname) for field in Terms._meta.fields}
    news = {"purpose": purpose, "changed_on": dt.date(2026, 7, 1), "change_reason": "設計変更による増工のため"}
    made = Version(**fields | news | changes)
    made.terms_digest = made.fingerprint()
    return made


def amended(version, *, by=None, **changes):
    """The next version of an issued one, as the worker leaves it."""
    with transaction.atomic():
        guarantee = version.guarantee
        ordered = orders.amend(
            next_terms(version, **changes), guarantee, by=by or person("approver", branch=guarantee.branch)
        )
    amending.amend(str(ordered.pk))
    return Version.objects.select_related("guarantee").get(pk=ordered.pk)


def accept(body):
    """Let a body take electronic guarantees of everything from 2026-02-01; give it back."""
    for (product, _), kind in itertools.product(ELECTRONIC, WorkKind):
        Acceptance.objects.create(issuer=body, product=product, work_kind=kind, starts_on=dt.date(2026, 2, 1))
    return body


def rule(body, product="advance", /, **changes):
    """What a body asks for a product, from the first day that a form takes."""
    return Rule.objects.create(issuer=body, product=product, **{"valid_from": dt.date(2000, 1, 1)} | changes)


def announcement(title, **changes):
    """Something to tell everybody from today on."""
    fields = {"text": "お知らせの本文です。", "starts_on": timezone.localdate()}
    return Announcement.objects.create(title=title, **fields | changes)


def bank_branch():
    """みずほ銀行　荻窪支店, where the example's advance payments go."""
    bank = Bank.objects.create(code="0001", name="みずほ銀行", kana="ミズホ", search="みずほ")
    return BankBranch.objects.create(bank=bank, code="244", name="荻窪支店", kana="オギクボ", search="荻窪")


def people():
    """The offices, companies and people of the demo, by the part of their address before the @; 杉並区 takes everything."""
    rule(accept(issuer()), percent=40)
    bank_branch()
    sample_tariffs.load()
    return example.furnish()


def typed(somebody, **changes):
    """A complete application as typed, for a works number of its own; None leaves a field out."""
    return example.typed(somebody, **{"work_number": f"8-杉教-{next(_serial):04d}"} | changes)


def draft(somebody, **changes):
    """What somebody typed and saved."""
    return drafts.save(uuid.uuid4(), typed(somebody, **changes), by=somebody, version=0)


def application(somebody, **changes):
    """What somebody typed, saved and sent."""
    return sent(draft(somebody, **changes), somebody)


def sent(saved, somebody, *, token="", **changes):
    """An application as somebody sends what it holds, from a confirm page just opened."""
    wish = {"consent": True, "reason": "契約書で確かめました。"} | changes
    return sending.send(saved, by=somebody, token=token or token_of(saved, somebody), **wish)


def token_of(saved, somebody):
    """What a confirm page just opened bears."""
    return sending.token_for(saved, terms_of.asked(saved)[1], by=somebody)


# The moves that bring a line just sent to each status that can be reached.
WAYS = {
    "submitted": "",
    "received": "receive",
    "under_review": "receive review",
    "returned": "receive review return",
    "declined": "receive review decline",
    "approved": "receive review approve",
    "awaiting_premium": "receive review approve",
    "withdrawn": "withdraw",
}


def line(people, status="submitted", *, product="advance", **changes):
    """A line of the contractor's application, brought to `status` by the people whose business that is."""
    if status == "awaiting_premium":
        changes = {f"{product}_payment": "transfer"} | changes
    made = application(people["contractor"], **changes).lines.get(product=product)
    for name in WAYS[status].split():
        if name == "approve":
            lifecycle.approve(made, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
        else:
            lifecycle.move(
                made, name, by=people["contractor" if name == "withdraw" else "clerk"], remark="お知らせします。"
            )
    return Line.objects.select_related("application", "issue__guarantee").get(pk=made.pk)


def change(people, about, status="submitted", *, purpose="change", **typed):
    """A line that changes a guarantee of the contractor, brought to `status` by the people whose business that is."""
    person = people["contractor"]
    saved = changing.begin(about, purpose, by=person, wish={})
    news = {"changed_on": "今日", "change_reason": "設計変更のため", "message": ""} | typed
    news = {name: dates.seireki(timezone.localdate()) if text == "今日" else text for name, text in news.items()}
    kept = {name: text for name, text in (saved.typed | news).items() if text}
    saved = drafts.save(saved.pk, kept, by=person, version=saved.version)
    made = sent(saved, person).lines.get()
    for name in WAYS[status].split():
        if name == "approve":
            lifecycle.approve(made, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
        else:
            lifecycle.move(made, name, by=people["contractor" if name == "withdraw" else "clerk"], remark="連絡です。")
    return Line.objects.select_related("application", "issue__guarantee", "about", "premium").get(pk=made.pk)


def changed(people, about, **typed):
    """The same, approved and issued."""
    made = change(people, about, "approved", **typed)
    amending.amend(str(made.issue_id))
    return Line.objects.select_related("application", "issue__guarantee", "about", "premium").get(pk=made.pk)


def edited(application, somebody, **changes):
    """An application whose form somebody saved again, with changes to what it held."""
    return drafts.save(application.pk, application.typed | changes, by=somebody, version=application.version)


def pdf(change=lambda document: None, **how):
    """The bytes of a sound PDF of one page, unlike any made before; `change` does something to it, `how` saves it."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = f"made for a test, {next(_serial):09d}"
    change(document)
    held = io.BytesIO()
    document.save(held, **how)
    return held.getvalue()


def pdf_of(size):
    """The bytes of a sound PDF that is exactly so large."""

    def filled(count):
        def fill(document):
            document.Root.Filler = document.make_stream(b"x" * count)

        return pdf(fill, compress_streams=False)

    return filled(size - (len(filled(size)) - size))


def attachment(application, somebody, **changes):
    """A file that somebody adds to an application."""
    wish = {"kind": "contract", "name": "請負契約書.pdf"} | changes
    return attachments.add(application, data=wish.pop("data", None) or pdf(), by=somebody, **wish).attachment


# A contract over three fiscal years (2026 to 2028), as typed.
YEARS = {
    "price": "90,000,000",
    "contracted_on": "2026-06-01",
    "works_from": "2026-06-02",
    "works_until": "2028-09-30",
    "fiscal_kind": "commitment",
    "advance_base": "30,000,000",
    "advance_amount": "12,000,000",
    "contract_on": None,
}


def guarantee(people, *, product="advance", **changes):
    """An issued guarantee with the line behind it: applied for, approved and minted."""
    made = line(people, "approved", product=product, **changes)
    issuing.mint(str(made.issue.guarantee_id))
    return Line.objects.select_related("application", "issue__guarantee__follows").get(pk=made.pk)


def guaranteed(people, **changes):
    """The guarantee alone."""
    return guarantee(people, **changes).issue.guarantee


def guaranteed_first(people, **changes):
    """A guarantee whose premium was transferred before it was issued."""
    made = line(people, "awaiting_premium", **changes)
    due = made.premium.total_yen
    lifecycle.pay(made, by=people["clerk"], amount_yen=due, on=timezone.localdate(), way="transfer")
    made.refresh_from_db()
    issuing.mint(str(made.issue.guarantee_id))
    return Line.objects.select_related("issue__guarantee").get(pk=made.pk).issue.guarantee


def follow_up(behind, asks, somebody, **changes):
    """A draft that goes on from the guarantee behind a line, with what somebody typed into it."""
    begun, _ = following.begin(behind.issue.guarantee, asks, by=somebody)
    return edited(begun, somebody, **changes) if changes else begun


def approved(application, people):
    """The only line of an application that was sent, approved and issued."""
    only = application.lines.get()
    for name in ("receive", "review"):
        lifecycle.move(only, name, by=people["clerk"])
    only.refresh_from_db()
    lifecycle.approve(
        only, by=people["approver"], revision=only.revision, contract_seen="mail", reason="確かめました。"
    )
    only.refresh_from_db()
    issuing.mint(str(only.issue.guarantee_id))
    return Line.objects.select_related("application", "issue__guarantee__follows").get(pk=only.pk)
