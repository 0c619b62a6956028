"""What the tests of the pages share: a guarantee with its key, a browser in which somebody has logged in."""

import datetime as dt

from django.test import Client
from django.utils import timezone

from accounts import access
from guarantees import issuing, keys
from tests import make

# The mock's story, in which a guarantee ends in the same year.
STORY = {"works_until": dt.date(2026, 12, 18), "starts_on": dt.date(2026, 6, 1), "ends_on": dt.date(2026, 12, 18)}
CONTRACT = {"product": "contract", "amount_yen": 5_000_000, "bank_name": "", "bank_code": "", "redeposit": ""}


def issued(**changes):
    """A guarantee as the mint leaves it, and its key ("" for a paper one)."""
    version = make.issued(**STORY | changes)
    key = version.keys.first()
    return version.guarantee, keys.reveal(key) if key else ""


def draw(guarantee, kind):
    """Draw one paper as the worker would."""
    if kind == "certificate":
        issuing.render_certificate(str(guarantee.current.pk))
    else:
        issuing.render_notice(str(guarantee.keys.get().pk))


def rule(**changes):
    """What 杉並区 asks of a contractor who hands in the notice."""
    fields = {
        "office": "契約担当課",
        "email": "keiyaku@city.example.jp",
        "subject": "【電子保証】{work_number} {work_name}",
    }
    return make.rule(make.issuer(), **fields | changes)


def entered(person):
    """A browser in which somebody has logged in."""
    client = Client()
    client.force_login(person)
    session = client.session
    session[access.ENTERED_AT] = session[access.USED_AT] = int(timezone.now().timestamp())
    session.save()
    return client
