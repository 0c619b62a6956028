"""The application form: every field of 申込の作成. Each field reads itself; what fields owe each other is in checks.py."""

import datetime
from collections.abc import Iterable, Mapping

from django import forms
from django.utils import timezone

from accounts.models import Branch, Contractor
from applications import checks, follow_ups, sections
from applications.fields import (
    Choice,
    Day,
    Email,
    Members,
    Menu,
    Paragraphs,
    Phone,
    Switch,
    Typed,
    WideWords,
    Words,
    Yen,
)
from applications.sections import SWITCHES
from guarantees.models import FiscalKind, Payment, Redeposit
from issuers.kinds import Format, Product, WorkKind
from issuers.models import Issuer

YES_NO = [("yes", "希望する"), ("no", "希望しない")]
_ASK_FIRST = "電子保証を選ぶときは、発注者が電子保証に対応していることを先に確かめてください。"
RECEIPT = [("post", "郵送"), ("visit", "来店")]


# What a form has answered where nothing was: drafts older than a question.
ANSWERED = {"contract_kind": Product.CONTRACT.value}


class ApplicationForm(forms.Form):
    """One whole application as typed. `locked` fields keep what the application holds, whatever is posted."""

    use_required_attribute = False
    issuer = Typed(label="発注者コード", widget=forms.HiddenInput, limit=6)
    issuer_name = Words(label="発注者", needed="always", limit=80, help_text="名称の一部で検索して選んでください。")
    authority = Menu(
        label="契約権者（被保証者）",
        needed="always",
        help_text="契約書の発注者欄の職名です。電子保証書の宛名になります。",
    )
    unlisted = Switch(label="発注者が一覧にないので、名称を直接入力する")
    authority_name = Words(
        label="契約権者（被保証者）の職名",
        needed="unlisted",
        limit=80,
        help_text="契約書の発注者欄の職名を、そのまま入力してください。例：見本水道企業団企業長",
    )
    work_kind = Choice(label="区分", needed="always", choices=WorkKind.choices)
    work_number = Words(label="工事番号", limit=40, help_text="契約書に番号があるときに入力してください。")
    work_name = WideWords(
        label="工事・業務委託の名称", needed="always", limit=120, help_text="半角で入力した文字は全角に変わります。"
    )
    work_place = Words(label="工事場所", needed="always", limit=120)
    price = Yen(label="請負金額（税込）", needed="always")
    contracted_on = Day(
        label="契約締結日",
        needed="always",
        help_text="西暦・和暦のどちらでも入力できます。例：令和8年2月2日。契約保証だけを申し込むときは、契約予定日でもかまいません。",
    )
    works_from = Day(label="工期の始まり", needed="always", help_text="例：2026/2/3")
    works_until = Day(label="工期の終わり", needed="always", help_text="例：2026/9/30")
    fiscal_kind = Choice(label="年度区分", needed="always", choices=FiscalKind.choices)
    joint_venture_on = Switch(label="共同企業体（JV）で受注した契約です")
    joint_venture = Words(label="共同企業体の名称", needed="venture", limit=60)
    joint_venture_members = Members(
        label="共同企業体の構成員",
        needed="venture",
        limit=160,  # with the name and the words between them it still fits on the certificate
        help_text="1行に1社ずつ、代表者を最初に入力してください。出資比率は「60%」のように会社名のあとに付けます。",
    )
    low_bid = Choice(label="低入札", needed="always", choices=[("no", "該当しない"), ("yes", "該当する")])
    signatory = Menu(label="保証契約者の署名者", needed="always", help_text="証書に記載する代表者または受任者です。")

    advance_on = Switch(label="前払金保証を申し込む")
    advance_ruled_on = Day(
        label="認定日",
        needed="interim",
        help_text="発注者が交付した認定調書の日付です。認定調書の写しを添付してください。",
    )
    advance_format = Choice(label="保証証書の形式", needed="advance", choices=Format.choices, help_text=_ASK_FIRST)
    advance_base = Yen(label="今年度対象額", help_text="複数年度にわたる契約の場合に入力してください。")
    advance_amount = Yen(
        label="前払金保証金額",
        needed="advance",
        help_text="割合は、今年度対象額を入力したときは今年度対象額に対して計算します。",
    )
    advance_bank_name = WideWords(
        label="預託金融機関",
        needed="advance",
        limit=100,
        help_text="金融機関名と支店名を検索して選んでください。半角で入力した文字は全角に変わります。",
    )
    advance_bank_code = Typed(label="金融機関・支店コード", widget=forms.HiddenInput, limit=8)
    advance_redeposit = Choice(label="再預託利用区分", needed="advance", choices=Redeposit.choices)
    advance_payment = Menu(label="前払金保証料支払方法", needed="advance", choices=Payment.choices)
    advance_billing = Menu(
        label="前払金保証料請求先",
        needed="advance",
        help_text="登録されている請求先から選んでください。ほかの請求先は「登録」で加えられます。",
    )
    advance_statement = Choice(label="保証料計算書（紙）", needed="advance", choices=YES_NO)

    contract_on = Switch(label="契約保証を申し込む")
    contract_kind = Choice(
        label="申し込む保証",
        needed="contract",
        choices=[("contract", "契約保証"), ("reserve", "契約保証予約（入札前）")],
    )
    advance_planned = Choice(
        label="前払金の予定",
        needed="performance alone",  # for the badge; checks.faults asks for it when 契約保証 is applied for alone
        choices=[("yes", "あり"), ("no", "なし")],
        help_text="契約保証だけを申し込むときに選んでください。",
    )
    contract_format = Choice(label="保証証書の形式", needed="contract", choices=Format.choices, help_text=_ASK_FIRST)
    contract_amount = Yen(label="契約保証金額", needed="contract")
    contract_payment = Menu(label="契約保証料支払方法", needed="contract", choices=Payment.choices)
    contract_billing = Menu(
        label="契約保証料請求先",
        needed="contract",
        help_text="登録されている請求先から選んでください。ほかの請求先は「登録」で加えられます。",
    )
    contract_statement = Choice(label="保証料計算書（紙）", needed="contract", choices=YES_NO)

    branch = Menu(label="申込送信先", needed="always")
    receipt = Choice(label="保証証書受取", needed="paper", choices=RECEIPT)
    notice = Choice(
        label="電子保証発行完了のお知らせ",
        needed="electronic",
        choices=YES_NO,
        help_text="「希望する」を選ぶと、手続き完了後にメールを送信します。",
    )
    email = Email(label="メールアドレス", needed="news", help_text="例：soumu@example.jp")
    department = Words(label="担当部署", limit=60)
    post = Words(label="役職", limit=60, purpose="organization-title")
    person = Words(label="担当者名", limit=60, purpose="name")
    phone = Phone(label="連絡先電話番号", help_text="ハイフンの有無は問いません。")
    message = Paragraphs(label="お客様から弊社への連絡事項", limit=500, help_text="500文字まで")

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        contractor: Contractor,
        locked: Iterable[str] = (),
        kept: Mapping[str, str] | None = None,
        initial: dict[str, str] | None = None,
        follow: "follow_ups.FollowUp | None" = None,
    ) -> None:
        """Bind what was typed (`data`). `kept` is what the application holds: locked fields are read from it.

        `follow` tells what the application goes on from, when it goes on from a guarantee.
        """
        self.contractor, self.locked, self.follow = contractor, frozenset(locked), follow
        if data is not None and self.locked:
            kept = ANSWERED | dict(kept or {})
            data = {
                name: kept.get(name, "") if name in self.locked else data.get(name, "") for name in self.base_fields
            }
        if data is not None:
            data = ANSWERED | dict(data)
        super().__init__(data, initial=ANSWERED | (initial or {}))
        self._offer()
        if self.is_interim:
            for name in ("advance_amount", "advance_payment", "advance_billing"):
                self.fields[name].label = f"中間{self.fields[name].label}"
        for name, field in self._typed_fields():
            field.widget.attrs["data-required"] = "1" if field.needed else "0"
            field.widget.attrs["class"] = sections.WIDTHS.get(name, "")

    def _offer(self) -> None:
        """Offer what depends on the company and on the body chosen."""
        self.issuer_chosen = self._issuer()
        titles = list(self.issuer_chosen.authorities.values_list("title", flat=True)) if self.issuer_chosen else []
        self._menu("authority").offer([(title, title) for title in titles])
        if len(titles) == 1 and not self.initial.get("authority"):
            self.initial = {**self.initial, "authority": titles[0]}  # a lone one is chosen; it can be seen and checked
        self._menu("signatory").offer([(str(one.pk), str(one)) for one in self.contractor.signatories.all()])
        parties = [(str(party.pk), str(party)) for party in self.contractor.billing_parties.all()]
        for name in ("advance_billing", "contract_billing"):
            sent = str(self._typed(name) or "")  # a party deleted since: what is locked stays as it was sent
            gone = [(sent, "")] if name in self.locked and sent and sent not in dict(parties) else []
            self._menu(name).offer(parties + gone)
        self._menu("branch").offer([(branch.code, branch.name) for branch in Branch.objects.all()])

    def _typed_fields(self) -> list[tuple[str, Typed]]:
        return [(name, field) for name, field in self.fields.items() if isinstance(field, Typed)]

    def _menu(self, name: str) -> Menu:
        field = self.fields[name]
        assert isinstance(field, Menu)
        return field

    def _issuer(self) -> Issuer | None:
        """Find the body: by the code chosen if its name still stands beside it, else by its exact name."""
        if self._typed("unlisted") in {True, "on"}:
            return None
        code, name = (str(self._typed(field) or "").strip() for field in ("issuer", "issuer_name"))
        chosen = Issuer.objects.filter(code=code).first() if code.isascii() and code.isdigit() else None
        if chosen and chosen.name == name:
            return chosen
        named = list(Issuer.objects.filter(name=name)[:2]) if name and "\x00" not in name else []
        return named[0] if len(named) == 1 else None

    def _typed(self, name: str) -> str | None:
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    def clean(self) -> dict[str, object]:
        """Require what the chosen products need, then ask checks.py what the fields owe each other."""
        data = super().clean() or {}
        data["advance_kind"] = Product.INTERIM if self.is_interim else Product.ADVANCE
        wanted = {"always"} | {kind for kind, switch in SWITCHES.items() if data.get(switch)}
        wanted |= {"interim"} if self.is_interim else set()
        formats = [data.get(f"{product}_format") for product in wanted & {"advance", "contract"}]
        wanted |= {format for format in ("paper", "electronic") if format in formats}
        wanted |= {"news"} if "electronic" in wanted and data.get("notice") == "yes" else set()
        for name, field in self._typed_fields():
            off = field.needed in {*SWITCHES, "interim"} and field.needed not in wanted
            if off or name == "advance_base" and "advance" not in wanted or name == "email" and "news" not in wanted:
                data[name] = None
                self.errors.pop(name, None)  # what is not asked for may stay half typed
            elif name == "authority" and self.issuer_chosen is None:
                self.errors.pop(name, None)  # nothing to choose from before the body is known
            elif field.needed in wanted and data.get(name) is None and name not in self.errors:
                self.add_error(
                    name, f"{_called(name, field)}を{'選択' if isinstance(field, Choice) else '入力'}してください"
                )
        faults = list(checks.faults(data, issuer=self.issuer_chosen, on=self.today))
        if self.follow:
            faults += follow_ups.faults(self.follow, data, on=self.today)
        for name, sentence in faults:
            if name not in self.errors:
                self.add_error(name, sentence)
        return data

    def say_only(self, faults: Mapping[str, str]) -> None:
        """Say these sentences at their fields and nothing of what else is wrong, which a draft may hold."""
        self.errors.clear()
        for name, sentence in faults.items():
            self.add_error(name, sentence)

    @property
    def is_interim(self) -> bool:
        """Tell whether section 2 asks for a 中間前払金保証."""
        return self.follow is not None and self.follow.asks == Product.INTERIM

    @property
    def today(self) -> datetime.date:
        return timezone.localdate()


def _called(name: str, field: Typed) -> str:
    """Name a field so that the list of errors tells the two products apart: both have 保証証書の形式 and 保証料計算書（紙）."""
    return (
        f"{Product(field.needed).label}の{field.label}"
        if name.endswith(("_format", "_statement"))
        else str(field.label)
    )
