"""What a change owes the guarantee it changes: faults that stop it, and cautions that ask for a reason."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Max

from applications.models import Line
from guarantees.models import FiscalKind, Purpose, Terms, Version
from issuers.kinds import Format, Product
from netdesk import dates

Fault = tuple[str, str]  # the field, and the sentence at it
LONGEST_YEARS = 30  # of a contract
MUCH_LONGER = dt.timedelta(days=366)


def faults(data: Mapping[str, Any], *, version: Version, purpose: str, on: dt.date, returns: bool) -> Iterator[Fault]:
    """Yield (field, Japanese sentence) for each rule broken. Values that could not be read are None and break none.

    `version` is the one in force, `on` today in Tokyo; `returns`: a premium will be paid back to an account.
    """
    if data.get("format") and data["format"] != version.format:
        yield (
            "format",
            f"この保証は{Format(version.format).label}で発行しています。1つの保証契約で電子保証と証書（紙）を混ぜることは"
            "できないため、形式は変えられません",
        )
    if purpose == Purpose.CHANGE:
        yield from _same(data, version, ("price", "price_yen"), ("base", "base_yen"), ("amount", "amount_yen"))
        yield from _sums(data, version)
        yield from _days(data, version, on)
    elif purpose == Purpose.CORRECTION:
        yield from _uncorrected(data, version)
        yield from _corrected(data, version, on)
    else:
        yield from _ended(data)
    if purpose != Purpose.CORRECTION:
        yield from _changed_on(data, version, purpose, on)
    if returns and not data.get("refund_account"):
        yield "refund_account", "保証料をお返しするため、返還先の口座を入力してください"


def _same(data: Mapping[str, Any], version: Version, *sums: tuple[str, str]) -> Iterator[Fault]:
    pairs = [*sums, ("works_until", "works_until"), ("ends_on", "ends_on")]
    if all(data.get(name) in {None, getattr(version, field)} for name, field in pairs):
        yield "price", "いまの保証と同じ内容です。変わる項目（金額・工期・保証期限）に、変更後の内容を入力してください"


def _changed_on(data: Mapping[str, Any], version: Version, purpose: str, on: dt.date) -> Iterator[Fault]:
    day = data.get("changed_on")
    if day and day < min(
        version.contracted_on, on
    ):  # a contract that was only planned may come to nothing before its day
        yield (
            "changed_on",
            f"{_what(purpose)}は、契約締結日（{dates.seireki(version.contracted_on)}）以後の日を入力してください",
        )
    elif day and day > on:
        yield (
            "changed_on",
            f"{_what(purpose)}は、今日までの日を入力してください。契約が変わったあとに、お申し込みいただけます",
        )


def _what(purpose: str) -> str:
    return "解約する日" if purpose == Purpose.CANCELLATION else "変更契約日"


def _sums(data: Mapping[str, Any], version: Version) -> Iterator[Fault]:
    price, base, amount = data.get("price"), data.get("base") or version.base_yen, data.get("amount")
    if price is None or amount is None:
        return
    if base is not None and base > price:
        yield "base", f"今年度対象額は、請負金額（{price:,}円）以下の金額を入力してください（いまの入力：{base:,}円）"
        base = None
    top, word = (base, "今年度対象額") if base else (price, "請負金額")
    if amount > top:
        yield "amount", f"保証金額は、{word}（{top:,}円）以下の金額を入力してください（いまの入力：{amount:,}円）"
    elif version.product == Product.ADVANCE and amount < version.amount_yen:
        yield from _lowered(data, version, amount)


def _lowered(data: Mapping[str, Any], version: Version, amount: int) -> Iterator[Fault]:
    """An advance is guaranteed for as much as the contractor holds of it."""
    used, received = data.get("used"), data.get("received")
    if used is None:
        yield "used", "前払金の受取りを選択してください。減額できる金額が、これで決まります"
    elif used == "yes" and received is None:
        yield "received", "受け取った前払金の額を入力してください"
    elif used == "yes" and received is not None and received > version.amount_yen:
        yield (
            "received",
            f"受け取った前払金の額は、いまの保証金額（{version.amount_yen:,}円）以下の金額を入力してください",
        )
    elif used == "yes" and received is not None and amount < received:
        yield (
            "amount",
            f"保証金額は、受け取った前払金（{received:,}円）以上の金額を入力してください。さらに減額するときは、"
            "前払金を返還してから、返還後の額を入力してください",
        )


def covers_until(version: Terms, works_until: dt.date) -> dt.date:
    """Give the day that the period has to reach: the end of works, or of the fiscal year of an advance that goes on."""
    goes_on = version.fiscal_kind != FiscalKind.SINGLE and version.product != Product.CONTRACT
    return min(works_until, dates.fiscal_year_end(version.ends_on)) if goes_on else works_until


def _days(data: Mapping[str, Any], version: Version, on: dt.date) -> Iterator[Fault]:
    until, ends_on = data.get("works_until"), data.get("ends_on")
    if until and until < version.works_from:
        yield (
            "works_until",
            f"変更後の工期の終わりは、工期の始まり（{dates.seireki(version.works_from)}）以後の日を入力してください",
        )
        until = None
    elif until and until.year > version.works_from.year + LONGEST_YEARS:
        yield "works_until", f"変更後の工期の終わりは、工期の始まりから{LONGEST_YEARS}年以内の日を入力してください"
        until = None
    if ends_on is None:
        return
    if version.starts_on and ends_on < version.starts_on:
        yield (
            "ends_on",
            f"変更後の保証期限は、保証期間の始まり（{dates.seireki(version.starts_on)}）以後の日を入力してください",
        )
    elif ends_on < on:
        yield "ends_on", "変更後の保証期限は、今日以後の日を入力してください"
    elif until and ends_on < (reach := covers_until(version, until)):
        yield (
            "ends_on",
            f"変更後の保証期限は、工期を含むように、{dates.seireki(reach)}以後の日を入力してください"
            f"（いまの入力：{dates.seireki(ends_on)}）",
        )


def _uncorrected(data: Mapping[str, Any], version: Version) -> Iterator[Fault]:
    """A correction that corrects nothing would only be another key."""
    said = ("work_number", "work_name", "work_place", "beneficiary", "contracted_on")
    same = all((data.get(name) or "") == (getattr(version, name) or "") for name in said)
    if same and not data.get("register") and data.get("signed_anew") is False:
        yield "work_name", "いまの証書と同じ内容です。訂正するところを直してください"


def _corrected(data: Mapping[str, Any], version: Version, on: dt.date) -> Iterator[Fault]:
    day = data.get("contracted_on")
    if day and day > version.works_until:
        yield (
            "contracted_on",
            f"契約締結日は、工期の終わり（{dates.seireki(version.works_until)}）以前の日を入力してください",
        )
    elif day and day > on and day != version.contracted_on and version.product != Product.CONTRACT:
        yield "contracted_on", "契約締結日は、今日までの日を入力してください"


def _ended(data: Mapping[str, Any]) -> Iterator[Fault]:
    if data.get("used") == "yes":
        yield "used", "受け取った前払金を返還してから、解約をお申し込みください"
    if not data.get("consent"):
        yield "consent", "発注者の同意を確かめてから、チェックを入れてください"


def lowered(lines: Sequence[Line]) -> dict[uuid.UUID, list[tuple[str, str]]]:
    """Tell, for each of some lines, what stands against a smaller guarantee or none: what was said before of the money that
    was received, and a large step. Two queries for all of them; none when there is no change among them."""
    about = {line.about_id for line in lines if line.about_id}
    if not about:
        return {}
    in_force = Version.objects.filter(guarantee__in=about, status=Version.Status.ISSUED)
    held = dict(in_force.values_list("guarantee", "amount_yen"))
    said = Line.objects.filter(about__in=about, status=Line.Status.APPROVED, received_yen__gt=0)
    received = dict(said.values_list("about").annotate(Max("received_yen")))
    return {
        line.pk: list(_smaller(line, held.get(line.about_id, 0), received.get(line.about_id, 0)))
        for line in lines
        if line.about_id
    }


def _smaller(line: Line, held_yen: int, received_yen: int) -> Iterator[tuple[str, str]]:
    ends = line.purpose == Purpose.CANCELLATION
    if received_yen and (ends or line.purpose == Purpose.CHANGE and line.amount_yen < received_yen):
        yield (
            "受け取った前払金",
            f"以前の変更では、前払金{received_yen:,}円を受け取ったと申告しています。返還されたことを、書類で確かめてください",
        )
    if line.purpose == Purpose.CHANGE and line.amount_yen * 2 < held_yen:
        yield "減額", f"保証金額を、いまの{held_yen:,}円の半分より小さくします。変更契約書で確かめてください"


def cautions(line: Line) -> Iterator[tuple[str, str]]:
    """Yield (title, sentence) of what to look at twice in a change, beside the limits of its new terms. Asks nothing."""
    if line.purpose != Purpose.CHANGE:
        return
    if line.ends_on > line.works_until + MUCH_LONGER:
        yield "保証期限", "保証期限が、工期の終わりより1年以上あとです。日付を確かめてください"
    if line.ends_on < line.works_until and covers_until(line, line.works_until) != line.ends_on:
        yield "保証期限", "保証期限が、今年度の終わりと異なります。日付を確かめてください"
