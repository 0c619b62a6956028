"""What a change changed: the rows 変更前・変更後 that papers, pages and the official's answer show.

Plain values under the names of the terms go in; nothing is read from the database.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from guarantees.terms import Purpose
from netdesk import dates


class Row(TypedDict):
    """One thing that changed, in words: 請負金額, 50,000,000円, 60,000,000円."""

    label: str
    before: str
    after: str


def yen(value: Any) -> str:
    """Write whole yen, なし for none."""
    return f"{value:,}円" if value else "なし"


def day(value: Any) -> str:
    """Write a day (a date or ISO text) in both calendars."""
    if not value:
        return "なし"
    return dates.both(dt.date.fromisoformat(value) if isinstance(value, str) else value)


def text(value: Any) -> str:
    """Write words as they are."""
    return str(value) if value else "なし"


# In the order of the certificate. The names are those of the terms and of the snapshot.
SHOWN: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("issuer_name", "発注者", text),
    ("beneficiary", "被保証者", text),
    ("principal_name", "保証契約者", text),
    ("principal_address", "保証契約者の住所", text),
    ("signatory_title", "代表者・受任者の役職", text),
    ("signatory_name", "代表者・受任者の氏名", text),
    ("work_number", "工事番号", text),
    ("work_name", "工事・業務委託の名称", text),
    ("work_place", "工事場所", text),
    ("joint_venture", "共同企業体", text),
    ("contracted_on", "契約締結日", day),
    ("price_yen", "請負金額", yen),
    ("base_yen", "今年度対象額", yen),
    ("amount_yen", "保証金額", yen),
    ("works_from", "工期の始まり", day),
    ("works_until", "工期の終わり", day),
    ("ends_on", "保証期限", day),
    ("bank_name", "預託金融機関", text),
)


def rows(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Row]:
    """Tell what differs between two versions."""
    return [
        Row(label=label, before=write(old.get(name)), after=write(new.get(name)))
        for name, label, write in SHOWN
        if write(old.get(name)) != write(new.get(name))
    ]


def kinds(purpose: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Name a change as the trade does: 増額, 減額, 保証期限変更, several of them joined; 訂正発行 and 解約 by their own names.

    A changed contract that leaves amount and period of the guarantee alone is 契約内容の変更.
    """
    if purpose != Purpose.CHANGE:
        return str(Purpose(purpose).label)
    named = []
    if new["amount_yen"] != old["amount_yen"]:
        named.append("増額" if new["amount_yen"] > old["amount_yen"] else "減額")
    if day(new["ends_on"]) != day(old["ends_on"]):
        named.append("保証期限変更")
    return "・".join(named) or "契約内容の変更"
