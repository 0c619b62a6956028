"""Every address of the portal and what it answers to whom. An address without a row, and a row without an address, fail."""

import uuid
from collections import Counter
from copy import deepcopy
from email.message import EmailMessage

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone

from accounts import invitations
from applications import changing, copies
from applications.models import Line, Phrase
from guarantees import documents, issuing, keys, lookup, printing
from guarantees.models import Document, Look, Premium, Tariff
from outbox.models import Job
from tests import make

# Everything asked for belongs to 髙﨑建設, customer of 新宿支店. owner made it and is 管理者 there; colleague is 申込者 of the
# same company, rival 管理者 of another; clerk works at that branch, other at another one, head at the head office.
VISITORS = ["stranger", "rival", "colleague", "owner", "clerk", "other", "head"]
# In the table a number is the status, login the log-in page that leads back here, out the plain log-in page, home the page
# from which the person starts, static a file; any other word ends the URL name of the page to which one is sent on.
TABLE = """
name                        object     method  stranger  rival   colleague  owner     clerk   other   head
top                         -          GET     200       200     200        200       home    home    home
accounts:login              -          GET     200       home    home       home      home    home    home
accounts:login              -          POST    200       200     200        200       200     200     200
accounts:logout             -          POST    out       out     out        out       out     out     out
applications:status         -          GET     login     200     200        200       404     404     404
applications:status_csv     -          GET     login     200     200        200       404     404     404
applications:new            -          GET     login     200     200        200       404     404     404
applications:drafts         -          GET     login     200     200        200       404     404     404
applications:issuer_note    -          GET     login     200     200        200       404     404     404
applications:banks          -          GET     login     200     200        200       404     404     404
applications:estimate       advance    GET     login     200     200        200       404     404     404
applications:limit          advance    GET     login     200     200        200       404     404     404
applications:line           line       GET     login     404     200        200       404     404     404
applications:say            line       GET     login     404     line       line      404     404     404
applications:say            line       POST    login     404     line       line      404     404     404
applications:follow         after      POST    login     404     edit       edit      404     404     404
applications:withdraw       line       GET     login     404     200        200       404     404     404
applications:withdraw       line       POST    login     404     line       line      404     404     404
applications:change         guarantee  GET     login     404     200        200       404     404     404
applications:change_estimate guarantee GET     login     404     200        200       404     404     404
applications:change_begin   changing   POST    login     404     edit       edit      404     404     404
applications:edit           changed    GET     login     404     200        200       404     404     404
applications:edit           draft      GET     login     404     200        200       404     404     404
applications:edit           draft      POST    login     404     edit       edit      404     404     404
applications:confirm        draft      GET     login     404     200        200       404     404     404
applications:confirm        draft      POST    login     404     403        sent      404     404     404
applications:sent           sent       GET     login     404     200        200       404     404     404
applications:discard        draft      GET     login     404     200        200       404     404     404
applications:discard        draft      POST    login     404     drafts     drafts    404     404     404
accounts:password           -          GET     login     200     200        200       200     200     200
accounts:password           -          POST    login     200     200        200       200     200     200
register:overview           -          GET     login     200     200        200       404     404     404
register:entries            mailbook   GET     login     200     200        200       404     404     404
register:search             mailbook   GET     login     200     200        200       404     404     404
register:add                mailbook   GET     login     200     200        200       404     404     404
register:add                mailbook   POST    login     entries entries    entries   404     404     404
register:change             party      GET     login     404     200        200       404     404     404
register:change             party      POST    login     404     entries    entries   404     404     404
register:remove             party      GET     login     404     200        200       404     404     404
register:remove             party      POST    login     404     entries    entries   404     404     404
applications:help           -          GET     login     200     200        200       404     404     404
applications:again          draft      POST    login     404     edit       edit      404     404     404
applications:again_last     -          POST    login     new     edit       edit      404     404     404
applications:copy           copy       GET     login     404     200        200       200     404     200
applications:copy_pdf       copy       GET     login     404     200        200       200     404     200
applications:attachments    draft      GET     login     404     200        200       404     404     404
applications:attach         draft      GET     login     404     attachments attachments 404  404     404
applications:attach         draft      POST    login     404     attachments attachments 404  404     404
applications:take_back      loose      POST    login     404     attachments attachments 404  404     404
applications:attachment     loose      GET     login     404     200        200       404     404     404
applications:attachment     file       GET     login     404     200        200       200     404     200
accounts:session            -          GET     login     200     200        200       200     200     200
accounts:session            -          POST    login     200     200        200       200     200     200
issuers:search              -          GET     login     200     200        200       404     404     404
accounts:invitation         letter     GET     200       200     200        200       200     200     200
accounts:invitation         letter     POST    200       200     200        200       200     200     200
register:company            -          GET     login     200     200        200       404     404     404
register:numbers            -          GET     login     200     404        200       404     404     404
register:numbers            -          POST    login     company 404        company   404     404     404
register:people             -          GET     login     200     404        200       404     404     404
register:invite             -          GET     login     200     404        200       404     404     404
register:invite             -          POST    login     people  404        people    404     404     404
register:person             mate       GET     login     404     404        200       404     404     404
register:person             mate       POST    login     404     404        people    404     404     404
register:stop               mate       GET     login     404     404        200       404     404     404
register:stop               mate       POST    login     404     404        people    404     404     404
register:reopen             mate       POST    login     404     404        people    404     404     404
register:invite_again       guest      POST    login     404     404        people    404     404     404
register:uninvite           guest      POST    login     404     404        people    404     404     404
guarantees:list             -          GET     login     200     200        200       404     404     404
guarantees:list_csv         -          GET     login     200     200        200       404     404     404
guarantees:overview         guarantee  GET     login     404     200        200       404     404     404
guarantees:key              guarantee  GET     login     404     overview   overview  404     404     404
guarantees:key              guarantee  POST    login     404     200        200       404     404     404
guarantees:certificate      guarantee  GET     login     404     200        200       404     404     404
guarantees:certificate_pdf  guarantee  GET     login     404     200        200       200     404     200
guarantees:notice_pdf       guarantee  GET     login     404     200        200       404     404     404
statements:list             -          GET     login     200     200        200       404     404     404
statements:list_csv         -          GET     login     200     200        200       404     404     404
statements:monthly          -          GET     login     200     200        200       404     404     404
statements:detail           premium    GET     login     404     200        200       404     404     404
statements:pdf              premium    GET     login     404     200        200       200     404     200
verify:form                 -          GET     200       200     200        200       200     200     200
verify:form                 -          POST    200       200     200        200       200     200     200
verify:result               guarantee  GET     form      form    form       form      form    form    form
verify:certificate_pdf      guarantee  GET     form      form    form       form      form    form    form
issuers:list                -          GET     200       200     200        200       200     200     200
issuers:list_csv            -          GET     200       200     200        200       200     200     200
issuers:detail              body       GET     200       200     200        200       200     200     200
announcements:list          -          GET     200       200     200        200       200     200     200
announcements:detail        news       GET     200       200     200        200       200     200     200
announcements:detail        inside     GET     404       200     200        200       200     200     200
guide                       -          GET     200       200     200        200       200     200     200
guide_contractors           -          GET     200       200     200        200       200     200     200
guide_officials             -          GET     200       200     200        200       200     200     200
faq                         -          GET     200       200     200        200       200     200     200
contact                     -          GET     200       200     200        200       200     200     200
accessibility               -          GET     200       200     200        200       200     200     200
terms                       -          GET     200       200     200        200       200     200     200
privacy                     -          GET     200       200     200        200       200     200     200
robots                      -          GET     200       200     200        200       200     200     200
conditions                  advance    GET     200       200     200        200       200     200     200
admin:queue                 -          GET     login     404     404        404       200     200     200
admin:search                -          GET     login     404     404        404       200     200     200
admin:pay                   unpaid     GET     login     404     404        404       200     404     404
admin:pay                   unpaid     POST    login     404     404        404       200     404     404
admin:refund                owed       GET     login     404     404        404       200     404     404
admin:refund                owed       POST    login     404     404        404       review  404     404
admin:settle                line       POST    login     404     404        404       review  404     404
admin:say                   line       GET     login     404     404        404       review  404     404
admin:say                   line       POST    login     404     404        404       review  404     404
admin:memo                  line       GET     login     404     404        404       review  404     404
admin:memo                  line       POST    login     404     404        404       review  404     404
admin:hold                  line       POST    login     404     404        404       queue   404     404
admin:let_go                line       POST    login     404     404        404       review  404     404
admin:manage                -          GET     login     404     404        404       200     200     200
admin:review                line       GET     login     404     404        404       200     404     200
admin:print                 paper      GET     login     404     404        404       200     404     404
admin:print                 paper      POST    login     404     404        404       review  404     404
admin:print_progress        paper      GET     login     404     404        404       review  404     404
admin:print_pdf             print      GET     login     404     404        404       200     404     404
admin:handed_over           paper      GET     login     404     404        404       200     404     404
admin:handed_over           paper      POST    login     404     404        404       review  404     404
admin:move                  receive    GET     login     404     404        404       200     404     404
admin:move                  receive    POST    login     404     404        404       review  404     404
admin:retry                 job        POST    login     404     404        404       review  404     404
admin:index                 -          GET     login     404     404        404       queue   queue   queue
admin:autocomplete          -          GET     login     404     404        404       403     403     403
admin:jsi18n                -          GET     login     404     404        404       200     200     200
admin:view_on_site          any        GET     login     404     404        404       404     404     404
admin:MASTER_changelist     -          GET     login     404     404        404       200     200     200
admin:MASTER_add            -          GET     login     404     404        404       403     403     200
admin:MASTER_add            -          POST    login     404     404        404       403     403     200
admin:MASTER_history        row        GET     login     404     404        404       200     200     200
admin:LASTING_delete        row        GET     login     404     404        404       403     403     403
admin:LASTING_delete        row        POST    login     404     404        404       403     403     403
admin:MASTER_change         row        GET     login     404     404        404       200     200     200
admin:MASTER_change         row        POST    login     404     404        404       403     403     200
admin:WINDOW_changelist     -          GET     login     404     404        404       200     200     200
admin:WINDOW_add            -          GET     login     404     404        404       403     403     403
admin:WINDOW_add            -          POST    login     404     404        404       403     403     403
admin:WINDOW_history        row        GET     login     404     404        404       200     404     200
admin:WINDOW_delete         row        GET     login     404     404        404       403     404     403
admin:WINDOW_delete         row        POST    login     404     404        404       403     404     403
admin:WINDOW_change         row        GET     login     404     404        404       200     404     200
admin:WINDOW_change         row        POST    login     404     404        404       403     404     403
admin:LISTED_delete         row        GET     login     404     404        404       403     403     200
admin:LISTED_delete         row        POST    login     404     404        404       403     403     200
admin:app_list              app        GET     login     404     404        404       200     200     200
healthz                     -          GET     200       200     200        200       200     200     200
readyz                      -          GET     200       200     200        200       200     200     200
csp_report                  -          POST    204       204     204        204       204     204     204
favicon                     -          GET     static    static  static     static    static  static  static
demo_mail                   -          GET     200       200     200        200       200     200     200
demo_letter                 mail       GET     200       200     200        200       200     200     200
"""
# Registers kept by the head office. What stands in guarantees is never deleted there.
GROUPS = {
    "LASTING": ["accounts_branch", "accounts_contractor", "accounts_user"],
    "LISTED": [
        "announcements_announcement",
        "issuers_issuer",
        "applications_bank",
        "applications_bankbranch",
        "applications_phrase",
        "guarantees_tariff",
    ],
    "WINDOW": ["guarantees_guarantee", "guarantees_document", "guarantees_look", "guarantees_print"],
}
# The 閲覧者 of the company (viewer) is answered like the colleague, but what makes, changes, sends or says something, helps
# with that, or hands out a key is not there for him.
NOT_FOR_VIEWERS = {
    "applications:new",
    "applications:drafts",
    "applications:estimate",
    "applications:limit",
    "applications:issuer_note",
    "applications:banks",
    "applications:say",
    "applications:withdraw",
    "applications:edit",
    "applications:change",
    "applications:change_begin",
    "applications:change_estimate",
    "applications:confirm",
    "applications:discard",
    "applications:again",
    "applications:again_last",
    "applications:follow",
    "applications:attach",
    "applications:take_back",
    "register:search",
    "register:add",
    "register:change",
    "register:remove",
    "issuers:search",
    "guarantees:key",
    "guarantees:notice_pdf",
}
GROUPS["MASTER"] = GROUPS["LASTING"] + GROUPS["LISTED"]


