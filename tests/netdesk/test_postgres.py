"""Our own PostgreSQL server, started and killed for real."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from netdesk import lodging, postgres

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
START = "import sys, time; from pathlib import Path; from netdesk import postgres; postgres.Server(Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"


@pytest.fixture(scope="module")
def place():
    """A folder that every account can enter, as checkouts are; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="checkout-"))
    folder.chmod(0o755)
    (folder / "state").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lodging, "STATE", folder / "state")
        yield folder
    shutil.rmtree(folder)


@pytest.fixture
def checkout(place, request):
    """A folder of its own for each test."""
    folder = place / f"{abs(hash(request.node.name)):x}"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def made(place):
    server = postgres.Server(place / "var")
    yield server
    server.stop()


@pytest.fixture
def server(made):
    """A running server, the same for several tests."""
    if made.process is None:
        made.start()
    return made


def ask(url, question):
    with psycopg.connect(libpq(url)) as connection:
        return connection.execute(question).fetchone()[0]


def tell(url, *statements):
    with psycopg.connect(libpq(url)) as connection:
        for statement in statements:
            connection.execute(statement)


def libpq(url):
    """Write postgres://role@/<socket folder>/database the way libpq wants it."""
    role, path = url.removeprefix("postgres://").split("@/")
    return f"host={path.rpartition('/')[0]} dbname=netdesk user={role}"


def alive(pid):
    return Path(f"/proc/{pid}").exists()


def wait_for(question, seconds=20):
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_it_listens_on_no_network_and_keeps_every_commit(server):
    shown = {name: ask(server.url, f"SHOW {name}") for name in ("listen_addresses", "fsync", "synchronous_commit")}
    assert shown == {"listen_addresses": "", "fsync": "on", "synchronous_commit": "on"}
    assert ask(server.url, "SHOW client_connection_check_interval") == "5s"


def test_the_portal_is_no_superuser_and_sorts_by_code_points(server):
    assert ask(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert (
        ask(server.url, "SELECT datcollate || ' ' || datlocale FROM pg_database WHERE datname = 'netdesk'")
        == "C.UTF-8 C.UTF-8"
    )


def test_its_folders_are_closed_to_everybody_else(server):
    assert [folder.stat().st_mode & 0o777 for folder in (server.socket, server.lodging.home)] == [0o700, 0o700]


def test_data_and_address_outlive_a_stop(server):
    tell(server.url, "CREATE TABLE words AS SELECT '髙﨑𠮷' AS word")
    url = server.url
    server.stop()
    assert not server.answers()

    server.start()

    assert (server.url, ask(url, "SELECT word FROM words")) == (url, "髙﨑𠮷")


def test_a_killed_server_keeps_what_was_committed(server):
    tell(server.url, "CREATE TABLE kept AS SELECT 1 AS n")
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()

    server.start()

    assert ask(server.url, "SELECT n FROM kept") == 1


def test_a_stale_pid_file_harms_neither_the_start_nor_the_process_it_names(server):
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"], cwd="/", **server.lodging.identity)
    lines = [stranger.pid, server.lodging.data, int(time.time()), 5432, server.socket, "", "", "ready"]
    (server.lodging.data / "postmaster.pid").write_text("".join(f"{line}\n" for line in lines))

    server.start()
    server.stop()

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


@pytest.mark.parametrize("name", ["with spaces  and 'quotes' \"", "日本語の 道", "/".join(["deep" * 20] * 3)])
def test_it_lives_under_any_path(checkout, name):
    server = postgres.Server(checkout / name / "var")
    server.start()
    assert ask(server.url, "SELECT 1") == 1
    server.stop()


def test_two_servers_never_share_a_folder(server):
    with pytest.raises(postgres.InUse):
        postgres.Server(server.var).start(patience=0.2)
    assert server.answers()


def test_a_command_beside_a_running_server_borrows_it_and_leaves_it_running(server):
    with postgres.at_hand(server.var) as url:
        assert url == server.url
    assert server.answers()


def test_a_command_alone_has_a_server_for_the_duration(checkout):
    with postgres.at_hand(checkout / "var") as url:
        assert ask(url, "SELECT 1") == 1
    assert not postgres.Server(checkout / "var").answers()


def test_what_a_killed_first_start_left_is_cleared_away(checkout):
    server = postgres.Server(checkout / "var")
    server._as_owner("mkdir", str(server.lodging.home / "unfinished"))
    server._as_owner("tee", str(server.lodging.home / "unfinished" / "PG_VERSION"), text="18\n")

    server.start()

    assert ask(server.url, "SELECT 1") == 1
    server.stop()


def test_the_server_ends_with_its_killed_parent_and_starts_again(checkout):
    parent = subprocess.Popen([sys.executable, "-c", START, str(checkout / "var")], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout.readline() == b"up\n"
    server = postgres.Server(checkout / "var")
    assert server.answers()

    parent.kill()
    parent.wait()
    parent.stdout.close()

    server.start()  # waits until the last process of the old server is gone
    assert ask(server.url, "SELECT 1") == 1
    server.stop()


def test_a_copied_checkout_does_not_reach_the_server_of_the_original(server, checkout):
    (checkout / "copy").mkdir()
    shutil.copy(server.var / "postgres.json", checkout / "copy")

    copy = postgres.Server(checkout / "copy")

    assert copy.url != server.url
    assert not copy.answers()
    copy._as_owner("rmdir", str(copy.socket))


if os.geteuid() == 0:  # only root hands the server to another account

    def test_root_leaves_a_closed_home_folder_as_it_is(checkout, place):
        home = checkout / "home"
        (home / "portal").mkdir(parents=True)
        home.chmod(0o700)

        server = postgres.Server(home / "portal" / "var")
        server.start()

        assert server.lodging.home.parent == place / "state"
        assert home.stat().st_mode & 0o777 == 0o700
        again = postgres.Server(home / "portal" / "var")
        assert (again.lodging.home, again.url, again.answers()) == (server.lodging.home, server.url, True)
        server.stop()

    def test_root_runs_it_as_an_account_of_its_own(server):
        assert Path(f"/proc/{server.process.pid}").owner() == lodging.ACCOUNT


def test_its_log_names_the_fault_and_not_the_values(server):
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        ask(server.url, "SELECT length('a hash') / 'a hash'::int")
    wait_for(lambda: "invalid input syntax" in server.log.read_text("utf-8"))
    assert "SELECT length" not in server.log.read_text("utf-8")
