"""What a right look-up leaves in the visitor's session: for 15 minutes, this one guarantee may be read without its key."""

import uuid
from typing import NamedTuple

from django.http import HttpRequest

from guarantees import clock
from guarantees.models import Key, Look

LASTS = 15 * 60  # seconds
NAME = "look"


class Grant(NamedTuple):
    """Leave to read the guarantee that `key` opened; `look` is the look-up that earned it."""

    guarantee: uuid.UUID
    key: int
    look: int


def give(request: HttpRequest, *, key: Key, look: Look) -> None:
    """Keep the grant that `look` earned by opening `key`, in place of any earlier one.

    A stranger gets a new session that ends with the grant. Whoever is logged in stays logged in.
    """
    if not request.user.is_authenticated:
        request.session.flush()
        request.session.set_expiry(LASTS)
    ends = int(clock.now().timestamp()) + LASTS
    request.session[NAME] = [str(key.guarantee_id), key.pk, look.pk, ends]


def held(request: HttpRequest) -> Grant | None:
    """Give the grant of this session while it lasts."""
    kept = request.session.get(NAME)
    if kept is None:
        return None
    guarantee, key, look, ends = kept
    return Grant(uuid.UUID(guarantee), key, look) if clock.now().timestamp() < ends else None
