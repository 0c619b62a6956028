import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from guarantees import clock
from tests import make


@pytest.fixture
def people(db):
    return make.people()


@pytest.fixture
def text():
    """The words of a page: what stands between its tags, with single spaces."""
    return lambda answer: re.sub("(<[^>]*>|[ \\t\\r\\n])+", " ", answer.content.decode())


@pytest.fixture
def at_once():
    """Make calls in threads that start together; give what each returned or raised."""

    def run(*calls):
        gate = Barrier(len(calls))

        def make_call(call):
            gate.wait()
            try:
                return call()
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(make_call, calls))

    return run


@pytest.fixture
def on(monkeypatch):
    """Set the clocks, ours and the database's, to noon of a day in Tokyo."""

    def turn(day):
        noon = dt.datetime.fromisoformat(f"{day}T12:00:00+09:00")
        monkeypatch.setattr(timezone, "now", lambda: noon)
        monkeypatch.setattr(clock, "now", lambda: noon)

    return turn
