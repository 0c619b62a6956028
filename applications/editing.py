"""What the buttons of the form do to what is typed before it is stored: クリア, 元に戻す, 前払金保証と同じにする."""

from typing import NamedTuple

from applications import clearing, drafts
from applications.models import Application

SAME = "same_as_advance"
ALIKE = ("format", "payment", "billing", "statement")  # what both products ask for and a clerk answers alike
ACTS = frozenset({SAME, *(f"{verb}_{name}" for verb in ("clear", "undo") for name in clearing.PARTS)})


class Edit(NamedTuple):
    """What a button made of the form: the fields, what can be brought back, where to look, and what to say."""

    typed: dict[str, str]
    cleared: clearing.Cleared
    anchor: str
    said: str
    did: bool


def carry_out(act: str, typed: dict[str, str], application: Application | None) -> Edit:
    """Do one of ACTS to what was typed; stores nothing. Fields that are closed after sending stay as they are."""
    kept: clearing.Cleared = application.cleared if application else {}
    if act == SAME:
        return _same(typed, kept, application)
    verb, _, name = act.partition("_")
    shut = drafts.locked(application) if application else frozenset()
    part = clearing.PARTS[name]
    edited, left = (clearing.clear if verb == "clear" else clearing.undo)(name, typed, kept, locked=shut)
    did = edited != typed
    if verb == "clear":
        said = (
            "" if did else f"{part.label}には、クリアする入力内容がありません。"
        )  # the note at the part says the rest
    else:
        said = f"{part.label}の入力内容を元に戻しました。" if did else "元に戻す内容がありません。"
    return Edit(edited, left, part.anchor, said, did)


def _same(typed: dict[str, str], kept: clearing.Cleared, application: Application | None) -> Edit:
    """Answer for 契約保証 what was answered for 前払金保証, on the page or, where that is closed, when it was sent."""
    held = (application.typed if application else {}) | typed
    found = {f"contract_{name}": held[f"advance_{name}"] for name in ALIKE if held.get(f"advance_{name}")}
    if not found:
        return Edit(typed, kept, "s3", "前払金保証がまだ入力されていません。先に前払金保証を入力してください。", False)
    said = "証書の形式・支払方法・請求先・計算書を、前払金保証と同じにしました。"
    return Edit(typed | found | {"contract_on": "on"}, kept, "s3", said, True)
