"""クリア: a button empties a part of the form. What it emptied stays in the draft, so that 元に戻す brings it back."""

from collections.abc import Collection
from typing import NamedTuple

from applications.models import Application
from applications.sections import ADVANCE, CONTRACT, INFORMATION, PERFORMANCE


class Part(NamedTuple):
    """What one clear button is about: its words and the fields it empties."""

    label: str
    fields: tuple[str, ...]
    anchor: str  # where on the page the button stands


# By the name that follows clear_ and undo_ in the buttons' values.
PARTS = {
    "block": Part("契約の内容", tuple(CONTRACT), "s1"),
    "products": Part("保証の申込内容", (*ADVANCE, *PERFORMANCE), "products"),
    "advance": Part("前払金保証", tuple(ADVANCE), "s2"),
    "contract": Part("契約保証", tuple(PERFORMANCE), "s3"),
    "information": Part("インフォメーション", tuple(INFORMATION), "information"),
}
Cleared = dict[str, dict[str, str]]


class Note(NamedTuple):
    """What stands at a part of the form that a button has emptied."""

    words: str
    act: str


def clear(
    name: str, typed: dict[str, str], kept: Cleared, *, locked: Collection[str]
) -> tuple[dict[str, str], Cleared]:
    """Empty the part `name`; give what is then typed and what can be brought back. Locked fields stay.

    A part that is empty already changes nothing: a second press must not replace the kept text by nothing.
    """
    taken = {field: typed[field] for field in PARTS[name].fields if field in typed and field not in locked}
    if not taken:
        return typed, kept
    return {field: text for field, text in typed.items() if field not in taken}, kept | {name: taken}


def undo(name: str, typed: dict[str, str], kept: Cleared, *, locked: Collection[str]) -> tuple[dict[str, str], Cleared]:
    """Bring back what clearing the part took. What was typed there since changes places with it: nothing is ever lost."""
    if name not in kept:
        return typed, kept
    emptied, since = clear(name, typed, {}, locked=locked)
    restored = {field: text for field, text in kept[name].items() if field not in locked}
    return emptied | restored, {part: texts for part, texts in kept.items() if part != name} | since


def notes(application: Application | None) -> dict[str, Note]:
    """Tell at which parts something can be brought back, and in which words."""
    kept: Cleared = application.cleared if application else {}
    return {
        name: Note(
            f"クリアする前の{part.label}の入力内容を残しています。"
            if application and any(field in application.typed for field in part.fields)
            else f"{part.label}の入力内容をクリアしました。",
            f"undo_{name}",
        )
        for name, part in PARTS.items()
        if name in kept
    }
