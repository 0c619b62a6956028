"""An application told in rows of label and value: the confirm page, the line's detail and the review sheet read the same."""

from typing import NamedTuple

from django.utils import timezone

from applications import sections
from applications.models import Application, Line
from guarantees import changes as changing
from guarantees.models import FiscalKind, Purpose, Terms, Version
from issuers.kinds import Format, Product
from netdesk import dates


class Row(NamedTuple):
    """One line of a summary list; `anchor` is the field on the form that changes it, "" when it is computed."""

    label: str
    value: str
    note: str = ""
    anchor: str = ""
    amount: bool = False


def contract(line: Terms) -> list[Row]:
    """契約の内容, the same for every line of an application."""
    code = _registered(line)
    years = line.get_fiscal_kind_display()
    reserved = line.product == Product.RESERVE  # before the tender: all of it is planned only
    planned = "（契約予定日）" if reserved or line.contracted_on > timezone.localdate() else ""
    expected = "予定" if reserved else ""
    return [
        Row("区分", line.get_work_kind_display(), anchor="id_work_kind_0"),
        Row("発注者", line.issuer_name, code, "id_issuer_name"),
        Row("被保証者（契約権者）", line.beneficiary, anchor="id_authority" if line.issuer else "id_authority_name"),
        Row("工事番号", line.work_number or "入力なし", anchor="id_work_number"),
        Row("工事・業務委託の名称", line.work_name, anchor="id_work_name"),
        Row("工事場所", line.work_place, anchor="id_work_place"),
        Row("請負金額（税込）", _yen(line.price_yen), expected, "id_price", amount=True),
        Row(
            "契約締結日",
            f"{dates.seireki(line.contracted_on)}（{dates.wareki(line.contracted_on)}）{planned}",
            anchor="id_contracted_on",
        ),
        Row(
            "工期", f"{dates.seireki(line.works_from)} 〜 {dates.seireki(line.works_until)}", expected, "id_works_from"
        ),
        Row("年度区分", years, anchor="id_fiscal_kind_0"),
        Row("共同企業体", line.joint_venture or "入力なし", anchor="id_joint_venture_on"),
        Row("低入札", line.get_low_bid_display(), anchor="id_low_bid_0"),
        Row("保証契約者", line.principal_name, f"{line.signatory_title}　{line.signatory_name}", "id_signatory"),
    ]


def _registered(line: Terms) -> str:
    if line.issuer is None:
        return "一覧にない発注者（入力された名称）"
    electronic = line.issuer.acceptances.exists()
    return f"発注者コード {line.issuer.code}" + ("／電子保証に対応" if electronic else "")


def product(line: Line) -> list[Row]:
    """What is asked of us for this line."""
    at, kind = f"id_{sections.PREFIX[line.kind]}", line.kind
    rows = [Row("もとの保証", str(line.application.about))] if line.application_id and line.application.asks else []
    rows.append(Row("保証証書の形式", line.get_format_display(), anchor=f"{at}_format_0"))
    if line.ruled_on:
        day = f"{dates.seireki(line.ruled_on)}（{dates.wareki(line.ruled_on)}）"
        rows.append(Row("認定日", day, "認定調書の日付", f"{at}_ruled_on"))
    if line.is_for_advance:
        fixed = kind == Product.INTERIM
        base = _yen(line.base_yen) if line.base_yen else "入力なし"
        rows += [] if fixed and not line.base_yen else [Row("今年度対象額", base, anchor="" if fixed else f"{at}_base")]
    called = "予約金額" if kind == Product.RESERVE else f"{kind.label}金額"
    rows.append(Row(called, _yen(line.amount_yen), ratio_words(line), f"{at}_amount", amount=True))
    rows.append(Row("予約期間" if kind == Product.RESERVE else "保証期間", *_period(line)))
    if line.is_for_advance:
        rows.append(Row("預託金融機関", line.bank_name, anchor=f"{at}_bank_name"))
        rows.append(Row("再預託利用区分", line.get_redeposit_display(), anchor=f"{at}_redeposit_0"))
    charge = kind.charge if kind == Product.RESERVE else f"{kind.short}{kind.charge}"
    charge = f"{kind.label}料" if kind.is_for_advance else charge
    rows.append(Row(f"{charge}支払方法", line.get_payment_display(), anchor=f"{at}_payment"))
    rows.append(Row(f"{charge}請求先", line.billing_name, anchor=f"{at}_billing"))
    rows.append(Row(f"{kind.charge}計算書（紙）", line.get_statement_wanted_display(), anchor=f"{at}_statement_0"))
    return rows


def changes(line: Line) -> list[changing.Row]:
    """変更の内容: what a change puts in the place of what held when it was sent; nothing for a guarantee of its own."""
    if line.about is None:
        return []
    before = line.about.versions.exclude(status=Version.Status.ORDERED)
    if line.sent_at is not None:
        before = before.filter(issued_at__lt=line.sent_at)
    held = before.order_by("-no").first()
    return changing.rows(vars(held), vars(line)) if held else []


