"""Reports of browsers are noted a few times a minute, whoever sends how many of them."""

import logging

import pytest

from netdesk import reports


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setattr(reports, "_noted", [])


@pytest.fixture
def clock(monkeypatch):
    at = [1000.0]
    monkeypatch.setattr(reports.time, "monotonic", lambda: at[0])

    def forward(seconds):
        at[0] += seconds

    return forward


@pytest.mark.parametrize("content_type", ["application/csp-report", "application/reports+json"])
def test_twenty_reports_a_minute_are_noted_and_all_are_answered(client, caplog, clock, content_type):
    with caplog.at_level(logging.WARNING, logger="netdesk.reports"):
        answers = [client.post("/csp-report", b'{"n": %d}' % n, content_type) for n in range(50)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(204, b"")}
    told = [record.getMessage() for record in caplog.records]
    assert told == [f'content security policy: {{"n": {n}}}' for n in range(20)]


def test_after_a_minute_it_goes_on(caplog, clock):
    counts = []
    for step, count in [(0, 15), (30, 10), (29, 1), (1, 20), (30, 10)]:
        clock(step)
        caplog.clear()
        for _ in range(count):
            reports.note(b"x")
        counts.append(len(caplog.records))
    assert counts == [15, 5, 0, 15, 5]