def rows():
    """The table, with a row for each model of a group: {(name, argument, method): the seven answers}."""
    found = {}
    for row in TABLE.strip().splitlines()[1:]:
        name, argument, method, *answers = row.split()
        group = next((group for group in GROUPS if group in name), "-")
        for model in GROUPS.get(group, ["-"]):
            found[name.replace(group, model), model if argument == "row" else argument, method] = answers
    return found


ROWS = rows()


def doors(patterns, space=""):
    """Every pattern as (name space, name or None, its own part of the address)."""
    for found in patterns:
        if hasattr(found, "url_patterns"):
            yield from doors(found.url_patterns, space + (f"{found.namespace}:" if found.namespace else ""))
        else:
            yield space, found.name, str(found.pattern)


DOORS = list(doors(get_resolver().url_patterns))


def test_every_address_has_a_row_and_every_row_an_address():
    assert {name for name, *_ in ROWS} == {space + name for space, name, _ in DOORS if name}


def test_the_only_addresses_without_a_name_are_djangos_own_in_the_admin():
    old_change_page, catch_all = "<path:object_id>/", "(?P<url>.*)$"
    nameless = Counter((space, pattern) for space, name, pattern in DOORS if not name)
    assert nameless == {("admin:", old_change_page): len(GROUPS["MASTER"] + GROUPS["WINDOW"]), ("admin:", catch_all): 1}


