"""The databases of the bench below var/bench: one server, one database for each size, filled once and kept."""

import os
from pathlib import Path

import psycopg

from bench import filling
from netdesk import postgres

VAR = Path(__file__).resolve().parent.parent / "var" / "bench"
SIZES = tuple(int(size) for size in os.environ.get("BENCH_SIZES", "10000,1000000").split(","))


def name(size: int) -> str:
    """Name the database of a size."""
    return f"netdesk_{size}"


def prepare(server: postgres.Server) -> dict[int, str]:
    """Make what is missing; give the address of each database."""
    with psycopg.connect(host=str(server.socket), dbname="postgres", user="postgres", autocommit=True) as connection:
        there = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        for size in SIZES:
            if name(size) in there and not is_filled(server, size):
                connection.execute(f"DROP DATABASE {name(size)}")
                there.remove(name(size))
            if name(size) not in there:
                connection.execute(f"CREATE DATABASE {name(size)} OWNER {postgres.ROLE}")
    return {size: server.url.rpartition("/")[0] + f"/{name(size)}" for size in SIZES}


def is_filled(server: postgres.Server, size: int) -> bool:
    """Tell whether a database was filled to its end."""
    with psycopg.connect(host=str(server.socket), dbname=name(size), user="postgres") as connection:
        return bool(connection.execute("SELECT to_regclass('bench_is_filled')").fetchone()[0])


def fill(server: postgres.Server, size: int) -> None:
    """Fill a migrated database that has the people of the demo."""
    filling.fill(str(server.socket), name(size), size)
    with psycopg.connect(host=str(server.socket), dbname=name(size), user="postgres") as connection:
        connection.execute("CREATE TABLE bench_is_filled ()")