def change(line: Line) -> list[Row]:
    """手続の内容 of a change: why, since when, and how what it costs is paid or returned."""
    if line.about is None or line.changed_on is None:
        return []
    ends, corrects = line.purpose == Purpose.CANCELLATION, line.purpose == Purpose.CORRECTION
    rows = [
        Row("保証契約番号", str(line.about.number), line.get_product_display()),
        Row("手続", line.get_purpose_display()),
        Row("保証証書の形式", line.get_format_display(), "もとの証書と同じ形式です。"),
    ]
    if not corrects:
        rows.append(Row("解約する日" if ends else "変更契約日", dates.seireki(line.changed_on), "", "id_changed_on"))
    rows.append(Row("理由", line.change_reason, "", "id_change_reason"))
    if ends:
        said = "使用していない（保証料をお返しします）" if line.received_yen == 0 else "使用した"
        rows.append(Row("保証の使用", said, "", "id_used_0"))
    elif line.received_yen is not None:
        rows.append(Row("受け取った前払金", _yen(line.received_yen), "", "id_used_0"))
    if line.purpose == Purpose.CHANGE:
        rows += [
            Row("保証料支払方法", line.get_payment_display(), "", "id_payment"),
            Row("保証料請求先", line.billing_name, "", "id_billing"),
            Row("保証料計算書（紙）", line.get_statement_wanted_display(), "", "id_statement_0"),
        ]
    return rows


def destination(line: Line, receipt: str) -> list[Row]:
    """申込送信先・お知らせ. `receipt` is the words of 保証証書受取, "" when nothing is on paper; news are sent of 電子保証 only."""
    rows = [Row("申込送信先", line.branch.name, anchor="id_branch")]
    if receipt:
        rows.append(Row("保証証書受取", receipt, anchor="id_receipt_0"))
    if not line.is_electronic:
        return rows
    wished = bool(line.notice_address)
    rows.append(Row("電子保証発行完了のお知らせ", "希望する" if wished else "希望しない", anchor="id_notice_0"))
    if wished:
        rows.append(Row("メールアドレス", line.notice_address, _in_japanese(line.notice_address), "id_email"))
    return rows


def _in_japanese(address: str) -> str:
    """Show a domain of Japanese letters as people know it, beside the form in which mail servers know it."""
    local, _, domain = address.rpartition("@")
    try:
        known = domain.encode().decode("idna")
    except UnicodeError:
        return ""
    return f"{local}@{known}" if known != domain else ""


def contact(values: dict[str, str]) -> list[Row]:
    """連絡先, from the names of applications.terms.contact."""
    who = "　".join(filter(None, [values["department"], values["post"]])) or "入力なし"
    return [
        Row("担当部署・役職", who, anchor="id_department"),
        Row("担当者名", values["person"] or "入力なし", anchor="id_person"),
        Row("連絡先電話番号", values["phone"] or "入力なし", anchor="id_phone"),
        Row("お客様から弊社への連絡事項", values["message"] or "入力なし", anchor="id_message"),
    ]


def contact_of(application: Application) -> list[Row]:
    """連絡先 as sent."""
    return contact({name: getattr(application, name) for name in ("department", "post", "person", "phone", "message")})


def receipt_of(lines: list[Line], value: str) -> str:
    """Give the words of 保証証書受取 when something is on paper, else ""."""
    words = dict(Application._meta.get_field("receipt").choices or [])
    return words.get(value, "") if any(line.format == Format.PAPER for line in lines) else ""


def ratio(line: Line) -> str:
    """Give the percentage of the guaranteed sum, to one decimal, rounded half up: "40.0"."""
    tenths = (line.amount_yen * 2000 + line.rate_base_yen) // (2 * line.rate_base_yen)
    return f"{tenths // 10}.{tenths % 10}"


def ratio_words(line: Line) -> str:
    """Say of what the percentage is taken: "請負金額の 40.0%"."""
    base = "今年度対象額" if line.rate_base_yen != line.price_yen else "請負金額"
    base += "（予定）" if line.product == Product.RESERVE else ""
    return f"{base}の {ratio(line)}%"


def in_short(line: Line) -> str:
    """Say format and percentage: "電子保証・40.0%"."""
    return f"{'電子保証' if line.is_electronic else '証書（紙）'}・{ratio(line)}%"


def _period(line: Line) -> tuple[str, str]:
    end = dates.seireki(line.ends_on)
    if line.issue is not None and line.issue.starts_on is not None:
        return f"{dates.seireki(line.issue.starts_on)} 〜 {end}", "保証証書に記載した期間です。"
    if not line.is_new and line.starts_on is not None:
        return f"{dates.seireki(line.starts_on)} 〜 {end}", "始まりの日は、もとの証書のままです。"
    if line.product == Product.RESERVE:
        return f"発行日 〜 {end}", "発行の日から契約予定日までです。自動で計算しています。"
    if line.starts_on is not None and line.is_for_advance:
        return f"{dates.seireki(line.starts_on)} 〜 {end}", "年度の始まりからです。自動で計算しています。"
    if line.starts_on is not None:
        return f"{dates.seireki(line.starts_on)} 〜 {end}", "契約締結日から工期の終わりまでです。自動で計算しています。"
    if line.fiscal_kind != FiscalKind.SINGLE and line.ends_on < line.works_until:
        return f"発行日 〜 {end}", "発行の日から今年度の終わりまでです。自動で計算しています。"
    return f"発行日 〜 {end}", "発行の日から工期の終わりまでです。自動で計算しています。"


def _yen(amount: int) -> str:
    return f"{amount:,}円"


def attachments(application: Application) -> list[Row]:
    """添付書類: what each file is called and how large it is."""
    return [
        Row(f"添付{no}", str(file), f"{file.get_type_display()}・{file.size:,}バイト")
        for no, file in enumerate(application.attachments.all(), 1)
    ]
