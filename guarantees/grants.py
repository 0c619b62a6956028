"""What a right look-up leaves in the visitor's session: for 15 minutes, this one guarantee may be read without its key."""

import uuid
from typing import NamedTuple

from django.http import HttpRequest

from guarantees import clock
from guarantees.lookup import Outcome

LASTS = 15 * 60  # seconds
NAME = "look"


class Grant(NamedTuple):
    """Leave to read the guarantee that `key` opened; `look` is the look-up that earned it."""

    guarantee: uuid.UUID
    key: int
    look: int


def give(request: HttpRequest, outcome: Outcome) -> None:
    """Keep the grant of an opened look-up, in place of any earlier one.

    A stranger gets a new session that ends with the grant. Whoever is logged in stays logged in (rulings.md 25).
    """
    if not request.user.is_authenticated:
        request.session.flush()
        request.session.set_expiry(LASTS)
    ends = int(clock.now().timestamp()) + LASTS
    request.session[NAME] = [str(outcome.guarantee.pk), outcome.key.pk, outcome.look.pk, ends]


def held(request: HttpRequest) -> Grant | None:
    """Give the grant of this session while it lasts."""
    kept = request.session.get(NAME)
    if kept is None:
        return None
    guarantee, key, look, ends = kept
    return Grant(uuid.UUID(guarantee), key, look) if clock.now().timestamp() < ends else None
