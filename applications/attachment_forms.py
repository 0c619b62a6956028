"""What is asked when a file is attached. What the file really is, applications.attachments finds out."""

from typing import Any

from django import forms

from applications import inspecting
from applications.attached import LARGEST, MEGABYTE, Attachment

CHOOSE = "添付するファイルを選択してください"
ONE = "ファイルは1つずつ添付してください（一度に選べるのは1つです）"
ACCEPT = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"


class OneFile(forms.FileField):
    """A file whose size and content are judged later; a name of any length is cut there, not refused here."""

    widget = forms.FileInput(attrs={"accept": ACCEPT, "data-largest": LARGEST})

    def __init__(self) -> None:
        messages = {"required": CHOOSE, "invalid": CHOOSE, "missing": CHOOSE, "empty": inspecting.REFUSALS["empty"]}
        hint = f"PDF・JPEG・PNG、1つ{LARGEST // MEGABYTE}MBまで。パスワードのないものを選択してください。"
        super().__init__(label="ファイル", help_text=hint, error_messages=messages)


class AttachmentForm(forms.Form):
    """The kind of a paper, and its file."""

    kind = forms.ChoiceField(
        label="書類の種類",
        choices=[("", "選択してください"), *Attachment.Kind.choices],
        error_messages={
            "required": "書類の種類を選択してください",
            "invalid_choice": "書類の種類を選択してください",
        },
    )
    file = OneFile()

    def clean_file(self) -> Any:
        """Take exactly one file: of two, nobody could say which was meant."""
        if sum(len(found) for _, found in self.files.lists()) != 1:
            raise forms.ValidationError(ONE)
        return self.cleaned_data["file"]
