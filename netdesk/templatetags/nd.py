"""Words and controls that templates draw: amounts, dates, status colours, and form controls with their ties."""

import datetime as dt
from collections.abc import Iterable

from django import template
from django.forms import BaseForm, BoundField, CheckboxSelectMultiple, RadioSelect
from django.utils.safestring import SafeString

from netdesk import dates

register = template.Library()

MISSING = "—"
LONGEST_AMOUNT = 1000  # digits that get separators
# Colour of the chip by its word (手続状況, state of a guarantee). The word carries the meaning, never the colour.
TONES = {
    "作成中": "todo",
    "取下げ": "todo",
    "送信済": "info",
    "受付済": "info",
    "審査中": "wait",
    "保証料お支払い待ち": "wait",
    "発行手続中": "wait",
    "差戻し（要修正）": "bad",
    "お引受不可": "bad",
    "手続完了": "ok",
    "要対応": "bad",
    "保証期間前": "todo",
    "有効": "ok",
    "変更手続中": "wait",
    "保証期間満了": "todo",
    "終了": "todo",
    "解約": "bad",
    "利用中": "ok",
    "利用停止": "todo",
    "招待中": "info",
    "期限切れ": "wait",
}


@register.filter
def yen(amount: int | str | None) -> str:
    """Write whole yen with separators: 20,000,000円."""
    return MISSING if amount is None or amount == "" else f"{int(amount):,}円"


@register.filter
def signed(amount: int) -> str:
    """Write whole yen that may be less than nothing, with a minus that is seen: −12,000円."""
    return f"{'−' if amount < 0 else ''}{abs(amount):,}円"


@register.filter
def kilobytes(size: int) -> str:
    """Write the size of a file, never as 0: 48KB."""
    return f"{max(1, round(size / 1024)):,}KB"


@register.filter
def man(amount: int | str | None) -> str:
    """Read whole yen as people say them, in 億 and 万: 50000000 gives 5,000万円, 123456789 gives 1億2,345万6,789円."""
    if amount is None or amount == "":
        return MISSING
    oku, rest = divmod(int(amount), 100_000_000)
    man_, ones = divmod(rest, 10_000)
    parts = [f"{count:,}{unit}" for count, unit in ((oku, "億"), (man_, "万"), (ones, "")) if count]
    return ("".join(parts) or "0") + "円"


@register.filter
def wareki(day: dt.date | None) -> str:
    """Write a day in the Japanese calendar: 令和8年6月1日."""
    return dates.wareki(day) if day else MISSING


@register.filter
def seireki(day: dt.date | None) -> str:
    """Write a day in the Western calendar: 2026年6月1日."""
    return dates.seireki(day) if day else MISSING


@register.filter
def both(day: dt.date | None) -> str:
    """Write a day in both calendars: 令和8年6月1日（2026年6月1日）."""
    return dates.both(day) if day else MISSING


@register.filter
def moment(at: dt.datetime | None) -> str:
    """Write an aware moment by the clock of Tokyo: 2026年6月1日 14:20."""
    return dates.moment(at) if at else MISSING


@register.filter
def tone(word: str) -> str:
    """Name the chip class of a status word; grey for a word without one."""
    return TONES.get(str(word), "todo")


@register.filter
def parted(text: str | None) -> list[str]:
    """Cut "a|b|c" at its bars: the way a template passes a short list to a part."""
    return text.split("|") if text else []


@register.filter
def nth(items: list[str], index: int) -> str:
    """Take the item at `index`, counted from 0; "" past the end."""
    return items[index] if index < len(items) else ""


@register.filter
def anchor(field: BoundField) -> str:
    """Name the id of the first control of a field: where its label and its line in the error summary lead."""
    grouped = isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple)
    return f"{field.auto_id}_0" if grouped else field.auto_id


@register.filter
def must(field: BoundField) -> bool:
    """Tell whether the badge says 必須; the widget attribute `data-required` ("1" or "0") outranks the field."""
    told = field.field.widget.attrs.get("data-required")
    return field.field.required if told is None else str(told) == "1"


@register.filter
def ties(field: BoundField) -> str:
    """List the ids that describe a field, hint first and error last, for aria-describedby."""
    hint = [f"{field.auto_id}-h"] if field.help_text else []
    return " ".join(hint + ([f"{field.auto_id}-e"] if field.errors else []))


@register.filter
def stem(field: BoundField) -> str:
    """Give what the ids of one form share, such as id_advance-: the search dialog fills sister fields by it."""
    return field.auto_id.removesuffix(field.name)


@register.simple_tag
def problems(*forms: BaseForm | Iterable[BaseForm] | str | None) -> list[dict[str, str]]:
    """List every error of forms, or of lists of forms, as {"id", "message"}, in the order given.

    Errors of a whole form have the id "" and lead nowhere. A parameter the template did not get ("") has none.
    """
    every: list[BaseForm] = []
    for one in forms:
        if isinstance(one, BaseForm):
            every.append(one)
        elif not isinstance(one, str):
            every.extend(one or [])
    return [problem for form in every if form.is_bound for problem in _problems_of(form)]


def _problems_of(form: BaseForm) -> list[dict[str, str]]:
    whole = [{"id": "", "message": str(message)} for message in form.non_field_errors()]
    return whole + [{"id": anchor(field), "message": str(message)} for field in form for message in field.errors]


@register.simple_tag
def control(field: BoundField, css: str = "in", **attrs: object) -> SafeString:
    """Draw the widget of a field, tied to its hint and error.

    `css` is put before the widget's own classes. Keyword arguments become attributes: `_` turns into `-`, an empty
    value leaves the attribute out. Plain digits under `data_yen` get separators; anything else stays as typed.
    """
    widget, value = field.field.widget, field.value()
    names = [css, str(widget.attrs.get("class", ""))]
    given = {name.replace("_", "-"): text for name, text in attrs.items() if text}
    state = {
        "id": field.auto_id,
        "class": " ".join(name for name in names if name),
        "aria-describedby": ties(field) or None,
        "aria-required": "true" if must(field) else None,
        "aria-invalid": "true" if field.errors else None,
    }
    digits = str(value)
    if "data-yen" in given and digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_AMOUNT:
        value = f"{int(digits):,}"
    shown = {name: text for name, text in state.items() if text}
    drawn: SafeString = widget.render(field.html_name, value, given | shown, renderer=field.form.renderer)
    return drawn
