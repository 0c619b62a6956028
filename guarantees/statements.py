"""保証料計算書: what was charged for an issued guarantee, told line by line; the list of it, its file, and the monthly sums.

A change charges the difference to what was charged before; what is less than nothing is returned, and its paper is
called 保証料返還計算書. Every figure here comes from the frozen rows of Premium, so that list, paper, file and monthly sum can only agree.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from guarantees import billing, clock, premium
from guarantees.models import Document, Payment, Premium, Purpose, Version
from issuers.kinds import Product
from netdesk import dates, filters

ORDER = ("-id",)
# A change that leaves the premium as it is has no statement.
NOTHING_TO_TELL = Q(version__no__gt=0, total_yen=0)
HEADER = (
    "計算書番号", "発行日", "保証契約番号", "保証", "発注者", "工事番号", "件名", "保証金額（円）", "保証料（円）", "支払方法", "請求先", "支払期日",
    "種類", "変更前までの保証料（円）",
)  # fmt: skip


class Month(forms.CharField):
    """A month as people write it: 2026年6月, 2026-06, 令和8年6月. Gives its first day, or None."""

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def clean(self, value: object) -> Any:
        """Read a month as the day with which it begins."""
        typed = unicodedata.normalize("NFKC", str(value or "")).strip()
        if not typed:
            return None
        day = dates.parse(f"{typed.removesuffix('分').removesuffix('月')}{'月1日' if '月' in typed else '-1'}")
        if day is None or not 2000 <= day.year <= 2099:
            raise forms.ValidationError(f"{self.label}は、「2026年6月」または「2026-06」のように入力してください")
        return day


class StatementFilters(filters.Filters):
    """What 保証料計算書一覧 can be narrowed by."""

    q = filters.Keyword(help_text="保証契約番号・件名・発注者・請求先の一部")
    month = Month(label="発行した月")
    kind = filters.OneOf(label="計算書の種類", choices=[("charge", "計算書"), ("refund", "返還計算書")])
    product = filters.OneOf(label="保証", choices=[(str(one), str(one.label)) for one in Product])
    payment = filters.OneOf(label="支払方法", choices=[(str(one), str(one.label)) for one in Payment])

    def words(self, name: str) -> str:
        """Say a month as a month."""
        return f"{self.values[name]:%Y年%-m月}" if name == "month" else super().words(name)


class Told(NamedTuple):
    """A premium in the words of its statement."""

    title: str  # 保証料計算書, 保証料返還計算書
    number: str  # K-2026-000123, H-2026-000124
    is_change: bool
    is_refund: bool
    event: str  # 変更 | 解約, "" for a first version
    rows: list[tuple[str, premium.Step]]
    quote: premium.Quote
    note: str
    before_yen: int
    asked: str  # what is asked for or returned: 保証料, 今回お支払いいただく保証料, 返還する保証料
    asked_yen: int  # never negative
    tariff: str
    payment: str
    due: str  # words of お支払期日, 返還の時期
    due_on: dt.date | None  # None: it was paid before the issue, or is returned by transfer
    billing_name: str


def of(person: User) -> QuerySet[Premium]:
    """The premiums of issued guarantees that a person may see: of the own company, of the own branch; the head's are all."""
    found = Premium.objects.filter(version__issued_at__isnull=False).exclude(NOTHING_TO_TELL)
    if person.is_contractor:
        return found.filter(contractor=person.contractor_id)
    if person.is_branch:
        return found.filter(branch=person.branch_id)
    return found if person.is_head else found.none()


def of_version(version: Version) -> Premium | None:
    """Give the premium that the statement of an issued version tells; None when there is nothing to tell."""
    return Premium.objects.filter(version=version).exclude(NOTHING_TO_TELL).first()


