"""Measures pages with Django's test client, the databases of all sizes in turn."""

import logging

import django
import environ

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from applications import example
from bench import databases
from netdesk import postgres


def run(server: postgres.Server, urls: dict[int, str]) -> None:
    """Prepare the databases, then measure and tell."""
    logging.disable(logging.WARNING)
    wrappers = {size: _connect(url) for size, url in urls.items()}
    for size, wrapper in wrappers.items():
        connections["default"] = wrapper
        call_command("migrate", verbosity=0)
        if not databases.is_filled(server, size):
            call_command("load_issuers", verbosity=0)
            example.furnish()
            databases.fill(server, size)


def _connect(url: str):
    """Give a connection under the name that everything asks for."""
    options = settings.DATABASES["default"] | environ.Env.db_url_config(url)
    alias = url.rpartition("/")[2]
    connections.settings[alias] = connections.settings["default"] | options
    wrapper = connections[alias]
    wrapper.alias = "default"
    return wrapper
