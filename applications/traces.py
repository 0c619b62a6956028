"""Which entries of the trail tell of one line: its own, its application's, and of its guarantee those of its version."""

from collections.abc import Iterable

from applications.models import Line
from audit import trail
from audit.models import Entry


def of(line: Line, actions: Iterable[str], *, most: int, with_application: bool = False) -> list[Entry]:
    """Give the newest entries about a line, newest first (needs line.issue with its guarantee).

    A guarantee has a line for each of its versions: what was done to another version is told with that one's line.
    """
    subjects = [line, *([line.application] if with_application else [])]
    if line.issue is None:
        return list(trail.of(*subjects).filter(action__in=list(actions))[:most])
    version, own = line.issue, str(line.issue.guarantee_id)
    found = trail.of(*subjects, version.guarantee).filter(action__in=list(actions))[:most]
    return [
        entry
        for entry in found
        if entry.subject_id != own
        or entry.data.get("version", version.no) == version.no
        and entry.at >= version.ordered_at
    ]