def narrowed(found: QuerySet[Premium], asked: StatementFilters) -> QuerySet[Premium]:
    """Leave what the filters in force leave."""
    wish = asked.values
    for name in ("product", "payment"):
        if name in wish:
            found = found.filter(**{name: wish[name]})
    if "kind" in wish:
        found = found.filter(total_yen__lt=0) if wish["kind"] == "refund" else found.filter(total_yen__gte=0)
    if "month" in wish:
        last = billing.following(wish["month"]) - dt.timedelta(days=1)
        found = found.filter(_issued(wish["month"], last))
    for word in unicodedata.normalize("NFKC", wish.get("q", "")).split():
        found = found.filter(
            Q(version__guarantee__number__contains=word)
            | Q(version__work_name__icontains=word)
            | Q(version__issuer_name__contains=word)
            | Q(billing_name__contains=word)
        )
    return found


def shown(found: QuerySet[Premium]) -> QuerySet[Premium]:
    """Take along what a row shows, and whether its PDF is there."""
    drawn = Document.objects.filter(version=OuterRef("version"), kind=Document.Kind.STATEMENT)
    related = found.select_related("version__guarantee").defer("version__snapshot")
    return related.annotate(is_drawn=Exists(drawn))


class Sums(NamedTuple):
    """What was charged in all, in whole yen, what was returned taken off; and how much of it was returned."""

    total_yen: int
    returned_yen: int  # not negative


def sums(found: QuerySet[Premium]) -> Sums:
    """Add up what was charged and what was returned."""
    added = found.order_by().aggregate(sum=Sum("total_yen"), less=Sum("total_yen", filter=Q(total_yen__lt=0)))
    return Sums(int(added["sum"] or 0), -int(added["less"] or 0))


def told(charged: Premium, issued_on: dt.date) -> dict[str, Any]:
    """Tell a premium as its statement does; a dictionary for the templates of page and paper."""
    quote, due_on, kind = charged.quote, due(charged, issued_on), Product(charged.product)
    is_change = charged.version is not None and not charged.version.is_new
    payment, when = _returned(charged, issued_on) if charged.is_refund else _paid(charged, issued_on)
    return Told(
        title=title(charged),
        number=number(charged, issued_on),
        is_change=is_change,
        is_refund=charged.is_refund,
        event=_event(charged.version) if charged.version else "",
        rows=[(premium.band_words(step), step) for step in quote.steps],
        quote=quote,
        note=f"最低{kind.charge} {quote.minimum_yen:,}円" if quote.is_minimum else f"{quote.unit_yen}円未満切捨て",
        before_yen=charged.before_yen,
        asked=f"{'返還する' if charged.is_refund else '今回お支払いいただく' if is_change else ''}{kind.charge}",
        asked_yen=abs(charged.total_yen),
        tariff=f"{dates.wareki(charged.tariff_from)}適用（{charged.tariff_name}）",
        payment=payment,
        due=when,
        due_on=due_on,
        billing_name=charged.billing_name,
    )._asdict()


def title(charged: Premium) -> str:
    """Name the paper of a premium."""
    return f"{Product(charged.product).charge}{'返還' if charged.is_refund else ''}計算書"


def _event(version: Version) -> str:
    if version.is_new:
        return ""
    return "解約" if version.purpose == Purpose.CANCELLATION else "変更"


def _paid(charged: Premium, issued_on: dt.date) -> tuple[str, str]:
    """Say how and by when a premium is paid."""
    way, due_on = str(Payment(charged.payment).label), due(charged, issued_on)
    if due_on is None:
        return way, "お支払い済みです"
    return f"{way}（{_month(charged, issued_on)}としてまとめてご請求します）", dates.both(due_on)


def _returned(charged: Premium, issued_on: dt.date) -> tuple[str, str]:
    """Say how and when a premium is returned: set off in the month's sum of 一括納付, otherwise by transfer."""
    due_on = due(charged, issued_on)
    if due_on is None:
        return "ご指定の口座への振込", "口座を確かめてから、取扱店がお知らせします"
    way = f"{Payment(charged.payment).label}（{_month(charged, issued_on)}のご請求から差し引きます）"
    return way, f"{dates.both(due_on)}。差し引ききれない額は、この日に引落口座へお振り込みします"


