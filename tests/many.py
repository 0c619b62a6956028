"""Makes many of what one was made of by real moves: rows for lists, copied as they stand."""

import copy
import datetime as dt
import itertools
import uuid

from applications.models import Line
from guarantees.models import Guarantee, Version

_serial = itertools.count(1)


def lines(line, count, **changes):
    """Give `count` more lines like this one, each in an application of its own and sent a minute before the last."""
    return [_line(line, n, changes) for n in range(1, count + 1)]


def _line(line, n, changes):
    serial = next(_serial)
    application = copy.copy(line.application)
    application.pk, application.number = uuid.uuid4(), f"S-2001-{serial:05d}"
    application._state.adding = True
    application.save(force_insert=True)
    made = copy.copy(line)
    made.pk, made.application_id = uuid.uuid4(), application.pk
    made.sent_at = line.sent_at - dt.timedelta(minutes=n)
    if line.premium_id:
        made.premium = _premium(line.premium)
    if line.issue_id:
        made.issue_id = version(Version.objects.get(pk=line.issue_id), serial).pk
    for name, value in changes.items():
        setattr(made, name, value)
    made._state.adding = True
    made.save(force_insert=True)
    return Line.objects.get(pk=made.pk)


def _premium(one):
    """One more premium like this one, of no version."""
    made = copy.copy(one)
    made.pk, made.version = None, None
    made._state.adding = True
    made.save(force_insert=True)
    return made


def version(one, serial=0):
    """Give one more guarantee and version like this one, with a number of its own."""
    serial = serial or next(_serial)
    guarantee = Guarantee.objects.get(pk=one.guarantee_id)
    guarantee.pk = uuid.uuid4()
    guarantee.number = guarantee.number and f"99999-{serial:06d}"
    guarantee._state.adding = True
    guarantee.save(force_insert=True)
    made = copy.copy(one)
    made.pk, made.guarantee_id = None, guarantee.pk
    made._state.adding = True
    made.save(force_insert=True)
    return made
