import base64
import math
import random
import secrets
import uuid

import pytest

from guarantees import keys
from guarantees.models import Document, Guarantee, Key

RING = {"k1": base64.b64encode(bytes(range(32))).decode()}
NEWER = {"k2": base64.b64encode(bytes(range(32, 64))).decode()}
SALT = b"0123456789abcdef"
SAMPLE = "Z28YUE4J3Bux"  # the leaflet's


def sealed_key(key=SAMPLE, **changes):
    row = Key(**{"guarantee_id": uuid.uuid4(), "no": 1} | changes)
    row.ciphertext, row.kid = keys.seal(key, Guarantee(pk=row.guarantee_id), row.no)
    return row


def test_there_are_56_signs_and_none_that_looks_like_another():
    assert len(set(keys.ALPHABET)) == len(keys.ALPHABET) == 56
    assert set(keys.ALPHABET).isdisjoint("01IOlo")
    assert set(SAMPLE) <= set(keys.ALPHABET)
    assert math.log2(56) * keys.LENGTH > 69.6


def test_keys_come_from_the_systems_source_of_chance_only(monkeypatch):
    def broken(*_, **__):
        raise AssertionError("keys must not come from the random module")

    for name in ("random", "choice", "choices", "randrange", "randint", "getrandbits", "sample"):
        monkeypatch.setattr(random, name, broken)
    drawn = iter(range(12))
    monkeypatch.setattr(secrets, "choice", lambda signs: signs[next(drawn)])

    assert keys.generate() == keys.ALPHABET[:12]


def test_keys_are_twelve_of_the_signs_and_do_not_repeat():
    made = [keys.generate() for _ in range(2000)]

    assert {len(key) for key in made} == {12}
    assert set("".join(made)) == set(keys.ALPHABET)
    assert len(set(made)) == 2000


def test_every_key_survives_what_keyboards_and_mails_do():
    chance = random.Random(2026)
    wide = {ord(sign): ord(sign) + 0xFEE0 for sign in keys.ALPHABET}
    noise = [
        " ",
        "　",
        "-",
        "－",
        "ー",
        "–",
        "—",
        "−",
        "‐",
        "‑",
        "\n",
        "\r\n",
        "\t",
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\u00a0",
        "",
    ]
    for _ in range(300):
        key = keys.generate()
        typed = "".join(chance.choice([sign, sign.translate(wide)]) + chance.choice(noise) for sign in key)

        assert keys.normalise(typed) == key
        assert keys.faults(typed) == ""
        assert keys.normalise(keys.normalise(typed)) == key


@pytest.mark.parametrize(
    "typed",
    [
        "Ｚ２８Ｙ－ＵＥ４Ｊ－３Ｂｕｘ",
        "Z28Y UE4J 3Bux",
        "Z28YUE\r\n4J3Bux",
        "Z28YUE4J\u200b3Bux",
        "認証キー：Z28Y UE4J 3Bux",
        "保証契約番号 26102-000123\n認証キー\nZ28YUE4J3Bux\n12文字・大文字と小文字を区別します",
        "「認証キー」は「Z28YUE4J3Bux」です。",
    ],
)
def test_spellings_of_a_key_are_read_alike(typed):
    assert keys.normalise(typed) == SAMPLE
    assert keys.faults(typed) == ""


def test_case_is_part_of_the_key():
    assert keys.normalise(SAMPLE.lower()) == "z28yue4j3bux"
    assert keys.normalise(SAMPLE.upper()) == "Z28YUE4J3BUX"


@pytest.mark.parametrize("sign", "01IOlo")
def test_each_missing_sign_is_named(sign):
    assert keys.faults(f"Z28YUE4J3Bu{sign}") == (
        f"認証キーに使われない文字があります（{sign}）。数字の0・1、英字のI・O・l・oは使われません。"
    )


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "認証キーを入力してください。"),
        (" 　\n", "認証キーを入力してください。"),
        ("認証キー", "認証キーを入力してください。"),
        ("Z28YUE4J3Bu", "認証キーは12文字です。入力された文字数：11文字"),
        ("Z28YUE4J3Buxx", "認証キーは12文字です。入力された文字数：13文字"),
        ("Z" * 10_000, "認証キーは12文字です。入力された文字数：1000文字"),
        ("Z28YUE4J3Bu*", "認証キーに使われない文字があります（*）。数字の0・1、英字のI・O・l・oは使われません。"),
        (
            "Z28YUE4J3Bu\0",
            "認証キーに使われない文字があります（制御文字）。数字の0・1、英字のI・O・l・oは使われません。",
        ),
        (
            "' OR 1=1 --",
            "認証キーに使われない文字があります（'、1、=、O）。数字の0・1、英字のI・O・l・oは使われません。",
        ),
    ],
)
def test_what_cannot_be_a_key_is_told_why(typed, message):
    assert keys.faults(typed) == message


def test_a_key_is_shown_in_groups_of_four():
    assert keys.grouped(SAMPLE) == ["Z28Y", "UE4J", "3Bux"]


def test_a_sealed_key_opens_in_its_own_row():
    row = sealed_key()

    assert SAMPLE.encode() not in row.ciphertext
    assert keys.reveal(row) == SAMPLE


def test_sealing_twice_gives_different_bytes():
    row = sealed_key()

    assert sealed_key(guarantee_id=row.guarantee_id).ciphertext != row.ciphertext


def test_a_key_sealed_for_another_row_does_not_open(caplog):
    mine, other = sealed_key(), sealed_key("23456789ABCD")
    mine.ciphertext, other.ciphertext = other.ciphertext, mine.ciphertext

    for row in (mine, other):
        with pytest.raises(keys.Unsealable, match="認証キーを表示できません"):
            keys.reveal(row)
        alarm = caplog.records.pop()
        assert (alarm.levelname, str(row.guarantee_id) in alarm.getMessage()) == ("ERROR", True)


@pytest.mark.parametrize("change", [{"no": 2}, {"kid": "k0"}, {"ciphertext": b""}, {"ciphertext": b"x" * 40}])
def test_an_altered_row_does_not_open(change):
    row = sealed_key()
    for name, value in change.items():
        setattr(row, name, value)

    with pytest.raises(keys.Unsealable):
        keys.reveal(row)


def test_one_flipped_bit_anywhere_is_noticed():
    row = sealed_key()
    sound = row.ciphertext
    for place in range(len(sound)):
        row.ciphertext = sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :]
        with pytest.raises(keys.Unsealable):
            keys.reveal(row)


def test_the_first_of_the_ring_seals_and_all_of_it_opens(settings):
    settings.KEY_RING = RING
    old = sealed_key()
    settings.KEY_RING = NEWER | RING
    new = sealed_key()

    assert (old.kid, new.kid) == ("k1", "k2")
    assert (keys.reveal(old), keys.reveal(new)) == (SAMPLE, SAMPLE)

    settings.KEY_RING = NEWER
    with pytest.raises(keys.Unsealable):
        keys.reveal(old)


@pytest.mark.parametrize(
    "change", [{"version_id": 8}, {"key_no": 2}, {"kind": "certificate"}, {"guarantee_id": uuid.UUID(int=2)}]
)
def test_a_paper_sealed_for_another_place_does_not_open(change):
    paper = Document(guarantee_id=uuid.UUID(int=1), version_id=7, kind="notice", key_no=1)
    stored, paper.kid = keys.seal_paper(b"%PDF key", paper)

    assert keys.open_paper(stored, paper) == b"%PDF key"
    for name, value in change.items():
        setattr(paper, name, value)
    with pytest.raises(keys.Unsealable):
        keys.open_paper(stored, paper)
