"""What may be typed into the search for a public body, and what narrows the list of those that take 電子保証."""

from typing import Any

from django import forms

from issuers import search
from issuers.kinds import ELECTRONIC, WorkKind
from netdesk import filters


def _prefectures() -> list[tuple[str, str]]:
    return [("", "すべて"), *((name, name) for name in search.prefectures())]


class SearchForm(forms.Form):
    """Both fields are optional; without either there is nothing to show."""

    use_required_attribute = False
    q = forms.CharField(
        label="発注者名",
        help_text="漢字・ひらがな・カタカナ・発注者コードで検索できます。",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    prefecture = forms.ChoiceField(label="都道府県", required=False, choices=_prefectures)


class AcceptingFilters(filters.Filters):
    """What narrows 対応している発注者, and the day on which the bodies are asked."""

    q = filters.Keyword()
    product = filters.OneOf(label="保証", choices=ELECTRONIC)
    kind = filters.OneOf(label="対象の契約", choices=WorkKind.choices)
    on = filters.Day(label="基準日")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["q"].label = "名前・よみ・コード"
        self.fields["on"].help_text = "例：令和8年6月1日"
        named = [(name, name) for name in search.prefectures()]
        self.fields["prefecture"] = filters.OneOf(label="都道府県", choices=named)
        self.order_fields(["q", "prefecture", "product", "kind", "on"])
