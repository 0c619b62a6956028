"""What Celery carries: ids of jobs, and nothing else."""

from celery import shared_task

from outbox import delivery


@shared_task(name="outbox.run", ignore_result=True)
def run(job_id: object = None, *_extra: object, **_more: object) -> None:
    """A hint, not an order: do the job if it is still to be done. Arguments of older or newer code are ignored."""
    delivery.run(job_id)