def _month(charged: Premium, issued_on: dt.date) -> str:
    return premium.fiscal_month(billing.charged_in(issued_on, charged.closing_day))


def number(charged: Premium, issued_on: dt.date) -> str:
    """Give the number of a statement: fiscal year of the issue and serial, "K-2026-000123"; "H-…" when money is returned."""
    series = "H" if charged.is_refund else "K"
    return f"{series}-{dates.fiscal_year_end(issued_on).year - 1}-{charged.pk:06d}"


def due(charged: Premium, issued_on: dt.date) -> dt.date | None:
    """Give the day on which a premium of 一括納付 is debited or set off; None for one paid or returned by itself."""
    if charged.payment != Payment.MONTHLY:
        return None
    return billing.debited_on(billing.charged_in(issued_on, charged.closing_day), charged.debit_day)


def cells(found: QuerySet[Premium]) -> Iterator[tuple[object, ...]]:
    """Write premiums as the rows of a file, the newest first."""
    for charged in shown(found).order_by(*ORDER).iterator(chunk_size=500):
        version, issued_on = issue(charged)
        yield (
            number(charged, issued_on),
            issued_on,
            version.guarantee.number,
            charged.get_product_display(),
            version.issuer_name,
            version.work_number,
            version.work_name,
            charged.amount_yen,
            charged.total_yen,
            charged.get_payment_display(),
            charged.billing_name,
            due(charged, issued_on) or ("口座へ振込" if charged.is_refund else "支払済"),
            title(charged),
            charged.before_yen,
        )


class Bill(NamedTuple):
    """What is debited from one 請求先 for one month: its premiums and their sum in whole yen.

    Where more is returned than charged the sum is less than nothing, and is paid out on the day of the debit.
    """

    billing_name: str
    premiums: list[Premium]
    total_yen: int
    debited_on: dt.date
    returned_yen: int  # what is paid out in place of a debit


def bills(found: QuerySet[Premium], month: dt.date) -> list[Bill]:
    """Gather what 一括納付 charges in a month (its first day), by 請求先 and day of debit, from the frozen rows."""
    monthly = found.filter(payment=Payment.MONTHLY)
    in_month = Q(pk__in=[])
    for closing in monthly.order_by().values_list("closing_day", flat=True).distinct():
        in_month |= Q(closing_day=closing) & _issued(*billing.span(month, closing))
    gathered: dict[tuple[str, dt.date], list[Premium]] = {}
    for charged in shown(monthly.filter(in_month)).order_by("billing_name", "id"):
        key = (charged.billing_name, billing.debited_on(month, charged.debit_day))
        gathered.setdefault(key, []).append(charged)
    return [_bill(name, rows, day) for (name, day), rows in sorted(gathered.items())]


def _bill(name: str, rows: list[Premium], day: dt.date) -> Bill:
    total = sum(one.total_yen for one in rows)
    return Bill(name, rows, total, day, max(0, -total))


def _issued(first: dt.date, last: dt.date) -> Q:
    return Q(version__issued_at__gte=filters.begin(first), version__issued_at__lt=filters.after(last))


def of_row(charged: Premium) -> tuple[Version, dt.date, str, dt.date | None]:
    """Give what a row shows of a premium beside itself: version, day of issue, number, day of debit (None: paid before)."""
    version, issued_on = issue(charged)
    return version, issued_on, number(charged, issued_on), due(charged, issued_on)


def issue(charged: Premium) -> tuple[Version, dt.date]:
    """Give the version for which a premium was charged, and its day of issue (Tokyo)."""
    version = charged.version
    assert version is not None and version.issued_at is not None  # statements.of leaves others out
    return version, clock.day(version.issued_at)
