"""How far each section of the form has come, as the list beside it tells: 入力済み, 誤りn件, 任意."""

from typing import NamedTuple

from applications.forms import SECTIONS, ApplicationForm

SWITCHES = {"s2": "advance_on", "s3": "contract_on"}
OPTIONAL = "s5"
# What a new form has answered already says nothing about how far somebody has come.
GIVEN = {"signatory", "authority", "advance_payment", "contract_payment"}


class State(NamedTuple):
    """The words of a chip, and its class."""

    words: str
    tone: str


def of(form: ApplicationForm, *, judged: bool, opened: dict[str, bool]) -> dict[str, State]:
    """Tell the state of each section by its anchor. `judged`: the person asked for a check, so that gaps are errors."""
    return {
        anchor: _state(anchor, form, judged=judged) if opened[anchor] else State("送信済み", "todo")
        for anchor in SECTIONS
    }


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
