"""What makes, sends or hands out asks by itself who acts: a 閲覧者 and our own desk are refused behind every door."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied

from accounts import acting
from applications import addressbook, again, attachments, drafts, lifecycle, sending, talk
from applications.addressbook import BOOKS
from applications.models import Application, Line
from audit.models import Entry
from guarantees import documents, issuing, showing
from tests import make
from tests.test_doors import everything

NOBODY = ["viewer", "clerk", "approver", "head"]
PARTY = {"name": "別の請求先", "department": "", "address": "東京都杉並区みどり一丁目1番1号"}


@pytest.fixture
def things(people, settings, tmp_path, monkeypatch):
    """What the people of 髙﨑建設 have: a draft with a file, a line just sent, an issued guarantee, a billing party."""
    settings.PAPERS_DIR = tmp_path / "papers"
    monkeypatch.setattr(documents, "render", lambda kind, shown, **more: f"%PDF {kind}".encode())
    owner = people["contractor"]
    draft = make.draft(owner)
    made = make.line(people, "approved", contract_on=None)
    issuing.mint(str(made.issue.guarantee_id))
    issuing.render_notice(str(made.issue.guarantee.keys.get().pk))
    return {
        "draft": draft,
        "file": make.attachment(draft, owner),
        "guarantee": Line.objects.get(pk=made.pk).issue.guarantee,
        "party": owner.contractor.billing_parties.first().pk,
        "line": make.line(people, contract_on=None),
    }


ACTS = {
    "show a key": lambda it, by: showing.show_key(it["guarantee"], by=by),
    "hand over a notice": lambda it, by: showing.hand_over_notice(it["guarantee"], by=by),
    "begin a draft": lambda it, by: drafts.save(uuid.uuid4(), {"work_name": "新しい"}, by=by, version=0),
    "save a draft": lambda it, by: drafts.save(it["draft"].pk, {"work_name": "別の"}, by=by, version=1),
    "save by itself": lambda it, by: drafts.save(it["draft"].pk, {"post": "x"}, by=by, version=1, by_itself=True),
    "begin from another": lambda it, by: again.begin(it["draft"], by=by, whole=True),
    "discard": lambda it, by: drafts.discard(it["draft"], by=by),
    "attach": lambda it, by: attachments.add(it["draft"], kind="other", name="a.pdf", data=make.pdf(), by=by),
    "take a file back": lambda it, by: attachments.take_back(it["file"], by=by),
    "add to the book": lambda it, by: addressbook.add(BOOKS["billing"], PARTY, by=by, pk=uuid.uuid4()),
    "change the book": lambda it, by: addressbook.change(BOOKS["billing"], it["party"], PARTY, by=by),
    "remove from the book": lambda it, by: addressbook.remove(BOOKS["billing"], it["party"], by=by),
}
RIVALS_OWN = {"begin a draft", "add to the book"}  # there the company is that of whoever acts


@pytest.mark.parametrize("act", ACTS)
def test_only_those_who_act_for_a_company_do_it(people, things, act):
    before = everything()
    for name in NOBODY:
        with pytest.raises(PermissionDenied):
            ACTS[act](things, people[name])
    if act not in RIVALS_OWN:
        with pytest.raises((PermissionDenied, Application.DoesNotExist, BOOKS["billing"].model.DoesNotExist)):
            ACTS[act](things, people["rival"])
    assert everything() == before
    ACTS[act](things, people["colleague"])
    assert everything() != before


@pytest.mark.parametrize("name", [*NOBODY, "rival"])
def test_only_they_send_even_with_a_token_of_their_own(people, things, name):
    person, before = people[name], everything()
    token = make.token_of(things["draft"], person)
    with pytest.raises(sending.Refused) as refusal:
        make.sent(things["draft"], person, token=token)
    assert (refusal.value.status, str(refusal.value)) == (403, "申込を送信できるのは、申込者・管理者の方です。")
    assert everything() == before
    make.sent(things["draft"], people["colleague"])


def test_a_role_taken_away_counts_at_once(people, things):
    colleague = people["colleague"]
    token = make.token_of(things["draft"], colleague)
    colleague.company_role = "viewer"
    with pytest.raises(sending.Refused):
        make.sent(things["draft"], colleague, token=token)
    with pytest.raises(PermissionDenied):
        showing.show_key(things["guarantee"], by=colleague)
    assert not Entry.objects.filter(action__in=["key.shown", "application.sent"], actor_id=colleague.pk).exists()


def test_a_viewer_neither_says_nor_moves_anything(people, things):
    with pytest.raises(talk.Unsaid):
        talk.say(things["line"], "契約書を郵送しました。", by=people["viewer"])
    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.move(things["line"], "withdraw", by=people["viewer"], remark="延期のため")


def test_who_acts_acts_for_his_own_company(people):
    for name in ("contractor", "colleague", "rival"):
        assert acting.company_of(people[name]) == people[name].contractor
