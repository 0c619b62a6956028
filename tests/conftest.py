"""What every test stands on: a database server, and no test skipped where nothing may be missing."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling

from tests import sessions
from tests.settings import OWN_SERVER

# Modules that take seconds: papers drawn by the dozen, whole tables of pages. `make test-fast` leaves them out.
HEAVY = (
    "tests/applications/test_clearing.py",
    "tests/applications/test_acting.py",
    "tests/applications/test_attachments.py",
    "tests/applications/test_autosave.py",
    "tests/applications/test_form_page.py",
    "tests/applications/test_checks.py",
    "tests/applications/test_desk_views.py",
    "tests/applications/test_forms.py",
    "tests/applications/test_drafts.py",
    "tests/applications/test_following_years.py",
    "tests/applications/test_inspecting.py",
    "tests/applications/test_interim.py",
    "tests/applications/test_reserving.py",
    "tests/applications/test_invariants.py",
    "tests/applications/test_finding.py",
    "tests/applications/test_holding.py",
    "tests/applications/test_lifecycle.py",
    "tests/applications/test_memos.py",
    "tests/applications/test_paper_views.py",
    "tests/applications/test_phrases.py",
    "tests/applications/test_listing.py",
    "tests/applications/test_people_views.py",
    "tests/applications/test_company_views.py",
    "tests/applications/test_seed.py",
    "tests/applications/test_register_views.py",
    "tests/applications/test_sending.py",
    "tests/applications/test_status_views.py",
    "tests/applications/test_talk.py",
    "tests/guarantees/test_admin.py",
    "tests/guarantees/test_documents.py",
    "tests/guarantees/test_documents_inside.py",
    "tests/guarantees/test_fence.py",
    "tests/guarantees/test_lookup_limits.py",
    "tests/guarantees/test_paper_certificate.py",
    "tests/guarantees/test_text_as_text.py",
    "tests/guarantees/test_verify.py",
    "tests/guarantees/test_viewing.py",
    "tests/guarantees/test_views.py",
    "tests/issuers/test_register.py",
    "tests/outbox/test_smtp.py",
    "tests/test_doors.py",
)


BROWSER = "tests/browser/"


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what drives a browser and what is slow, before the marks are asked for; begin with the browser, which is longest."""
    for item in items:
        if item.nodeid.startswith(BROWSER):
            item.add_marker("browser")
        if item.nodeid.startswith(HEAVY):
            item.add_marker("slow")
    yield
    items.sort(key=lambda item: not item.nodeid.startswith(BROWSER))


class Together(LoadScopeScheduling):
    """Hands out the tests file by file to whoever is free; those with a browser share one portal and so one process."""

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else nodeid.partition("::")[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_xdist_setupnodes() -> None:
    """Let each process that runs tests choose its own database server: ours, of the one that only hands out work, is none."""
    if OWN_SERVER:
        del os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Run our own server, unless DATABASE_URL names one, while pytest-django has its database."""
    if OWN_SERVER is None:
        yield
        return
    OWN_SERVER.start()
    yield
    OWN_SERVER.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let tests with real transactions empty their database: the guard against TRUNCATE sleeps but where it is tested.

    At the end nobody may hold the database back, which is then dropped.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER entries_are_never_emptied")
    yield
    with django_db_blocker.unblock():
        sessions.end_others()


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
