"""Forms of accounts: the log-in, the own password, and a person's record in the register."""

import unicodedata
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import BadRequest, ValidationError
from django.http import QueryDict

from accounts.models import User

# Why a session is over, as the log-in page says it (access.session_limits, views.leave).
ENDINGS = {
    "idle": "しばらく操作がなかったため、安全のためログアウトしました。ログインし直すと、先ほどの画面に戻ります。",
    "absolute": "ログインから12時間がたったため、ログアウトしました。ログインし直すと、先ほどの画面に戻ります。",
    "joined": "パスワードを設定しました。メールアドレスと、いま設定したパスワードでログインしてください。",
    "left": "ログアウトしました。ご利用ありがとうございました。",
}
LONGEST_PASSWORD = 128

if TYPE_CHECKING:
    _PersonForm = forms.ModelForm[User]
else:
    _PersonForm = forms.ModelForm  # knows its model only where types are checked


class ReadOnceForm(forms.Form):
    """A form that says each thing once."""

    use_required_attribute = False

    def full_clean(self) -> None:
        """Read each field once: a form that says two things at once is not from our page (BadRequest, 400)."""
        if isinstance(self.data, QueryDict) and any(len(self.data.getlist(name)) > 1 for name in self.fields):
            raise BadRequest("a field with a password beside it was sent twice")
        super().full_clean()


def _password(label: str, help_text: str, autocomplete: str, missing: str) -> forms.CharField:
    """A password exactly as typed: spaces, width and case belong to it."""
    return forms.CharField(
        label=label,
        strip=False,
        max_length=LONGEST_PASSWORD,
        help_text=help_text,
        widget=forms.PasswordInput({"autocomplete": autocomplete}),
        error_messages={
            "required": missing,
            "max_length": f"パスワードは{LONGEST_PASSWORD}文字以内で入力してください。",
        },
    )


class LoginForm(ReadOnceForm):
    """E-mail address and password, the latter exactly as typed: spaces, width and case belong to it."""

    email = forms.CharField(
        label="メールアドレス",
        max_length=254,
        help_text="ご利用開始時に登録したアドレスです。全角・半角のどちらで入力しても構いません。",
        widget=forms.TextInput(
            {
                "autocomplete": "username",
                "inputmode": "email",
                "autocapitalize": "off",
                "spellcheck": "false",
                "class": "w-l",
            }
        ),
        error_messages={
            "required": "メールアドレスを入力してください。",
            "max_length": "メールアドレスは254文字以内で入力してください。",
        },
    )
    password = _password(
        "パスワード",
        "大文字と小文字を区別します。貼り付けもできます。",
        "current-password",
        "パスワードを入力してください。",
    )

    def clean_email(self) -> str:
        return unicodedata.normalize("NFKC", str(self.cleaned_data["email"])).strip().lower()


_PASSWORD_HINT = (
    f"12文字以上{LONGEST_PASSWORD}文字以内で入力してください。どの文字も使え、大文字と小文字、全角と半角を区別します。"
)


class _ChosenForm(ReadOnceForm):
    """A password that a person chooses, twice, tried against the rules with the person's own words."""

    def __init__(self, data: QueryDict | None = None, *, person: User) -> None:
        self.person = person
        super().__init__(data)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        new, again = (str(self.cleaned_data.get(name, "")) for name in ("new", "again"))
        if new and new == cleaned.get("current"):
            self.add_error("new", "いまのパスワードと違うパスワードを入力してください。")
        elif new:
            try:
                validate_password(new, self.person)
            except ValidationError as refusal:
                self.add_error("new", refusal)
        if new and again and new != again and "new" not in self.errors:
            self.add_error("again", f"{self.fields['new'].label}と同じものを入力してください。")
        return cleaned


class PasswordForm(_ChosenForm):
    """A person's own password: the current one, and the new one twice, tried against the rules."""

    current = _password(
        "いまのパスワード",
        "ログインのときに入力しているパスワードです。",
        "current-password",
        "いまのパスワードを入力してください。",
    )
    new = _password(
        "新しいパスワード",
        _PASSWORD_HINT,
        "new-password",
        "新しいパスワードを入力してください。",
    )
    again = _password(
        "新しいパスワード（確認）",
        "同じパスワードをもう一度入力してください。",
        "new-password",
        "新しいパスワードをもう一度入力してください。",
    )


class InvitedForm(_ChosenForm):
    """The password that somebody invited chooses, twice, tried against the rules."""

    new = _password(
        "パスワード",
        _PASSWORD_HINT,
        "new-password",
        "パスワードを入力してください。",
    )
    again = _password(
        "パスワード（確認）",
        "同じパスワードをもう一度入力してください。",
        "new-password",
        "パスワードをもう一度入力してください。",
    )


class PersonForm(_PersonForm):
    """A person in the register. The password is optional once there is one; blank leaves it as it is."""

    new_password = forms.CharField(
        label="パスワード",
        strip=False,
        required=False,
        max_length=LONGEST_PASSWORD,
        help_text="12文字以上で入力してください。はじめてのログインにだけ使い、ご本人が決めたパスワードに変更していただきます。"
        "空欄のままにすると、いまのパスワードを変更しません。",
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    class Meta:
        model = User
        fields = ("email", "name", "role", "contractor", "company_role", "branch", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company_role_before = self.instance.company_role
        if not self.instance.pk and (field := self.fields.get("new_password")):
            field.required = True
            field.error_messages["required"] = "パスワードを入力してください。"
            field.help_text = "12文字以上で入力してください。はじめてのログインにだけ使い、ご本人が決めたパスワードに変更していただきます。"

    @property
    def changed_data(self) -> list[str]:
        """The fields that were changed; a company role left blank stays as it is, which is no change."""
        kept = self.instance.company_role == self.company_role_before
        return [name for name in super().changed_data if name != "company_role" or not kept]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, object]:
        """Try the password against the rules, knowing the person's own words; the company role follows the role."""
        cleaned = super().clean() or self.cleaned_data
        if "company_role" in self.fields and "company_role" in cleaned:
            role = User(role=str(cleaned.get("role", self.instance.role)))
            wished = str(cleaned["company_role"] or self.company_role_before)
            cleaned["company_role"] = role.fitting_company_role(wished)
        typed = self.cleaned_data.get("new_password", "")
        if typed:
            about = User(email=str(cleaned.get("email", "")), name=str(cleaned.get("name", "")))
            try:
                validate_password(typed, about)
            except ValidationError as refusal:
                self.add_error("new_password", refusal)
        return cleaned

    def save(self, commit: bool = True) -> User:
        """Hash a new password into the record; whoever had a session with the old one is out."""
        if typed := self.cleaned_data.get("new_password"):
            self.instance.set_password(typed)
        return super().save(commit)
