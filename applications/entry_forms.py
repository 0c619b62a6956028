"""The forms of 登録情報: one entry of each of the three books. Each field reads itself as in the application form."""

from collections.abc import Mapping

from django import forms

from applications.addressbook import LONGEST_BILLING
from applications.fields import Choice, Email, Phone, Typed, Words


class EntryForm(forms.Form):
    """One entry as typed. What has to be said is judged here, as in ApplicationForm.

    Its ids begin with entry_: as a dialog it stands in the page of the application form.
    """

    use_required_attribute = False

    def __init__(self, data: Mapping[str, str] | None = None, *, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="entry_%s")
        for name, field in self._typed_fields():
            field.widget.attrs |= {"data-required": "1" if field.needed else "0", "class": _WIDTHS.get(name, "")}

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        for name, field in self._typed_fields():
            if field.needed and data.get(name) is None and name not in self.errors:
                doing = "選択" if isinstance(field, Choice) else "入力"
                self.add_error(name, f"{field.label}を{doing}してください")
        return data

    def texts(self) -> dict[str, str]:
        """What a valid form keeps, by field; "" for what was left out."""
        return {name: str(self.cleaned_data[name] or "") for name in self.fields}

    def _typed_fields(self) -> list[tuple[str, Typed]]:
        return [(name, field) for name, field in self.fields.items() if isinstance(field, Typed)]


class BillingForm(EntryForm):
    """請求先: whom the premium is billed to."""

    name = Words(label="名称", needed="always", limit=100, help_text="会社名などです。例：見本建設株式会社")
    department = Words(label="部署", limit=60, help_text="例：本社経理部")
    address = Words(label="住所", needed="always", limit=150)

    def clean(self) -> dict[str, object]:
        """A guarantee keeps name and department in one line."""
        data = super().clean()
        together = len(str(data.get("name") or "")) + len(str(data.get("department") or ""))
        if together > LONGEST_BILLING:
            self.add_error(
                "department",
                f"名称と部署は、合わせて{LONGEST_BILLING}文字以内で入力してください（いまの入力：{together}文字）",
            )
        return data


class MailForm(EntryForm):
    """メールアドレス, with a word to find it by."""

    address = Email(label="メールアドレス", needed="always", help_text="例：soumu@example.jp")
    label = Words(label="名前・用途", limit=60, help_text="選ぶときの目印です。例：総務部")


class DepartmentForm(EntryForm):
    """担当部署, with the person and the telephone there."""

    name = Words(label="担当部署", needed="always", limit=60, help_text="例：総務部")
    post = Words(label="役職", limit=60, purpose="organization-title")
    person = Words(label="担当者名", limit=60, purpose="name")
    phone = Phone(label="連絡先電話番号", help_text="ハイフンの有無は問いません。")


FORMS: dict[str, type[EntryForm]] = {"billing": BillingForm, "mail": MailForm, "department": DepartmentForm}
_WIDTHS = {"name": "w-l", "department": "w-l", "label": "w-l", "post": "w-m", "person": "w-m", "phone": "w-s"}
