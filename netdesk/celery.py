"""The Celery app: it carries hints between processes and nothing else. Its options are the CELERY_… settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netdesk.settings")

app = Celery("netdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
