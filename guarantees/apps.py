"""Starts the app, or refuses to: no process runs without the secrets that its part needs."""

from django.apps import AppConfig

from guarantees import keys


class GuaranteesConfig(AppConfig):
    name = "guarantees"
    verbose_name = "保証契約"

    def ready(self) -> None:
        keys.check()
