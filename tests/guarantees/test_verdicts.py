"""The sentences of an answer: each is true or not by itself."""

import datetime as dt

import pytest

from guarantees import canon, snapshot, verdicts
from guarantees.models import Guarantee
from guarantees.standing import Standing
from tests.guarantees import browsing

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return browsing.issued()[0].current


def said(verdict: verdicts.Verdict) -> list[tuple[str, str]]:
    return [(sentence.tone, sentence.text) for sentence in verdict.sentences]


@pytest.mark.parametrize(
    ("on", "tone", "heading", "period"),
    [
        (dt.date(2026, 5, 31), "wait", "保証期間前の電子保証です", "保証期間前です"),
        (dt.date(2026, 6, 1), "ok", "有効な電子保証です", "保証期間内です"),
        (dt.date(2026, 12, 18), "ok", "有効な電子保証です", "保証期間内です"),
        (dt.date(2026, 12, 19), "wait", "保証期間が満了した電子保証です", "保証期間は満了しています"),
    ],
)
def test_the_day_decides_about_the_period_and_about_nothing_else(version, on, tone, heading, period):
    verdict = verdicts.of(version, on)
    assert (verdict.tone, verdict.heading) == (tone, heading)
    assert said(verdict) == [
        ("ok", "当社が発行しました"),
        ("ok", "内容は変更されていません"),
        (tone, period),
        ("ok", "最新の版です"),
    ]
    assert [sentence.detail for sentence in verdict.sentences][2:] == ["2026年6月1日から2026年12月18日まで", "第1版"]


@pytest.mark.parametrize(
    ("status", "tone", "heading"),
    [
        (Guarantee.Status.CANCELLED, "ng", "解約された電子保証です"),
        (Guarantee.Status.CLAIM, "wait", "弁済の手続中の電子保証です"),
        (Guarantee.Status.CLOSED, "wait", "終了した電子保証です"),
    ],
)
def test_what_happened_to_the_guarantee_outranks_the_dates(version, status, tone, heading):
    version.guarantee.status = status
    for on in (dt.date(2026, 6, 1), dt.date(2027, 6, 1)):
        verdict = verdicts.of(version, on)
        assert (verdict.tone, verdict.heading, verdict.sentences[2].tone) == (tone, heading, tone)


def test_a_record_that_is_not_the_one_issued_is_not_shown(version):
    version.snapshot = version.snapshot | {"amount_yen": 200_000_000}
    verdict = verdicts.of(version, dt.date(2026, 6, 1))
    assert (verdict.tone, verdict.heading, verdict.shows_content) == ("ng", "内容を確かめられませんでした", False)
    assert said(verdict)[1] == ("ng", "内容が発行時の記録と一致しません")


def test_the_digest_is_computed_anew_from_the_whole_record(version):
    assert snapshot.digest(version.snapshot) == version.snapshot_digest == canon.digest(version.snapshot)
    for name in version.snapshot:
        changed = version.snapshot | {name: "x"}
        assert snapshot.digest(changed) != version.snapshot_digest


def test_every_standing_of_an_opened_version_has_its_words():
    assert set(verdicts.HEADINGS) == set(Standing) - {Standing.ORDERED, Standing.SUPERSEDED, Standing.CHANGING}
