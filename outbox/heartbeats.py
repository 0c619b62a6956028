"""Signs of life, kept in the database: a silent process is found without asking the broker."""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from outbox.models import Heartbeat


def beat(component: str, **detail: Any) -> None:
    """Note that this component is alive now, by the database's clock."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(component=component, at=Now(), detail=detail)],
        update_conflicts=True,
        unique_fields=["component"],
        update_fields=["at", "detail"],
    )


def heard(component: str, *, within: timedelta) -> bool:
    """Tell whether the component gave a sign of life in that time."""
    return Heartbeat.objects.filter(component=component, at__gte=Now() - within).exists()
