"""What belongs to one company does not exist for another: every address with an id in it, by every method and body."""

import json
import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse

from applications.addressbook import TARGETS
from applications.editing import ACTS
from tests import make, test_doors

pytestmark = pytest.mark.slow
world = test_doors.world

# Addresses of the contractors' side that bear an id, and what of 髙﨑建設 is asked for there.
TABLE = """
applications:line           line
applications:say            line
applications:follow         after
applications:withdraw       line
applications:change         guarantee
applications:change_begin   changing
applications:change_estimate guarantee
applications:edit           changed
applications:edit           draft
applications:edit           sent
applications:confirm        draft
applications:confirm        sent
applications:sent           draft
applications:sent           sent
applications:again          draft
applications:again          sent
applications:discard        draft
applications:discard        sent
applications:attachments    draft
applications:attachments    sent
applications:attach         draft
applications:attach         sent
applications:attachment     loose
applications:attachment     file
applications:take_back      loose
applications:take_back      file
applications:copy           copy
applications:copy_pdf       copy
register:change             billing
register:change             mail
register:change             department
register:remove             billing
register:remove             mail
register:remove             department
register:invite_again       guest
register:uninvite           guest
guarantees:overview         guarantee
guarantees:key              guarantee
guarantees:certificate      guarantee
guarantees:certificate_pdf  guarantee
guarantees:notice_pdf       guarantee
verify:result               guarantee
verify:certificate_pdf      guarantee
"""
ROWS = [tuple(row.split()) for row in TABLE.strip().splitlines()]
UNSPOKEN = ("put", "patch", "delete")
WRONG = {"act": "check", "version": "1", "price": "two", "email": "no address", "contracted_on": "2027-02-29"}
# Bodies that a form would take, that it would send back with errors, and that no form of ours sends.
BODIES = {
    "applications:edit": [
        WRONG,
        WRONG | {"version": "999"},
        WRONG | {"version": "x"},
        *({"act": act, "version": "1"} for act in ("save", "autosave", "search_issuer", *sorted(ACTS))),
        {"act": "drop"},
    ],
    "applications:confirm": [{"token": "x", "agree": "1"}],
    "applications:attach": [{"kind": "contract"}, {"kind": "x", "file": "no file"}],
    "applications:say": [{"text": ""}, {"text": "x" * 5000}],
    "applications:withdraw": [{"reason": ""}, {"reason": "x" * 5000}],
    "register:change": [{"name": "", "address": "no address", "phone": "x"}],
}


def is_ours(name):
    return name.partition(":")[0] in {"applications", "register", "guarantees", "verify", "accounts"}


def test_the_table_names_every_address_of_the_contractors_side_with_an_id():
    with_id = {space + name for space, name, pattern in test_doors.DOORS if name and "<uuid:" in pattern}
    assert {name for name, _ in ROWS} == {name for name in with_id if is_ours(name)}


RELATED = {"billing": "billing_parties", "mail": "mail_addresses", "department": "departments"}


def arguments(world):
    company = world.people["contractor"].contractor
    entries = {slug: [slug, getattr(company, related).first().pk] for slug, related in RELATED.items()}
    return world.arguments | entries


def told(answer):
    """Everything that an answer says, headers too."""
    return f"{dict(answer.headers)} {answer.getvalue().decode(errors='replace')}"


def secrets(world):
    """What would betray that something is there: names, numbers, words and the key of 髙﨑建設."""
    owner, line = world.people["contractor"], world.line
    company = owner.contractor
    return {
        company.name, company.name.replace(" ", ""), company.customer_no, owner.name, line.application.number,
        world.guarantee.number, world.key, line.application.typed["work_name"], world.file.name, world.loose.digest,
    }  # fmt: skip


def requests(browser, world, name):
    """Every way to ask, as (what is done, a function that does it)."""
    kind = "application/x-www-form-urlencoded"
    bodies = [{}, world.body(name), *BODIES.get(name, [])]
    yield "GET", lambda address: browser.get(address)
    yield "GET of a part", lambda address: browser.get(address, headers={"HX-Request": "true"})
    yield "HEAD", lambda address: browser.head(address)
    yield "OPTIONS", lambda address: browser.options(address)
    for body in bodies:
        yield f"POST {json.dumps(body, default=str)[:80]}", lambda address, body=body: browser.post(address, body)
    for method in UNSPOKEN:
        yield method, lambda address, method=method: getattr(browser, method)(address, "a=1", kind)


def test_another_company_finds_nothing_there(world):  # 53
    browser, found = world.enter("rival"), arguments(world)
    hidden, before = secrets(world), state()
    for name, argument in ROWS:
        for done, ask in requests(browser, world, name):
            answer = ask(reverse(name, args=found[argument]))
            said = told(answer)
            assert answer.status_code in expected(name, done), (name, argument, done, answer.status_code)
            assert [secret for secret in hidden if secret in said] == [], (name, argument, done)
    assert state() == before


def expected(name, done):
    """Nothing is there, or the method is not spoken there, which is the same for an id that nobody has."""
    if done in UNSPOKEN:
        return {405}
    if name.startswith("verify:") and not done.startswith(("POST", "OPTIONS")):
        return {302}  # to the form where number and key are asked for
    return {404, 405}


def state():
    """Every row of the database but sessions."""
    tables = sorted(set(connection.introspection.table_names()) - {Session._meta.db_table})
    with connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{table}" t')
            found[table] = cursor.fetchone()[0]
    return found


def test_what_is_anothers_answers_like_what_nobody_has(world):
    """Whether an id exists is not told: the answers differ in nothing but the page's own tokens and seconds."""
    browser, found = world.enter("rival"), arguments(world)
    for name, argument in ROWS:
        if name == "applications:edit":  # an id that nobody has is a new draft there
            continue
        anothers = found[argument]
        nobodys = ["00000000-0000-4000-8000-000000000000" if len(str(one)) == 36 else one for one in anothers]
        answers = [browser.get(reverse(name, args=args)) for args in (anothers, nobodys)]
        assert len({(answer.status_code, bare(answer)) for answer in answers}) == 1, name


def bare(answer):
    page = answer.content.decode()
    return re.sub(r'(data-token|value)="\w{64}"|data-(idle|absolute)="\d+"', "", page)


def test_a_foreign_id_in_a_query_brings_nothing_along(world):
    rival, own = world.enter("rival"), make.draft(world.people["rival"])
    company = world.people["contractor"].contractor
    hidden = secrets(world) - {own.typed["work_name"]}
    for word, book in TARGETS.items():
        foreign = str(getattr(company, RELATED[book.slug]).first().pk)
        answer = rival.get(reverse("applications:edit", args=[own.pk]), {f"pick_{word}": foreign})
        assert answer.status_code == 200
        assert [secret for secret in (*hidden, foreign) if secret in told(answer)] == [], word
