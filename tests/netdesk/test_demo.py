"""What the demo asks of its environment before it starts."""

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
