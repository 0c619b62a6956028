"""Work behind a fence: in a forked child with little memory and time, which dies alone when it goes wrong.

A fork of a warm process costs a few milliseconds and shares its fonts; a crash in a C library, a runaway layout or a
leak ends with the child (rulings.md 43, reliability.md 5.5).
"""

import gc
import logging
import os
import resource
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

SECONDS = 20  # of the processor; a paper takes a tenth of one
BYTES = 1 << 30  # on top of what the process has mapped already


class Broken(Exception):
    """The work did not come to an end: it failed, was killed, or reached a limit."""


def run(work: Callable[[], bytes]) -> bytes:
    """Give what `work` returns, made in a child process. Raises Broken when the child fails; it inherits, never alters, our state.

    The child must not touch the database: it holds the parent's connection.
    """
    out, into = os.pipe()
    pid = os.fork()
    if not pid:
        _be_the_child(work, into)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        made = pipe.read()
    _, status = os.waitpid(pid, 0)
    if status:
        raise Broken(f"書類を作成できませんでした（{os.waitstatus_to_exitcode(status)}）。")
    return made


def _be_the_child(work: Callable[[], bytes], into: int) -> None:
    """Work within the limits, hand the bytes over and leave at once: no clean-up of what belongs to the parent."""
    code = 1
    try:
        gc.disable()  # a collection would touch, and so copy, every page shared with the parent
        _limit()
        with os.fdopen(into, "wb") as pipe:
            pipe.write(work())
        code = 0
    except BaseException:
        log.exception("drawing failed")
    finally:
        os._exit(code)


def _limit() -> None:
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + BYTES, mapped + BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
