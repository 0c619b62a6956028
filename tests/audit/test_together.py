"""An act and its entry stand or fall together: when the trail cannot take the entry, the act has not happened."""

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from accounts import colleagues, companies, invitations
from accounts import people as register
from accounts.forms import PersonForm
from accounts.licences import Licence
from applications import attachments, changing, drafts, following, holding, lifecycle, memos, refunding, revival
from audit import trail
from guarantees import amending, issuing
from issuers import codes
from issuers.models import Issuer
from outbox.models import Job
from tests import make

OURS = {"accounts", "applications", "audit", "guarantees", "issuers", "outbox"}
PASSWORD = "a long enough pass phrase"


def everything():
    """Every row of every table of ours."""
    tables = [model for model in apps.get_models() if model._meta.app_label in OURS]
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in tables}


# Each prepares the ground and gives the act: a function without arguments.


def save_a_new_draft(people):
    return lambda: make.draft(people["contractor"])


def save_a_draft_again(people):
    draft = make.draft(people["contractor"])
    return lambda: make.edited(draft, people["colleague"], price="60,000,000")


def discard_a_draft(people):
    draft = make.draft(people["contractor"])
    return lambda: drafts.discard(draft, by=people["contractor"])


def send(people):
    draft = make.draft(people["contractor"])
    return lambda: make.sent(draft, people["contractor"])


def send_again(people):
    line = make.line(people, "returned")
    edited = make.edited(line.application, people["contractor"], price="60,000,000")
    return lambda: make.sent(edited, people["contractor"])


def moving(name, status, by):
    def prepare(people):
        line = make.line(people, status)
        return lambda: lifecycle.move(line, name, by=people[by], remark="お知らせします。")

    return prepare


def approve(people):
    line = make.line(people, "under_review")
    return lambda: lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="理由")


def mint(people):
    version = make.ordered()
    return lambda: issuing.mint(str(version.guarantee_id))


def begin_a_change(people):
    about = make.guaranteed(people)
    return lambda: changing.begin(about, "change", by=people["contractor"], wish={})


def approve_a_change(people):
    line = make.change(people, make.guaranteed(people), "under_review", amount="24,000,000")
    return lambda: lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="理由")


def withdraw_a_change(people):
    line = make.change(people, make.guaranteed(people), amount="24,000,000")
    return lambda: lifecycle.move(line, "withdraw", by=people["contractor"], remark="取りやめたため")


def amend(people):
    line = make.change(people, make.guaranteed(people), "approved", amount="24,000,000")
    return lambda: amending.amend(str(line.issue_id))


def cancel(people):
    line = make.change(people, make.guaranteed(people), "approved", purpose="cancel", used="no", consent="on")
    return lambda: amending.amend(str(line.issue_id))


def pay_back(people):
    account = "見本銀行　1234567"
    typed = {"amount": "10,000,000", "used": "no", "payment": "transfer", "refund_account": account}
    line = make.changed(people, make.guaranteed_first(people), **typed)
    return lambda: refunding.record(line, by=people["clerk"], on=timezone.localdate(), account=account)


def render_a_certificate(people):
    version = make.issued()
    return lambda: issuing.render_certificate(str(version.pk))


def render_a_notice(people):
    version = make.issued()
    return lambda: issuing.render_notice(str(version.keys.get().pk))


def revive_a_job(people):
    line = make.line(people, "approved")
    Job.objects.update(status="dead")
    return lambda: revival.retry(Job.objects.get(kind="mint"), line, by=people["clerk"])


def take_a_line(people):
    line = make.line(people)
    return lambda: holding.take(line, by=people["clerk"])


def take_over_a_line(people):
    line = make.line(people, "under_review")
    return lambda: holding.take(line, by=people["approver"], instead_of=str(people["clerk"].pk))


def give_back_a_line(people):
    line = make.line(people, "under_review")
    return lambda: holding.give_back(line, by=people["clerk"])


def write_a_memo(people):
    line = make.line(people)
    return lambda: memos.write(line, "FAXで届きました。", by=people["clerk"])


def begin_a_follow_up(people):
    line = make.guarantee(people, contract_on=None)
    return lambda: following.begin(line.issue.guarantee, "interim", by=people["contractor"])


def mint_what_was_reserved(people):
    tender = {"advance_on": None, "contract_kind": "reserve", "contract_format": "paper", "advance_planned": "yes"}
    reserved = make.guarantee(people, product="reserve", receipt="post", **tender)
    line = make.sent(make.follow_up(reserved, "contract", people["contractor"]), people["contractor"]).lines.get()
    for name in ("receive", "review"):
        lifecycle.move(line, name, by=people["clerk"])
    lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="理由")
    line.refresh_from_db()
    return lambda: issuing.mint(str(line.issue.guarantee_id))


def attach_a_file(people):
    line, data = make.line(people), make.pdf()
    return lambda: make.attachment(line.application, people["contractor"], data=data)


