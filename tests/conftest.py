"""What every test stands on: a database server, and no test skipped where nothing may be missing."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.settings import OWN_SERVER


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> Iterator[None]:
    """Run our own server, unless DATABASE_URL names one, while pytest-django has its database."""
    if OWN_SERVER is None:
        yield
        return
    OWN_SERVER.start()
    yield
    OWN_SERVER.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let tests with real transactions empty their database: the guard against TRUNCATE sleeps but where it is tested."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER entries_are_never_emptied")


@pytest.fixture(scope="session", autouse=True)
def folders() -> None:
    """Make the folders that the runner makes for the portal; hints of earlier runs mean nothing to this one."""
    shutil.rmtree(settings.BROKER_DIR, ignore_errors=True)
    for folder in (settings.BROKER_DIR, settings.PAPERS_DIR, settings.MAIL_DIR, settings.STATIC_ROOT):
        folder.mkdir(parents=True, exist_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Turn skips into failures under CI=true: there, no part may be missing."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped in CI: {report.longrepr}"
    return report
