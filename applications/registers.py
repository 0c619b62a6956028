"""What forms offer to choose from: financial institutions, each company's own address book, the desk's phrases (定型文)."""

import uuid

from django.db import models

from accounts.models import Contractor, User


class Bank(models.Model):
    """A financial institution (金融機関), loaded by `load_banks`. The code is the truth; staff may correct the name shown."""

    code = models.CharField("金融機関コード", max_length=4, primary_key=True)
    name = models.CharField("名称", max_length=80)
    kana = models.CharField("カナ", max_length=120)
    search = models.CharField(max_length=240, editable=False)
    entrusted = models.CharField(
        "業務委託契約", max_length=3, choices=[("yes", "あり"), ("no", "登録なし")], default="no"
    )  # a missing contract is a caution on the review sheet, never a block

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "預託金融機関"

    def __str__(self) -> str:
        return self.name


class BankBranch(models.Model):
    """A branch of a bank; bank code and branch code together are written "0001-244"."""

    bank = models.ForeignKey(Bank, models.CASCADE, related_name="branches", verbose_name="金融機関")
    code = models.CharField("支店コード", max_length=3)
    name = models.CharField("名称", max_length=80)
    kana = models.CharField("カナ", max_length=120)
    search = models.CharField(max_length=240, editable=False)

    class Meta:
        ordering = ["bank", "code"]
        verbose_name = verbose_name_plural = "預託金融機関の支店"
        constraints = [models.UniqueConstraint(fields=["bank", "code"], name="a_bank_has_each_branch_once")]

    def __str__(self) -> str:
        return f"{self.bank.name}　{self.name}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User) -> "EntryQuerySet":
        """A company's own entries, for its people only."""
        return self.filter(contractor=user.contractor_id) if user.is_contractor else self.none()


class Entry(models.Model):
    """One entry of a company's address book (登録情報). Applications copy what they use: an entry may change or go."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="%(class)s_set", verbose_name="受注者")

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True


class BillingParty(Entry):
    """Where a contractor wants its premiums billed (保証料請求先)."""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="billing_parties", verbose_name="受注者")
    name = models.CharField("名称", max_length=100)
    department = models.CharField("部署", max_length=60, blank=True)
    address = models.CharField("住所", max_length=150)

    class Meta(Entry.Meta):
        abstract = False
        ordering = ["name", "department"]
        verbose_name = verbose_name_plural = "保証料請求先"

    def __str__(self) -> str:
        return f"{self.name}　{self.department}".rstrip("　")


class MailAddress(Entry):
    """A mail address to which news of an issue may go (メールアドレス)."""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="mail_addresses", verbose_name="受注者")
    address = models.EmailField("メールアドレス")
    label = models.CharField("名前・用途", max_length=60, blank=True)

    class Meta(Entry.Meta):
        abstract = False
        ordering = ["label", "address"]
        verbose_name = verbose_name_plural = "メールアドレス"
        constraints = [
            models.UniqueConstraint(fields=["contractor", "address"], name="a_company_has_each_mail_address_once")
        ]

    def __str__(self) -> str:
        return f"{self.label}　{self.address}".lstrip("　")


class Department(Entry):
    """A department that answers questions about an application (担当部署), with the person and the telephone there."""

    contractor = models.ForeignKey(Contractor, models.CASCADE, related_name="departments", verbose_name="受注者")
    name = models.CharField("担当部署", max_length=60)
    post = models.CharField("役職", max_length=60, blank=True)
    person = models.CharField("担当者名", max_length=60, blank=True)
    phone = models.CharField("連絡先電話番号", max_length=20, blank=True)

    class Meta(Entry.Meta):
        abstract = False
        ordering = ["name", "person"]
        verbose_name = verbose_name_plural = "担当部署"

    def __str__(self) -> str:
        return f"{self.name}　{self.person}".rstrip("　")


class Phrase(models.Model):
    """A text that the desk says again and again (定型文), kept by the head office for one purpose. Whoever uses it may change it."""

    class Purpose(models.TextChoices):
        RETURN = "return", "差戻し"
        DECLINE = "decline", "お引受不可"
        TALK = "talk", "お客様への連絡"

    purpose = models.CharField("使うところ", max_length=7, choices=Purpose)
    title = models.CharField("題名", max_length=40, help_text="選ぶときに表示されます。お客様には見えません。")
    text = models.TextField("文面", max_length=1000, help_text="お客様の画面に表示されます。1000文字まで。")
    place = models.PositiveSmallIntegerField("並び順", default=10, help_text="小さい数が先に並びます。")
    is_active = models.BooleanField("使用中", default=True)

    class Meta:
        ordering = ["purpose", "place", "id"]
        verbose_name = verbose_name_plural = "定型文"
        constraints = [
            models.UniqueConstraint(
                fields=["purpose", "title"],
                name="a_purpose_has_each_title_once",
                violation_error_message="同じ題名の定型文があります。別の題名を入力してください。",
            )
        ]

    def __str__(self) -> str:
        return self.title
