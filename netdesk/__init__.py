"""The portal itself: settings, addresses, front desk, and the house it runs in."""

from netdesk.celery import app as celery_app

__all__ = ["celery_app"]
