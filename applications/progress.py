"""How far each section of the form has come, as the list beside it tells: 入力済み, 誤りn件, 任意."""

from typing import NamedTuple

from applications.forms import ApplicationForm
from applications.sections import SECTIONS
from issuers.kinds import Product

SWITCHES = {"s2": "advance_on", "s3": "contract_on"}
OPTIONAL = "s5"
# What a new form has answered already says nothing about how far somebody has come.
GIVEN = {"signatory", "authority", "advance_payment", "contract_payment", "contract_kind"}


class State(NamedTuple):
    """The words of a chip, its class, and what the section of 前払金保証 is called."""

    words: str
    tone: str
    label: str = "2 前払金保証"


def of(form: ApplicationForm, *, judged: bool, opened: dict[str, bool]) -> dict[str, State]:
    """Tell the state of each section by its anchor. `judged`: the person asked for a check, so that gaps are errors."""
    closed = State("引継ぎ済み" if form.follow else "送信済み", "todo")
    told = {
        anchor: _state(anchor, form, judged=judged) if opened[anchor] else closed
        for anchor in SECTIONS
        if form.follow is None or anchor not in SWITCHES or anchor == form.follow.section
    }
    if form.is_interim:
        told["s2"] = told["s2"]._replace(label=f"2 {Product.INTERIM.label}")
    return told


def _state(anchor: str, form: ApplicationForm, *, judged: bool) -> State:
    names = SECTIONS[anchor]
    errors = sum(name in form.errors for name in names)
    filled = any(str(form.data.get(name) or "").strip() for name in names if name not in GIVEN)
    if errors and judged:
        return State(f"誤り{errors}件", "bad")
    if anchor in SWITCHES and form.data.get(SWITCHES[anchor]) != "on":
        return State("申し込まない", "todo")
    if errors:
        return State("入力途中" if filled else "未入力", "todo")
    return State("入力済み", "ok") if filled or anchor != OPTIONAL else State("任意", "todo")
