"""Printing a paper certificate: each print once, only by its branch, its PDF for whoever printed and not for long."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from audit import trail
from guarantees import clock, documents, issuing, lookup, papers, printing
from guarantees.models import Document, HandOver, Print
from outbox import delivery
from outbox.models import Job, Letter
from tests import make
from tests.guarantees.looking import WRONG

pytestmark = pytest.mark.django_db


@pytest.fixture
def press(monkeypatch):
    """Stand in for the slow press; answers what was drawn, as (kind, number, which print again)."""
    drawn = []

    def render(kind, shown, *, again=None, key=""):
        drawn.append((kind, shown["number"], again and (again.no, again.on)))
        return f"%PDF {kind} {again.no if again else 1}".encode()

    monkeypatch.setattr(documents, "render", render)
    return drawn


@pytest.fixture
def version():
    return make.issued(format="paper")


@pytest.fixture
def clerk(version):
    return make.person("clerk", branch=version.branch, name="佐藤　花子")


def entries(version):
    return [
        (entry.action, entry.actor_name, entry.data)
        for entry in trail.of(version.guarantee)
        if entry.action.startswith("paper.")
    ]


def wait(monkeypatch, **span):
    at = clock.now() + dt.timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: at)


def test_the_first_print_is_noted_and_its_pdf_promised(version, clerk):
    made = printing.hand_out(version, by=clerk, seen=0, reason="なくても")

    assert list(Print.objects.values_list("version", "no", "by", "reason")) == [(version.pk, 1, clerk.pk, "")]
    job = Job.objects.get(kind="render_paper")
    assert (job.ref, job.purpose) == (str(made.pk), f"render_paper:{version.guarantee_id}:0:1")
    assert entries(version) == [("paper.printed", "佐藤　花子", {"version": 0, "print_no": 1})]
    (shown,) = printing.prints(version, reader=clerk)
    assert (shown.made, shown.state, shown.paper) == (made, "drawing", None)


def test_the_worker_draws_it_once(version, clerk, press):
    made = printing.hand_out(version, by=clerk, seen=0)

    delivery.run(Job.objects.get(kind="render_paper").pk)
    issuing.render_paper(str(made.pk))

    paper = Document.objects.get()
    assert press == [("paper", version.guarantee.number, None)]
    assert (paper.kind, paper.key_no, paper.print_no, paper.kid, paper.template) == (
        "paper",
        0,
        1,
        "",
        documents.EDITION,
    )
    assert papers.read(paper) == b"%PDF paper 1"
    assert entries(version)[0] == ("paper.rendered", "システム", {"version": 0, "digest": paper.digest, "print_no": 1})
    assert not Letter.objects.exists()
    assert Job.objects.get(kind="render_paper").status == "done"


def test_a_later_print_needs_a_reason_and_is_drawn_as_a_reissue(version, clerk, press):
    printing.hand_out(version, by=clerk, seen=0)
    for reason in ("", "　 \n"):
        with pytest.raises(printing.NotAllowed, match="^再発行の理由を入力してください。$"):
            printing.hand_out(version, by=clerk, seen=1, reason=reason)
    again = printing.hand_out(version, by=clerk, seen=1, reason="汚損のため")
    for job in Job.objects.filter(kind="render_paper"):
        delivery.run(job.pk)

    assert press[1] == ("paper", version.guarantee.number, (2, clock.day(again.at)))
    assert [paper.print_no for paper in Document.objects.order_by("print_no")] == [1, 2]
    assert ("paper.printed", "佐藤　花子", {"version": 0, "print_no": 2, "reason": "汚損のため"}) in entries(version)


def test_the_same_wish_again_gives_the_same_print(version, clerk):
    for seen, reason in ((0, ""), (1, "汚損のため")):
        first = printing.hand_out(version, by=clerk, seen=seen, reason=reason)
        assert printing.hand_out(version, by=clerk, seen=seen, reason=reason) == first
    assert Print.objects.count() == Job.objects.filter(kind="render_paper").count() == 2
    assert len(entries(version)) == 2


def test_a_page_that_shows_another_count_prints_nothing(version, clerk, monkeypatch):
    with pytest.raises(printing.TooLate, match="^印刷の回数が変わりました。"):
        printing.hand_out(version, by=clerk, seen=1, reason="汚損のため")
    printing.hand_out(version, by=clerk, seen=0)
    colleague = make.person("approver", branch=version.branch)
    for person, seen, reason in ((colleague, 0, ""), (clerk, -1, ""), (clerk, 2, "汚損のため"), (clerk, 9, "x")):
        with pytest.raises(printing.TooLate):
            printing.hand_out(version, by=person, seen=seen, reason=reason)
    with pytest.raises(printing.TooLate, match=r"^佐藤　花子さんが.+に1回目の印刷をしました。$"):
        printing.hand_out(version, by=colleague, seen=0)
    wait(monkeypatch, minutes=30)
    with pytest.raises(printing.TooLate):  # a tab left open since: its PDF could not be fetched any more
        printing.hand_out(version, by=clerk, seen=0)
    assert Print.objects.count() == 1


@pytest.mark.parametrize("who", ["elsewhere", "head", "contractor"])
def test_nobody_else_prints_or_hands_over(version, clerk, who):
    branch = make.branch("103", name="多摩支店")
    person = make.person("clerk", branch=branch) if who == "elsewhere" else make.person(who)
    with pytest.raises(printing.NotAllowed, match="権限がありません"):
        printing.hand_out(version, by=person, seen=0)
    made = printing.hand_out(version, by=clerk, seen=0)
    with pytest.raises(printing.NotAllowed, match="権限がありません"):
        printing.hand_over(made, by=person, how="post", on=clock.today())
    assert not HandOver.objects.exists()


def test_only_an_issued_paper_certificate_is_printed():
    for version in (make.issued(), make.ordered(format="paper")):
        clerk = make.person("clerk", branch=version.branch)
        with pytest.raises(printing.NotAllowed, match="^印刷できるのは、発行済の証書（紙）だけです。$"):
            printing.hand_out(version, by=clerk, seen=0)
    assert not Print.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_prints_at_once_are_1_and_2_exactly_once(version, clerk):
    people = [clerk, clerk, make.person("approver", branch=version.branch), make.person("clerk", branch=version.branch)]

    def at_once(seen, reason):
        gate = Barrier(len(people))

        def press(person):
            gate.wait()
            try:
                return printing.hand_out(version, by=person, seen=seen, reason=reason).no
            except printing.TooLate:
                return "late"
            finally:
                connection.close()

        with ThreadPoolExecutor(len(people)) as pool:
            return list(pool.map(press, people))

    for seen, reason in ((0, ""), (1, "汚損のため")):
        answers = at_once(seen, reason)
        assert set(answers) == {seen + 1, "late"}
        assert answers.count(seen + 1) in {1, 2}  # whoever pressed twice is told twice
    assert [(one.no, bool(one.reason)) for one in Print.objects.order_by("no")] == [(1, False), (2, True)]
    assert Job.objects.filter(kind="render_paper").count() == 2
    assert [action for action, *_ in entries(version)] == ["paper.printed"] * 2


# The PDF


def test_whoever_printed_fetches_the_pdf_for_half_an_hour_and_every_time_is_noted(version, clerk, press, monkeypatch):
    made = printing.hand_out(version, by=clerk, seen=0)
    with pytest.raises(printing.NotReady, match="^証書（正・副）のPDFを作成しています。"):
        printing.fetch(made, by=clerk)
    issuing.render_paper(str(made.pk))
    paper = Document.objects.get()

    assert [printing.fetch(made, by=clerk) for _ in range(2)] == [b"%PDF paper 1"] * 2

    assert entries(version)[:2] == [("paper.downloaded", "佐藤　花子", {"version": 0, "print_no": 1})] * 2
    (shown,) = printing.prints(version, reader=clerk)
    assert (shown.state, shown.until) == ("open", paper.created_at + dt.timedelta(minutes=30))
    for after, state in ((dt.timedelta(seconds=-1), "open"), (dt.timedelta(0), "closed")):
        monkeypatch.setattr(clock, "now", lambda after=after: shown.until + after)
        assert printing.prints(version, reader=clerk)[0].state == state
    with pytest.raises(printing.NotReady, match="作成から30分.*再発行になります。$"):
        printing.fetch(made, by=clerk)
    assert len(entries(version)) == 4  # printed, rendered, downloaded twice


def test_nobody_but_whoever_printed_fetches_the_pdf(version, clerk, press):
    made = printing.hand_out(version, by=clerk, seen=0)
    issuing.render_paper(str(made.pk))
    colleague = make.person("approver", branch=version.branch)
    assert [shown.state for shown in printing.prints(version, reader=colleague)] == ["closed"]
    for person in (colleague, make.person("head")):
        with pytest.raises(printing.NotAllowed):
            printing.fetch(made, by=person)
    assert [action for action, *_ in entries(version)] == ["paper.rendered", "paper.printed"]


def test_a_print_whose_drawing_failed_for_good_says_so(version, clerk):
    printing.hand_out(version, by=clerk, seen=0)
    Job.objects.filter(kind="render_paper").update(status="dead")
    assert [shown.state for shown in printing.prints(version, reader=clerk)] == ["stopped"]


def test_the_list_of_prints_costs_the_same_for_one_and_for_thirty(version, clerk, press, django_assert_num_queries):
    printing.hand_out(version, by=clerk, seen=0)
    with django_assert_num_queries(4):  # papers, prints, dead jobs, clock
        printing.prints(version, reader=clerk)
    for seen in range(1, 30):
        printing.hand_out(version, by=clerk, seen=seen, reason="汚損のため")
    with django_assert_num_queries(4):
        assert len(printing.prints(version, reader=clerk)) == 30


# How it leaves


@pytest.fixture
def printed(version, clerk, press):
    made = printing.hand_out(version, by=clerk, seen=0)
    issuing.render_paper(str(made.pk))
    return made


def test_the_branch_notes_how_the_certificate_left(version, clerk, printed):
    today = clock.today()
    note = printing.hand_over(printed, by=clerk, how="post", on=today)

    assert (note.print, note.how, note.on, note.by) == (printed, "post", today, clerk)
    assert printing.handed_over(version) == note
    assert printing.prints(version, reader=clerk)[0].left == note
    data = {"version": 0, "print_no": 1, "how": "post", "on": today.isoformat()}
    assert entries(version)[0] == ("paper.handed_over", "佐藤　花子", data)
    assert printing.hand_over(printed, by=clerk, how="post", on=today) == note
    with pytest.raises(printing.TooLate, match="佐藤　花子さんが記録しています"):
        printing.hand_over(printed, by=clerk, how="visit", on=today)
    assert HandOver.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 1, 400])
def test_it_left_neither_before_it_was_printed_nor_on_a_day_to_come(clerk, printed, days):
    with pytest.raises(printing.NotAllowed, match="^渡した日は、証書を印刷した日（.+）を入力してください。$"):
        printing.hand_over(printed, by=clerk, how="post", on=clock.today() + dt.timedelta(days=days))
    assert not HandOver.objects.exists()


def test_days_since_the_print_are_taken(clerk, printed, monkeypatch):
    wait(monkeypatch, days=3)
    first = clock.day(printed.at)
    for day in (first - dt.timedelta(days=1), first + dt.timedelta(days=4)):
        with pytest.raises(printing.NotAllowed, match="（印刷した日）から.+（今日）までの日を入力してください。$"):
            printing.hand_over(printed, by=clerk, how="visit", on=day)
    assert printing.hand_over(printed, by=clerk, how="visit", on=first + dt.timedelta(days=2)).how == "visit"


def test_what_is_not_drawn_has_not_left(version, clerk):
    made = printing.hand_out(version, by=clerk, seen=0)
    with pytest.raises(printing.NotReady, match="^証書のPDFがまだできていません。"):
        printing.hand_over(made, by=clerk, how="post", on=clock.today())


def test_a_reissued_certificate_leaves_once_more(version, clerk, printed):
    first = printing.hand_over(printed, by=clerk, how="post", on=clock.today())
    again = printing.hand_out(version, by=clerk, seen=1, reason="郵便で届かなかったため")
    issuing.render_paper(str(again.pk))
    second = printing.hand_over(again, by=clerk, how="visit", on=clock.today())
    assert (printing.handed_over(version), first.print.no, second.print.no) == (second, 1, 2)


def test_neither_prints_nor_their_leaving_are_ever_changed(version, clerk, printed):
    printing.hand_over(printed, by=clerk, how="post", on=clock.today())
    for model, change in ((Print, {"no": 7}), (HandOver, {"how": "visit"})):
        for act in (lambda rows, change=change: rows.update(**change), lambda rows, **_: rows._raw_delete(rows.db)):
            with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
                act(model.objects.all())


def test_the_look_up_never_finds_a_paper_certificate_printed_or_not(version, clerk, printed):
    outcome = lookup.find(version.guarantee.number, WRONG, visitor="192.0.2.1", agent="")
    assert (outcome.result, outcome.guarantee, outcome.version) == ("refused", None, None)
    assert not version.guarantee.keys.exists()


def test_only_the_newest_print_is_noted_as_gone(version, clerk, printed):
    again = printing.hand_out(version, by=clerk, seen=1, reason="汚損したため")
    issuing.render_paper(str(again.pk))
    with pytest.raises(printing.TooLate, match="2回目の印刷があります"):
        printing.hand_over(printed, by=clerk, how="post", on=clock.today())
    assert printing.hand_over(again, by=clerk, how="post", on=clock.today()).print == again
