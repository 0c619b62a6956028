"""What the fields of an application owe each other: faults that stop it, and cautions that ask for a reason."""

import datetime
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from applications import change_checks, reserving, sections, wording, years
from applications.limits import Caution, limits
from applications.models import Bank, Line
from guarantees.models import FiscalKind, Purpose
from issuers.kinds import Format, Product, WorkKind
from issuers.models import Acceptance, Issuer, is_taken

LONGEST_YEARS = change_checks.LONGEST_YEARS
ENDED = (Line.Status.DRAFT, Line.Status.DECLINED, Line.Status.WITHDRAWN)
MOST_DOUBLES = 3  # so many are named; more of them say nothing more


def faults(data: Mapping[str, Any], *, issuer: Issuer | None, on: datetime.date) -> Iterator[tuple[str, str]]:
    """Yield (field, Japanese sentence) for each rule broken. Values that could not be read are None and break none."""
    advance, contract = bool(data.get("advance_on")), bool(data.get("contract_on"))
    if not advance and not contract:
        yield "advance_on", "前払金保証・契約保証のいずれかを申し込んでください"
    yield from _body(data, issuer)
    yield from reserving.faults(data, on=on)
    if contract and not advance:
        if data.get("advance_planned") is None:
            yield "advance_planned", "前払金の予定を選択してください"
        elif data["advance_planned"] == "no":
            yield (
                "advance_planned",
                "契約保証は、前払金の予定がある契約でお申し込みいただけます。予定を確かめてください",
            )
    yield from _amounts(data, advance=advance)
    yield from _days(data, advance=advance, on=on)
    yield from _formats(data, issuer)


def _body(data: Mapping[str, Any], issuer: Issuer | None) -> Iterator[tuple[str, str]]:
    """A body is chosen from the register, or typed by hand when it is not there; by hand means on paper."""
    name = data.get("issuer_name")
    if not data.get("unlisted"):
        if name and issuer is None:
            yield "issuer_name", "発注者を検索して選択してください。一覧にないときは、下の欄にチェックを入れてください"
        return
    if name and Issuer.objects.filter(name=name).exists():
        yield "unlisted", f"{name}は一覧にあります。チェックを外し、検索して選択してください"
    for product, prefix in sections.wished(data).items():
        if data.get(f"{prefix}_format") == Format.ELECTRONIC:
            yield (
                f"{prefix}_format",
                f"一覧にない発注者の{product.label}は、電子保証で申し込めません。証書（紙）を選択してください",
            )


def _amounts(data: Mapping[str, Any], *, advance: bool) -> Iterator[tuple[str, str]]:
    price, base = data.get("price"), data.get("advance_base")
    if price is None:
        return
    if base is not None and base > price:
        yield (
            "advance_base",
            f"今年度対象額は、請負金額（{price:,}円）以下の金額を入力してください（いまの入力：{base:,}円）",
        )
        base = None
    limit, word = (base, "今年度対象額") if base else (price, "請負金額")
    for name, label, top, of in (
        ("advance_amount", f"{Product(data.get('advance_kind') or 'advance').label}金額", limit, word),
        ("contract_amount", "契約保証金額", price, "請負金額"),
    ):
        amount = data.get(name)
        if amount is not None and amount > top:
            yield name, f"{label}は、{of}（{top:,}円）以下の金額を入力してください（いまの入力：{amount:,}円）"


def _days(data: Mapping[str, Any], *, advance: bool, on: datetime.date) -> Iterator[tuple[str, str]]:
    contracted, start, end = data.get("contracted_on"), data.get("works_from"), data.get("works_until")
    if contracted and contracted > on and advance:
        yield (
            "contracted_on",
            "前払金保証は契約を結んだあとにお申し込みください。契約締結日には今日までの日を入力してください",
        )
    if start and end and end < start:
        yield "works_until", "工期の終わりは、工期の始まり以後の日を入力してください"
    elif start and end and end > start.replace(year=start.year + LONGEST_YEARS, day=min(start.day, 28)):
        yield "works_until", f"工期は{LONGEST_YEARS}年以内で入力してください"
    elif contracted and end and end < contracted:
        yield "works_until", "工期の終わりは、契約締結日以後の日を入力してください"
    elif advance and end and end < on:
        yield "works_until", "工期が終わった契約の前払金保証は申し込めません。工期の終わりを確かめてください"


def _formats(data: Mapping[str, Any], issuer: Issuer | None) -> Iterator[tuple[str, str]]:
    kind, on = data.get("work_kind"), data.get("contracted_on")
    if issuer is None or kind is None or on is None:
        return
    for product, prefix in sections.wished(data).items():
        if product == Product.RESERVE or data.get(f"{prefix}_format") != Format.ELECTRONIC:
            continue
        if not issuer.accepts_electronic(product, str(kind), on):
            yield (
                f"{prefix}_format",
                f"{issuer.name}は、{on.year}年{on.month}月{on.day}日契約の{WorkKind(kind).label}の{product.label}で"
                "電子保証に対応していません。証書（紙）を選択してください",
            )


def cautions(line: Line, *, application_id: uuid.UUID | None) -> Iterator[Caution]:
    """Yield what a contractor should look at twice in a line, sent or about to be: rates, caps, doubles of its own."""
    yield from limits(line)
    if not line.is_new:
        yield from _of_change(line)
        return
    yield from _of_follow_up(line)
    for other in doubles(line, application_id).filter(contractor=line.contractor_id)[:MOST_DOUBLES]:
        yield _double(line, f"{other.application}、{wording.status_of(other).words}")
    if line.is_for_advance and not line.bank_code:
        wrong = f"「{line.bank_name}」は、一覧から選ばれていません。金融機関名と支店名を確かめてください"
        yield Caution(line.product, "預託金融機関", wrong)


