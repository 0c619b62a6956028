"""The review sheet: what the portal checked on its own, what people did, and who may approve."""

import datetime
from typing import Any, NamedTuple

from accounts.models import User
from applications import change_checks, checks, lifecycle, limits, summary, traces
from applications.models import Attachment, Line
from audit.models import Entry
from guarantees import clock, expiry, standing, viewing
from guarantees.models import HandOver, Purpose
from issuers.kinds import Product
from issuers.rulebook import USUAL_TOGETHER, Limits
from netdesk import dates


class Point(NamedTuple):
    """One thing that was checked: its title, what is there, the rule, and what is wrong ("" when nothing is)."""

    title: str
    value: str
    rule: str
    caution: str = ""


WITHIN_THE_SUM = ("の上限額", "端数", "請負金額")  # ends of the titles of cautions that are told under 保証金額


def points(line: Line) -> list[Point]:
    """Check a line as it stands. What is found is a caution for people, never a decision."""
    found: dict[str, str] = {}
    for caution in checks.for_review(line):
        found[caution.title] = "／".join(filter(None, [found.get(caution.title, ""), caution.text]))
    if line.is_new:
        made = [_issuer(line, found), *_amount(line, found), _period(line)]
    else:
        made = [_changed(line), *(_amount(line, found) if line.purpose == Purpose.CHANGE else []), _covered(line)]
    if line.is_new and line.is_for_advance:
        made.append(
            Point("預託金融機関", line.bank_name, "きまり：業務委託契約のある金融機関", found.get("預託金融機関", ""))
        )
    if line.is_new:
        same = "同じ発注者・工事番号・保証の種類の申込"
        made.append(Point("重複", same, "工事番号が空のときは確かめられません", found.get("重複", "")))
    told = {point.title for point in made}
    rest = [title for title in found if title not in told and not title.endswith(WITHIN_THE_SUM)]
    return made + [Point(title, found[title], "", found[title]) for title in rest]


def _changed(line: Line) -> Point:
    """What a change is about, and that it is the only one: nobody can ask for a second one meanwhile."""
    number = line.about.number if line.about else ""
    words = "、".join(row["label"] for row in summary.changes(line)) or "なし"
    what = "解約" if line.purpose == Purpose.CANCELLATION else f"変わる項目：{words}"
    return Point("もとの保証", f"保証契約番号 {number}　{what}", "きまり：有効な保証だけ。変更は一度に1件だけ")


def _covered(line: Line) -> Point:
    reach = change_checks.covers_until(line, line.works_until)
    value = f"保証期限は{dates.seireki(line.ends_on)}、工期の終わりは{dates.seireki(line.works_until)}"
    return Point("契約日・工期・保証期間", value, f"きまり：保証期限は{dates.seireki(reach)}以後")


def _issuer(line: Line, found: dict[str, str]) -> Point:
    value = f"{line.issuer_name}　{line.beneficiary}"
    if line.issuer is None:
        return Point("発注者・契約権者", value, "きまり：一覧にない発注者は、証書（紙）だけ", found["発注者・契約権者"])
    if not line.is_electronic:
        return Point("発注者・契約権者", value, "証書（紙）のため、電子保証への対応は問いません")
    caution = found.get("発注者・契約権者", "")
    return Point(
        "発注者・契約権者",
        value,
        f"きまり：{line.get_work_kind_display()}の{line.get_product_display()}で電子保証を受付",
        caution,
    )


def _amount(line: Line, found: dict[str, str]) -> list[Point]:
    if line.product == Product.INTERIM:
        return _interim(line, found)
    share, limit = summary.ratio_words(line), limits.allowed(line)
    beyond = "／".join(text for title, text in found.items() if title.endswith(WITHIN_THE_SUM))
    if limit.is_least:
        label = f"{line.get_product_display()}金額"
        rule = "／".join([f"きまり：請負金額の{limit.percent_words}以上", *_own(limit)])
        short = "／".join(filter(None, [found.get(label, ""), beyond]))
        return [Point(label, f"{line.amount_yen:,}円（{share}）", rule, short)]
    own = _own(limit)
    rule = "／".join(own) if own else "発注者の上限額と端数（登録がありません）"
    over = f"{limits.paid(line)}の割合"
    return [
        Point(over, share, f"上限：{limit.percent_words or 'なし'}", found.get(over, "")),
        Point("保証金額", f"{line.amount_yen:,}円", f"きまり：{rule}", beyond),
    ]


def _own(limit: Limits) -> list[str]:
    """The limits that only a body's own rule has, in words."""
    cap = f"上限額 {limit.cap_yen:,}円" if limit.cap_yen is not None else ""
    price = f"請負金額が{limit.price_words}契約" if limit.price_words else ""
    return [words for words in (cap, limit.unit_words, price) if words]


def _interim(line: Line, found: dict[str, str]) -> list[Point]:
    """What a further advance has to keep: a share of its own, one together with the first, and the body's 認定調書."""
    ruled = f"認定日 {dates.seireki(line.ruled_on)}" if line.ruled_on else ""
    return [
        Point(
            "中間前払金の割合",
            f"{line.amount_yen:,}円（{summary.ratio_words(line)}）",
            f"上限：{limits.allowed(line).percent_words}",
            found.get("中間前払金の割合", ""),
        ),
        Point(
            "前払金との合計",
            "前払金と中間前払金を合わせた額",
            f"上限：{USUAL_TOGETHER}%",
            found.get("前払金との合計", ""),
        ),
        Point("認定調書", ruled, "きまり：認定調書の写しの添付", found.get("認定調書", "")),
    ]


