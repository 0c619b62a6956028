"""Who may move what from where to where: the tables below are the specification."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from applications import lifecycle, sending
from applications.lifecycle import MOVES, NotAllowed, TooLate
from applications.models import Approval, Line
from audit import trail
from audit.models import Entry
from guarantees import orders
from guarantees.models import Guarantee, Version
from outbox.models import Job
from tests import make

# own: both people of the company. desk: clerk and approver of its branch. second: its approver alone, because the
# clerk began the review. Everybody else, and every cell with a dash, is refused. The line was reviewed by the clerk.
TABLE = """
status            submit  withdraw  receive  review  return  decline  approve  pay
draft             own     -         -        -       -       -        -        -
submitted         -       own       desk     -       -       -        -        -
received          -       own       -        desk    desk    -        -        -
under_review      -       -         -        -       desk    desk     second   -
returned          own     own       -        -       -       -        -        -
declined          -       -         -        -       -       -        -        -
awaiting_premium  -       own       -        -       -       -        -        desk
approved          -       -         -        -       -       -        -        -
withdrawn         -       -         -        -       -       -        -        -
"""
TARGETS = {
    "submit": "submitted",
    "withdraw": "withdrawn",
    "receive": "received",
    "review": "under_review",
    "return": "returned",
    "decline": "declined",
    "approve": "approved",
    "pay": "approved",
}
WHO = {"-": set(), "own": {"contractor", "colleague"}, "desk": {"clerk", "approver"}, "second": {"approver"}}
SIDES = {"contractor": {"contractor", "colleague"}, "branch": {"clerk", "approver"}}
EVERYBODY = ["contractor", "colleague", "rival", "clerk", "approver", "otherbranch", "head"]


def cells():
    head, *rows = [row.split() for row in TABLE.strip().splitlines()]
    return {(row[0], move): WHO[cell] for row in rows for move, cell in zip(head[1:], row[1:], strict=True)}


CELLS = cells()


def go(line, name, by, **more):
    if name == "approve":
        return lifecycle.approve(
            line, by=by, **{"revision": line.revision, "contract_seen": "mail", "reason": "確かめました。"} | more
        )
    if name == "pay":
        return lifecycle.pay(line, by=by, amount_yen=48_000, on=timezone.localdate(), way="cash")
    return lifecycle.move(line, name, by=by, **{"remark": "お知らせします。"} | more)


def everything():
    counts = [model.objects.count() for model in (Approval, Entry, Guarantee, Version, Job)]
    return list(Line.objects.order_by("pk").values()), counts


@pytest.fixture
def reviewed(people):
    return make.line(people, "under_review")


def test_the_table_covers_every_status_and_every_move():
    assert {status for status, _ in CELLS} == set(Line.Status.values)
    assert {move for _, move in CELLS} == set(MOVES)
    assert {name: move.target for name, move in MOVES.items()} == TARGETS


@pytest.mark.parametrize("status", Line.Status.values)
def test_every_status_and_move_and_person(people, status):
    line = make.line(people, "under_review")
    # A draft is never a row of its own.
    reached = {"approved", "awaiting_premium"}
    if status == "awaiting_premium":
        Line.objects.filter(pk=line.pk).update(payment="transfer", terms_digest=_digest(line, payment="transfer"))
    Line.objects.filter(pk=line.pk).update(status="under_review" if status in reached else status)
    if status in reached:
        line.refresh_from_db()
        go(line, "approve", people["approver"])
    line = Line.objects.select_related("application").get(pk=line.pk)
    before, moved = everything(), {}
    for name in MOVES:
        for person in EVERYBODY:
            moved[name, person] = _outcome(line, name, people[person])
    assert everything() == before
    expected = {
        (name, person): TARGETS[name] if person in CELLS[status, name] else _refusal(status, name, person)
        for name in MOVES
        for person in EVERYBODY
    }
    assert moved == expected


def _digest(line, **changes):
    """The digest of a line's content with some changes."""
    for name, value in changes.items():
        setattr(line, name, value)
    return line.fingerprint()


def _outcome(line, name, person):
    """Try a move: what succeeds is undone here, what is refused has to leave nothing behind by itself."""
    try:
        with transaction.atomic():
            status = go(line, name, person).status
            transaction.set_rollback(True)
    except NotAllowed as refusal:
        assert str(refusal).endswith("。")
        return type(refusal).__name__
    return status


