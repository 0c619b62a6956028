"""契約保証予約 on the form: what is promised before a tender is on paper, about days to come, and alone."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from applications import sections
from issuers.kinds import Format, Product


def faults(data: Mapping[str, Any], *, on: dt.date) -> Iterator[tuple[str, str]]:
    """Yield (field, Japanese sentence) for each rule of a reservation that is broken; nothing when none is asked for."""
    if Product.RESERVE not in sections.wished(data):
        return
    if data.get("advance_on"):
        yield (
            "contract_kind",
            "契約保証予約は入札の前の申込のため、前払金保証と同時には申し込めません。どちらかを選択してください",
        )
    if data.get("contract_format") == Format.ELECTRONIC:
        yield "contract_format", "契約保証予約の証書は紙だけです。証書（紙）を選択してください"
    if (planned := data.get("contracted_on")) and planned < on:
        yield (
            "contracted_on",
            "契約保証予約の契約締結日には、今日以後の契約予定日を入力してください。契約を結んだあとは、契約保証を選択してください",
        )
