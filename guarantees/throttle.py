"""How often an address may try: refusals slow its next tries down, right answers never count, nobody is locked out."""

import datetime as dt
import ipaddress

from django.db import OperationalError, connection
from django.db.models import Count, Max
from psycopg.errors import LockNotAvailable

from guarantees import clock, keys
from guarantees.models import Look

WINDOW = dt.timedelta(minutes=10)
FREE = 10  # refusals in the window before the pauses begin
PAUSE = 30  # seconds between two tries from then on


class TooManyTries(Exception):
    """Say that an address has to wait before its next try, and for how many seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            f"番号または認証キーの違う照会が続いたため、受付を一時的に制限しています。{retry_after}秒たってから、"
            "もう一度照会してください。お急ぎのときは、お電話でお問い合わせください。"
        )
        self.retry_after = retry_after


def network(visitor: str) -> str:
    """Name the unit that is counted: an IPv4 address, or the /64 that an IPv6 address belongs to.

    A household or an office gets a whole /64, so single IPv6 addresses would cost an attacker nothing.
    """
    try:
        address = ipaddress.ip_address(visitor.partition("%")[0])
    except ValueError:
        return visitor[:45]
    mapped = getattr(address, "ipv4_mapped", None)
    if address.version == 4 or mapped:
        return str(mapped or address)
    return str(ipaddress.ip_network((address, 64), strict=False))


def admit(network: str) -> None:
    """Let one try of a network through, or raise TooManyTries.

    The network stays locked until the caller's transaction ends: its tries are counted one after the other, and a burst
    cannot slip past the limit. A try that waits longer than `lock_timeout` for its turn raises keys.Busy.
    """
    _take_turn(network)
    now = clock.now()
    refused = Look.objects.filter(network=network, result=Look.Result.REFUSED, at__gt=now - WINDOW)
    tally = refused.aggregate(count=Count("pk"), last=Max("at"))
    if tally["count"] < FREE:
        return
    waited = (now - tally["last"]).total_seconds()
    if waited < PAUSE:
        raise TooManyTries(max(1, round(PAUSE - waited)))


def _take_turn(network: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"look-up {network}"])
    except OperationalError as fault:
        if isinstance(fault.__cause__, LockNotAvailable):
            raise keys.Busy from fault
        raise
