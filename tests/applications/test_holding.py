"""担当: who of the branch has a line in hand, on the queue and on the sheet."""

import re

import pytest
from django.urls import reverse

from applications import holding, lifecycle
from applications.models import Line
from audit import trail
from audit.models import Entry
from tests import make

QUEUE = "/admin/queue/"
ACTS = ("holder.named", "holder.replaced", "holder.released")


@pytest.fixture
def desk(client, people):
    """The browser of the branch's clerk."""
    client.force_login(people["clerk"])
    return client


@pytest.fixture
def line(people):
    return make.line(people, contract_on=None)


def address(name, line):
    return reverse(f"admin:{name}", args=[line.pk])


def holder(line):
    return Line.objects.get(pk=line.pk).held_by


def acts(line):
    """What the trail tells about the holder of a line, the oldest first: (action, who, data)."""
    found = trail.of(line).filter(action__in=ACTS).order_by("seq")
    return [(entry.action, entry.actor_id, entry.data) for entry in found]


def listed(page):
    return re.findall(r'<a href="/admin/lines/([0-9a-f-]{36})/">S-', page.content.decode())


# Taking, taking over, giving back


def test_a_line_is_taken_taken_over_and_given_back_and_the_trail_tells(people, line):
    clerk, approver = people["clerk"], people["approver"]
    holding.take(line, by=clerk)
    assert holder(line) == clerk
    holding.take(line, by=approver, instead_of=str(clerk.pk))
    assert holder(line) == approver
    holding.give_back(line, by=approver)
    assert holder(line) is None
    assert acts(line) == [
        ("holder.named", clerk.pk, {}),
        ("holder.replaced", approver.pk, {"before": "佐藤　花子"}),
        ("holder.released", approver.pk, {}),
    ]


def test_pressing_twice_is_pressing_once(people, line):
    clerk, approver = people["clerk"], people["approver"]
    for _ in range(2):
        holding.take(line, by=clerk)
    for _ in range(2):
        holding.take(line, by=approver, instead_of=str(clerk.pk))
    for _ in range(2):
        holding.give_back(line, by=approver)
    assert [action for action, *_ in acts(line)] == ["holder.named", "holder.replaced", "holder.released"]


def test_whoever_comes_second_is_told_who_has_it_and_changes_nothing(people, line):
    holding.take(line, by=people["clerk"])
    third = make.person("clerk", name="鈴木　次郎")
    words = "いま佐藤　花子が担当しています。代わるときは、申込を開いて「担当を替える」を押してください。"
    for seen in ("", str(people["approver"].pk), "junk"):
        with pytest.raises(holding.NotHeld, match=words):
            holding.take(line, by=third, instead_of=seen)
    with pytest.raises(holding.NotHeld, match=words):
        holding.give_back(line, by=third)
    assert (holder(line), len(acts(line))) == (people["clerk"], 1)


def test_a_line_given_back_meanwhile_is_simply_taken(people, line):
    holding.take(line, by=people["clerk"])
    holding.give_back(line, by=people["clerk"])
    holding.take(line, by=people["approver"], instead_of=str(people["clerk"].pk))
    assert holder(line) == people["approver"]
    assert acts(line)[-1] == ("holder.named", people["approver"].pk, {})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_over", [False, True], ids=["take", "take over"])
def test_two_people_at_once_are_one_holder_and_one_who_is_told(at_once, is_over):
    people = make.people()
    line, third = make.line(people, contract_on=None), make.person("clerk")
    seen = ""
    if is_over:
        holding.take(line, by=third)
        seen = str(third.pk)
    clerk, approver = people["clerk"], people["approver"]
    results = at_once(*(lambda by=by: holding.take(line, by=by, instead_of=seen) for by in (clerk, approver)))
    won, lost = (clerk, approver) if results[0] is None else (approver, clerk)
    refused = next(result for result in results if result is not None)
    assert (holder(line), type(refused), lost == won) == (won, holding.NotHeld, False)
    assert f"いま{won.name}が担当しています" in str(refused)
    assert [actor for _, actor, _ in acts(line)] == [third.pk, won.pk][not is_over :]


