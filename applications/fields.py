"""Form fields that understand Japanese input. What is typed comes back unchanged when it cannot be read."""

import logging
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from applications import japanese

log = logging.getLogger(__name__)


class Typed(forms.Field):
    """A field of text as typed. `needed` is what the page marks 必須; emptiness is judged by the form, which knows the products."""

    widget: Any = forms.TextInput

    purpose = "off"  # the autocomplete token (WCAG 1.3.5): only what somebody says about himself has one

    def __init__(self, *, needed: str = "", limit: int = 200, purpose: str = "", **options: Any) -> None:
        self.needed, self.limit = needed, limit
        options.setdefault("required", False)
        super().__init__(**options)
        self.widget.attrs.setdefault("autocomplete", purpose or self.purpose)

    def to_python(self, typed: str | None) -> object:
        """Return None for nothing, else the value read."""
        if typed is None or not typed.strip(" \t\r\n\u3000\u00a0\u200b\ufeff"):
            return None
        return self.read(typed)

    def read(self, typed: str) -> object:
        """Turn what was typed into the value to store, or raise ValidationError."""
        return japanese.line(typed, str(self.label), self.limit)


class Words(Typed):
    """One line of text that says something."""

    def read(self, typed: str) -> str | None:
        text = japanese.line(typed, str(self.label), self.limit)
        return text if japanese.says_something(text) else None


class WideWords(Words):
    """One line kept in full width (全角): names of banks and of works."""

    def read(self, typed: str) -> str | None:
        text = super().read(typed)
        return japanese.widen(text) if text else None


class Paragraphs(Typed):
    """Several lines of text."""

    widget = forms.Textarea(attrs={"rows": 4})

    def read(self, typed: str) -> str:
        return japanese.block(typed, str(self.label), self.limit)


class Members(Typed):
    """The members of a joint venture, one a line, the representative first."""

    widget = forms.Textarea(attrs={"rows": 4})

    def read(self, typed: str) -> str:
        return japanese.members(typed, str(self.label), self.limit)


class Yen(Typed):
    """An amount in whole yen."""

    def read(self, typed: str) -> int:
        return japanese.yen(typed, str(self.label))


class Day(Typed):
    """A day in either calendar."""

    def read(self, typed: str) -> object:
        return japanese.date(typed, str(self.label))


class Email(Typed):
    """One mail address."""

    purpose = "email"

    def read(self, typed: str) -> str:
        return japanese.email(typed, str(self.label))


class Phone(Typed):
    """A Japanese telephone number."""

    purpose = "tel"

    def read(self, typed: str) -> str:
        return japanese.phone(typed, str(self.label))


class Choice(Typed):
    """One of a few values; anything else is refused as if nothing had been chosen."""

    widget: Any = forms.RadioSelect

    def __init__(self, *, choices: Sequence[tuple[str, str]] = (), notes: Sequence[str] = (), **options: Any) -> None:
        super().__init__(**options)
        self.notes = notes
        self.offer(choices)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Set what may be chosen."""
        self.choices = self.widget.choices = list(choices)

    def read(self, typed: str) -> str:
        if typed not in {value for value, _ in self.choices}:
            log.warning("a value that was not offered was posted for %s", self.label)
            raise ValidationError(f"{self.label}を選択してください")
        return typed


class Menu(Choice):
    """One of many values, drawn as a drop-down."""

    widget = forms.Select

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        super().offer(choices)
        self.widget.choices = [("", "選んでください"), *choices]


class SwitchBox(forms.CheckboxInput):
    """A check box that hands on what was posted: Django's own takes any text for a tick."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, check_test=_is_on)

    def format_value(self, value: object) -> None:
        """Give the box no value of its own: a browser then posts "on"."""

    def value_from_datadict(self, data: Any, files: object, name: str) -> Any:
        return data.get(name)


class Switch(Typed):
    """A product's own check box: "on" or nothing; anything else is nothing."""

    widget = SwitchBox

    def to_python(self, typed: object) -> bool:
        if typed not in {None, "", False} and not _is_on(typed):
            log.warning("a value that was not offered was posted for %s", self.label)
        return _is_on(typed)


def _is_on(typed: object) -> bool:
    return typed in {True, "on"}
