"""The files around the code agree with it: variables, lock files, database version, commands."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def locked(name):
    """The packages of a lock file with their versions and hashes."""
    text = (ROOT / "requirements" / name).read_text("utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)
    return {
        re.match(r"([a-z0-9-]+)==(\S+)", entry)[1]: (
            re.match(r"([a-z0-9-]+)==(\S+)", entry)[2],
            entry.count("--hash=sha256:"),
        )
        for entry in entries
    }


def names(requirements):
    return {re.match(r"[a-z0-9-]+", requirement)[0] for requirement in requirements}


def test_the_example_environment_names_every_variable_that_the_settings_read():
    read = set(re.findall(r"\benv(?:\.\w+)?\(\s*\"(\w+)\"", (ROOT / "netdesk" / "settings.py").read_text("utf-8")))
    named = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))
    assert named == read | {"POSTGRES_PASSWORD"}  # docker-compose.yml reads this one


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("run.txt", PROJECT["dependencies"]),
        ("dev.txt", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_every_dependency_is_locked_with_hashes_and_without_addresses(name, wanted):
    packages = locked(name)
    assert names(wanted) <= packages.keys()
    assert [package for package, (_, hashes) in packages.items() if not hashes] == []
    assert not re.search(r"://|--index|--find-links", (ROOT / "requirements" / name).read_text("utf-8"))


def test_the_development_lock_contains_the_running_one():
    assert locked("run.txt").items() <= locked("dev.txt").items()


def test_every_dependency_says_what_it_is_for():
    lines = (ROOT / "pyproject.toml").read_text("utf-8").splitlines()
    dependencies = [line for line in lines if re.match(r'    "[a-z]', line) and line.split('"')[1] in str(PROJECT)]
    listed = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    assert len(dependencies) == len(listed)
    assert [line for line in dependencies if "  # " not in line] == []


def test_make_alone_lists_the_commands():
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make ([a-z-]+)", told, re.MULTILINE) == [
        "help", "run", "test", "test-fast", "bench", "screens", "fuzz", "format", "lock",
    ]  # fmt: skip


def test_ci_runs_issuing_and_queue_once_more_on_servers_of_their_own():
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    again = next(line for line in lines if ".ci/servers.py" in line)
    assert again.split()[-4:] == ["-m", "pytest", "tests/guarantees", "tests/outbox"]
    before = lines[: lines.index(again)]
    for name in ("DATABASE_URL", "REDIS_URL"):
        assert any(line.startswith(f"export {name}=") for line in before)


@pytest.mark.parametrize("script", ["bin/setup", "bin/lock", ".ci/run"])
def test_the_scripts_are_sound_and_may_be_run(script):
    assert (ROOT / script).stat().st_mode & 0o111 == 0o111
    assert subprocess.run(["bash", "-n", script], cwd=ROOT, check=False).returncode == 0
