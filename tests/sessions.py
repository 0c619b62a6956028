"""Sessions of the database that tests leave behind."""

from django.db import connection


def end_others() -> None:
    """End every other session in this database, of threads and of processes that a test killed, and wait until it is gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
