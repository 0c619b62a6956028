"""Run a command with a PostgreSQL and a Redis server: those of DATABASE_URL and REDIS_URL, else ones started for it."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import redis

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from netdesk import lifeline, postgres

VAR = ROOT / "var" / "ci"


def database_answers(url: str) -> bool:
    """Tell whether the server of `url` lets us in; the tests make the database itself."""
    try:
        psycopg.connect(url, dbname="postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def redis_answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url, socket_connect_timeout=3).ping())
    except redis.RedisError:
        return False


@contextlib.contextmanager
def own_redis() -> Iterator[str]:
    """Start a Redis server, as durable as production's, and stop it afterwards; yield its address."""
    if not shutil.which("redis-server"):
        subprocess.run([ROOT / "bin" / "setup", "ci"], check=True)
    folder = Path(tempfile.mkdtemp(prefix="netdesk-redis-"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""]
    durable = ["--appendonly", "yes", "--maxmemory-policy", "noeviction"]
    server = subprocess.Popen(
        ["redis-server", *options, *durable], stdout=subprocess.DEVNULL, preexec_fn=lifeline.tied(signal.SIGTERM)
    )
    url = f"redis://127.0.0.1:{port}/0"
    try:
        while not redis_answers(url) and server.poll() is None:
            time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(folder)


def main(command: list[str]) -> int:
    """Run `command`; return its exit code."""
    env, say = dict(os.environ), lambda words: sys.stdout.write(words + "\n")
    with contextlib.ExitStack() as stack:
        if not database_answers(env["DATABASE_URL"]):
            say("no PostgreSQL answers at DATABASE_URL: starting our own")
            env["DATABASE_URL"] = stack.enter_context(postgres.at_hand(VAR))
        if not redis_answers(env["REDIS_URL"]):
            say("no Redis answers at REDIS_URL: starting one")
            env["REDIS_URL"] = stack.enter_context(own_redis())
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