def _of_follow_up(line: Line) -> Iterator[Caution]:
    for title, text in years.cautions([line]).get(line.pk, []):
        yield Caution(line.product, title, text)


def _double(line: Line, other: str) -> Caution:
    said = (
        f"同じ発注者・工事番号の{line.get_product_display()}があります（{other}）。二重の申込みでないか確かめてください"
    )
    return Caution(line.product, "重複", said)


def for_review(line: Line) -> Iterator[Caution]:
    """Yield the cautions of a sent line as the branch sees them: doubles of other companies too, a body that is not in the
    register or takes no such guarantee, a bank without an entrustment contract. A change keeps body, form and bank."""
    yield from limits(line)
    if not line.is_new:
        yield from _of_change(line)
        return
    yield from _of_follow_up(line)
    for other in doubles(line, line.application_id)[:MOST_DOUBLES]:
        theirs = f"、{other.principal_name}" if other.contractor_id != line.contractor_id else ""
        yield _double(line, f"{other.application}{theirs}、{wording.status_of(other).words}")
    if line.issuer is None:
        wrong = "一覧にない発注者です。名称と契約権者を契約書で確かめ、本店に登録を依頼してください"
        yield Caution(line.product, "発注者・契約権者", wrong)
    elif line.is_electronic and not line.issuer.accepts_electronic(line.product, line.work_kind, line.contracted_on):
        yield Caution(line.product, "発注者・契約権者", "この契約の電子保証には対応していません")
    if line.is_for_advance and not Bank.objects.filter(code=line.bank_code[:4], entrusted="yes").exists():
        why = "業務委託契約の登録がありません" if line.bank_code else "一覧から選ばれていません"
        yield Caution(line.product, "預託金融機関", f"{line.bank_name}は、{why}")


def _of_change(line: Line) -> Iterator[Caution]:
    for title, text in [*change_checks.cautions(line), *change_checks.lowered([line]).get(line.pk, [])]:
        yield Caution(line.product, title, text)


def titles(lines: Sequence[Line]) -> dict[uuid.UUID, list[str]]:
    """Name, for each of some lines, what `for_review` would find, with three queries for all of them together and four more
    when there are follow-ups among them.

    The lines come with their application, issuer and its rules.
    """
    entrusted = set(Bank.objects.filter(entrusted="yes").values_list("code", flat=True)) if lines else set()
    accepted = _accepted(lines)
    doubled, followed, smaller = _doubled(lines), years.cautions(lines), change_checks.lowered(lines)
    found = {}
    for line in lines:
        names = [caution.title for caution in limits(line)] + [title for title, _ in followed.get(line.pk, [])]
        if not line.is_new:
            told = [*change_checks.cautions(line), *smaller.get(line.pk, [])]
            found[line.pk] = [*names, *(title for title, _ in told)]
            continue
        if line.pk in doubled:
            names.append("重複")
        if line.issuer is None or line.is_electronic and line.pk not in accepted:
            names.append("発注者・契約権者")
        if line.is_for_advance and line.bank_code[:4] not in entrusted:
            names.append("預託金融機関")
        found[line.pk] = names
    return found


def _accepted(lines: Sequence[Line]) -> set[uuid.UUID]:
    """Which of the lines ask for an electronic guarantee that their body takes."""
    bodies = {line.issuer_id for line in lines if line.is_electronic}
    offers: dict[int, list[Acceptance]] = {}
    for offer in Acceptance.objects.filter(issuer__in=bodies):
        offers.setdefault(offer.issuer_id, []).append(offer)
    return {
        line.pk
        for line in lines
        if line.issuer_id in offers
        and is_taken(offers[line.issuer_id], line.product, line.work_kind, line.contracted_on)
    }


def _doubled(lines: Sequence[Line]) -> set[uuid.UUID]:
    """Which of the lines have a double in another application, as `doubles` finds it."""
    same = Q(pk__in=[])
    for line in lines:
        if line.work_number:
            same |= Q(issuer=line.issuer_id, work_number=line.work_number, product=line.product)
    others = Line.objects.filter(same, purpose=Purpose.NEW).exclude(status__in=ENDED)
    others = others.only("issuer", "issuer_name", "work_number", "product", "application", "fiscal_kind", "ends_on")
    keys = list(others)
    return {
        line.pk
        for line in lines
        for other in keys
        if (other.issuer_id, other.work_number, other.product) == (line.issuer_id, line.work_number, line.product)
        and other.application_id != line.application_id
        and (other.issuer_id is not None or other.issuer_name == line.issuer_name)
        and not _is_another_year(line, other)
    }


def _is_another_year(line: Line, other: Line) -> bool:
    """Tell whether both are advances of a contract over several years, for different ones: no double at all."""
    return None not in {line.fiscal_year, other.fiscal_year} and line.fiscal_year != other.fiscal_year


def doubles(line: Line, application_id: uuid.UUID | None) -> QuerySet[Line]:
    """Find the other lines for the same body, works number and product that are open or were approved, of any company."""
    same = Line.objects.filter(purpose=Purpose.NEW).exclude(status__in=ENDED).select_related("application", "issue")
    if not line.work_number:
        return same.none()
    same = same.filter(issuer=line.issuer_id, work_number=line.work_number, product=line.product)
    if line.issuer_id is None:
        same = same.filter(issuer_name=line.issuer_name)
    if (year := line.fiscal_year) is not None:  # another year of the same contract is none
        within = Q(ends_on__gt=datetime.date(year, 3, 31), ends_on__lte=datetime.date(year + 1, 3, 31))
        same = same.filter(Q(fiscal_kind=FiscalKind.SINGLE) | within)
    return same.exclude(application=application_id) if application_id else same
