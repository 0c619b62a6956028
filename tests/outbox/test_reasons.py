import pytest
from django.db import IntegrityError

from outbox import reasons
from outbox.models import Heartbeat


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("key Z28YUE4J3Bux refused", "key *** refused"),
        ("key Z28Y-UE4J-3Bux refused", "key *** refused"),
        ("to taro@example.jp and <jiro@example.jp>", "to *** and <***>"),
        ("relationship of transformation well-known-failure", "relationship of transformation well-known-failure"),
        ("26101-000001 exists", "26101-000001 exists"),
        ("", "-"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text, shown):
    assert reasons.short(ValueError(text)) == f"ValueError: {shown}"


def test_only_the_first_line_is_kept_because_databases_quote_rows(db):
    Heartbeat.objects.create(component="worker")

    with pytest.raises(IntegrityError) as caught:
        Heartbeat.objects.create(component="worker")

    text = reasons.short(caught.value)
    assert text.startswith("IntegrityError: duplicate key value violates unique constraint")
    assert "(worker)" not in text


def test_a_reason_fits_its_field_and_keeps_its_place():
    try:
        raise ValueError("長" * 1000)
    except ValueError as error:
        text = reasons.short(error)

    assert len(text) == reasons.LENGTH
    assert text.endswith(f"長 [test_reasons.py:{text.rpartition(':')[2]}")
