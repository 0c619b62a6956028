"""The product's settings with fixed secrets and data of their own; the database is given, or our own server."""

import os
from pathlib import Path

from netdesk import postgres

# Tests run in as many processes as there are cores; each has a folder and a database server of its own.
VAR_DIR = Path(__file__).resolve().parent.parent / "var" / "test" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ |= {
    "DEMO": "1",
    "VAR_DIR": str(VAR_DIR),
    "SECRET_KEY": "known-to-everybody-and-used-by-tests-only-0123456789",
    "KEY_RING": '{"test": "dGVzdHMtb25seS1rZXktcmluZy0wMTIzNDU2Nzg5MDE="}',
    "PEPPER_RING": '{"test": "dGVzdHMtb25seS1wZXBwZXItMDEyMzQ1Njc4OTAxMjM="}',
    "EMAIL_URL": "smtp://127.0.0.1:1",
}
# Playwright keeps an event loop open in the thread of the tests, in which nothing runs while a test asks the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
# The server itself is started by tests/conftest.py, and only when a test needs it.
OWN_SERVER = None if "DATABASE_URL" in os.environ else postgres.Server(VAR_DIR, durable=False)
if OWN_SERVER:
    os.environ["DATABASE_URL"] = OWN_SERVER.url

from netdesk.settings import *

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing is collected
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # people's passwords only; keys keep their Argon2
