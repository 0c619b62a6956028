#!/usr/bin/env python
"""Run a management command. Without a configuration it works on the demo's own database and secrets in `var/`."""

import contextlib
import os
import sys

from django.core.management import execute_from_command_line

from netdesk import demo, postgres


def main() -> None:
    """Hand over to Django once the environment is complete. `portal` starts the database server itself."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netdesk.settings")
    runs_portal = sys.argv[1:2] == ["portal"]
    demo.read_files()
    with contextlib.ExitStack() as house:
        if runs_portal or demo.wanted():
            demo.furnish()
        if runs_portal:
            demo.check_port()
            os.environ.setdefault("DATABASE_URL", postgres.Server(demo.var()).url)
        elif demo.wanted():
            house.enter_context(demo.database())
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except (postgres.CannotStart, demo.NoPort) as reason:
        sys.exit(str(reason))
