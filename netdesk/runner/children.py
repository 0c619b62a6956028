"""Processes under the runner: started, watched, started again with growing pauses, stopped to the last grandchild."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from netdesk import lifeline

LONGEST_PAUSE = 30.0
# A child that lived this long was well; its earlier deaths are forgotten.
WELL_AFTER = 60.0


@dataclass
class Child:
    """One process and, in its own session, whatever it starts.

    `name` is for people, `log` receives everything it says (None: our own terminal), `fds` are open sockets handed
    over, `env` is added to ours.
    """

    name: str
    command: Sequence[str]
    log: Path | None
    fds: Sequence[int] = ()
    env: dict[str, str] = field(default_factory=dict)
    deaths: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _since: float = 0.0
    _due: float = 0.0

    def start(self) -> None:
        """Start the process; the kernel stops it with SIGTERM should the runner be killed."""
        with self._open_log() as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | self.env,
                pass_fds=self.fds,
                start_new_session=True,
                preexec_fn=lifeline.tied(signal.SIGTERM),
            )
        self._since = time.monotonic()

    def tend(self) -> str:
        """Start the process again when it has died and its pause is over; return what is to be said, or ""."""
        if self._process is None:
            if time.monotonic() >= self._due:
                self.start()
            return ""
        if (code := self.ended()) is None:
            return ""
        if time.monotonic() - self._since > WELL_AFTER:
            self.deaths = 0
        pause = min(LONGEST_PAUSE, 0.5 * 2**self.deaths)
        self.deaths += 1
        self._process, self._due = None, time.monotonic() + pause
        return f"{self.name}が止まりました（終了コード {code}）。{pause:g} 秒後に起動し直します。記録：{self.log}"

    def ended(self) -> int | None:
        """Return the exit code once the process has ended, after ending what it left behind; None while it runs."""
        if self._process is None:
            return 0
        if self._process.returncode is not None:
            return self._process.returncode
        if os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        # Not reaped yet, so its number cannot belong to anybody else.
        self._kill_group()
        return self._process.wait()

    def ask_to_stop(self) -> None:
        """Send SIGTERM; the process finishes what it is doing."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process and everything it started, at once."""
        if self._process is not None and self._process.returncode is None:
            self._kill_group()
            self._process.wait()

    def last_words(self, lines: int = 15) -> str:
        """Return the end of the log."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])

    def _open_log(self) -> contextlib.AbstractContextManager[IO[bytes] | None]:
        if self.log is None:
            return contextlib.nullcontext()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        return self.log.open("ab")

    def _kill_group(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def stop(children: Sequence[Child], seconds: float) -> None:
    """Stop the children together: first asked, after `seconds` killed with all their grandchildren."""
    for child in children:
        child.ask_to_stop()
    end = time.monotonic() + seconds
    while time.monotonic() < end and any([child.ended() is None for child in children]):
        time.sleep(0.05)
    for child in children:
        child.kill()
