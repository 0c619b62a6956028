"""手続状況 as a list: what it can be narrowed by, its orders, and the same rows as a file."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from applications import finding, wording
from applications.models import Line
from guarantees.models import Version
from issuers import search
from issuers.kinds import Format, Product
from netdesk import filters

S = Line.Status
HEARD = "heard"
# Asked by the few versions that are being issued (an index of their own), not by the version of every line.
ISSUING = Q(status=S.APPROVED, issue__in=Version.objects.filter(status=Version.Status.ORDERED).values("pk"))
ISSUED = Q(status=S.APPROVED) & ~Q(issue__in=Version.objects.filter(status=Version.Status.ORDERED).values("pk"))
# The words of 手続状況 and what they mean in the table; an approved line speaks with the words of its guarantee.
STATES: dict[str, tuple[str, Q]] = {
    status.value: (str(status.label), Q(status=status))
    for status in (S.SUBMITTED, S.RECEIVED, S.UNDER_REVIEW, S.RETURNED, S.AWAITING_PREMIUM)
} | {
    "issuing": ("発行手続中", ISSUING),
    "done": ("手続完了", ISSUED),
    S.DECLINED.value: (str(S.DECLINED.label), Q(status=S.DECLINED)),
    S.WITHDRAWN.value: (str(S.WITHDRAWN.label), Q(status=S.WITHDRAWN)),
    HEARD: ("支店から新しい連絡", Q(unread=True)),
}
ORDERS = {
    "-sent": ("送信日の新しい順", ("-sent_at", "-id")),
    "sent": ("送信日の古い順", ("sent_at", "id")),
    "-amount": ("保証金額の大きい順", ("-amount_yen", "-id")),
    "amount": ("保証金額の小さい順", ("amount_yen", "id")),
}
SORTED = {"sent": "送信日", "amount": "保証金額"}


class StatusFilters(filters.Filters):
    """What 手続状況 can be narrowed by."""

    q = filters.Keyword(help_text="件名・発注者・申込番号・保証契約番号の一部")
    state = filters.OneOf(label="状態", choices=[(name, words) for name, (words, _) in STATES.items()])
    product = filters.OneOf(label="保証", choices=[(str(one), one.short) for one in Product])
    format = filters.OneOf(label="形式", choices=[(str(Format.ELECTRONIC), "電子"), (str(Format.PAPER), "紙")])
    sent_from = filters.Day(label="送信日（から）")
    sent_to = filters.Day(label="送信日（まで）")
    sort = filters.Order(choices=[(name, words) for name, (words, _) in ORDERS.items()])

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        data = super().clean() or {}
        first, last = data.get("sent_from"), data.get("sent_to")
        if first and last and last < first:
            self.add_error("sent_to", "送信日（まで）は、送信日（から）以後の日を入力してください")
        return data

    @property
    def order(self) -> tuple[str, ...]:
        """The columns to sort by."""
        return ORDERS[self.values["sort"]][1]

    def sorting(self) -> dict[str, dict[str, str]]:
        """For each column that sorts: how it is sorted now (aria-sort, "" when it is not), and what its button asks for."""
        now = self.values["sort"]
        shown = {}
        for name, words in SORTED.items():
            way = {f"-{name}": "descending", name: "ascending"}.get(now, "")
            shown[name] = {"label": words, "now": way, "next": name if now == f"-{name}" else f"-{name}"}
        return shown


def unheard(person: User) -> QuerySet[Line]:
    """The lines about which the branch said something that nobody of the company has opened."""
    return Line.objects.visible_to(person).filter(STATES[HEARD][1])


def rows(person: User, asked: StatusFilters) -> QuerySet[Line]:
    """The lines of the person's company that the filters in force leave."""
    wish = asked.values
    found = Line.objects.visible_to(person)
    if "state" in wish:
        found = found.filter(STATES[wish["state"]][1])
    for name in ("product", "format"):
        if name in wish:
            found = found.filter(**{name: wish[name]})
    if "sent_from" in wish:
        found = found.filter(sent_at__gte=filters.begin(wish["sent_from"]))
    if "sent_to" in wish:
        found = found.filter(sent_at__lt=filters.after(wish["sent_to"]))
    for word in search.words(wish.get("q", "")):
        found = found.filter(_bears(word))
    return finding.related(found)


def _bears(word: str) -> Q:
    """Tell whether a line bears a word; only what can be a part of one is looked for in the numbers of guarantees."""
    named = Q(search__contains=word)
    return named | Q(issue__guarantee__number__contains=word) if re.fullmatch("[0-9-]+", word) else named


HEADER = (
    "申込番号",
    "保証契約番号",
    "件名",
    "工事番号",
    "発注者",
    "保証",
    "形式",
    "請負金額（円）",
    "保証金額（円）",
    "状態",
    "送信日",
)


def cells(lines: Iterable[Line]) -> Iterator[tuple[object, ...]]:
    """Write lines as the rows of a file."""
    for line in lines:
        yield (
            line.application.number,
            line.issue.guarantee.number if line.issue else "",
            line.work_name,
            line.work_number,
            line.issuer_name,
            line.get_product_display(),
            line.get_format_display(),
            line.price_yen,
            line.amount_yen,
            wording.status_of(line).words,
            f"{filters.day(line.sent_at):%Y-%m-%d}" if line.sent_at else "",
        )
