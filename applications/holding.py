"""担当: who of the branch has a line in hand. It keeps two people from doing the same work and gives nobody a right."""

from django.db import transaction

from accounts.models import User
from applications.models import Line
from audit import trail

S = Line.Status
AT_WORK = frozenset({S.SUBMITTED, S.RECEIVED, S.UNDER_REVIEW, S.RETURNED})


class NotHeld(Exception):
    """A line that was not taken or given back. The text tells why and is fit to show."""


def may(user: User, line: Line) -> bool:
    """Tell whether a person may take this line, or give it back: people of its branch, as long as it is at work."""
    return user.is_branch and user.branch_id == line.branch_id and line.status in AT_WORK


def take(line: Line, *, by: User, instead_of: str = "") -> None:
    """Take a line that nobody has; or, with the id of a colleague seen to have it, from that colleague.

    Locks the line. Taking it twice is taking it once. Raises NotHeld: whoever comes second is told who has it now.
    """
    with transaction.atomic():
        current = _locked(line, by)
        holder = current.held_by
        if holder == by:
            return
        if holder is None:
            name(current, by=by)
        elif str(holder.pk) == instead_of:
            current.held_by = by
            trail.record("holder.replaced", current, by=by, before=holder.name)
        else:
            raise NotHeld(_of(holder))
        current.save(update_fields=["held_by"])


def give_back(line: Line, *, by: User) -> None:
    """Leave a line to whoever takes it next (担当を外れる). Locks the line; nothing happens when nobody has it.

    Raises NotHeld when a colleague has it by now.
    """
    with transaction.atomic():
        current = _locked(line, by)
        holder = current.held_by
        if holder is None:
            return
        if holder != by:
            raise NotHeld(_of(holder))
        current.held_by = None
        current.save(update_fields=["held_by"])
        trail.record("holder.released", current, by=by)


def name(current: Line, *, by: User) -> None:
    """Make a person the holder of a line that nobody has, which the caller has locked and saves."""
    current.held_by = by
    trail.record("holder.named", current, by=by)


def _locked(line: Line, by: User) -> Line:
    # Without the holder: who waits here for a lock would get the new row joined to the person of the old one.
    current = Line.objects.select_for_update().get(pk=line.pk)
    if not by.is_branch or by.branch_id != current.branch_id:
        raise NotHeld("この申込の担当になる権限がありません。")
    if current.status not in AT_WORK:
        raise NotHeld(f"この申込は{current.get_status_display()}のため、担当を替える必要はありません。")
    return current


def _of(holder: User) -> str:
    return (
        f"この申込は、いま{holder.name}が担当しています。代わるときは、申込を開いて「担当を替える」を押してください。"
    )
