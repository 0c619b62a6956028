"""Lists page by page without counting: the next page begins after the last row shown, however deep it lies (keyset)."""

from typing import Generic, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
SIZE = 25
COUNTED = 1000  # rows beyond which a list is only said to be long


class Page(NamedTuple, Generic[Row]):
    """One page of a list; `older` is the id after which the next page begins, "" on the last one."""

    rows: list[Row]
    older: str
    is_first: bool


def page(found: QuerySet[Row], *order: str, after: str, size: int | None = None) -> Page[Row]:
    """Give the `size` rows (SIZE unless told) that follow the row whose id is `after`.

    `order` names columns as order_by does ("-sent_at", "-id"), all the same way round and none of them null; the last
    is the id. An id that is none, or is not among `found`, leads to the first page. Costs one query, or two after the
    first page.
    """
    size = size or SIZE
    last = place(found, after)
    wanted = found.filter(beyond(last, order)) if last else found
    rows = [*wanted.order_by(*order)[: size + 1]]
    return Page(rows[:size], str(rows[size - 1].pk) if len(rows) > size else "", last is None)


def count(found: QuerySet[Row]) -> str:
    """Say how many rows there are: "12件", or "1,000件以上" without counting any further."""
    counted = found.order_by()[: COUNTED + 1].count()
    return f"{COUNTED:,}件以上" if counted > COUNTED else f"{counted:,}件"


def place(found: QuerySet[Row], after: str) -> Row | None:
    """Find the row after which a page begins; None for the first page."""
    try:
        return found.filter(pk=found.model._meta.pk.to_python(after)).first() if after else None
    except ValidationError:
        return None


def beyond(last: Model, order: tuple[str, ...]) -> Q:
    """Tell what comes after `last`: the first column goes on, or is the same and the next one goes on, and so forth.

    The first column is bounded once more by itself: an index is entered there, and not read from its beginning.
    """
    ways = [(column.lstrip("-"), "lt" if column.startswith("-") else "gt") for column in order]
    after, same = Q(), Q()
    for name, way in ways:
        after |= same & Q(**{f"{name}__{way}": getattr(last, name)})
        same &= Q(**{name: getattr(last, name)})
    first, way = ways[0]
    return Q(**{f"{first}__{way}e": getattr(last, first)}) & after
