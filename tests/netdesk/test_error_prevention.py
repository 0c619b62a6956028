"""Whatever sends, ends or prints something has a page before it that says what will happen and leads back (WCAG 3.3.4)."""

from pathlib import Path

import pytest
from django.conf import settings

from applications.lifecycle import MOVES
from tests.test_doors import ROWS

TEMPLATES = Path(settings.BASE_DIR, "templates")
POSTS = {name for name, _, method in ROWS if method == "POST"}
# URL name: the page that stands before it, words on that page which tell the outcome, and the way back.
GUARDED = {
    "applications:confirm": ("applications/confirm.html", "まだ送信していません", "入力に戻る"),
    "applications:withdraw": ("applications/withdraw.html", "元に戻すことはできません", "取り下げずに戻る"),
    "applications:discard": ("applications/discard.html", "元に戻せません", "削除せずに戻る"),
    "register:remove": ("register/remove.html", "を削除します", "削除せずに戻る"),
    "register:stop": ("register/stop.html", "ログインもできなくなります", "停止せずに戻る"),
    "admin:move": ("desk/move.html", "この操作で起きること", "審査の画面に戻る"),
    "admin:print": ("desk/print.html", "この操作で起きること", "審査の画面に戻る"),
    "admin:pay": ("desk/pay.html", "あとから直すことはできません", "審査の画面に戻る"),
    "admin:refund": ("desk/refund.html", "あとから直すことはできません", "審査の画面に戻る"),
    "admin:handed_over": ("desk/handed_over.html", "あとから直すことはできません", "審査の画面に戻る"),
}
# These need none, and why.
FREE = {
    "accounts:login": "opens the door",
    "accounts:logout": "the form keeps what was typed as a draft",
    "accounts:session": "lengthens the session",
    "accounts:password": "asks for the old password and twice for the new one, and can be changed again",
    "applications:edit": "keeps a draft; clearing asks first and can be undone",
    "applications:again": "makes a draft",
    "applications:change_begin": "makes a draft, or opens the one that is there",
    "applications:again_last": "makes a draft",
    "applications:follow": "makes a draft, or goes on with the one there is",
    "applications:attach": "can be taken back until the branch has received the application, and says so",
    "applications:take_back": "the file can be attached again as it was",
    "applications:say": "says something; changes nothing in the application",
    "admin:say": "says something; changes nothing in the application",
    "admin:memo": "notes something for the desk; changes nothing in the application",
    "admin:settle": "notes that no answer is due; the next word of the customer waits again",
    "admin:hold": "can be given back or taken over; moves nothing",
    "admin:let_go": "can be taken again; moves nothing",
    "register:add": "can be changed and removed again; what was sent keeps its words",
    "register:change": "can be changed again; what was sent keeps its words",
    "register:numbers": "can be changed again; stands in no paper",
    "register:invite": "says what the link will do, and can be taken back until it is used",
    "register:invite_again": "can be taken back until it is used",
    "register:uninvite": "can be sent again",
    "register:person": "can be changed back",
    "register:reopen": "can be stopped again",
    "accounts:invitation": "chooses a password twice; it can be changed again",
    "guarantees:key": "shows; the page before says that it is noted down",
    "verify:form": "looks up",
    "admin:retry": "does again what was promised, once",
    "csp_report": "from the browser itself",
}
# Master data: Django's own page asks before it deletes; an addition or a change can be changed again.
MASTER_DATA = {name for name in POSTS if name.startswith("admin:") and name.endswith(("_add", "_change", "_delete"))}


def test_every_address_that_takes_a_post_is_guarded_or_free():
    assert set(GUARDED) & set(FREE) == set()
    assert set(GUARDED) | set(FREE) == POSTS - MASTER_DATA


@pytest.mark.parametrize("name", GUARDED)
def test_the_page_before_tells_the_outcome_and_leads_back(name):
    page, outcome, back = GUARDED[name]
    seen = [answers for (row, _, method), answers in ROWS.items() if row == name and method == "GET"]
    assert all("200" in answers for answers in seen) and seen
    text = (TEMPLATES / page).read_text("utf-8")
    assert outcome in text
    assert back in text
    assert 'method="post"' in text


def test_no_move_that_ends_or_promises_is_made_from_the_sheet_itself():
    """受け付ける and 審査を始める promise nothing to anybody; all others are links to their page."""
    sheet = (TEMPLATES / "desk" / "review.html").read_text("utf-8")
    at_once = {name for name in MOVES if f'action="{{% url "admin:move" line.pk "{name}" %}}"' in sheet}
    asked = {name for name in MOVES if f'href="{{% url "admin:move" line.pk "{name}" %}}"' in sheet}
    assert at_once == {"receive", "review"}
    assert asked == {"return", "decline", "approve"}


def test_what_was_sent_can_be_withdrawn_until_it_is_reviewed():
    assert {"submitted", "received", "returned"} <= {str(source) for source in MOVES["withdraw"].sources}
