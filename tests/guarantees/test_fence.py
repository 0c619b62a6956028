"""The fence: what happens behind it stays there."""

import os
import signal
from pathlib import Path

import pytest

from guarantees import fence


def test_the_bytes_come_back_whole():
    assert fence.run(lambda: b"x" * 3_000_000) == b"x" * 3_000_000


def test_the_child_changes_nothing_of_ours():
    ours: list[int] = []
    fence.run(lambda: ours.append(os.getpid()) or b"")
    assert ours == []


def test_no_child_is_left_behind():
    before = _children()
    fence.run(lambda: b"")
    assert _children() == before


def _children() -> set[str]:
    """The processes that this one has started and not yet buried; the test's own database server is among them."""
    tasks = Path("/proc/self/task").iterdir()
    return {pid for task in tasks for pid in (task / "children").read_text().split()}


def _fails() -> bytes:
    raise RuntimeError("no")


def _stops_everything() -> bytes:
    raise SystemExit(0)


def _dies() -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def _eats_memory() -> bytes:
    return bytes(2 * fence.BYTES)


@pytest.mark.parametrize("work", [_fails, _stops_everything, _dies, _eats_memory])
def test_work_that_ends_badly_is_one_exception_for_the_caller(work):
    with pytest.raises(fence.Broken, match="書類を作成できませんでした。"):
        fence.run(work)


def _spins() -> bytes:
    while True:
        pass


def _sleeps() -> bytes:
    signal.pause()
    return b""


@pytest.mark.parametrize("work", [_spins, _sleeps])
def test_work_without_end_is_ended(work, monkeypatch):
    monkeypatch.setattr(fence, "SECONDS", 1)
    with pytest.raises(fence.Broken):
        fence.run(work)
