"""提出のきまり at the desk of the head office: one row for each product from a day on, below its body.

A rule that has begun stays, with its product, kind of work and day: what a body changes is a new row. Its other words may
be corrected, for somebody may mistype; the trail keeps what stood before.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db.models import Model, TextField
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html

from audit.recording import PLAIN_DATES, RecordedInline
from issuers import patterns
from issuers.models import Rule

if TYPE_CHECKING:  # generic for the type checker only
    Form = forms.ModelForm[Model]
    FormSet = BaseInlineFormSet[Model, Model, Form]
else:
    Form, FormSet = forms.ModelForm, BaseInlineFormSet

FIXED_ONCE_BEGUN = ("product", "work_kind", "valid_from")
HELPS = {
    "valid_from": "この日から、次のきまりが始まる日の前日まで適用します。割合や上限額は、契約締結日に適用されるきまりで確かめます。2026-04-01 のように入力してください。",
    "percent": "前払金では基準額に対する上限、契約保証では請負金額に対する下限です。空欄は標準で、前払金が工事40%・業務委託30%、契約保証が10%です。",
    "low_bid_percent": "低入札価格調査を経た契約の割合です。空欄は、前払金が上の割合のまま、契約保証が30%以上です。",
    "cap_yen": "空欄のときは確かめません。",
    "unit_yen": "例：100000（100,000円未満切捨て）。空欄のときは確かめません。",
    "least_price_yen": "この金額以上の契約が対象です。「1,300,000円を超える」は1300001と入力します。空欄のときは確かめません。",
    "deadline": "空欄のときは、前払金保証が請求の日まで、契約保証が契約を結ぶ日までです。",
    "ways": "選ばないときは、メールアドレスがあればメール、なければ「発注者へお問い合わせください」と表示します。",
    "limits_note": "申込の画面で、金額の欄のそばに表示します。例：工期が60日以上の契約が対象です。",
    "note": "発行後の「提出のしかた」に表示します。",
}


class RuleForm(Form):
    """One rule; what is fixed once it has begun cannot be typed any more."""

    ways = forms.MultipleChoiceField(
        label="提出方法", choices=Rule.Way.choices, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in FIXED_ONCE_BEGUN if has_begun(self.instance) else ():
            if name in self.fields:
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Ask for the days of a deadline that counts them, and of no other."""
        data = super().clean() or self.cleaned_data
        counts = data.get("deadline") in {Rule.Deadline.AWARD, Rule.Deadline.DESIGNATION}
        if "deadline_days" in data and counts != (data["deadline_days"] is not None):
            said = (
                "「…日以内」の提出期限では、日数を入力してください。"
                if counts
                else "「…日以内」でない提出期限では、空欄にしてください。"
            )
            self.add_error("deadline_days", said)
        return data


class RuleFormSet(FormSet):
    """The rules of a body, of which only those that have not begun can be taken away."""

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        if has_begun(form.instance) and "DELETE" in form.fields:
            form.fields["DELETE"].disabled = True
            form.fields["DELETE"].label = "始まったきまりは削除できません"


class RuleInline(RecordedInline):
    """The history of a body's rules, the newest of each product first."""

    model = Rule
    form = RuleForm
    formset = RuleFormSet
    formfield_overrides = {**PLAIN_DATES, TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 60})}}
    readonly_fields = ["standing", "sample"]
    fieldsets = [
        (None, {"fields": ["standing", ("product", "work_kind", "valid_from")]}),
        (
            "金額のきまり",
            {"fields": [("percent", "low_bid_percent"), ("cap_yen", "unit_yen", "least_price_yen"), "limits_note"]},
        ),
        (
            "提出のしかた",
            {
                "fields": [
                    "ways",
                    ("office", "email"),
                    ("phone", "fax", "address"),
                    "call_asked",
                    "prints",
                    ("deadline", "deadline_days"),
                    "note",
                ]
            },
        ),
        (
            "メールのひな型",
            {"fields": ["subject", "body", "sample"], "description": patterns.told(), "classes": ["collapse"]},
        ),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Explain what a blank means; name the kind of work that stands for both."""
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in HELPS:
            field.help_text = HELPS[db_field.name]
        if field is not None and db_field.name == "work_kind":
            field.choices = [("", "工事・業務委託とも"), *field.choices[1:]]
        return field

    @admin.display(description="状態")
    def standing(self, rule: Rule) -> str:
        """Tell whether a rule holds today, held, or will."""
        if rule.pk is None:
            return "新しいきまり"
        today = timezone.localdate()
        if rule.valid_from > today:
            return "まだ始まっていません"
        kinds = [rule.work_kind] if rule.work_kind else ["works", "service"]
        holding = [rule.issuer.rule_on(rule.product, kind, today) for kind in kinds]
        return "適用中" if rule in holding else "終了（次のきまりに替わりました）"

    @admin.display(description="ひな型の見本")
    def sample(self, rule: Rule) -> str:
        """Show the saved patterns filled with an example."""
        if not rule.subject and not rule.body:
            return "空欄のときは、標準の件名と本文を使います。保存すると、ここに見本を表示します。"
        parts = [patterns.line(rule.subject, patterns.EXAMPLES), patterns.text(rule.body, patterns.EXAMPLES)]
        return format_html('<span class="sample">{}</span>', "\n\n".join(filter(None, parts)))


def has_begun(rule: Model) -> bool:
    """Tell whether a stored rule holds already, or held."""
    return isinstance(rule, Rule) and rule.pk is not None and rule.valid_from <= timezone.localdate()