@pytest.mark.parametrize("person", ["contractor", "rival", "otherbranch", "head"])
def test_nobody_else_takes_or_leaves_a_line(people, line, person):
    for act in (holding.take, holding.give_back):
        with pytest.raises(holding.NotHeld, match="権限がありません"):
            act(line, by=people[person])
    assert (holder(line), holding.may(people[person], line)) == (None, False)


@pytest.mark.parametrize("status", [status for status in make.WAYS if status != "draft"])
def test_only_what_is_at_work_is_taken(people, status):
    line = make.line(people, status, contract_on=None)
    is_at_work = status in {"submitted", "received", "under_review", "returned"}
    before = holder(line)
    assert holding.may(people["approver"], line) is is_at_work
    seen = str(before.pk) if before else ""
    if is_at_work:
        holding.take(line, by=people["approver"], instead_of=seen)
    else:
        with pytest.raises(holding.NotHeld, match="担当を替える必要はありません"):
            holding.take(line, by=people["approver"], instead_of=seen)
    assert holder(line) == (people["approver"] if is_at_work else before)


def test_whoever_begins_the_review_has_it_in_hand_unless_somebody_has(people):
    free, taken = (make.line(people, "received", contract_on=None) for _ in range(2))
    holding.take(taken, by=people["approver"])
    for line in (free, taken):
        lifecycle.move(line, "review", by=people["clerk"])
    assert (holder(free), holder(taken)) == (people["clerk"], people["approver"])
    assert acts(free) == [("holder.named", people["clerk"].pk, {})]
    assert acts(taken) == [("holder.named", people["approver"].pk, {})]


def test_a_line_in_hand_says_nothing_about_who_may_approve(people):
    line = make.line(people, "under_review", contract_on=None)
    holding.take(line, by=people["approver"], instead_of=str(people["clerk"].pk))
    line.refresh_from_db()
    assert line.reviewed_by == people["clerk"]
    assert lifecycle.objection(people["approver"], line) == ""
    lifecycle.approve(line, by=people["approver"], revision=1, contract_seen="mail", reason="確かめました。")
    assert Line.objects.get(pk=line.pk).status == "approved"


def test_a_line_stays_in_hand_when_it_is_sent_again(people):
    line = make.line(people, "returned")
    sister = line.application.lines.get(product="contract")
    holding.take(sister, by=people["approver"])
    make.sent(make.edited(line.application, people["contractor"], price="51,000,000"), people["contractor"])
    assert (holder(line), holder(sister)) == (people["clerk"], people["approver"])


def test_taking_a_line_moves_nothing(people, line):
    before = Line.objects.filter(pk=line.pk).values().get()
    holding.take(line, by=people["clerk"])
    after = Line.objects.filter(pk=line.pk).values().get()
    assert {name for name in after if after[name] != before[name]} == {"held_by_id"}


# The queue


def test_the_queue_offers_the_lines_in_ones_own_hands_and_those_in_nobodys(client, people):
    mine = [make.line(people, status, contract_on=None) for status in ("under_review", "returned")]
    free = make.line(people, contract_on=None)
    make.line(people, "approved", contract_on=None)  # the clerk had it in hand as long as it was at work
    ids = {"mine": [str(line.pk) for line in mine], "free": [str(free.pk)], "others": []}
    expected = {"clerk": ids, "approver": ids | {"mine": [], "others": ids["mine"]}}
    labels = {"mine": "自分の担当", "free": "担当なし", "others": "ほかの職員の担当"}
    for person, shown in expected.items():
        client.force_login(people[person])
        for facet, label in labels.items():
            page = client.get(QUEUE, {"show": facet})
            assert listed(page) == shown[facet]
            assert f'{label}<span class="c">{len(shown[facet])}件' in page.content.decode()
    client.force_login(people["head"])
    page = client.get(QUEUE, {"show": "mine"})
    assert (len(listed(page)), "自分の担当" in page.content.decode()) == (2, False)  # what waits, as without a facet


