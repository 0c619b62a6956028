"""Narrowing a list by what stands in the address: fields that forgive, and the filters in force in words and as a query."""

import datetime as dt
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.http import urlencode

from netdesk import dates

LONGEST = 100  # signs of a keyword
ALL = "すべて"


class Keyword(forms.CharField):
    """A few words to look for; signs that cannot be seen are dropped."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
        super().__init__(label="キーワード", required=False, widget=widget, **options)

    def to_python(self, value: object) -> str:
        """Read the words as typed."""
        text = "".join(
            sign for sign in str(value or "") if unicodedata.category(sign) not in {"Cc", "Cf", "Cs"}
        ).strip()
        if len(text) > LONGEST:
            raise ValidationError(
                f"{self.label}は、{LONGEST}文字以内で入力してください（いまの入力：{len(text):,}文字）"
            )
        return text


class OneOf(forms.ChoiceField):
    """One of a few values, or all."""

    def __init__(self, *, label: str, choices: list[tuple[str, str]]) -> None:
        said = {"invalid_choice": f"{label}を一覧から選択してください"}
        self.offered = dict(choices)
        super().__init__(label=label, required=False, choices=[("", ALL), *choices], error_messages=said)


class Order(OneOf):
    """How a list is sorted; what is none of the orders is the first of them, which no address has to name."""

    def __init__(self, *, choices: list[tuple[str, str]]) -> None:
        super().__init__(label="並び順", choices=choices)
        self.choices = choices
        self.first = choices[0][0]

    def clean(self, value: object) -> str:
        """Give one of the orders."""
        return str(value) if value in self.offered else self.first


class Day(forms.CharField):
    """A day in any usual way of writing (netdesk.dates.parse)."""

    def __init__(self, *, label: str) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(label=label, required=False, widget=widget)

    def clean(self, value: object) -> Any:
        """Give the day, or None."""
        typed = str(value or "")
        if not typed.strip():
            return None
        day = dates.parse(typed)
        if day is None or not 2000 <= day.year <= 2099:
            raise ValidationError(
                f"{self.label}は、「令和8年2月2日」または「2026/2/2」のように、暦にある日を入力してください"
            )
        return day


class Filters(forms.Form):
    """The filters of one list, read from the address. A wrong one is said at its field; the others stay in force."""

    use_required_attribute = False

    @property
    def values(self) -> dict[str, Any]:
        """What is in force: name -> value, without those left empty and those that are wrong."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def query(self) -> dict[str, str]:
        """The filters in force as they stand in the address."""
        return {
            name: value if isinstance(value, str) else f"{value:%Y-%m-%d}"
            for name, value in self.values.items()
            if value != getattr(self.fields[name], "first", "")
        }

    @property
    def narrows(self) -> bool:
        """Tell whether anything is filtered out; an order alone filters nothing."""
        return any(not isinstance(self.fields[name], Order) for name in self.query)

    @property
    def told(self) -> str:
        """Name the filters in force: "キーワード「小学校」、状態「審査中」"."""
        return "、".join(
            f"{self.fields[name].label}「{self.words(name)}」"
            for name in self.values
            if not isinstance(self.fields[name], Order)
        )

    def words(self, name: str) -> str:
        """Say what a filter in force asks for."""
        field, value = self.fields[name], self.values[name]
        if isinstance(field, OneOf):
            return field.offered[value]
        return dates.seireki(value) if isinstance(value, dt.date) else str(value)

    def address(self, **more: str) -> str:
        """Give the address of this list with the filters in force, and more parameters or others: "?q=…&after=…"."""
        wanted = {name: value for name, value in (self.query | more).items() if value}
        return f"?{urlencode(wanted)}" if wanted else ""


def begin(day: dt.date) -> dt.datetime:
    """Give the moment at which a day begins in Tokyo."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min), timezone.get_default_timezone())


def after(day: dt.date) -> dt.datetime:
    """Give the moment at which a day is over in Tokyo."""
    return begin(day + dt.timedelta(days=1))


def day(at: dt.datetime) -> dt.date:
    """Give the day of a moment in Tokyo."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()
