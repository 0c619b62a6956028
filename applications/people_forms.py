"""The forms with which a 管理者 keeps his company: whom he invites, which role somebody has, the company's own numbers."""

import datetime
import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import licences, numbers
from accounts.licences import Licence
from accounts.models import Contractor, User
from applications.entry_forms import EntryForm
from applications.fields import Choice, Email, Menu, Typed, Words

# The second line of each role's card, in the order of User.CompanyRole.
WHAT_ROLES_DO = "申込・連絡・電子保証の受取りなど、会社のすべての手続ができます|会社の手続と電子保証の内容を見られます。申込・連絡・認証キーの表示はできません|申込者の手続に加えて、利用者と会社情報を管理できます"


class PersonName(Words):
    """A name that stands in a letter to an address somebody typed: nothing in it may pass for a link."""

    def read(self, typed: str) -> str | None:
        text = super().read(typed)
        if text and re.search("[/:@：／＠]", text):
            raise ValidationError("氏名に、「/」「:」「@」は使えません")
        return text


class RoleForm(EntryForm):
    """会社での役割 of one person."""

    company_role = Choice(label="会社での役割", needed="always", choices=User.CompanyRole.choices)


class InviteForm(RoleForm):
    """Whom a 管理者 invites."""

    field_order = ("name", "email", "company_role")
    name = PersonName(label="氏名", needed="always", limit=60, help_text="例：見本　花子")
    email = Email(label="メールアドレス", needed="always", help_text="ログインに使う、ご本人のアドレスです。")


class CorporateNo(Typed):
    """法人番号, in any width and with spaces or hyphens."""

    def read(self, typed: str) -> str:
        return numbers.corporate(typed)


class LicenceNo(Typed):
    """The number of a permit, up to six digits."""

    def read(self, typed: str) -> str:
        return licences.number(typed)


class NumbersForm(EntryForm):
    """法人番号 and 建設業許可番号, the latter whole or not at all."""

    corporate_no = CorporateNo(
        label="法人番号",
        help_text="国税庁が指定した13桁の番号です。全角・半角や、ハイフンの有無は問いません。例：7010705000725",
    )
    licence_authority = Menu(label="許可行政庁", choices=licences.AUTHORITIES)
    licence_kind = Menu(label="許可の区分", choices=licences.KINDS)
    licence_year = Menu(label="許可の年", help_text="「（般-6）」の数字にあたる年です。")
    licence_no = LicenceNo(label="許可番号", help_text="6桁以内の数字です。例：012345")

    def __init__(self, data: Mapping[str, str] | None = None, *, company: Contractor, today: datetime.date) -> None:
        names = ("corporate_no", "licence_authority", "licence_kind", "licence_year", "licence_no")
        super().__init__(data, initial={name: str(getattr(company, name) or "") for name in names})
        field = self.fields["licence_year"]
        assert isinstance(field, Menu)
        field.offer(licences.years(today, company.licence_year))
        for name in ("corporate_no", "licence_no"):
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "class": "w-m num"}

    def clean(self) -> dict[str, object]:
        data = super().clean()
        parts = [name for name in self.fields if name.startswith("licence_")]
        if any(data.get(name) or name in self.errors for name in parts):
            for name in parts:
                if not data.get(name) and name not in self.errors:
                    field = self.fields[name]
                    doing = "選択" if isinstance(field, Choice) else "入力"
                    self.add_error(name, f"{field.label}を{doing}してください")
        return data

    def licence(self) -> Licence | None:
        """The permit of a valid form, if one is told."""
        data = self.texts()
        if not data["licence_no"]:
            return None
        return Licence(data["licence_authority"], data["licence_kind"], int(data["licence_year"]), data["licence_no"])


def numbers_form(company: Contractor, data: Mapping[str, str] | None = None) -> NumbersForm:
    """The form of a company's numbers as of today."""
    return NumbersForm(data, company=company, today=timezone.localdate())
