"""Every status has its words, and an approved line speaks those of its guarantee."""

import pytest

from applications import wording
from applications.models import Application, Line
from guarantees.models import Version
from netdesk.templatetags import nd


@pytest.mark.parametrize("status", [status for status in Line.Status if status != "draft"])
def test_every_status_says_what_comes_next_and_has_a_colour(status):
    line = Line(status=status, format="electronic", issue=Version(status="ordered") if status == "approved" else None)
    said = wording.status_of(line)
    assert said.next
    assert said.words in nd.TONES


@pytest.mark.parametrize(
    ("format", "receipt", "issued", "said"),
    [
        ("electronic", "", "ordered", ("発行手続中", "証書を発行しています。数分で終わります")),
        ("electronic", "", "issued", ("手続完了", "「認証キー」のお知らせを、発注者へ提出してください")),
        ("paper", "post", "issued", ("手続完了", "証書（紙）を郵送します。届くまでお待ちください")),
        ("paper", "visit", "issued", ("手続完了", "証書（紙）を支店の窓口でお受け取りください")),
    ],
)
def test_an_approved_line_speaks_the_words_of_its_guarantee(format, receipt, issued, said):
    line = Line(
        status="approved", format=format, issue=Version(status=issued), application=Application(receipt=receipt)
    )
    assert wording.status_of(line) == said
