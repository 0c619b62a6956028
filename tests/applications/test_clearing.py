"""クリア takes a part of the form away and never loses it."""

import pytest
from django.urls import reverse

from applications import clearing, drafts, editing, lifecycle
from applications.forms import ApplicationForm
from applications.models import Application
from tests import make

pytestmark = pytest.mark.django_db
MINE = {"advance_on": "on", "advance_amount": "20,000,000", "contract_on": "on", "work_name": "外壁改修"}


@pytest.fixture
def owner(client, people):
    client.force_login(people["contractor"])
    return client


def edit(pk):
    return reverse("applications:edit", args=[pk])


def press(browser, application, act, **changes):
    """Press a button of the form as it stands in the draft, with changes typed meanwhile."""
    application.refresh_from_db()
    form = {name: text for name, text in (application.typed | changes).items() if text}
    answer = browser.post(edit(application.pk), form | {"act": act, "version": str(application.version)})
    application.refresh_from_db()
    return answer


def test_every_field_belongs_to_one_part_and_the_products_to_a_common_one_too():
    parts = {name: set(part.fields) for name, part in clearing.PARTS.items()}
    assert parts.pop("products") == parts["advance"] | parts["contract"]
    assert sorted(field for fields in parts.values() for field in fields) == sorted(ApplicationForm.base_fields)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("advance", {"contract_on", "work_name"}),
        ("contract", {"advance_on", "advance_amount", "work_name"}),
        ("products", {"work_name"}),
        ("block", {"advance_on", "advance_amount", "contract_on"}),
    ],
)
def test_a_part_is_emptied_and_brought_back_whole(name, left):
    emptied, kept = clearing.clear(name, MINE, {}, locked=())
    assert (set(emptied), kept) == (left, {name: {field: MINE[field] for field in MINE if field not in left}})
    assert clearing.undo(name, emptied, kept, locked=()) == (MINE, {})


def test_a_second_press_does_not_replace_what_is_kept_by_nothing():
    emptied, kept = clearing.clear("advance", MINE, {}, locked=())
    assert clearing.clear("advance", emptied, kept, locked=()) == (emptied, kept)


def test_what_was_typed_since_changes_places_with_what_was_cleared():
    emptied, kept = clearing.clear("advance", MINE, {}, locked=())
    typed, left = clearing.undo("advance", emptied | {"advance_amount": "1"}, kept, locked=())
    assert (typed, left) == (MINE, {"advance": {"advance_amount": "1"}})
    assert clearing.undo("advance", typed, left, locked=())[0]["advance_amount"] == "1"


def test_closed_fields_are_neither_cleared_nor_brought_back():
    locked = {"advance_amount"}
    assert clearing.clear("advance", MINE, {}, locked=locked)[0]["advance_amount"] == "20,000,000"
    kept = {"advance": {"advance_amount": "1", "advance_on": "on"}}
    assert clearing.undo("advance", {}, kept, locked=locked) == ({"advance_on": "on"}, {})


def test_the_button_stores_the_emptied_form_and_offers_the_way_back(owner, people, text):
    draft = make.draft(people["contractor"])
    before = dict(draft.typed)
    answer = press(owner, draft, "clear_advance", work_place="いま入力した場所")
    assert answer["Location"] == f"{edit(draft.pk)}#s2"
    assert [name for name in draft.typed if name.startswith("advance_")] == []
    assert draft.typed["work_place"] == "いま入力した場所"
    page = text(owner.get(edit(draft.pk)))
    assert "前払金保証の入力内容をクリアしました。" in page
    assert "元に戻す" in page

    press(owner, draft, "undo_advance")
    assert draft.typed == before | {"work_place": "いま入力した場所"}
    assert draft.cleared == {}
    assert "undo_advance" not in owner.get(edit(draft.pk)).content.decode()


def test_the_way_back_stays_while_something_else_is_saved(owner, people, text):
    draft = make.draft(people["contractor"])
    press(owner, draft, "clear_information")
    press(owner, draft, "save", person="濵田　健")
    page = text(owner.get(edit(draft.pk)))
    assert "クリアする前のインフォメーションの入力内容を残しています。" in page
    press(owner, draft, "undo_information")
    assert (draft.typed["person"], draft.cleared) == ("保証　花子", {"information": {"person": "濵田　健"}})


def test_an_empty_part_says_that_there_is_nothing_to_clear(owner, people, text):
    draft = make.draft(people["contractor"], **dict.fromkeys(clearing.PARTS["contract"].fields))
    answer = press(owner, draft, "clear_contract")
    assert (draft.version, draft.cleared) == (1, {})
    assert "契約保証には、クリアする入力内容がありません。" in text(owner.get(answer["Location"]))


def test_a_stale_page_clears_nothing(owner, people):
    draft = make.draft(people["contractor"])
    make.edited(draft, people["colleague"], work_place="先に保存した場所")
    answer = owner.post(edit(draft.pk), draft.typed | {"act": "clear_products", "version": "1"})
    draft.refresh_from_db()
    assert (answer.status_code, draft.cleared, "advance_amount" in draft.typed) == (409, {}, True)
    assert 'value="20,000,000"' in answer.content.decode()


def test_closed_sections_of_a_returned_application_have_no_button_and_stay(owner, people):
    line = make.line(people, "returned")
    page = owner.get(edit(line.application_id)).content.decode()
    assert 'value="clear_advance"' in page
    assert 'value="clear_contract"' not in page
    application = line.application
    before = dict(application.typed)
    press(owner, application, "clear_products")
    emptied = {name for name in before if name not in application.typed}
    assert emptied == {name for name in before if name.startswith("advance_")} - {"advance_on"}


def test_sending_forgets_what_was_cleared(people):
    ours = people["contractor"]
    draft = make.draft(ours)
    typed, kept = clearing.clear("contract", draft.typed, {}, locked=())
    draft = drafts.save(draft.pk, typed, by=ours, version=1, cleared=kept)
    assert draft.cleared != {}
    assert make.sent(draft, ours).cleared == {}


def test_the_second_product_takes_over_what_was_answered_for_the_first(owner, people, text):
    draft = make.draft(people["contractor"], **dict.fromkeys(clearing.PARTS["contract"].fields))
    answer = press(owner, draft, editing.SAME)
    assert answer["Location"] == f"{edit(draft.pk)}#s3"
    assert {name: draft.typed.get(f"contract_{name}") for name in (*editing.ALIKE, "on", "amount")} == {
        **{name: draft.typed[f"advance_{name}"] for name in editing.ALIKE},
        "on": "on",
        "amount": None,
    }
    assert "前払金保証と同じにしました" in text(owner.get(answer["Location"]))


def test_without_a_first_product_there_is_nothing_to_take_over(owner, people, text):
    draft = make.draft(people["contractor"], **dict.fromkeys(clearing.PARTS["products"].fields))
    answer = press(owner, draft, editing.SAME)
    assert draft.version == 1
    assert "先に前払金保証を入力してください" in text(owner.get(answer["Location"]))


def test_a_returned_second_product_takes_over_what_was_sent_for_the_first(owner, people):
    application = make.application(people["contractor"], contract_statement="yes")
    for line in application.lines.filter(product="contract"):
        for name in ("receive", "return"):
            lifecycle.move(line, name, by=people["clerk"], remark="計算書を確かめてください。")
    application = Application.objects.get(pk=application.pk)
    shown = {name: text for name, text in application.typed.items() if not name.startswith("advance_")}
    owner.post(edit(application.pk), shown | {"act": editing.SAME, "version": str(application.version)})
    application.refresh_from_db()
    assert application.typed["contract_statement"] == "no"
