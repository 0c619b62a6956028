"""Puts into a letter, on its way out, the one link that may open something without a log-in; the row never holds it."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from outbox.models import Letter

# Stands in the stored body where the link will be; nobody who reads the outbox can open anything.
PLACE = "〈送信するときに、ここにリンクが入ります〉"


def filled(letter: Letter) -> str:
    """Give the body as it goes out. Its maker (settings.LETTER_LINKS) writes the same link every time, so every copy is the same."""
    maker = settings.LETTER_LINKS.get(letter.kind)
    if maker is None:
        return letter.body
    write: Callable[[str], str] = import_string(maker)
    return letter.body.replace(PLACE, write(letter.ref))
