"""What the demo asks of its environment before it starts."""

import fcntl

import pytest

from netdesk import demo


@pytest.mark.parametrize("wished", ["", "abc", "0", "65536", "80.5", "-1", "８０００", "9" * 5000])
def test_a_port_that_is_none_is_named_before_anything_starts(monkeypatch, wished):
    monkeypatch.setenv("PORT", wished)

    with pytest.raises(demo.NoPort) as refusal:
        demo.check_port()

    assert str(refusal.value) == f"PORT には 1〜65535 の数字を指定してください（いまの指定：{wished[:40]}）。"


@pytest.mark.parametrize("wished", ["1", "8000", "65535"])
def test_a_port_is_accepted(monkeypatch, wished):
    monkeypatch.setenv("PORT", wished)

    demo.check_port()


def test_what_a_killed_portal_told_is_forgotten_and_what_a_living_one_tells_is_read(monkeypatch, tmp_path):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    told = tmp_path / "portal.env"
    told.write_text("EMAIL_URL='smtp://127.0.0.1:1'\n")
    with (tmp_path / "portal.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        demo.forget_dead_portal()
        assert told.exists()

    demo.forget_dead_portal()

    assert not told.exists()
