"""The desk's windows on guarantees, papers and look-ups: a branch sees its own, nobody changes anything."""

import re

import pytest
from django.urls import reverse

from guarantees import clock, documents, issuing, lookup, printing
from guarantees.models import Guarantee, Look
from netdesk import dates
from tests import make
from tests.guarantees import browsing
from tests.guarantees.browsing import entered
from tests.guarantees.looking import UNKNOWN, WRONG

pytestmark = pytest.mark.django_db
WINDOWS = ["guarantee", "document", "look", "print"]


@pytest.fixture
def issued():
    guarantee, key = browsing.issued()
    lookup.find(guarantee.number, key, visitor="192.0.2.1", agent="Mozilla")
    return guarantee, key


@pytest.fixture
def elsewhere():
    yokohama = make.branch("103", name="横浜支店", phone="03-0000-0002")
    return browsing.issued(branch=yokohama)[0]


def page(person, model: str) -> str:
    answer = entered(person).get(reverse(f"admin:guarantees_{model}_changelist"))
    return re.sub(r"<[^>]+>", "", answer.content.decode()) if answer.status_code == 200 else ""


def test_a_branch_sees_its_own_guarantees_and_the_head_office_all(issued, elsewhere):
    own = page(make.person("clerk"), "guarantee")
    assert issued[0].number in own
    assert elsewhere.number not in own
    every = page(make.person("head"), "guarantee")
    assert issued[0].number in every
    assert elsewhere.number in every


def test_a_branch_sees_the_looks_at_its_own_guarantees_only(issued):
    lookup.find(UNKNOWN, WRONG, visitor="192.0.2.99", agent="Mozilla")
    stranger = make.person("clerk", branch=make.branch("103", name="横浜支店"))
    assert "192.0.2.1" in page(make.person("clerk"), "look")
    assert "192.0.2.99" not in page(make.person("clerk"), "look")
    assert "192.0.2." not in page(stranger, "look")
    assert "192.0.2.99" in page(make.person("head"), "look")


@pytest.mark.parametrize("role", ["clerk", "approver", "head"])
@pytest.mark.parametrize("model", WINDOWS)
def test_nobody_adds_changes_or_deletes(issued, printer, role, model):
    browsing.draw(issued[0], "certificate")
    paper = make.issued(format="paper")
    rows = {"guarantee": issued[0], "document": issued[0].documents.get(), "look": Look.objects.get()}
    rows["print"] = printing.hand_out(paper, by=make.person("clerk"), seen=0)
    shown = rows[model]
    browser = entered(make.person(role))
    change = reverse(f"admin:guarantees_{model}_change", args=[shown.pk])
    before = (list(Guarantee.objects.values()), list(Look.objects.values()))
    looked = browser.get(change)
    assert looked.status_code == 200
    assert issued[1] not in looked.content.decode()
    assert browser.post(change, {"status": "cancelled", "result": "refused"}).status_code in (403, 404)
    assert browser.get(reverse(f"admin:guarantees_{model}_add")).status_code in (403, 404)
    delete = reverse(f"admin:guarantees_{model}_delete", args=[shown.pk])
    assert browser.post(delete, {"post": "yes"}).status_code in (403, 404)
    assert (list(Guarantee.objects.values()), list(Look.objects.values())) == before


@pytest.mark.parametrize("model", WINDOWS)
def test_the_window_is_not_there_for_contractors(issued, model):
    browser = entered(make.person("contractor"))
    assert browser.get(reverse(f"admin:guarantees_{model}_changelist")).status_code == 404


def test_another_branchs_guarantee_does_not_exist(issued):
    browser = entered(make.person("clerk", branch=make.branch("103", name="横浜支店")))
    answer = browser.get(reverse("admin:guarantees_guarantee_change", args=[issued[0].pk]))
    assert answer.status_code in (302, 404)
    assert issued[0].number not in answer.content.decode()


def test_a_number_is_found_by_its_beginning(issued, elsewhere):
    browser = entered(make.person("head"))
    found = browser.get(reverse("admin:guarantees_guarantee_changelist"), {"q": issued[0].number[:5]}).content.decode()
    assert issued[0].number in found
    assert elsewhere.number not in found


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("guarantee", "salt=x"),
        ("guarantee", "keys__ciphertext__startswith=a"),
        ("document", "digest__regex=("),
        ("look", "number_hmac__startswith=a"),
    ],
)
def test_a_window_is_filtered_by_what_it_offers_only(model, asked):
    desk = entered(make.person("clerk"))
    address = reverse(f"admin:guarantees_{model}_changelist")
    assert desk.get(f"{address}?{asked}").status_code == 400


@pytest.mark.parametrize(
    ("model", "asked"),
    [("guarantee", "product"), ("document", "kind"), ("look", "result"), ("print", "hand_over__how")],
)
def test_the_filters_of_a_window_are_answered(model, asked):
    desk = entered(make.person("clerk"))
    assert desk.get(reverse(f"admin:guarantees_{model}_changelist"), {f"{asked}__exact": "advance"}).status_code == 200


def test_a_branch_sees_its_own_prints_and_how_they_left(monkeypatch):
    monkeypatch.setattr(documents, "render", lambda *_, **__: b"%PDF")
    paper, clerk = make.issued(format="paper"), make.person("clerk")
    made = printing.hand_out(paper, by=clerk, seen=0)
    issuing.render_paper(str(made.pk))
    printing.hand_over(made, by=clerk, how="post", on=clock.today())
    for person in (clerk, make.person("head")):
        assert f"郵送　{dates.seireki(clock.today())}" in page(person, "print")
    stranger = make.person("clerk", branch=make.branch("103", name="横浜支店"))
    assert paper.guarantee.number not in page(stranger, "print")
