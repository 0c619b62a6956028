"""Whole pages of lists and searches on 10,000 and on 1,000,000 guarantees, in one run, turn by turn.

Starts a server of its own below var/bench, then measures (bench.measuring) in a process that knows the addresses.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from bench import databases
from netdesk import postgres

ROOT = Path(__file__).resolve().parent.parent
MEASURE = [sys.executable, "-m", "django", "shell", "--settings", "tests.settings", "-v", "0"]
MEASURE += ["-c", "from bench import measuring; measuring.run()"]


def main() -> int:
    """Fill what is not filled, then measure."""
    server = postgres.Server(databases.VAR, durable=False)
    server.start()
    try:
        urls = databases.prepare(server)
        known = {"DATABASE_URL": urls[databases.SIZES[0]], "BENCH_URLS": json.dumps(urls)}
        return subprocess.run(MEASURE, cwd=ROOT, env=os.environ | known, check=False).returncode
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