def _refusal(status, name, person):
    """Too late is who stands on the right side; whoever does not, or lacks the right, is not allowed."""
    right_side = person in SIDES["contractor" if name in {"submit", "withdraw"} else "branch"]
    return "TooLate" if right_side and not CELLS[status, name] else "NotAllowed"


@pytest.mark.parametrize("status", Line.Status.values)
def test_the_buttons_are_the_moves_of_ones_side(people, status):
    line = make.line(people)
    line.status = status
    shown = {person: set(lifecycle.open_to(people[person], line)) for person in EVERYBODY}
    made = {name for (of, name), who in CELLS.items() if of == status and who}
    own = made & {"submit", "withdraw"}
    assert shown == {
        "contractor": own,
        "colleague": own,
        "clerk": made - own,
        "approver": made - own,
        "rival": set(),
        "otherbranch": set(),
        "head": set(),
    }


@pytest.mark.parametrize(
    ("status", "name", "by", "words"),
    [
        ("under_review", "return", "clerk", "お客様への連絡を入力してください。"),
        ("under_review", "decline", "clerk", "お客様への連絡を入力してください。"),
        ("submitted", "withdraw", "contractor", "取下げの理由を入力してください。"),
    ],
)
@pytest.mark.parametrize("remark", ["", " ", "　\n"])
def test_a_move_that_owes_a_reason_is_refused_without_one(people, status, name, by, words, remark):
    line = make.line(people, status)
    before = everything()
    with pytest.raises(NotAllowed, match=f"^{words}$"):
        go(line, name, people[by], remark=remark)
    assert everything() == before


def test_what_the_branch_says_stands_on_the_line_and_what_the_company_says_in_the_trail(people):
    line = make.line(people, "under_review")
    assert (
        go(line, "return", people["clerk"], remark="　請負金額を確かめてください。\n").remark
        == "請負金額を確かめてください。"
    )
    line = go(line, "withdraw", people["contractor"], remark="延期のため。")
    assert line.remark == "請負金額を確かめてください。"
    entry = trail.of(line).first()
    assert (entry.action, entry.actor_id, entry.data) == (
        "line.withdrawn",
        people["contractor"].pk,
        {"remark": "延期のため。", "revision": 1},
    )


def test_a_move_made_already_names_who_made_it_and_when(people):
    line = make.line(people, "received")
    at = timezone.localtime(trail.of(line).get(action="line.received").at)
    with pytest.raises(TooLate, match=f"^この申込はすでに受付済です（佐藤　花子、{at:%Y年%-m月%-d日 %H:%M}）。$"):
        go(line, "receive", people["approver"])


def test_a_move_that_comes_too_late_names_the_status(people):
    line = make.line(people, "withdrawn")
    with pytest.raises(
        TooLate,
        match="^この申込は取下げのため、「受け付ける」の操作はできません。画面を開き直して、いまの状態を確かめてください。$",
    ):
        go(line, "receive", people["clerk"])


def test_content_that_changed_meanwhile_is_not_moved(people, reviewed):
    for name, more in (("return", {"revision": 2}), ("approve", {"revision": 2})):
        with pytest.raises(
            TooLate, match="^内容が変更されました。新しい内容を確かめてから、もう一度操作してください。$"
        ):
            go(reviewed, name, people["approver"], **more)


# Four eyes


def refused(line, person, words, **more):
    before = everything()
    with pytest.raises(NotAllowed, match=f"^{words}$") as refusal:
        go(line, "approve", person, **more)
    assert everything() == before
    assert refusal.type is NotAllowed


def test_who_began_the_review_does_not_approve(people):
    line = make.line(people, "received")
    go(line, "review", people["approver"])
    refused(line, people["approver"], "審査を始めた方は承認できません。別の方に承認を依頼してください。")


def test_who_began_an_earlier_review_of_the_line_does_not_approve_either(people):
    line = make.line(people, "received")
    go(line, "review", people["approver"])
    go(line, "return", people["clerk"])
    lifecycle.move(line, "submit", by=people["contractor"])
    for name in ("receive", "review"):
        go(line, name, people["clerk"])
    refused(line, people["approver"], "審査を始めた方は承認できません。別の方に承認を依頼してください。")


