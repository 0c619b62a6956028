"""連絡事項: what customer and branch say to each other, and the mail that only says that there is something to read."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from applications import lifecycle, review, status_views, talk
from applications.models import Message
from audit import trail
from outbox.models import Letter
from tests import make


def told(line, reader):
    return [(one.who, one.text, one.is_ours) for one in talk.conversation(line, reader=reader).said]


def test_both_sides_read_one_conversation_in_the_order_of_time(people):
    line = make.line(people, "under_review", contract_on=None, message="6月10日までにお願いします。")
    talk.say(line, "契約書を郵送しました。", by=people["colleague"])
    lifecycle.move(line, "return", by=people["clerk"], remark="請負金額が異なります。")
    talk.say(line, "お電話でもご説明します。", by=people["approver"])
    for_company = [
        ("貴社から　保証　花子", "6月10日までにお願いします。", True),
        ("新宿支店から", "お知らせします。", False),
        ("新宿支店から", "お知らせします。", False),
        ("貴社から　濵田　健", "契約書を郵送しました。", True),
        ("新宿支店から", "請負金額が異なります。", False),
        ("新宿支店から", "お電話でもご説明します。", False),
    ]
    assert told(line, people["contractor"]) == for_company
    seen = told(line, people["head"])
    assert [(text, not ours) for _, text, ours in seen] == [(text, ours) for _, text, ours in for_company]
    assert [who for who, *_ in seen][-3:] == [
        "お客様から　濵田　健",
        "新宿支店から　佐藤　花子",
        "新宿支店から　田中　一郎",
    ]


def test_what_is_said_again_with_a_new_sending_is_not_repeated(people):
    line = make.line(people, "returned", message="よろしくお願いします。")
    again = make.edited(line.application, people["contractor"], price="51,000,000")
    make.sent(again, people["contractor"])
    ours = line.messages.filter(side="contractor").values_list("text", flat=True)
    assert list(ours) == ["よろしくお願いします。"]
    lifecycle.move(line, "receive", by=people["clerk"])
    lifecycle.move(line, "return", by=people["clerk"], remark="もう一度お願いします。")
    line.application.refresh_from_db()
    make.sent(make.edited(line.application, people["contractor"], message="直しました。"), people["contractor"])
    assert list(ours.all()) == ["よろしくお願いします。", "直しました。"]


def test_the_same_words_within_a_minute_are_one_message(people):
    line = make.line(people)
    first, second = (talk.say(line, "契約書を郵送しました。", by=people["contractor"]) for _ in range(2))
    assert first == second
    assert talk.say(line, "契約書を郵送しました。", by=people["colleague"]) != first
    assert trail.of(line).filter(action="message.sent").count() == 2


def test_what_was_said_is_never_changed(people):
    message = talk.say(make.line(people), "契約書を郵送しました。", by=people["contractor"])
    for change in (lambda: Message.objects.update(text="x"), message.delete):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.parametrize("text", ["", "　\n", "。。。"])
def test_nothing_is_not_said(people, text):
    with pytest.raises(talk.Unsaid, match="支店への連絡を入力してください"):
        talk.say(make.line(people), text, by=people["contractor"])


def test_each_side_has_its_length(people):
    line = make.line(people)
    talk.say(line, "あ" * 500, by=people["contractor"])
    talk.say(line, "あ" * 1000, by=people["clerk"])
    for person, words in (("contractor", "支店への連絡は、500文字以内"), ("clerk", "お客様への連絡は、1000文字以内")):
        with pytest.raises(talk.Unsaid, match=words):
            talk.say(line, "い" * 1001, by=people[person])
    assert not issubclass(talk.Unsaid, ValidationError)


@pytest.mark.parametrize("person", ["rival", "otherbranch", "head"])
def test_nobody_else_has_a_say(people, person):
    with pytest.raises(talk.Unsaid, match="権限がありません"):
        talk.say(make.line(people), "こんにちは", by=people[person])
    assert not Message.objects.exists()


# Mail


def test_what_the_branch_says_is_announced_once_and_without_its_words(people):
    line = make.line(people, contract_on=None)
    for _ in range(2):
        talk.say(line, "請負金額をご確認ください。", by=people["clerk"])
    letter = Letter.objects.get()
    assert (letter.kind, letter.to, letter.subject) == (
        "line_news",
        "contractor@example.jp",
        "お申込みについてのお知らせ",
    )
    assert line.application.number in letter.body
    for secret in ("請負金額", line.work_name, str(line.pk), "佐藤"):
        assert secret not in letter.body


@pytest.mark.parametrize(
    ("status", "letters"), [("returned", 1), ("declined", 1), ("under_review", 0), ("withdrawn", 0)]
)
def test_a_return_and_a_refusal_are_announced_and_nothing_else(people, status, letters):
    make.line(people, status, contract_on=None)
    assert Letter.objects.filter(kind="line_news").count() == letters


def test_nothing_is_announced_of_what_was_taken_back_or_said_by_the_customer(people):
    line = make.line(people, "withdrawn", contract_on=None)
    talk.say(line, "承知しました。", by=people["clerk"])
    talk.say(line, "ありがとうございます。", by=people["contractor"])
    assert not Letter.objects.exists()


# Pages


def test_the_company_writes_from_the_detail(client, people):
    line = make.line(people, contract_on=None)
    client.force_login(people["contractor"])
    page, say = (reverse(f"applications:{name}", args=[line.pk]) for name in ("line", "say"))
    answer = client.post(say, {"text": "<b>契約書</b>を郵送しました。"}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    words = answer.content.decode()
    assert "新宿支店へ連絡を送りました。" in words
    assert "&lt;b&gt;契約書&lt;/b&gt;を郵送しました。" in words
    answer = client.post(say, {"text": "あ" * 501})
    words = answer.content.decode()
    assert (answer.status_code, "あ" * 501 in words) == (200, True)
    assert '<a href="#text">支店への連絡は、500文字以内で入力してください（いまの入力：501文字）</a>' in words
    for method in (client.get, client.head):  # the page of the error loaded again
        assert (method(say).status_code, method(say)["Location"]) == (302, f"{page}#talk")
    assert client.put(say).status_code == 405
    for other in ("rival", "viewer"):
        client.force_login(people[other])
        assert client.get(say).status_code == 404


@pytest.mark.parametrize("text", ["a%00b", "a%1Bb", "%F0%9F%98%80"])
def test_words_that_cannot_be_kept_are_said_at_the_field(client, people, text):
    line = make.line(people, contract_on=None)
    client.force_login(people["contractor"])
    say = reverse("applications:say", args=[line.pk])
    answer = client.post(say, f"text={text}", "application/x-www-form-urlencoded")
    assert (answer.status_code, 'id="text-e"' in answer.content.decode()) == (200, True)


def test_the_branch_writes_from_the_review_sheet(client, people):
    line = make.line(people, contract_on=None)
    client.force_login(people["clerk"])
    say = reverse("admin:say", args=[line.pk])
    answer = client.post(say, {"text": "契約書の写しを送ってください。"}, follow=True)
    assert answer.redirect_chain == [(reverse("admin:review", args=[line.pk]), 302)]
    assert "新宿支店から　佐藤　花子" in answer.content.decode()
    answer = client.post(say, {"text": " "})
    assert '<a href="#text">お客様への連絡を入力してください</a>' in answer.content.decode()
    assert client.get(say)["Location"] == f"{reverse('admin:review', args=[line.pk])}#talk"
    for other in ("head", "otherbranch"):
        client.force_login(people[other])
        assert client.get(say).status_code == 404
        assert client.post(say, {"text": "x"}).status_code == 404
    assert 'name="text"' not in client.get(reverse("admin:review", args=[line.pk])).content.decode()


def test_a_long_talk_is_shown_from_its_end(people, client):
    line = make.line(people)
    Message.objects.bulk_create(
        Message(line=line, side="contractor", by=people["contractor"], text=f"連絡その{n}")
        for n in range(talk.SHOWN + 3)
    )
    short = talk.conversation(line, reader=people["clerk"])
    assert (len(short.said), short.earlier) == (talk.SHOWN, line.messages.count() - talk.SHOWN)
    assert short.said[-1].text == f"連絡その{talk.SHOWN + 2}"
    assert len(talk.conversation(line, reader=people["clerk"], whole=True).said) == line.messages.count()
    client.force_login(people["clerk"])
    address = reverse("admin:review", args=[line.pk])
    assert "これより前の連絡" in client.get(address).content.decode()
    page = client.get(f"{address}?talk").content.decode()
    assert "これより前の連絡" not in page and "連絡その0" in page


def test_nobody_floods_a_line(people):
    line = make.line(people)
    for n in range(talk.MOST):
        talk.say(line, f"連絡その{n}", by=people["contractor"])
    with pytest.raises(talk.Unsaid, match="短い時間に多くの連絡"):
        talk.say(line, "もう一つ", by=people["contractor"])
    talk.say(line, "同僚からです", by=people["colleague"])
    assert line.messages.filter(by=people["contractor"]).count() == talk.MOST


def test_what_the_branch_says_in_a_row_is_announced_once(people):
    line = make.line(people, "received")
    for n in range(5):
        talk.say(line, f"お知らせその{n}", by=people["clerk"])
    assert Letter.objects.filter(kind="line_news").count() == 1
    lifecycle.move(line, "return", by=people["clerk"], remark="直してください。")
    assert Letter.objects.filter(kind="line_news").count() == 2  # what has to be done is always announced


@pytest.mark.parametrize("left", ["disabled", "elsewhere"])
def test_the_news_go_to_somebody_who_is_still_there(people, left):
    line = make.line(people, "received")
    sender = people["contractor"]
    if left == "disabled":
        sender.is_active = False
    else:
        sender.contractor = people["rival"].contractor
    sender.save()
    talk.say(line, "お知らせです。", by=people["clerk"])
    assert [one.to for one in Letter.objects.filter(kind="line_news")] == ["colleague@example.jp"]


def test_the_steps_and_the_history_outlast_any_talk(people):
    line = make.line(people, "under_review")
    before = [step.title for step in status_views.steps(line)]
    with transaction.atomic():
        for n in range(61):
            trail.record("message.sent", line, by=people["contractor"], message=n, side="contractor")
    assert [step.title for step in status_views.steps(line)] == before
    assert "line.under_review" in [act.entry.action for act in review.history(line)]


def test_a_viewer_says_moves_and_settles_nothing_and_is_not_written_to(people):
    line = make.line(people, "received")
    viewer = people["viewer"]
    for name in ("contractor", "colleague"):
        User.objects.filter(pk=people[name].pk).update(is_active=False)
    talk.say(line, "お知らせです。", by=people["clerk"])
    line.refresh_from_db()
    assert line.unread
    talk.opened(line, by=viewer)
    with pytest.raises(talk.Unsaid):
        talk.say(line, "読みました。", by=viewer)
    with pytest.raises(lifecycle.NotAllowed):
        lifecycle.move(line, "withdraw", by=viewer, remark="延期のため")
    line.refresh_from_db()
    assert (line.unread, line.status, lifecycle.open_to(viewer, line)) == (True, "received", [])
    assert Letter.objects.filter(kind="line_news").count() == 0