class World:
    """A draft, lines in 送信済 and 審査中, a dead job, issued guarantees with their papers: all of 髙﨑建設, 新宿支店."""

    def __init__(self, mail):
        self.people = make.people()
        owner = self.people["contractor"]
        self.draft = make.draft(owner)
        self.loose = make.attachment(self.draft, owner)
        self.line = make.line(self.people, contract_on=None)
        self.file = make.attachment(self.line.application, owner)
        self.dead = make.line(self.people, "approved", contract_on=None)
        Job.objects.update(status="dead")
        made = make.line(self.people, "approved", contract_on=None)
        issuing.mint(str(made.issue.guarantee_id))
        self.guarantee = type(made.issue.guarantee).objects.get(pk=made.issue.guarantee_id)
        self.key = keys.reveal(self.guarantee.keys.get())
        issuing.render_certificate(str(made.issue.pk))
        issuing.render_notice(str(self.guarantee.keys.get().pk))
        for copy in self.line.application.copies.all():
            copies.render(str(copy.pk))
        lookup.find(self.guarantee.number, self.key, visitor="192.0.2.1", agent="", user=owner)
        self.paper = make.line(
            self.people, "approved", contract_on=None, advance_format="paper", receipt="post", notice="no"
        )
        issuing.mint(str(self.paper.issue.guarantee_id))
        printed = printing.hand_out(self.paper.issue, by=self.people["clerk"], seen=0)
        issuing.render_paper(str(printed.pk))
        self.premium = Premium.objects.get(version=made.issue_id)
        issuing.render_statement(str(self.premium.pk))
        self.unpaid = make.line(self.people, "awaiting_premium", contract_on=None)
        tariff = {"product": "advance", "valid_from": "2099-04-01", "name": "先の料率", "bands": [[None, "0.3"]]}
        self.owed = self._owed()
        other = make.guaranteed(self.people, contract_on=None)
        self.changed = changing.begin(other, "correct", by=owner, wish={})
        self.mail = mail
        self.guest = invitations.invite("guest@example.jp", "見本　新人", "viewer", by=owner)
        rows = {
            "accounts_branch": owner.contractor.branch,
            "accounts_contractor": owner.contractor,
            "accounts_user": owner,
            "announcements_announcement": make.announcement("すべての方へ"),
            "issuers_issuer": self.guarantee.issuer,
            "applications_bank": "0001",
            "applications_bankbranch": make.BankBranch.objects.get(),
            "applications_phrase": Phrase.objects.create(purpose="talk", title="受領", text="受け取りました。"),
            "guarantees_tariff": Tariff.objects.create(**tariff),
            "guarantees_guarantee": self.guarantee,
            "guarantees_document": Document.objects.first(),
            "guarantees_look": Look.objects.get(),
            "guarantees_print": printed,
        }
        self.arguments = {
            "-": [],
            "draft": [self.draft.pk],
            "sent": [self.line.application_id],
            "copy": [self.line.application_id, 1],
            "line": [self.line.pk],
            "after": [made.pk, "interim"],
            "loose": [self.draft.pk, self.loose.pk],
            "file": [self.line.application_id, self.file.pk],
            "receive": [self.line.pk, "receive"],
            "job": [self.dead.pk, Job.objects.get(ref=str(self.dead.issue.guarantee_id)).pk],
            "guarantee": [self.guarantee.pk],
            "paper": [self.paper.pk],
            "print": [self.paper.pk, 1],
            "premium": [self.premium.pk],
            "unpaid": [self.unpaid.pk],
            "owed": [self.owed.pk],
            "changed": [self.changed.pk],
            "changing": [self.guarantee.pk, "change"],
            "advance": ["advance"],
            "mail": [mail],
            "body": ["131156"],
            "news": [rows["announcements_announcement"].pk],
            "inside": [make.announcement("ログインした方へ", audience="members").pk],
            "app": ["issuers"],
            "any": ["1", "1"],
            "mailbook": ["mail"],
            "mate": [self.people["colleague"].pk],
            "guest": [self.guest.pk],
            "letter": [invitations.token(self.guest.pk)],
            "party": ["billing", owner.contractor.billing_parties.first().pk],
            **{model: [getattr(row, "pk", row)] for model, row in rows.items()},
        }
        self.bodies = {
            "applications:edit": make.typed(owner) | {"act": "save", "version": "1"},
            "applications:confirm": {"token": make.token_of(self.draft, owner), "agree": "1"},
            "applications:withdraw": {"reason": "延期のため"},
            "applications:attach": lambda: {"kind": "other", "file": SimpleUploadedFile("a.pdf", make.pdf())},
            "applications:say": {"text": "契約書を郵送しました。"},
            "admin:say": {"text": "届きました。"},
            "admin:refund": {"on": timezone.localdate().isoformat(), "account": "見本銀行　1234567"},
            "admin:memo": {"memo": "電話で確かめました。"},
            "admin:hold": {"show": "open", "after": ""},
            "admin:move": {"revision": "1"},
            "register:add": {"entry": str(uuid.uuid4()), "address": "new@example.jp"},
            "register:change": {"name": "別の請求先", "address": "東京都杉並区みどり一丁目1番1号"},
            "accounts:invitation": {"new": "short", "again": "short"},
            "register:numbers": {"corporate_no": "7010705000725"},
            "register:invite": {"name": "見本　次郎", "email": "next@example.jp", "company_role": "applicant"},
            "register:person": {"company_role": "viewer"},
            "accounts:password": {"current": "x", "new": "short", "again": "short"},
            "admin:print": {"seen": "1", "reason": "汚損のため"},
            "admin:handed_over": {"no": "1", "how": "post", "on": timezone.localdate().isoformat()},
            "accounts:login": {"email": "nobody@example.jp", "password": "x"},
            "verify:form": {"number": self.guarantee.number, "key": "Z28YUE4J3Bux"},
        }

    def _owed(self):
        """A line whose guarantee was lowered, and whose premium is still to be paid back."""
        about = make.guaranteed_first(self.people, contract_on=None)
        typed = {"amount": "10,000,000", "used": "no", "payment": "transfer", "refund_account": "見本銀行　1234567"}
        return make.changed(self.people, about, **typed)

    def enter(self, visitor):
        """A browser in which the visitor has logged in and seen a first page."""
        browser = Client()
        if visitor != "stranger":
            browser.force_login(self.people[{"owner": "contractor", "other": "otherbranch"}.get(visitor, visitor)])
        browser.get(reverse("verify:form"))
        return browser

    def body(self, name):
        """What a form would send to an address; a file is made anew each time, for it can be read once."""
        body = self.bodies.get(name, {})
        return body() if callable(body) else body

    def ask(self, browser, name, argument, method, *, keep=False):
        """Ask for a page; whatever a request changes is undone, unless it is to be kept."""
        address = reverse(name, args=self.arguments[argument])
        body = self.body(name) if method == "POST" else {}
        cookies = deepcopy(browser.cookies)
        with transaction.atomic():
            answer = getattr(browser, method.lower())(address, body)
            transaction.set_rollback(not keep)
        browser.cookies = cookies
        return answer