def test_who_last_edited_the_line_does_not_approve(people, reviewed):
    Line.objects.filter(pk=reviewed.pk).update(edited_by=people["approver"])
    refused(reviewed, people["approver"], "審査を始めた方は承認できません。別の方に承認を依頼してください。")


def test_without_the_right_nobody_approves(people, reviewed):
    other_clerk = make.person("clerk", branch=reviewed.branch)
    refused(reviewed, other_clerk, "承認の権限がありません。承認できる方に依頼してください。")


def test_who_lost_the_right_while_the_page_was_open_does_not_approve(people, reviewed):
    person = people["approver"]
    User.objects.filter(pk=person.pk).update(role="clerk")
    refused(reviewed, User.objects.get(pk=person.pk), "承認の権限がありません。承認できる方に依頼してください。")


def test_a_period_that_is_over_is_not_approved(people, reviewed, monkeypatch):
    after = timezone.now() + dt.timedelta(days=202)
    monkeypatch.setattr(timezone, "now", lambda: after)
    refused(reviewed, people["approver"], "保証期間がすでに終わっています。差し戻して、工期を確かめてください。")


@pytest.mark.parametrize("seen", ["", "phone", "ORIGINAL"])
def test_without_having_seen_the_contract_nobody_approves(people, reviewed, seen):
    words = "契約書等を確認した方法（原本・FAX・メール）を選んでください。"
    refused(reviewed, people["approver"], words, contract_seen=seen)


def test_a_caution_asks_the_approver_for_a_reason(people):
    line = make.line(people, "under_review", advance_amount="20,000,001")
    refused(line, people["approver"], "注意があっても進める理由を入力してください。", reason=" 　")
    assert (
        go(line, "approve", people["approver"], reason=" 発注者に確かめました。").approvals.get().reason
        == "発注者に確かめました。"
    )


def test_without_a_caution_no_reason_is_asked(people, reviewed):
    assert go(reviewed, "approve", people["approver"], reason="").status == "approved"


# Approval


def test_approval_freezes_the_terms_and_orders_the_guarantee(people, reviewed):
    line = go(reviewed, "approve", people["approver"], contract_seen="fax", reason="")
    approval, version = Approval.objects.get(), Version.objects.select_related("guarantee").get()
    assert (approval.line, approval.step, approval.by, approval.revision) == (line, 1, people["approver"], 1)
    assert (approval.contract_seen, approval.reason, approval.terms_digest) == ("fax", "", line.terms_digest)
    assert line.issue == version
    assert version.content() == line.content()
    assert version.terms_digest == version.fingerprint() == line.terms_digest == line.fingerprint()
    assert (version.no, version.status, version.ordered_by, version.guarantee.number) == (
        0,
        "ordered",
        people["approver"],
        None,
    )
    assert version.guarantee.contractor == people["contractor"].contractor
    assert list(Job.objects.exclude(kind="render_copy").values_list("kind", "ref", "status")) == [
        ("mint", str(version.guarantee_id), "ready")
    ]


def test_every_move_of_a_line_is_in_its_trail_with_who_made_it(people):
    line = make.line(people, "approved")
    made = [(entry.action, entry.actor_id, entry.data) for entry in reversed(trail.of(line))]
    clerk = people["clerk"].pk
    assert made == [
        ("line.submitted", people["contractor"].pk, {"remark": "", "revision": 1}),
        ("line.received", clerk, {"remark": "お知らせします。", "revision": 1}),
        ("holder.named", clerk, {}),
        ("line.under_review", clerk, {"remark": "お知らせします。", "revision": 1}),
        (
            "line.approved",
            people["approver"].pk,
            {"remark": "", "revision": 1, "contract_seen": "mail", "reason": "確かめました。"},
        ),
    ]


def test_a_move_and_its_entry_stand_or_fall_together(people, reviewed, monkeypatch):
    before = everything()
    for name in ("return", "approve"):
        with pytest.raises(RuntimeError), transaction.atomic():
            go(reviewed, name, people["approver"])
            raise RuntimeError
        assert everything() == before

    def full(*arguments, **data):
        raise IntegrityError("the trail is full")

    monkeypatch.setattr(trail, "record", full)
    for name in ("return", "approve"):
        with pytest.raises(IntegrityError):
            go(reviewed, name, people["approver"])
        assert everything() == before


