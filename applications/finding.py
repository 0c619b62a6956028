"""Finding an application again: by a number that is one, or by parts of the names that stand in `Line.search`.

Parts of words are looked for among the newest WINDOW lines first, which costs the same however many there are; only when
these do not fill a page, the index of all pairs of signs (lines_by_bigrams) is asked for the rest.
"""

import datetime as dt
import re
import unicodedata
import uuid
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Contractor, User
from applications.models import Application, Line
from guarantees.models import Guarantee
from issuers import search
from netdesk import paging

WINDOW = 5000
ORDER = ("-sent_at", "-id")
_HYPHENS = str.maketrans(dict.fromkeys("－−ー‐‑‒–—―", "-"))


class Found(NamedTuple):
    """One page of what was found, newest first; `older` is the id after which the next page begins, "" on the last."""

    rows: list[Line]
    older: str
    is_first: bool
    number: str  # which number it was found by, "" when by words
    is_narrow: bool  # a word of a single sign was looked for in the window only


def key(line: Line, application: Application) -> str:
    """Write the search column of a line: names of work, company and body, the number of the work and 申込番号."""
    changes = str(line.about.number) if line.about else ""
    names = (line.work_name, line.principal_name, line.issuer_name, line.work_number)
    return search.key(*names, str(application.number), changes)


def find(person: User, text: str, *, after: str = "") -> Found:
    """Find the lines that a person of the desk may see; nothing for a text without words."""
    visible = Line.objects.visible_to(person)
    words = search.words(text)
    if not words:
        return Found([], "", True, "", False)
    name, exact = _numbered(visible, text)
    if exact is not None:
        page = paging.page(related(exact), *ORDER, after=after)
        if page.rows:
            return Found(page.rows, page.older, page.is_first, name, False)
    return _by_words(person, visible, words, after)


def related(lines: QuerySet[Line]) -> QuerySet[Line]:
    """Take along what a table of lines shows, and leave the large columns where they are."""
    with_them = lines.select_related("application", "branch", "issue__guarantee")
    return with_them.defer("application__typed", "issue__snapshot", "remark")


def _numbered(visible: QuerySet[Line], text: str) -> tuple[str, QuerySet[Line] | None]:
    """Read a text as one of the numbers that lead to lines by a unique index."""
    number = unicodedata.normalize("NFKC", text).translate(_HYPHENS).strip().upper()
    if found := re.fullmatch(r"(\d{5})-?(\d{6})", number, re.ASCII):
        return "保証契約番号", visible.filter(pk__in=_of_guarantee(f"{found[1]}-{found[2]}"))
    if found := re.fullmatch(r"S-?(\d{4})-?(\d{5})", number, re.ASCII):
        return "申込番号", visible.filter(application__number=f"S-{found[1]}-{found[2]}")
    if re.fullmatch(r"\d{8}", number, re.ASCII):
        return "お客様番号", visible.filter(contractor=Contractor.objects.filter(customer_no=number).values("pk")[:1])
    return "", None


def _of_guarantee(number: str) -> list[uuid.UUID]:
    """Name the lines of a guarantee: those that its versions were ordered by, and those that ask for a change of it.

    By two questions: one with an OR over two tables would walk all lines.
    """
    guarantee = Guarantee.objects.filter(number=number).values("pk")[:1]
    ordered = Line.objects.filter(issue__guarantee=guarantee).values_list("pk", flat=True)
    return [*ordered, *Line.objects.filter(about=guarantee).values_list("pk", flat=True)]


def _by_words(person: User, visible: QuerySet[Line], words: list[str], after: str) -> Found:
    last = paging.place(visible, after)
    following = visible.filter(paging.beyond(last, ORDER)) if last else visible
    oldest = _oldest_in_window(person)
    wanted = search.containing(related(following), words)
    if oldest:
        wanted = wanted.filter(sent_at__gte=oldest)
    rows = list(wanted.order_by(*ORDER)[: paging.SIZE + 1])
    pairs = [word for word in words if len(word) > 1]
    if oldest and pairs and len(rows) <= paging.SIZE:
        before = min(oldest, last.sent_at) if last and last.sent_at else oldest
        ids = _by_pairs(person, words, pairs, before=before, last=last, limit=paging.SIZE + 1 - len(rows))
        rows += related(visible.filter(pk__in=ids)).order_by(*ORDER)
    older = str(rows[paging.SIZE - 1].pk) if len(rows) > paging.SIZE else ""
    return Found(rows[: paging.SIZE], older, last is None, "", bool(oldest) and len(pairs) < len(words))


def _oldest_in_window(person: User) -> dt.datetime | None:
    """Give the moment at which the window begins; None when all that there is lies in it."""
    every = Line.objects.filter(branch=person.branch_id) if person.is_branch else Line.objects.all()
    moments = every.filter(sent_at__isnull=False).order_by(*ORDER).values_list("sent_at", flat=True)
    return next(iter(moments[WINDOW - 1 : WINDOW]), None)


def _by_pairs(
    person: User, words: list[str], pairs: list[str], *, before: dt.datetime, last: Line | None, limit: int
) -> list[uuid.UUID]:
    """Ask the index for what lies beyond the window. Materialized: no plan may walk all lines in their order instead."""
    sql = [
        *("nd_bigrams(search) @> nd_bigrams(%s)" for _ in pairs),
        *("search LIKE %s" for _ in words),
        "sent_at <= %s",
    ]
    values: list[Any] = [*pairs, *(f"%{connection.ops.prep_for_like_query(word)}%" for word in words), before]
    if person.is_branch:
        sql.append("branch_id = %s")
        values.append(person.branch_id)
    beyond = "(sent_at, id) < (%s, %s)" if last and last.sent_at == before else "sent_at < %s"
    values += [before, last.pk] if last and last.sent_at == before else [before]
    query = f"""WITH found AS MATERIALIZED (SELECT id, sent_at FROM applications_line WHERE {" AND ".join(sql)})
        SELECT id FROM found WHERE {beyond} ORDER BY sent_at DESC, id DESC LIMIT {limit:d}"""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]
