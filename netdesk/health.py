"""Whether this process can serve: asked by a load balancer, answered within a second or so."""

from django.db import Error, connection, transaction


def ready() -> bool:
    """Tell whether the database answers within one second. The broker is no part of it: promises wait for it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = '1s'")
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except Error:
        return False
