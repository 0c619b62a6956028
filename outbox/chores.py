"""What has to be looked after now and then, whoever does it: the relay does, and settings.CHORES says what and how often."""

import logging
from collections.abc import Callable
from time import monotonic

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)


class Chores:
    """Remembers when each chore was done last; a new one does all of them at once. Every chore may be done twice."""

    def __init__(self) -> None:
        self.done_at: dict[str, float] = {}

    def do(self) -> None:
        """Do what is due. One that fails is logged and waits for its next turn: it must hold up nothing else."""
        for name, pause in settings.CHORES.items():
            if monotonic() - self.done_at.get(name, float("-inf")) < pause:
                continue
            self.done_at[name] = monotonic()
            chore: Callable[[], object] = import_string(name)
            try:
                chore()
            except Exception:
                logger.exception("a chore failed: %s", name)
