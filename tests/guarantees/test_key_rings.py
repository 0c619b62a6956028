import base64
import threading
import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured

from guarantees import keys

RING = {"k1": base64.b64encode(bytes(range(32))).decode()}
NEWER = {"k2": base64.b64encode(bytes(range(32, 64))).decode()}
SALT = b"0123456789abcdef"
SAMPLE = "Z28YUE4J3Bux"  # the leaflet's


def test_a_verifier_depends_on_key_guarantee_salt_and_pepper(settings):
    settings.PEPPER_RING = NEWER | RING
    own = (SAMPLE, uuid.UUID(int=1), SALT, "k2")
    others = [
        (SAMPLE.lower(), uuid.UUID(int=1), SALT, "k2"),
        (SAMPLE, uuid.UUID(int=2), SALT, "k2"),
        (SAMPLE, uuid.UUID(int=1), SALT[::-1], "k2"),
        (SAMPLE, uuid.UUID(int=1), SALT, "k1"),
    ]

    made = [keys.verifier(*own), *[keys.verifier(*other) for other in others]]

    assert keys.verifier(*own) == made[0]
    assert len(set(made)) == 5
    assert {len(verifier) for verifier in made} == {32}


def test_a_verifier_never_changes_between_releases(settings):
    settings.PEPPER_RING = RING

    made = keys.verifier(SAMPLE, uuid.UUID(int=1), SALT, "k1")

    assert made.hex() == "8b8461042091307417a5cf60796dcb7803fc6e834cafed535edd4f4fe672bed0"


def test_without_its_pepper_nothing_fits(settings):
    settings.PEPPER_RING = RING

    assert keys.verifier(SAMPLE, uuid.UUID(int=1), SALT, "gone") != keys.verifier(
        SAMPLE, uuid.UUID(int=1), SALT, "gone"
    )


def test_two_slow_hashes_run_at_once_and_a_third_gives_up_after_its_patience(monkeypatch):
    running, most, go = [], [], threading.Event()

    def slow(*_, **__):
        running.append(1)
        most.append(len(running))
        go.wait(5)
        running.pop()
        return bytes(32)

    monkeypatch.setattr(keys, "hash_secret_raw", slow)
    monkeypatch.setattr(keys, "_PATIENCE", 0.05)
    threads = [threading.Thread(target=keys.verifier, args=(SAMPLE, uuid.UUID(int=1), SALT, "test")) for _ in range(2)]
    for thread in threads:
        thread.start()
    while len(most) < 2:
        pass

    with pytest.raises(keys.Busy, match="ただいま照会が混み合っています") as refusal:
        keys.verifier(SAMPLE, uuid.UUID(int=1), SALT, "test")
    go.set()
    for thread in threads:
        thread.join()

    assert refusal.value.retry_after == 5
    assert max(most) == 2
    assert keys.verifier(SAMPLE, uuid.UUID(int=1), SALT, "test") == bytes(32)


def test_a_number_is_recorded_under_a_mark_that_only_the_pepper_gives(settings):
    settings.PEPPER_RING = RING
    mark = keys.number_mark("26102-000123")

    assert len(mark) == 64
    assert mark == keys.number_mark("26102-000123")
    assert mark != keys.number_mark("26102-000124")
    settings.PEPPER_RING = NEWER
    assert mark != keys.number_mark("26102-000123")


@pytest.mark.parametrize("name", ["KEY_RING", "PEPPER_RING"])
@pytest.mark.parametrize(
    "ring",
    [{}, {"k": ""}, {"k": base64.b64encode(bytes(31)).decode()}, {"k": "???"}, {"": RING["k1"]}, {"k": 5}, ["k"]],
)
def test_production_refuses_to_start_with_a_ring_that_is_missing_or_short(settings, name, ring):
    settings.DEMO, settings.KEY_RING, settings.PEPPER_RING = False, RING, RING
    keys.check()
    setattr(settings, name, ring)

    with pytest.raises(ImproperlyConfigured, match=f"{name} must be JSON"):
        keys.check()


def test_the_demo_may_start_before_its_rings_are_made_but_not_with_bad_ones(settings):
    settings.DEMO, settings.KEY_RING, settings.PEPPER_RING = True, {}, {}
    keys.check()

    settings.KEY_RING = {"k": "c2hvcnQ="}
    with pytest.raises(ImproperlyConfigured, match="KEY_RING must be JSON"):
        keys.check()


def test_the_public_process_needs_peppers_and_must_not_be_able_to_open_keys(settings):
    settings.DEMO, settings.ROOT_URLCONF = False, "guarantees.verify_urls"
    settings.KEY_RING, settings.PEPPER_RING = {}, RING
    keys.check()

    settings.KEY_RING = RING
    with pytest.raises(ImproperlyConfigured, match="KEY_RING must not be given"):
        keys.check()
