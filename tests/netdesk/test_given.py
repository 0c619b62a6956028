"""What the environment must give is asked for by name."""

import base64
import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from netdesk.given import Given

GOOD = json.dumps({"a": base64.b64encode(bytes(32)).decode()})


@pytest.fixture
def env(monkeypatch):
    def read(value):
        monkeypatch.setenv("THING", value)
        return Given()

    return read


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_value_counts_as_missing(env, value):
    with pytest.raises(ImproperlyConfigured, match="^Set THING: it is missing or empty"):
        env(value).must("THING")


@pytest.mark.parametrize(("kind", "value"), [("db", ""), ("db", "nonsense"), ("email", ""), ("email", "http://x")])
def test_an_address_that_cannot_be_read_is_named(env, kind, value):
    with pytest.raises(ImproperlyConfigured, match="^Set THING: ") as refusal:
        env(value).must_url("THING", kind)
    assert not value or value not in str(refusal.value)  # it may hold a password


@pytest.mark.parametrize("value", ["x", "[]", "{", '{"a": "short"}', '{"a": 1}', '{"a": "%%%"}'])
def test_a_ring_that_is_none_is_named(env, value):
    with pytest.raises(ImproperlyConfigured, match='^Set THING to {"name": "base64 of 32 bytes"}'):
        env(value).ring("THING")


def test_what_is_given_is_read(env):
    assert env(" abc ").must("THING") == "abc"
    assert env(GOOD).ring("THING") == json.loads(GOOD)
    assert env("").ring("THING") == {}
    assert env("postgres://a:b@h:1/n").must_url("THING", "db")["NAME"] == "n"
    assert env("smtp://h:25").must_url("THING", "email")["EMAIL_HOST"] == "h"
