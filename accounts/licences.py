"""建設業許可番号: who gave the permit, 一般 or 特定, in which year, under which number; and how long it holds."""

import datetime as dt
import re
import unicodedata
from typing import NamedTuple

from django.core.exceptions import ValidationError

from netdesk import dates

MINISTER = "00"
_PREFECTURES = (
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 "
    "山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 "
    "香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県"
).split()
# 許可行政庁 by the two digits that the ministry writes for it; the prefectures have the digits of their 都道府県コード.
AUTHORITIES = [
    (MINISTER, "国土交通大臣許可"),
    *((f"{code:02}", f"{name}知事許可") for code, name in enumerate(_PREFECTURES, start=1)),
]
KINDS = [("general", "般（一般建設業）"), ("special", "特（特定建設業）")]
_SHORT = {"general": "般", "special": "特"}
VALID_YEARS = 5
OFFERED_YEARS = 8  # more than a permit holds: while a renewal is under way the old one goes on


class Licence(NamedTuple):
    """One permit; `year` is the Western year of the era year that stands in it."""

    authority: str
    kind: str
    year: int
    number: str  # six digits

    def __str__(self) -> str:
        """Write it as documents do: 東京都知事許可（般-6）第012345号."""
        return f"{dict(AUTHORITIES)[self.authority]}（{_SHORT[self.kind]}-{dates.era_year(self.year)[1]}）第{self.number}号"

    def is_old(self, today: dt.date) -> bool:
        """Tell whether the permit must have run out: it holds five years, and we know only the year in which it began."""
        return today.year - self.year > VALID_YEARS


def years(today: dt.date, kept: int | None = None) -> list[tuple[str, str]]:
    """The years that a form offers, newest first, by both calendars; `kept` is the one that stands there already."""
    offered = {*range(today.year - OFFERED_YEARS + 1, today.year + 1), *([kept] if kept else [])}
    return [(str(year), f"{_in_era(year)}（{year}年）") for year in sorted(offered, reverse=True)]


def _in_era(year: int) -> str:
    era, number = dates.era_year(year)
    return f"{era}{'元' if number == 1 else number}年"


def number(typed: str) -> str:
    """Read up to six digits in any width, with 第 and 号 or without; give six. Raises ValidationError."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed[:200])).removeprefix("第").removesuffix("号")
    if not re.fullmatch("[0-9]{1,6}", text) or not int(text):
        raise ValidationError("許可番号は、6桁以内の数字で入力してください（例：012345）")
    return text.zfill(6)
