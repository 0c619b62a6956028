"""Run the relay: a plain loop that needs PostgreSQL only. Two copies on different hosts do no harm."""

import logging
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from outbox.relaying import Relay

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two rounds


class Command(BaseCommand):
    help = "処理の見張り役です。知らせが届かなかった処理を知らせ直し、必要なら自分で行います。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="1回だけ見回って終わります。")

    def handle(self, *args: Any, **options: Any) -> None:
        relay = Relay()
        if options["once"]:
            relay.step()
            return
        # SIGTERM and Ctrl-C end the loop after the current job, never within one.
        for wish in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wish, lambda *_: setattr(relay, "stopping", True))
        while not relay.stopping:
            self._round(relay)
            time.sleep(PAUSE)

    def _round(self, relay: Relay) -> None:
        try:
            relay.step()
        except Exception:  # the database may be away for a while; whoever watches over everything else must not die
            logger.exception("the relay could not finish its round")
        connection.close_if_unusable_or_obsolete()