def test_a_row_of_the_queue_has_its_holder_or_a_button_that_leads_back_to_the_same_rows(desk, people, line, text):
    taken = make.line(people, "under_review", contract_on=None)
    page = desk.get(QUEUE, {"show": "open"}).content.decode()
    assert re.findall(r'action="/admin/lines/([^/]+)/hold/"', page) == [str(line.pk)]
    assert "審査中 佐藤　花子" in text(desk.get(QUEUE))
    answer = desk.post(address("hold", line), {"show": "new", "after": str(taken.pk)})
    assert answer["Location"] == f"{QUEUE}?show=new&after={taken.pk}"
    assert f"{line}の担当になりました。" in desk.get(answer["Location"]).content.decode()
    assert holder(line) == people["clerk"]
    assert "/hold/" not in desk.get(QUEUE).content.decode()


def test_the_head_office_reads_who_has_what_in_hand_and_presses_nothing(client, people, line, text):
    client.force_login(people["head"])
    make.line(people, "under_review", contract_on=None)
    words = text(client.get(QUEUE))
    assert ("送信済 なし" in words, "審査中 佐藤　花子" in words, "担当する" in words) == (True, True, False)
    assert "担当：なし" in text(client.get(address("review", line)))
    assert "/hold/" not in client.get(address("review", line)).content.decode()
    assert [client.post(address(name, line)).status_code for name in ("hold", "let_go")] == [404, 404]
    assert holder(line) is None


@pytest.mark.parametrize("person", ["contractor", "otherbranch"])
def test_for_others_there_is_nothing_to_press(client, people, line, person):
    client.force_login(people[person])
    assert [client.post(address(name, line)).status_code for name in ("hold", "let_go")] == [404, 404]
    assert not Entry.objects.filter(action__in=ACTS).exists()


# The sheet


def test_the_sheet_tells_the_holder_and_offers_what_can_be_pressed(client, people, line, text):
    def seen(person):
        client.force_login(people[person])
        words = text(client.get(address("review", line)))
        told = re.search(r"担当：(\S+(?:　\S+?)?)(（あなた）)? ", words)
        return told[1], {name for name in ("担当する", "担当を替える", "担当を外れる") if f" {name} " in words}

    assert seen("clerk") == ("なし", {"担当する"})
    answer = client.post(address("hold", line), follow=True)
    assert answer.redirect_chain == [(address("review", line), 302)]
    assert f"{line}の担当になりました。" in answer.content.decode()
    assert seen("clerk") == ("佐藤　花子", {"担当を外れる"})
    assert seen("approver") == ("佐藤　花子", {"担当を替える"})
    page = client.get(address("review", line)).content.decode()
    seen_holder = re.search(r'name="instead_of" value="(\d+)"', page)[1]
    assert seen_holder == str(people["clerk"].pk)
    client.post(address("hold", line), {"instead_of": seen_holder})
    assert seen("approver") == ("田中　一郎", {"担当を外れる"})
    words = text(client.post(address("let_go", line), follow=True))
    assert f"{line}の担当を外れました。" in words
    for act in ("担当になりました", "担当を替わりました 前の担当：佐藤　花子", "担当を外れました"):
        assert act in words


def test_a_page_that_is_no_longer_true_takes_nothing_from_anybody(desk, people, line):
    holding.take(line, by=people["approver"])
    for name, body in (("hold", {}), ("let_go", {}), ("hold", {"show": "open"})):
        answer = desk.post(address(name, line), body, follow=True)
        assert "いま田中　一郎が担当しています。" in answer.content.decode()
    assert holder(line) == people["approver"]
    assert [desk.get(address(name, line)).status_code for name in ("hold", "let_go")] == [405, 405]