@pytest.fixture
def world(db, settings, tmp_path, monkeypatch):
    settings.PAPERS_DIR, settings.MAIL_DIR = tmp_path / "papers", tmp_path / "mail"
    monkeypatch.setattr(documents, "render_sheets", lambda kind, values: f"%PDF- {kind}".encode())
    monkeypatch.setattr(
        documents, "render", lambda kind, snapshot, **more: f"%PDF- {kind} {snapshot['number']}".encode()
    )
    monkeypatch.setattr(documents, "render_statement", lambda snapshot, charge: b"%PDF- statement")
    return World(letter(settings.MAIL_DIR))


def letter(folder):
    folder.mkdir()
    letter = EmailMessage()
    letter["Subject"], letter["To"], letter["From"] = "見本", "a@example.jp", "b@example.jp"
    letter.set_content("見本です。")
    path = folder / "0001.eml"
    path.write_bytes(letter.as_bytes())
    return path.stem


def word(answer):
    """Say in the table's words what was answered."""
    if answer.status_code not in {302, 303}:
        return str(answer.status_code)
    path, _, query = answer["Location"].partition("?")
    if path.startswith("/static/"):
        return "static"
    to = resolve(path.partition("#")[0]).url_name
    if to == "login":
        return "login" if query.startswith("next=") else "out"
    return "home" if to in {"top", "index"} else to


