"""What the form tells about a body while it is filled in: whether it takes 電子保証, its limits, and what they allow here."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils import timezone

from applications import japanese
from issuers import accepting, rulebook
from issuers.kinds import WorkKind
from issuers.models import Issuer, Rule
from netdesk import dates

# What the contract block has to do with the limits: these fields are sent along when the hint is asked for again.
FROM = ("issuer", "issuer_name", "unlisted", "price", "work_kind", "low_bid", "contracted_on")


class Allowance(NamedTuple):
    """How much may be asked for, in words: "上限 40%", "20,000,000円", and where that comes from."""

    share: str
    sum: str  # "" while it cannot be computed
    within: str  # the cap and the unit
    notes: list[str]


def of(product: str, issuer: Issuer | None, typed: Mapping[str, str], *, prefix: str = "") -> Allowance | None:
    """Tell the limit of a product from the fields as typed; None while the kind of work is open, or without a limit.

    `typed` has the fields FROM and the base of its section (`prefix`, unless that is called like the product). What cannot be read yet is left out of the sum. The rule is
    that of the day of the contract; until that is typed, of today.
    """
    kind = typed.get("work_kind", "")
    if kind not in WorkKind.values:
        return None
    day = _date(typed.get("contracted_on", "")) or timezone.localdate()
    rule = issuer.rule_on(product, kind, day) if issuer else None
    limit = rulebook.of(rule, product, kind, low_bid=typed.get("low_bid", ""))
    if limit.percent is None:
        return None
    price, base = _yen(typed.get("price", "")), _yen(typed.get(f"{prefix or product}_base", ""))
    of_base = base or price
    reached = limit.least_yen(price) if limit.is_least and price else limit.top_yen(of_base) if of_base else None
    cap = f"上限額 {limit.cap_yen:,}円" if limit.cap_yen is not None else ""
    return Allowance(
        share=f"{'下限' if limit.is_least else '上限'} {'今年度対象額の' if base else ''}{limit.percent_words}",
        sum="" if reached is None else f"{reached:,}円",
        within="、".join(filter(None, [cap, limit.unit_words])),
        notes=list(filter(None, [_meant(limit, price), rule.limits_note if rule else "", _source(rule, issuer)])),
    )


def body(issuer: Issuer | None) -> str:
    """Tell what follows from the body chosen: since when it takes 電子保証 for what, and its limits."""
    if issuer is None:
        return "発注者を選ぶと、契約権者と電子保証への対応を表示します。"
    return "\n".join(
        [f"発注者コード {issuer.code}／{_takes(issuer)}", *accepting.in_short(issuer, timezone.localdate())]
    )


def _takes(issuer: Issuer) -> str:
    """Tell what a body takes electronically, the earliest first; what ended too, for contracts of that time."""
    kinds: dict[str, set[str]] = {}
    for one in issuer.acceptances.order_by("starts_on", "ends_on"):
        while_open = f"{dates.seireki(one.starts_on)}から{f'{dates.seireki(one.ends_on)}まで' if one.ends_on else ''}"
        kinds.setdefault(while_open, set()).add(f"{one.get_product_display()}（{one.get_work_kind_display()}）")
    if not kinds:
        return "電子保証に対応していません。証書（紙）を選択してください。"
    told = "／".join(f"{while_open}：{'、'.join(sorted(those))}" for while_open, those in kinds.items())
    return f"電子保証に対応しています（{told}）"


def _meant(limit: rulebook.Limits, price: int | None) -> str:
    if not limit.price_words:
        return ""
    short = price is not None and limit.least_price_yen is not None and price < limit.least_price_yen
    meant = f"請負金額が{limit.price_words}契約が対象です。"
    return f"{meant}入力した請負金額では、対象にならないことがあります。" if short else meant


def _source(rule: Rule | None, issuer: Issuer | None) -> str:
    if issuer is None:
        return "標準の割合です。発注者を選ぶと、そのきまりで計算します。"
    if rule is None or not rule.limits_something:
        return f"標準の割合です（{issuer.name}の金額のきまりは、登録がありません）。"
    usual = "" if rule.percent is not None else "割合は標準です。"
    return f"{issuer.name}のきまり（{dates.seireki(rule.valid_from)}から適用）。{usual}"


def _yen(typed: str) -> int | None:
    try:
        return japanese.yen(typed, "金額") if typed else None
    except ValidationError:
        return None


def _date(typed: str) -> dt.date | None:
    try:
        return japanese.date(typed, "契約締結日") if typed else None
    except ValidationError:
        return None