def take_back_a_file(people):
    made = make.attachment(make.line(people).application, people["contractor"])
    return lambda: attachments.take_back(made, by=people["contractor"])


def open_a_file(people):
    made = make.attachment(make.line(people).application, people["contractor"])
    return lambda: attachments.open_file(made, by=people["clerk"])


def register_a_person(people):
    form = PersonForm({"email": "new@example.jp", "name": "新人", "role": "head", "new_password": PASSWORD})
    assert form.is_valid(), form.errors
    return lambda: register.register(form, by=people["head"])


def give_a_role(people):
    return lambda: colleagues.give_role(people["colleague"].pk, "viewer", by=people["contractor"])


def stop_a_colleague(people):
    return lambda: colleagues.stop(people["colleague"].pk, by=people["contractor"])


def reopen_a_colleague(people):
    colleagues.stop(people["colleague"].pk, by=people["contractor"])
    return lambda: colleagues.reopen(people["colleague"].pk, by=people["contractor"])


def invite(people):
    return lambda: invitations.invite("new@example.jp", "新人", "viewer", by=people["contractor"])


def invite_again(people):
    guest = invite(people)()
    return lambda: invitations.send_again(guest.pk, by=people["contractor"])


def withdraw_an_invitation(people):
    guest = invite(people)()
    return lambda: invitations.withdraw(guest.pk, by=people["contractor"])


def accept_an_invitation(people):
    guest = invite(people)()
    return lambda: invitations.accept(guest, PASSWORD)


def keep_the_numbers(people):
    permit = Licence("13", "general", 2024, "012345")
    return lambda: companies.keep("7010705000725", permit, by=people["contractor"])


def at_the_register(people, path, wish):
    make.issuer("130001", name="東京都", kind=Issuer.Kind.PREFECTURE)  # prefectures are chosen from the register itself
    browser = Client()
    browser.force_login(people["head"])
    rows = ("authorities", "acceptances", "rules")
    management = {f"{prefix}-{name}": 0 for prefix in rows for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return lambda: browser.post(f"/admin/issuers/issuer/{path}", wish | management)


BODY = {"name": "見本水道企業団", "kana": "ミホンスイドウキギョウダン", "kind": "other", "prefecture": "東京都"}


def add_a_body(people):
    return at_the_register(people, "add/", BODY | {"code": codes.complete("90501")})


def change_a_body(people):
    body = Issuer.objects.get(code="131156")
    return at_the_register(people, f"{body.pk}/change/", BODY)


def delete_a_body(people):
    body = make.issuer("131148", name="中野区")
    return at_the_register(people, f"{body.pk}/delete/", {"post": "yes"})


ACTS = {
    "a new draft": save_a_new_draft,
    "a draft saved again": save_a_draft_again,
    "a draft discarded": discard_a_draft,
    "a first sending": send,
    "a sending after a return": send_again,
    "receive": moving("receive", "submitted", "clerk"),
    "review": moving("review", "received", "clerk"),
    "return": moving("return", "under_review", "clerk"),
    "decline": moving("decline", "under_review", "clerk"),
    "withdraw": moving("withdraw", "submitted", "contractor"),
    "approve": approve,
    "mint": mint,
    "a change begun": begin_a_change,
    "a change approved": approve_a_change,
    "a change withdrawn": withdraw_a_change,
    "a change issued": amend,
    "a cancellation": cancel,
    "a premium paid back": pay_back,
    "a certificate": render_a_certificate,
    "a notice": render_a_notice,
    "a job revived": revive_a_job,
    "a line taken": take_a_line,
    "a line taken over": take_over_a_line,
    "a line given back": give_back_a_line,
    "a memo": write_a_memo,
    "a follow-up begun": begin_a_follow_up,
    "a mint of what was reserved": mint_what_was_reserved,
    "a file attached": attach_a_file,
    "a file taken back": take_back_a_file,
    "a file opened": open_a_file,
    "a person": register_a_person,
    "a role": give_a_role,
    "a colleague stopped": stop_a_colleague,
    "a colleague reopened": reopen_a_colleague,
    "an invitation": invite,
    "an invitation sent again": invite_again,
    "an invitation withdrawn": withdraw_an_invitation,
    "an invitation accepted": accept_an_invitation,
    "numbers of a company": keep_the_numbers,
    "a body added": add_a_body,
    "a body changed": change_a_body,
    "a body deleted": delete_a_body,
}


@pytest.mark.django_db
@pytest.mark.parametrize("prepare", ACTS.values(), ids=ACTS)
def test_an_act_and_its_entry_stand_or_fall_together(prepare, monkeypatch, settings, tmp_path):
    settings.PAPERS_DIR = tmp_path
    act = prepare(make.people())
    before = everything()

    def full(*arguments, **data):
        raise IntegrityError("the trail is full")

    with monkeypatch.context() as patched:
        patched.setattr(trail, "record", full)
        with pytest.raises(IntegrityError, match="the trail is full"):
            act()
    assert everything() == before
    act()  # what failed was the trail and nothing else
    assert everything() != before
