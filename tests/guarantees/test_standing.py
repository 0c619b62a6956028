import datetime as dt

import pytest

from guarantees import standing
from guarantees.models import Guarantee, Version
from netdesk.templatetags.nd import TONES

FIRST, LAST = dt.date(2026, 6, 1), dt.date(2026, 12, 18)
DAY = dt.timedelta(days=1)


def version(status="issued", guarantee="issued", starts_on=FIRST):
    return Version(status=status, starts_on=starts_on, ends_on=LAST, guarantee=Guarantee(status=guarantee))


@pytest.mark.parametrize(
    ("on", "word"),
    [(FIRST - DAY, "保証期間前"), (FIRST, "有効"), (LAST, "有効"), (LAST + DAY, "保証期間満了")],
)
def test_an_issued_version_stands_by_its_dates(on, word):
    assert standing.of(version(), on) == word


@pytest.mark.parametrize("on", [FIRST - DAY, FIRST, LAST + DAY])
@pytest.mark.parametrize(
    ("made", "word"),
    [
        (version("ordered", "ordered", None), "発行手続中"),
        (version("ordered", "ordered"), "発行手続中"),
        (version("superseded"), "変更済"),
        (version("superseded", "cancelled"), "変更済"),
        (version("cancelled", "cancelled"), "解約"),
        (version(guarantee="cancelled"), "解約"),
        (version(guarantee="claim"), "弁済手続中"),
        (version(guarantee="closed"), "終了"),
    ],
)
def test_what_was_decided_goes_before_the_dates(made, word, on):
    assert standing.of(made, on) == word


def test_every_stored_status_has_a_word():
    assert set(standing._STORED) == set(Guarantee.Status) - {Guarantee.Status.ISSUED}


def test_every_word_that_a_list_shows_has_a_colour():
    assert {"保証期間前", "有効", "保証期間満了", "解約", "終了", "発行手続中"} <= set(TONES)