COUNTS = " UNION ALL ".join(
    f"SELECT '{model._meta.db_table}', count(*) FROM {model._meta.db_table}"
    for model in apps.get_models(include_auto_created=True)
    if model._meta.managed and model is not Session
)


def counts():
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        return dict(cursor.fetchall())


@pytest.mark.slow
def test_every_address_answers_as_the_table_says(world):
    answered, shows_the_key = {row: [] for row in ROWS}, set()
    for visitor in VISITORS:
        browser = world.enter(visitor)
        for row in ROWS:
            answer = world.ask(browser, *row)
            answered[row].append(word(answer))
            if world.key in answer.getvalue().decode(errors="replace").replace("</span><span>", ""):
                shows_the_key.add((visitor, *row))
    assert answered == ROWS
    assert shows_the_key == {(visitor, "guarantees:key", "guarantee", "POST") for visitor in ("colleague", "owner")}


@pytest.mark.slow
def test_a_viewer_reads_what_a_colleague_reads_and_finds_nothing_else(world):
    browser, colleagues = world.enter("viewer"), VISITORS.index("colleague")
    answered = {}
    for row in ROWS:
        answer = world.ask(browser, *row)
        answered[row] = word(answer)
        assert world.key not in answer.getvalue().decode(errors="replace").replace("</span><span>", ""), row
    assert NOT_FOR_VIEWERS - {name for name, *_ in ROWS} == set()
    assert answered == {
        row: "404" if row[0] in NOT_FOR_VIEWERS else answers[colleagues] for row, answers in ROWS.items()
    }