def test_terms_changed_behind_the_digest_are_not_ordered(people, reviewed):
    Line.objects.filter(pk=reviewed.pk).update(amount_yen=1)
    before = everything()
    with pytest.raises(orders.TermsChanged, match="承認した内容と一致しません"):
        go(reviewed, "approve", people["approver"])
    assert everything() == before


def test_no_row_is_approved_without_its_version(people, reviewed):
    with pytest.raises(IntegrityError, match="a_line_has_its_version_once_approved"), transaction.atomic():
        Line.objects.filter(pk=reviewed.pk).update(status="approved")


# Races


@pytest.mark.django_db(transaction=True)
def test_of_six_officers_who_approve_at_once_exactly_one_wins(at_once):
    people = make.people()
    line = make.line(people, "under_review")
    officers = [people["approver"], *(make.person("approver", branch=line.branch) for _ in range(5))]
    calls = [
        lambda one=one: lifecycle.approve(Line.objects.get(pk=line.pk), by=one, revision=1, contract_seen="mail")
        for one in officers
    ]
    results = at_once(*calls)
    winners = [one for one, result in zip(officers, results, strict=True) if isinstance(result, Line)]
    assert len(winners) == 1
    assert [type(result) for result in results if not isinstance(result, Line)] == [TooLate] * 5
    assert all(
        f"この申込はすでに承認済です（{winners[0].name}、" in str(result)
        for result in results
        if isinstance(result, TooLate)
    )
    assert [approval.by for approval in Approval.objects.all()] == winners
    assert (Guarantee.objects.count(), Version.objects.count(), Job.objects.filter(kind="mint").count()) == (1, 1, 1)
    assert [entry.actor_id for entry in Entry.objects.filter(action="line.approved")] == [winners[0].pk]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_return_and_an_approval_at_once_never_both_happen(at_once):
    people = make.people()
    for _ in range(5):
        line = make.line(people, "under_review")
        results = at_once(
            lambda line=line: go(line, "approve", people["approver"]),
            lambda line=line: go(line, "return", people["clerk"]),
        )
        line.refresh_from_db()
        assert sorted(isinstance(result, TooLate) for result in results) == [False, True]
        assert line.status == ("returned" if isinstance(results[0], TooLate) else "approved")
        assert line.approvals.count() == (line.status == "approved")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_and_the_steps_to_approval_at_once_end_in_one_way(at_once):
    people = make.people()
    for _ in range(5):
        line = make.line(people, "received")

        def approve(line=line):
            go(line, "review", people["clerk"])
            return go(line, "approve", people["approver"])

        approved, withdrawn = at_once(approve, lambda line=line: go(line, "withdraw", people["contractor"]))
        line.refresh_from_db()
        assert sorted([isinstance(approved, TooLate), isinstance(withdrawn, TooLate)]) == [False, True]
        assert line.status == ("withdrawn" if isinstance(approved, TooLate) else "approved")
        assert line.approvals.count() == (line.status == "approved")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_approval_while_the_company_sends_a_new_content_is_of_the_content_seen(at_once):
    people = make.people()
    for amount in ("50,000,001", "50,000,002", "50,000,003"):
        lines = list(make.application(people["contractor"]).lines.order_by("product"))
        for line in lines:
            go(line, "receive", people["clerk"])
            go(line, "review", people["clerk"])
        go(lines[0], "return", people["clerk"])
        application = lines[0].application
        edited = make.edited(application, people["contractor"], price=amount)
        token = make.token_of(edited, people["contractor"])
        sent, approved = at_once(
            lambda edited=edited, token=token: make.sent(edited, people["contractor"], token=token),
            lambda other=lines[1]: go(other, "approve", people["approver"], revision=1),
        )
        lines[1].refresh_from_db()
        if isinstance(approved, TooLate):
            assert (lines[1].status, lines[1].revision, lines[1].price_yen) == (
                "under_review",
                2,
                int(amount.replace(",", "")),
            )
        else:
            assert isinstance(sent, sending.Refused)
            assert (lines[1].status, lines[1].revision, lines[1].price_yen) == ("approved", 1, 50_000_000)
            assert lines[1].issue.price_yen == 50_000_000
