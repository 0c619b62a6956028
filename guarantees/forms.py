"""The form of the public look-up."""

from django import forms


class LookUp(forms.Form):
    """What an official copies from the notice. Signs and lengths are judged by guarantees.lookup, so that one rule serves all.

    Neither field has a length of its own: whatever is typed comes back in the page together with what is wrong with it.
    """

    use_required_attribute = False

    number = forms.CharField(
        label="保証契約番号",
        required=False,
        strip=False,
        help_text="例：00000-000000。ハイフンの有無、全角・半角は問いません。",
        widget=forms.TextInput(
            attrs={"class": "w-m mono", "autocomplete": "off", "inputmode": "numeric", "data-required": "1"}
        ),
    )
    key = forms.CharField(
        label="認証キー",
        required=False,
        strip=False,
        help_text="12文字。大文字と小文字を区別します。お知らせから貼り付けるときは、空白や改行が入っていてもかまいません。",
        widget=forms.TextInput(
            attrs={
                "class": "w-m mono",
                "autocomplete": "off",
                "autocapitalize": "off",
                "spellcheck": "false",
                "data-required": "1",
            }
        ),
    )