@pytest.mark.slow
def test_a_viewer_changes_nothing_by_posting_to_any_address_of_a_company(world):
    """Every address of the contractors' side, also those that only show, with the body that would do it."""
    browser = world.enter("viewer")
    line = Line.objects.get(pk=world.line.pk)
    Line.objects.filter(pk=line.pk).update(unread=True)  # opening a line settles that for whoever may answer
    before, met = everything(), {}
    for name, argument in dict.fromkeys((name, argument) for name, argument, _ in ROWS):
        if name.partition(":")[0] in {"applications", "register", "guarantees", "statements", "issuers", "top"}:
            known = world.bodies.get(name, {})
            for body in ({}, known() if callable(known) else known, {"act": "autosave", "version": "0"}):
                answer = browser.post(reverse(name, args=world.arguments[argument]), body)
                met.setdefault(answer.status_code, set()).add(name)
            browser.get(reverse(name, args=world.arguments[argument]))
    assert set(met) <= {403, 404, 405}
    assert met[404] >= NOT_FOR_VIEWERS - {
        "applications:estimate",
        "applications:limit",
        "guarantees:notice_pdf",
    }  # the latter answers no POST
    assert everything() == before
    assert Line.objects.get(pk=line.pk).unread
    colleague = world.enter("colleague")
    colleague.post(reverse("applications:say", args=[line.pk]), world.bodies["applications:say"])
    assert everything() != before  # the same bodies do something for whoever may


