"""The processes that make up the demo portal, and their common life."""

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

from netdesk import demo
from netdesk.postgres import CannotStart, Server
from netdesk.runner import children
from netdesk.runner.children import Child

# A child that dies this often before the portal is up will not come up at all.
HOPELESS = 4
SINK = "メールの受け皿"


class CannotRun(Exception):
    """The portal cannot be started or kept running; the text says why and what to do."""


class Household:
    """Database server, mail sink, worker, relay and web; the children named in that order stop in reverse.

    `server` is None where DATABASE_URL names another one. `say` shows a line to the person at the terminal.
    """

    def __init__(self, var: Path, server: Server | None, web: socket.socket, say: Callable[[str], None]) -> None:
        self.var, self.server, self.web, self.say = var, server, web, say
        self.port = web.getsockname()[1]
        self.children: list[Child] = []
        self.asked_to_stop = False

    def ask_to_stop(self, *_: object) -> None:
        """Be a signal's handler. The exception may get lost inside a fork or a destructor; the mark does not."""
        self.asked_to_stop = True
        raise KeyboardInterrupt

    def start_children(self) -> None:
        """Start everything that works on the migrated database."""
        if os.environ["EMAIL_URL"] == demo.NOT_SET:
            self._start_sink()
        python = sys.executable
        # One worker for all queues; a rendering keeps its transaction open for longer than the default allows.
        worker = [python, "-m", "celery", "-A", "netdesk", "worker", "--concurrency=2", "--hostname=portal@localhost"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=INFO"]
        self._start("ワーカー", "worker", [*worker, *quiet], env={"IDLE_IN_TRANSACTION": "75s"})
        self._start("リレー", "relay", [python, str(demo.ROOT / "manage.py"), "relay"])
        web = [python, "-m", "gunicorn", "netdesk.wsgi", "--bind", f"fd://{self.web.fileno()}", "--no-control-socket"]
        shape = ["--worker-class=gthread", "--workers=2", "--threads=4", "--graceful-timeout=10", "--preload"]
        self._start("ウェブ", "web", [*web, *shape], fds=(self.web.fileno(),))

    def await_web(self, seconds: float) -> None:
        """Watch over the children until the web process answers; CannotRun when it does not within `seconds`."""
        end = time.monotonic() + seconds
        while not self._answers():
            self.tend()
            for child in self.children:
                if child.deaths >= HOPELESS or time.monotonic() > end:
                    raise CannotRun(f"{child.name}を起動できません。\n{child.last_words()}")
            time.sleep(0.1)

    def run(self, name: str, command: list[str]) -> None:
        """Run a command to its end while the children are watched; what it says goes to the terminal.

        Raises CannotRun when it fails.
        """
        once = Child(name, command, None)
        once.start()
        try:
            while (code := once.ended()) is None:
                self.tend()
                time.sleep(0.1)
        finally:
            once.kill()
        if code:
            raise CannotRun(f"{name}に失敗しました（終了コード {code}）。")

    def tend(self) -> None:
        """Start again what has died since the last call; to be called a few times a second.

        Raises KeyboardInterrupt once we are asked to stop.
        """
        if self.asked_to_stop:
            raise KeyboardInterrupt
        if self.server and self.server.process and self.server.process.poll() is not None:
            self.say(f"データベースが止まりました。起動し直します。記録：{self.server.log}")
            try:
                self.server.start()
            except CannotStart as reason:
                raise CannotRun(str(reason)) from reason
        for child in self.children:
            if words := child.tend():
                self.say(words)

    def stop(self) -> None:
        """Stop everything: first those who write letters and rows, then the sink, last the database."""
        children.stop([child for child in self.children if child.name != SINK], 20)
        children.stop([child for child in self.children if child.name == SINK], 5)
        if self.server:
            self.server.stop()

    def _start_sink(self) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        (self.var / "mail").mkdir(parents=True, exist_ok=True)
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        command = [sys.executable, "-m", "netdesk.runner.sink", str(listening.fileno()), str(self.var / "mail")]
        self._start(SINK, "sink", command, fds=(listening.detach(),))

    def _start(
        self, name: str, log: str, command: list[str], *, fds: tuple[int, ...] = (), env: dict[str, str] | None = None
    ) -> None:
        child = Child(name, command, self.var / "log" / f"{log}.log", fds, env or {})
        self.children.append(child)
        child.start()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