def _period(line: Line) -> Point:
    start = dates.seireki(line.starts_on) if line.starts_on else "発行日"
    value = f"保証期間は{start}から{dates.seireki(line.ends_on)}まで"
    if line.product == Product.RESERVE:
        rule = "きまり：発行日から契約予定日まで"
    elif line.product == Product.CONTRACT:
        rule = "きまり：契約締結日から工期の終わりまで"
    else:
        rule = "きまり：発行日から工期の終わり（次の年度に続く契約は年度末）まで"
    return Point("契約日・工期・保証期間", value, rule)


def ending(line: Line) -> list[summary.Row]:
    """Tell of an issued guarantee how it stands, when it ends and whether its holder heard of that; nothing before the issue."""
    version, today = line.issue, clock.today()
    if version is None or version.issued_at is None or version.starts_on is None:
        return []
    stands, left = standing.of(version, today), (version.ends_on - today).days
    note = f"満了まであと{left}日" if stands == standing.Standing.IN_FORCE and left <= expiry.AHEAD.days else ""
    period = f"{dates.seireki(version.starts_on)} 〜 {dates.seireki(version.ends_on)}"
    rows = [
        summary.Row("保証期間", period, note),
        summary.Row("保証の状態", stands),
        summary.Row("満了のお知らせ", expiry.told(version, today)),
    ]
    if day := viewing.ended_on(version.guarantee, today):
        rows.append(summary.Row("発注者の閲覧", f"{dates.seireki(day)}で終了"))
    return rows


class Eyes(NamedTuple):
    """A person of the branch and why they may not approve ("" when they may)."""

    person: User
    objection: str


def eyes(line: Line) -> list[Eyes]:
    """Tell for each person of the branch with the right to approve whether this line is theirs to approve."""
    approvers = User.objects.filter(branch=line.branch_id, role=User.Role.APPROVER, is_active=True)
    return [Eyes(person, lifecycle.objection(person, line)) for person in approvers]


_ACTS = {
    "line.submitted": "送信しました",
    "line.revised": "内容を変更しました",
    "line.received": "受け付けました",
    "line.under_review": "審査を始めました",
    "line.returned": "差し戻しました",
    "line.declined": "お引受不可としました",
    "line.approved": "承認しました",
    "line.paid": "保証料の入金を記録しました",
    "line.withdrawn": "取り下げました",
    "guarantee.issued": "保証契約番号を付けて発行しました",
    "guarantee.changed": "変更後の保証を発行しました",
    "guarantee.cancelled": "保証を解約しました",
    "premium.refunded": "保証料の返還を記録しました",
    "guarantee.closed": "契約保証を発行したため、予約を終わりました",
    "certificate.rendered": "電子保証書を作成しました",
    "notice.rendered": "「認証キー」のお知らせを作成しました",
    "key.shown": "認証キーを表示しました",
    "key.expired": "認証キーの閲覧を終了しました",
    "notice.downloaded": "「認証キー」のお知らせをダウンロードしました",
    "paper.printed": "証書（正・副）を印刷しました",
    "statement.rendered": "保証料計算書を作成しました",
    "paper.rendered": "証書（正・副）のPDFを作成しました",
    "paper.downloaded": "証書（正・副）のPDFを開きました",
    "paper.handed_over": "証書の引渡しを記録しました",
    "job.retried": "処理を再開しました",
    "message.settled": "お客様からの連絡を対応済みにしました",
    "attachment.added": "書類を添付しました",
    "attachment.removed": "書類の添付を取り消しました",
    "attachment.opened": "添付書類を開きました",
    "memo.written": "社内メモを残しました",
    "holder.named": "担当になりました",
    "holder.replaced": "担当を替わりました",
    "holder.released": "担当を外れました",
}


class Act(NamedTuple):
    """One line of the history: the entry, what was done in words, and what was said or ticked with it."""

    entry: Entry
    words: str
    said: str


def history(line: Line) -> list[Act]:
    """What happened to a line and its guarantee, newest first; what was said stands in the conversation."""
    told = traces.of(line, _ACTS, most=60, with_application=True)
    return [Act(entry, _ACTS[entry.action], _said(entry.data)) for entry in told]


def _said(data: dict[str, Any]) -> str:
    seen = {"original": "原本", "fax": "FAX", "mail": "メール"}.get(data.get("contract_seen", ""), "")
    before = f"前の担当：{data['before']}" if "before" in data else ""
    parts = [
        data.get("remark", ""),
        before,
        f"契約書等の確認：{seen}" if seen else "",
        _of_print(data),
        _of_file(data),
        data.get("reason", ""),
    ]
    return "　".join(filter(None, parts))


def _of_file(data: dict[str, Any]) -> str:
    """Say which file an entry is about."""
    return f"{Attachment.Kind(data['kind']).label}「{data['name']}」" if "attachment" in data else ""


def _of_print(data: dict[str, Any]) -> str:
    """Say which print of a paper certificate an entry is about, and how that one left."""
    if "print_no" not in data:
        return ""
    if "how" not in data:
        return f"{data['print_no']}回目"
    day = dates.seireki(datetime.date.fromisoformat(data["on"]))
    return f"{data['print_no']}回目　{HandOver.How(data['how']).label}（{day}）"
