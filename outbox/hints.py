"""Tells a worker by Celery that there may be work. A hint may be lost, late or doubled: the Job row is the truth."""

import logging

from celery import current_app

from outbox import doers, tasks

logger = logging.getLogger(__name__)

PING = 0  # no job has this id: the receiver only gives a sign of life
# One silent second at most: half for the connection, half for the answer. Only Redis reads these three.
IMPATIENT = {"socket_connect_timeout": 0.5, "socket_timeout": 0.5, "max_retries": 0}


def send(job_id: int, kind: str) -> bool:
    """Publish the id and nothing else; tell whether it went out. Never raises, never takes more than about a second."""
    try:
        # A connection of its own: those of the worker wait longer, because they also listen.
        with current_app.connection_for_write(transport_options=IMPATIENT, connect_timeout=1) as connection:
            tasks.run.apply_async((job_id,), queue=doers.queue(kind), connection=connection, retry=False)
    except Exception as error:  # whatever ails the broker: the caller's work is done and the relay carries on
        logger.warning("hint for job %s not sent: %s", job_id, type(error).__name__)
        return False
    return True


def ping() -> bool:
    """Ask every queue for a sign of life (outbox.heartbeats, "worker"); tell whether the questions went out."""
    first_of_queue = {doers.queue(kind): kind for kind in sorted(doers.kinds())}
    return all(send(PING, kind) for kind in first_of_queue.values())