def everything():
    """Every row of every table but the sessions."""
    return {
        model._meta.label: list(model.objects.order_by("pk").values())
        for model in apps.get_models()
        if model._meta.managed and model is not Session
    }


@pytest.mark.slow
@pytest.mark.parametrize("visitor", ["stranger", "owner", "clerk", "head"])
def test_reading_changes_nothing_and_head_is_get_without_a_body(world, visitor):
    browser, before = world.enter(visitor), counts()
    for name, argument in dict.fromkeys((name, argument) for name, argument, _ in ROWS):
        got, head = (world.ask(browser, name, argument, method, keep=True) for method in ("GET", "HEAD"))
        assert (head.status_code, head.getvalue()) == (got.status_code, b""), name
        assert got.status_code < 500, name
    after = counts()
    traces = after.pop("audit_entry") - before.pop("audit_entry")
    # Every download of a key notice or a print is kept, and every opening of an attached file by the desk.
    assert traces == {"owner": 2, "clerk": 4, "head": 2}.get(visitor, 0)
    assert after == before


def test_an_address_that_does_not_exist_is_not_there_for_anybody(world):
    guarded = [
        "/admin/nothing/",
        f"/applications/lines/{uuid.uuid4()}/",
        f"/guarantees/{uuid.uuid4()}/",
        f"/admin/lines/{uuid.uuid4()}/",
    ]
    for visitor in VISITORS:
        browser = world.enter(visitor)
        answers = [
            word(browser.get(address))
            for address in [*guarded, "/applications/nothing/", "/guarantees/1/", "/static/nothing.css", "/.env"]
        ]
        assert answers == [("login" if visitor == "stranger" else "404")] * 4 + ["404"] * 4
