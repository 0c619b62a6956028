import logging
import random

import pytest
from django.db import connection
from django.test import override_settings

from tests import make, sessions
from tests.faults import house as houses
from tests.faults.visitor import Visitor


@pytest.fixture(scope="module")
def database(django_db_modify_db_settings, django_db_blocker):
    """A database of its own for all tests of a module: what they commit stays for the next one, and goes at the end."""
    usual, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        connection.close()
        patch.setitem(test, "NAME", f"{usual}_faults")
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        yield
        sessions.end_others()
        connection.creation.destroy_test_db(usual, verbosity=0)


@pytest.fixture(scope="module")
def house(database, tmp_path_factory):
    """The portal under fire."""
    var = tmp_path_factory.mktemp("house")
    for folder in ("broker/control", "papers", "mail"):
        (var / folder).mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch, override_settings(PAPERS_DIR=var / "papers"):
        for name, value in houses.environment(var).items():
            patch.setenv(name, value)
        houses.impatient(patch)
        house = houses.House(var)
        try:
            house.open()
            yield house
        finally:
            house.close()


@pytest.fixture(scope="module")
def people(house):
    return make.people()


@pytest.fixture(scope="module")
def officer(house, people):
    officer = Visitor(house.port, "approver@example.jp", "netdesk-demo")
    officer.look("/admin/queue/")  # any page of the session knows its CSRF token
    return officer


@pytest.fixture
def chance():
    seed = houses.seed()
    logging.getLogger(__name__).info("FAULTS_SEED=%s repeats the shots", seed)
    return random.Random(seed)
