"""The form of a phrase (定型文) at the desk of the head office."""

from typing import TYPE_CHECKING

from django import forms

from applications import japanese
from applications.models import Message, Phrase
from applications.talk import LONGEST

if TYPE_CHECKING:  # generic for the type checker only
    ModelForm = forms.ModelForm[Phrase]
else:
    ModelForm = forms.ModelForm


class Text(forms.CharField):
    """A text as the talk would read it. Read before it is compared: line ends of a browser are no change."""

    def to_python(self, value: object) -> str:
        """Read the text, or refuse what a customer could not be shown."""
        return japanese.block(str(super().to_python(value) or ""), "文面", LONGEST[Message.Side.BRANCH])


class PhraseForm(ModelForm):
    """A phrase must be something that can be said: what a text for the customer may not hold is refused here already."""

    class Meta:
        model = Phrase
        fields = ("purpose", "title", "text", "place", "is_active")
        field_classes = {"text": Text}

    def clean_title(self) -> str:
        """Read the title as one line of text."""
        return japanese.line(self.cleaned_data["title"], "題名", 40)
