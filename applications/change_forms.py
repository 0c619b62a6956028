"""The form by which a change of an issued guarantee is asked for: 変更, 訂正発行 or 解約, each with its own questions.

It starts from what the guarantee says now, so that only what changes has to be typed. What the answers owe each other
and the guarantee stands in change_checks.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import Contractor
from applications import change_checks
from applications.fields import Choice, Day, Email, Menu, Paragraphs, Phone, Switch, Typed, WideWords, Words, Yen
from applications.forms import RECEIPT, YES_NO
from guarantees import pricing
from guarantees.models import Payment, Purpose, Version
from issuers.kinds import Product

RECEIVED = [("no", "受け取っていない"), ("yes", "受け取った")]
ENDED = {
    Product.ADVANCE: [
        ("no", "前払金を受け取っていない"),
        ("returned", "受け取ったが、全額を返還した"),
        ("yes", "受け取っていて、返還していない"),
    ],
    Product.CONTRACT: [
        ("no", "契約を結ばなかった（保証を使わなかった）"),
        ("returned", "契約を結び、その後に終わった・解除された"),
    ],
}
KEPT = "kept"  # the signatory of the version in force
NOTICE = ["notice", "email"]
CONTACT = ["receipt", *NOTICE, "department", "post", "person", "phone", "message"]
OWN: dict[str, list[str]] = {
    Purpose.CHANGE: (
        "format changed_on price base works_until amount ends_on used received change_reason payment billing statement "
        "refund_account"
    ).split(),
    Purpose.CORRECTION: (
        "format work_number work_name work_place beneficiary contracted_on signatory register change_reason"
    ).split(),
    Purpose.CANCELLATION: "format changed_on used consent change_reason refund_account".split(),
}


class ChangeForm(forms.Form):
    """One change as typed. Fields that the purpose, the product or the form of the certificate do not ask for are left out."""

    use_required_attribute = False
    format = Typed(label="保証証書の形式", limit=10)
    changed_on = Day(label="変更契約日", needed="always", help_text="変更契約書の契約日です。例：令和8年7月1日")
    price = Yen(
        label="変更後の請負金額（税込）", needed="always", help_text="変わらないときは、そのままにしてください。"
    )
    base = Yen(label="変更後の今年度対象額", help_text="変わらないときは、そのままにしてください。")
    works_until = Day(
        label="変更後の工期の終わり", needed="always", help_text="変わらないときは、そのままにしてください。"
    )
    amount = Yen(
        label="変更後の保証金額", needed="always", help_text="増額後・減額後の合計の金額です。差額ではありません。"
    )
    ends_on = Day(
        label="変更後の保証期限", needed="always", help_text="工期の終わりを含む日にしてください。例：2027年3月31日"
    )
    used = Choice(label="前払金の受取り")
    received = Yen(label="受け取った前払金の額", help_text="返還した額があるときは、差し引いた残りの額です。")
    work_number = Words(label="工事番号", limit=40)
    work_name = WideWords(
        label="工事・業務委託の名称", needed="always", limit=120, help_text="半角で入力した文字は全角に変わります。"
    )
    work_place = Words(label="工事場所", needed="always", limit=120)
    beneficiary = Menu(
        label="被保証者（契約権者）",
        needed="always",
        help_text="発注者の組織や職名が変わったときは、新しい職名を選んでください。",
    )
    contracted_on = Day(label="契約締結日", needed="always")
    signatory = Menu(label="保証契約者の署名者", needed="always")
    register = Switch(label="商号・住所を、いまの会社の登録内容に改める")
    consent = Switch(label="発注者は、この保証の解約（証書の返還）に同意しています")
    change_reason = Words(
        label="変更の理由", needed="always", limit=200, help_text="証書に記載します。例：設計変更による増工のため"
    )
    payment = Menu(label="保証料支払方法", needed="always", choices=Payment.choices)
    billing = Menu(label="保証料請求先", needed="always")
    statement = Choice(label="保証料計算書（紙）", needed="always", choices=YES_NO)
    refund_account = Words(
        label="返還先の口座",
        limit=200,
        help_text="保証料をお返しするときの振込先です。金融機関・支店・種別・口座番号・口座名義を入力してください。",
    )
    receipt = Choice(label="保証証書受取", needed="always", choices=RECEIPT)
    notice = Choice(label="発行完了のお知らせ", needed="always", choices=YES_NO)
    email = Email(label="メールアドレス", needed="news")
    department = Words(label="担当部署", limit=60)
    post = Words(label="役職", limit=60, purpose="organization-title")
    person = Words(label="担当者名", limit=60, purpose="name")
    phone = Phone(label="連絡先電話番号", help_text="ハイフンの有無は問いません。")
    message = Paragraphs(label="お客様から弊社への連絡事項", limit=500, help_text="500文字まで")

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        version: Version,
        purpose: str,
        contractor: Contractor,
        initial: dict[str, str] | None = None,
    ) -> None:
        """Bind what was typed (`data`) for a change of `version`, the one in force."""
        self.version, self.purpose, self.contractor = version, purpose, contractor
        super().__init__(data, initial=initial)
        for name in self.base_fields.keys() - set(names(purpose, version)):
            del self.fields[name]
        self.is_set_off = pricing.way_back(version.guarantee) == Payment.MONTHLY  # what is returned needs no account
        if self.is_set_off:
            self.fields.pop("refund_account", None)
        self._offer()
        for field in self.fields.values():
            if isinstance(field, Typed):
                field.widget.attrs["data-required"] = "1" if field.needed else "0"

    def _offer(self) -> None:
        """Offer what depends on company, body and product, and call things by the names of the purpose."""
        version = self.version
        titles = list(version.issuer.authorities.values_list("title", flat=True)) if version.issuer else []
        choices = {
            "beneficiary": [(title, title) for title in dict.fromkeys([version.beneficiary, *titles])],
            "signatory": self._signatories(),
            "billing": [(str(party.pk), str(party)) for party in self.contractor.billing_parties.all()],
            "used": RECEIVED if self.purpose == Purpose.CHANGE else ENDED[Product(version.product)],
        }
        if version.issuer is None and "beneficiary" in self.fields:
            label = "被保証者（契約権者）"
            self.fields["beneficiary"] = Words(label=label, needed="always", limit=80)  # it stands in no register
        for name, offered in choices.items():
            field = self.fields.get(name)
            if isinstance(field, Choice):
                field.offer(offered)
        if self.purpose == Purpose.CANCELLATION:
            self._call("changed_on", "解約する日", "契約を解除した日、または取りやめた日です。")
            self._call("change_reason", "解約の理由", "例：契約解除のため")
            self._call("used", "保証の使用", "保証料をお返しできるかどうかが、これで決まります。")
            used = self.fields["used"]
            assert isinstance(used, Choice)
            used.needed = "always"
        elif self.purpose == Purpose.CORRECTION:
            self._call("change_reason", "訂正の理由", "証書に記載します。例：工事名の誤記のため")

    def _signatories(self) -> list[tuple[str, str]]:
        """Offer the people of the register, and whoever signed when he stands there no more."""
        people = self.contractor.signatories.all()
        offered = [(str(one.pk), str(one)) for one in people]
        signed = (self.version.signatory_title, self.version.signatory_name)
        gone = signed not in [(one.title, one.name) for one in people]
        return [(KEPT, f"{signed[0]}　{signed[1]}（いまの証書のとおり）"), *offered] if gone else offered

    def _call(self, name: str, label: str, help_text: str) -> None:
        if name in self.fields:
            self.fields[name].label, self.fields[name].help_text = label, help_text

    def clean(self) -> dict[str, Any]:
        """Require what the purpose needs, then ask change_checks what the answers owe each other."""
        data = super().clean() or {}
        for name, field in self.fields.items():
            assert isinstance(field, Typed)
            asked = field.needed == "always" or field.needed == "news" and data.get("notice") == "yes"
            if name == "email" and not asked or name == "received" and data.get("used") != "yes":
                data[name] = None
                self.errors.pop(name, None)  # it is not asked for, and the page hides it
            elif asked and data.get(name) in {None, ""} and name not in self.errors:
                verb = "選択" if isinstance(field, Choice) else "入力"
                self.add_error(name, f"{field.label}を{verb}してください")
        signer = dict(self._signatories()).get(str(data.get("signatory")), "")
        signed = f"{self.version.signatory_title}　{self.version.signatory_name}"
        data["signed_anew"] = not signer.startswith(signed)
        faults = change_checks.faults(
            data, version=self.version, purpose=self.purpose, on=self.today, returns=self._returns(data)
        )
        for name, sentence in faults:
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentence)
        return data

    def _returns(self, data: Mapping[str, Any]) -> bool:
        """Tell whether a premium will be paid back to an account."""
        if self.is_set_off:
            return False
        cost = pricing.difference(self.version.guarantee, amount_after(data, self.version, self.purpose))
        return cost is not None and cost.total_yen < 0

    @property
    def today(self) -> datetime.date:
        return timezone.localdate()


def names(purpose: str, version: Version) -> list[str]:
    """Name the fields that a change asks for, in the order of the page."""
    left_out = set(NOTICE if not version.is_electronic else ["receipt"])
    if purpose == Purpose.CANCELLATION:
        left_out |= {"receipt", *NOTICE}  # nothing new is issued
    if version.product != Product.ADVANCE and purpose == Purpose.CHANGE:
        left_out |= {"used", "received"}
    if not version.base_yen:
        left_out.add("base")
    return [name for name in [*OWN[purpose], *CONTACT] if name not in left_out]


def amount_after(data: Mapping[str, Any], version: Version, purpose: str) -> int:
    """Give the amount by which the premium after a change is computed: 0 when the guarantee ends and was never used."""
    if purpose == Purpose.CANCELLATION:
        return 0 if data.get("used") == "no" else version.amount_yen
    return int(data.get("amount") or version.amount_yen)
