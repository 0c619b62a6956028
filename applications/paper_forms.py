"""What the desk asks when a paper certificate is printed again, and when it leaves the branch."""

from django import forms

from applications.fields import Choice, Day, Paragraphs
from applications.japanese import says_something
from guarantees.models import HandOver

_REASON = "再発行の理由を入力してください"


class ReprintForm(forms.Form):
    """Why a certificate is printed once more."""

    reason = Paragraphs(
        label="再発行の理由",
        limit=500,
        required=True,
        error_messages={"required": _REASON},
        help_text="履歴に残ります。500文字まで。",
    )

    def clean_reason(self) -> str:
        """Dots and spaces are no reason."""
        reason: str = self.cleaned_data["reason"]
        if not says_something(reason):
            raise forms.ValidationError(_REASON)
        return reason


class HandOverForm(forms.Form):
    """How and on which day a certificate left the branch."""

    how = Choice(
        label="渡し方",
        choices=HandOver.How.choices,
        required=True,
        error_messages={"required": "渡し方を選択してください"},
        help_text="お客様の画面に表示されます。",
    )
    on = Day(
        label="渡した日",
        required=True,
        error_messages={"required": "渡した日を入力してください"},
        help_text="郵送のときは投函した日です。令和8年2月2日、2026/2/2 のように入力できます。",
    )
