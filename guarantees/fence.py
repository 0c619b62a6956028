"""Work behind a fence: in a forked child with little memory and time, which dies alone when something goes wrong.

The fork of a warm process costs some 20 ms and shares its fonts; a crash in a C library, a runaway layout or a leak
ends with the child.
"""

import gc
import logging
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

SECONDS = 20  # of processor, and by the clock; a paper takes a tenth of one
BYTES = 1 << 30  # on top of what the process has mapped already


class Broken(Exception):
    """Say that the work did not come to its end: it failed, was killed or reached a limit. The log has the reason."""


def run(work: Callable[[], bytes]) -> bytes:
    """Do `work` in a child process and give the bytes it returns.

    The child sees our state as it is and changes none of it. It must not use the database: the connection is ours.
    Raises Broken when the child does not end well.
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
        log.error("the work behind the fence ended with %s", os.waitstatus_to_exitcode(status))
        raise Broken("書類を作成できませんでした。")
    return made


def _be_the_child(work: Callable[[], bytes], into: int) -> None:
    """Work within the limits, hand the bytes over, and leave without tidying up what belongs to the parent."""
    code = 1
    try:
        _limit()
        with os.fdopen(into, "wb") as pipe:
            pipe.write(work())
        code = 0
    except BaseException:
        log.exception("the work behind the fence failed")
    finally:
        os._exit(code)


def _limit() -> None:
    gc.disable()  # a collection would touch, and so copy, every page shared with the parent
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + BYTES, mapped + BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS)
