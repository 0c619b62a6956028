"""What a line should keep of sums: the limits of its body, and what a fiscal year has to do with it. Cautions, never faults."""

from collections.abc import Iterator
from typing import NamedTuple

from applications.models import Line
from guarantees.models import FiscalKind, Purpose, Redeposit
from issuers import rulebook
from issuers.kinds import Product
from netdesk import dates


class Caution(NamedTuple):
    """Something that does not stop an application but has to be looked at."""

    product: str
    title: str
    text: str


def allowed(line: Line) -> rulebook.Limits:
    """Give the limits of a line: its body's rule on the day of the contract, else the usual ones."""
    rule = line.issuer.rule_on(line.product, line.work_kind, line.contracted_on) if line.issuer else None
    return rulebook.of(rule, line.product, line.work_kind, low_bid=line.low_bid)


def limits(line: Line) -> Iterator[Caution]:
    """Yield what is beyond a limit, without a query when the issuer's rules were prefetched with the line."""
    if line.purpose not in {Purpose.NEW, Purpose.CHANGE}:
        return  # no sum is asked for
    if line.product == Product.ADVANCE:
        yield from _this_years_amount(line)
    for title, text in _beyond(line, allowed(line)):
        yield Caution(line.product, title, text)


def _beyond(line: Line, limit: rulebook.Limits) -> Iterator[tuple[str, str]]:
    """Yield (title, sentence) for each limit that a line does not keep."""
    label, body = _label(line), line.issuer_name
    if limit.is_least:
        least = limit.least_yen(line.price_yen)
        if least is not None and line.amount_yen < least:
            yield label, f"{label}が請負金額の{limit.percent_words}（{least:,}円）に足りません"
    elif limit.percent is not None:
        top = rulebook.share(line.rate_base_yen, limit.percent)
        if line.amount_yen > top:
            yield f"{paid(line)}の割合", f"{label}が上限（{limit.percent_words}、{top:,}円）を超えています"
    if limit.cap_yen is not None and line.amount_yen > limit.cap_yen:
        yield f"{paid(line)}の上限額", f"{label}が{body}の上限額（{limit.cap_yen:,}円）を超えています"
    if limit.unit_yen and line.amount_yen % limit.unit_yen:
        yield "端数", f"{body}は、{paid(line)}の{limit.unit_yen:,}円未満を切り捨てます"
    if limit.least_price_yen and line.price_yen < limit.least_price_yen:
        meant = f"請負金額が{limit.price_words}契約"
        yield "請負金額", f"{body}で{paid(line)}の対象になるのは、{meant}です。対象かどうかを確かめてください"


def _label(line: Line) -> str:
    """How the form calls the amount of a line: 前払金保証金額."""
    return f"{line.get_product_display()}金額"


def paid(line: Line) -> str:
    """What the amount of a line is to its body: 前払金 where an advance is paid, else the product's own name."""
    return line.get_product_display().removesuffix("保証") if line.product != Product.CONTRACT else "契約保証"


def _this_years_amount(line: Line) -> Iterator[Caution]:
    """今年度対象額 belongs to contracts over several years (債務負担行為, 継続費), as long as this is not their last year."""
    if line.fiscal_kind == FiscalKind.SINGLE:
        if line.works_until > dates.fiscal_year_end(max(line.contracted_on, line.works_from)):
            yield Caution(
                line.product,
                "年度区分",
                "単年度の契約ですが、工期の終わりが次の年度です。年度区分（債務負担行為・継続費）と工期を確かめてください",
            )
        if line.base_yen:
            yield Caution(
                line.product, "今年度対象額", "単年度の契約ですが、今年度対象額があります。年度区分を確かめてください"
            )
    elif not line.base_yen and line.ends_on < line.works_until:
        yield Caution(
            line.product,
            "今年度対象額",
            "次の年度に続く契約ですが、今年度対象額（出来高予定額または支払限度額）がありません。割合は請負金額に対して計算しています",
        )
    if line.redeposit == Redeposit.USED and not line.joint_venture:
        yield Caution(
            line.product, "再預託", "再預託を利用しますが、共同企業体の契約ではありません。選択を確かめてください"
        )
