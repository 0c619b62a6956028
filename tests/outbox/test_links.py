"""A link that opens something is put into a letter on its way out, and stands in no row."""

import pytest
from django.db import transaction

from outbox import links, post, smtp

LINK = "https://portal.example.jp/invitation/opens-something/"


def maker(ref):
    return f"{LINK}{ref}"


@pytest.fixture
def letter(db, settings):
    settings.LETTER_LINKS = {"invitation": "tests.outbox.test_links.maker"}
    with transaction.atomic():
        return post.write("invitation", to="a@example.jp", ref="17", context={"name": "見本"})


def test_the_row_keeps_a_mark_in_its_place(letter):
    letter.refresh_from_db()
    assert links.PLACE in letter.body
    assert LINK not in str(vars(letter))


def test_every_copy_that_goes_out_has_the_same_link(letter):
    assert links.filled(letter) == letter.body.replace(links.PLACE, f"{LINK}17")
    assert smtp._content(letter) == smtp._content(letter)


def test_a_letter_without_a_maker_goes_out_as_it_stands(letter, settings):
    settings.LETTER_LINKS = {}
    assert links.filled(letter) == letter.body
