"""返還: a premium that is returned after a change or a cancellation is paid back once, by transfer, and written down.

What is paid by 一括納付 is set off in the month's sum and is not paid back here.
"""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from applications import japanese, lifecycle
from applications.lifecycle import NotAllowed, TooLate
from applications.models import Line, Refund
from audit import trail
from guarantees.models import Payment, Premium, Version

# The lines whose premium is still to be paid back: asked by the few premiums that are negative.
DUE = (
    Q(status=Line.Status.APPROVED, refund=None, premium__in=Premium.objects.filter(total_yen__lt=0).values("pk"))
    & ~Q(payment=Payment.MONTHLY)
    & ~Q(issue__status=Version.Status.ORDERED)
)


def is_due(line: Line) -> bool:
    """Tell whether a premium is to be paid back for a line (needs premium and issue; asks for its refund)."""
    if line.premium is None or line.issue is None or line.issue.status == Version.Status.ORDERED:
        return False
    is_due = line.premium.total_yen < 0 and line.payment != Payment.MONTHLY
    return is_due and not Refund.objects.filter(line=line).exists()


def record(line: Line, *, by: User, on: dt.date, account: str) -> Refund:
    """Write down that the premium of a line was paid back on a day (Tokyo) to an account; exactly what is due.

    Locks the line. Raises NotAllowed, and TooLate when it was written down already. Both texts are fit to show.
    """
    try:
        account = japanese.line(account, "返還先の口座", 200)
    except ValidationError as fault:
        raise NotAllowed(fault.messages[0]) from None
    with transaction.atomic():
        related = Line.objects.select_related("application", "premium", "issue")
        current = related.select_for_update(of=("self",)).get(pk=line.pk)
        if lifecycle.side_of(by, current) != "branch":
            raise NotAllowed("この返還を記録する権限がありません。")
        if earlier := Refund.objects.select_related("by").filter(line=current).first():
            raise TooLate(f"この返還は、{earlier.by.name}さんがすでに記録しています。")
        if not is_due(current) or current.premium is None or current.issue is None or current.issue.issued_at is None:
            raise TooLate("この申込に、お返しする保証料はありません。画面を開き直して、いまの状態を確かめてください。")
        first = timezone.localtime(current.issue.issued_at).date()
        if not first <= on <= timezone.localdate():
            raise NotAllowed(f"返還日には、{first:%Y年%-m月%-d日}から今日までの日を入力してください。")
        if not account:
            raise NotAllowed("返還先の口座を入力してください。")
        paid = Refund.objects.create(line=current, amount_yen=-current.premium.total_yen, on=on, account=account, by=by)
        trail.record("premium.refunded", current, by=by, amount_yen=paid.amount_yen, on=on.isoformat())
    return paid
