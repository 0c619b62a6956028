"""What the review sheet compares: a sending with the one before, and a customer with what we know of it."""

import datetime as dt
from typing import NamedTuple

from django.db.models import Sum
from django.utils import timezone

from applications import copies, summary
from applications.models import Line
from audit.models import Entry
from guarantees.models import Guarantee, Version
from netdesk import paging


class Compared(NamedTuple):
    """One row of the application, and what the sending before said in its place."""

    label: str
    value: str
    note: str
    amount: bool
    is_changed: bool
    old: str  # "" when there was nothing


def compared(line: Line) -> list[list[Compared]]:
    """Give contract, product, destination, contact and what a change says of itself, each row compared with the sending before."""
    sent = list(line.application.copies.filter(at__lte=line.sent_at).order_by("-no")[:2]) if line.sent_at else []
    changes = copies.changes(sent[1], sent[0]) if len(sent) == 2 else {}
    receipt = summary.receipt_of([line], line.application.receipt)
    sections = [
        ("works", summary.contract(line)),
        (line.product, summary.product(line)),
        ("destination", summary.destination(line, receipt)),
        ("contact", summary.contact_of(line.application)),
        ("change", summary.change(line)),
    ]
    return [[_compared(row, changes, section) for row in rows] for section, rows in sections]


def _compared(row: summary.Row, changes: dict[tuple[str, str], str], section: str) -> Compared:
    place = (section, row.label)
    return Compared(row.label, row.value, row.note, row.amount, place in changes, changes.get(place, ""))


class Dealings(NamedTuple):
    """お客様との取引: what was guaranteed for the company so far, and how often we had to send something back."""

    guarantees: str
    outstanding_yen: int
    returns: int


YEAR = dt.timedelta(days=365)
LINES_ASKED = 200  # a company's newest lines whose returns are counted


def dealings(line: Line) -> Dealings:
    """Tell how we stand with the company of a line, in three short questions."""
    issued = Guarantee.objects.filter(contractor=line.contractor_id).issued()
    in_force = Version.objects.filter(
        guarantee__contractor=line.contractor_id, status=Version.Status.ISSUED, ends_on__gte=timezone.localdate()
    ).exclude(guarantee__status=Guarantee.Status.CLOSED)
    lately = Line.objects.filter(contractor=line.contractor_id, sent_at__gte=timezone.now() - YEAR)
    ids = [str(pk) for pk in lately.order_by("-sent_at", "-id").values_list("pk", flat=True)[:LINES_ASKED]]
    returns = Entry.objects.filter(
        subject_type=Line._meta.label_lower,
        subject_id__in=ids,
        action="line.returned",
        at__gte=timezone.now() - YEAR,
    )
    outstanding = in_force.aggregate(yen=Sum("amount_yen"))["yen"] or 0
    return Dealings(paging.count(issued), outstanding, returns.count())
