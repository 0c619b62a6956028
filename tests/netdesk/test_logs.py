"""No secret reaches a log; one event is one line."""

import json
import logging
import sys

import pytest

from netdesk.logs import LONGEST, LONGEST_TRACEBACK, Lines, Redact

KEY = "Z28YUE4J3Bux"


def written(message, *args, exc_info=None):
    record = logging.LogRecord("netdesk", logging.WARNING, __file__, 1, message, args, exc_info)
    record.created = 1780272000.0  # 2026-06-01 00:00 UTC
    assert Redact().filter(record)
    return Lines().format(record)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"認証キー {KEY} で照会", "認証キー 〈伏せ字〉 で照会"),
        ("認証キー：Z28Y-UE4J-3Bux", "認証キー：〈伏せ字〉"),
        ("認証キー「Z28Y UE4J 3Bux」", "認証キー「〈伏せ字〉」"),
        (f"POST /verify/?number=26101-000123&key={KEY}&x=1", "POST /verify/?number=26101-000123&key=〈伏せ字〉&x=1"),
        (f"{{'key': '{KEY}', 'number': '26101-000123'}}", "{'key': '〈伏せ字〉', 'number': '26101-000123'}"),
        (f"Not Found: /verify/{KEY}/", "Not Found: /verify/〈伏せ字〉/"),
        (f"Not Found: /verify/{KEY}", "Not Found: /verify/〈伏せ字〉"),
        (
            "GET /verify/3f2b8c1e-0000-4000-8000-000000000000/ 404",
            "GET /verify/3f2b8c1e-0000-4000-8000-000000000000/ 404",
        ),
        ("Not Found: /invitation/3f2b8c1e.aB-c_d/", "Not Found: /invitation/〈伏せ字〉/"),
        ("/password/?next=/invitation/3f2b8c1e.aB-c_d/&x=1", "/password/?next=/invitation/〈伏せ字〉/&x=1"),
        ("?next=%2Finvitation%2F3f2b8c1e.aB-c_d%2F", "?next=%2Finvitation%2F〈伏せ字〉%2F"),
        ("password=correct-horse&email=a", "password=〈伏せ字〉&email=a"),
        ('{"password": "correct horse", "x": 1}', '{"password": "〈伏せ字〉", "x": 1}'),
        ("Cookie: __Host-sessionid=abc123; x=1", "Cookie: __Host-sessionid=〈伏せ字〉; x=1"),
        ("csrfmiddlewaretoken=abcdef", "csrfmiddlewaretoken=〈伏せ字〉"),
        ("Authorization: Bearer abc.def", "Authorization: 〈伏せ字〉"),
        ("保証契約番号 26101-000123 を発行", "保証契約番号 26101-000123 を発行"),
    ],
)
def test_what_follows_the_label_of_a_secret_is_hidden(text, left):
    assert json.loads(written("%s", text))["text"] == left


def test_one_event_is_one_line_of_json_in_utc():
    line = written("a\r\nb %s", "c\u2028d")
    assert "\n" not in line and "\r" not in line
    assert json.loads(line) == {
        "at": "2026-06-01T00:00:00Z",
        "level": "WARNING",
        "from": "netdesk",
        "text": "a\r\nb c\u2028d",
    }


def test_a_traceback_hides_secrets_too():
    try:
        raise ValueError(f"key={KEY}")
    except ValueError:
        line = written("failed", exc_info=sys.exc_info())
    assert KEY not in line and "ValueError" in line


@pytest.mark.timeout(30)  # hours, were it searched whole
@pytest.mark.parametrize(
    "word", ["csrf", "csrf_", "key", "認証キー", "password", "authorization: ", "/verify/", "'key': '", "/invitation/"]
)
def test_no_message_keeps_the_log_busy(word):
    """What a visitor sends over and over is cut before it is searched, and searched in steps that do not multiply."""
    assert len(written("%s", word * (2_000_000 // len(word)))) < 2 * LONGEST


def test_of_a_long_traceback_the_end_is_kept():
    try:
        raise ValueError("x" * 100_000 + " the end")
    except ValueError:
        line = written("failed", exc_info=sys.exc_info())
    assert "the end" in line and len(line) < 2 * LONGEST_TRACEBACK
