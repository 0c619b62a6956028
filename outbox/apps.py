"""Names the app in the words of the desk."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "処理とメール"
