"""Databases to measure lists on: as many guarantees as wished, made by the database itself in plain SQL.

The mix is that of a surety some years old: 47 branches, 50,000 contractors, two lines an application, most of them
issued, a few declined, and the newest 2,500 lines in work. Contractor 10000001 and branch 102 are the ones that are
looked at: both have the same share at every size, so that a page shows as many rows of each.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.mix import (
    APPLICATION,
    APPLICATIONS,
    CONTRACTOR,
    FROM_LINES,
    GUARANTEES,
    IS_APPROVED,
    IS_ORDERED,
    KEYS,
    LINES,
    LOOKS,
    MESSAGES,
    OPEN,
    OWNER,
    PREMIUMS,
    RETURNED,
    SENT,
    VERSIONS,
    uuid_of,
)

TABLES = (
    "accounts_contractor",
    "applications_application",
    "applications_line",
    "guarantees_guarantee",
    "guarantees_version",
    "guarantees_premium",
    "guarantees_key",
    "guarantees_look",
    "applications_message",
)
STEP = 100_000


def say(words: str) -> None:
    """Tell how far it is, and when."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {words}\n")
    sys.stderr.flush()


@contextmanager
def _as_owner(socket: str, database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(host=socket, dbname=database, user="postgres", autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # no triggers: the mix is sound as it is written
        connection.execute("SET maintenance_work_mem = '512MB'")
        yield connection


def fill(socket: str, database: str, guarantees: int) -> None:
    """Fill an empty, migrated database with the people of the demo in it."""
    lines = guarantees * 50 // 49 + OPEN + RETURNED
    with _as_owner(socket, database) as connection:
        kept = [row[0] for row in connection.execute(_INDEXES, [list(TABLES)])]
        for definition in kept:
            connection.execute(f"DROP INDEX {definition.split(' INDEX ')[1].split(' ON ')[0]}")
        _people(connection)
        for step in _steps(lines):
            _one_step(connection, lines, *step)
        for definition in kept:
            say(f"{database}: {definition.split(' ON ')[0]}")
            connection.execute(definition)
        for table in TABLES:
            if table not in {"applications_line", "applications_application", "guarantees_guarantee"}:
                connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                )
        say(f"{database}: VACUUM ANALYZE")
        connection.execute("VACUUM ANALYZE")


_INDEXES = """
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relname = ANY(%s) AND NOT i.indisunique"""


def _steps(lines: int) -> Iterator[tuple[int, int]]:
    for first in range(1, lines + 1, STEP):
        yield first, min(first + STEP - 1, lines)


def _people(connection: psycopg.Connection) -> None:
    connection.execute(
        "INSERT INTO accounts_branch (code, name, phone, address) SELECT (100 + i)::text, '見本' || i || '支店',"
        " '03-0000-0000', '東京都見本区' FROM generate_series(1, 47) i ON CONFLICT DO NOTHING"
    )
    connection.execute(
        "CREATE TABLE bodies AS SELECT row_number() OVER (ORDER BY code) no, id, name FROM issuers_issuer ORDER BY code LIMIT 60"
    )
    connection.execute("UPDATE accounts_contractor SET id = id + 1000000")
    connection.execute("UPDATE accounts_contractor SET id = 1 WHERE customer_no = '10000001'")
    connection.execute(
        "UPDATE accounts_contractor SET id = 2, branch_id = (SELECT id FROM accounts_branch WHERE code = '103') WHERE customer_no = '10000002'"
    )
    for table in ("accounts_user", "accounts_signatory", "applications_billingparty"):
        connection.execute(
            f"UPDATE {table} SET contractor_id = contractor_id - 1000000 - (SELECT min(contractor_id) FROM {table}) + 1000001"
        )
    _insert(connection, "accounts_contractor", CONTRACTOR, "generate_series(3, 50000) i", {})
    connection.execute("ANALYZE accounts_contractor")


def _one_step(connection: psycopg.Connection, lines: int, first: int, last: int) -> None:
    numbers = {"lines": lines, "first": first, "last": last}
    say(f"{first:,}件目から{last:,}件目まで（{lines:,}件中）")
    heads = (
        f"(SELECT {APPLICATION} i, max({OWNER}) owner, min({SENT}) at FROM generate_series(:first::bigint, :last::bigint) i GROUP BY 1) a"
        " JOIN accounts_contractor company ON company.id = a.owner"
        " CROSS JOIN (SELECT id FROM accounts_user WHERE email = 'contractor@example.jp') person"
    )
    joined = f"{FROM_LINES} JOIN applications_application application ON application.id = {uuid_of('application', APPLICATION)}"
    issued = f"{IS_APPROVED} AND NOT {IS_ORDERED}"
    _insert(connection, "applications_application", APPLICATIONS, heads, numbers)
    _insert(connection, "guarantees_guarantee", GUARANTEES, f"{FROM_LINES} WHERE {IS_APPROVED}", numbers)
    _insert(connection, "guarantees_version", VERSIONS, f"{FROM_LINES} WHERE {IS_APPROVED}", numbers)
    _insert(connection, "guarantees_premium", PREMIUMS, f"{FROM_LINES} WHERE {IS_APPROVED}", numbers)
    _insert(connection, "guarantees_key", KEYS, f"{FROM_LINES} WHERE {issued} AND i % 5 > 0", numbers)
    _insert(connection, "guarantees_look", LOOKS, f"{FROM_LINES} WHERE {issued} AND i % 5 > 1", numbers)
    _insert(connection, "applications_line", LINES, joined, numbers)
    _insert(connection, "applications_message", MESSAGES, f"{FROM_LINES} WHERE i % 10 = 0", numbers)


def _insert(
    connection: psycopg.Connection, table: str, columns: dict[str, str], source: str, numbers: dict[str, int]
) -> None:
    query = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {source}"
    for name, number in numbers.items():
        query = query.replace(f":{name}", str(number))
    connection.execute(query.encode())


def note(text: dict[str, object]) -> str:
    """Write a result as people and diffs read it."""
    return json.dumps(text, ensure_ascii=False, indent=1) + "\n"
