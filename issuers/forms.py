"""What may be typed into the search for a public body."""

from django import forms

from issuers import search


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
