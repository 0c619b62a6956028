"""What is applied for, approved and frozen: the same fields from the first sending to the last paper."""

import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models import Branch
from guarantees import canon, glyphs
from issuers.kinds import Format, Product, WorkKind
from issuers.models import Issuer
from netdesk import dates


class FiscalKind(models.TextChoices):
    """年度区分: whether the contract ends within one fiscal year (1 April to 31 March) or spans several."""

    SINGLE = "single", "単年度"
    COMMITMENT = "commitment", "債務負担行為"
    CONTINUING = "continuing", "継続費"


class Redeposit(models.TextChoices):
    """再預託利用区分: whether part of the advance is deposited again in another controlled account."""

    UNUSED = "unused", "再預託を利用しない"
    USED = "used", "再預託を利用する"


class Payment(models.TextChoices):
    """支払方法 of the premium. 一括納付 = the premiums of a month are paid together in the month after.

    All others are paid before the guarantee is issued.
    """

    MONTHLY = "monthly", "一括納付"
    TRANSFER = "transfer", "振込"
    CASH = "cash", "現金"
    CHEQUE = "cheque", "小切手"


class Purpose(models.TextChoices):
    """What a version is for: the first promise, or the next one of a promise that was issued already.

    変更 follows a changed contract (増額, 減額, 保証期限変更, or several of them at once), 訂正発行 puts the words right, 解約
    ends the promise.
    """

    NEW = "new", "新規"
    CHANGE = "change", "変更"
    CORRECTION = "correct", "訂正発行"
    CANCELLATION = "cancel", "解約"


OF_CHANGES = {"purpose", "changed_on", "change_reason"}  # fields of Terms
# Fields that came later than the first guarantees: empty, they are no part of the content, and old digests stay as they are.
LEFT_OUT = OF_CHANGES | {"ruled_on"}


class Terms(models.Model):
    """What is guaranteed, to whom and for whom: the content that is applied for, approved and frozen.

    Money is whole yen; days are Asia/Tokyo calendar days; texts are NFC as typed. `terms_digest` is the SHA-256 of the
    canonical JSON of `content()`, so that the version approved is byte for byte the version issued.
    """

    product = models.CharField("保証の種類", max_length=8, choices=Product)
    format = models.CharField("保証証書の形式", max_length=10, choices=Format)

    # Null: a body that the head office has not registered yet; its name and its authority were typed by hand.
    issuer = models.ForeignKey(Issuer, models.PROTECT, null=True, related_name="+", verbose_name="発注者")
    issuer_name = models.CharField("発注者名", max_length=80)
    beneficiary = models.CharField("被保証者（契約権者）", max_length=80)
    principal_name = models.CharField("保証契約者", max_length=100)
    principal_address = models.CharField("保証契約者の住所", max_length=150)
    signatory_title = models.CharField("代表者・受任者の役職", max_length=60)
    signatory_name = models.CharField("代表者・受任者の氏名", max_length=60)

    work_kind = models.CharField("区分", max_length=8, choices=WorkKind)
    work_number = models.CharField("工事番号", max_length=40, blank=True)
    work_name = models.CharField("工事・業務委託の名称", max_length=120)
    work_place = models.CharField("工事場所", max_length=120)
    price_yen = models.BigIntegerField("請負金額（税込）")
    contracted_on = models.DateField("契約締結日")
    works_from = models.DateField("工期の始まり")
    works_until = models.DateField("工期の終わり")
    fiscal_kind = models.CharField("年度区分", max_length=12, choices=FiscalKind)
    joint_venture = models.CharField("共同企業体", max_length=300, blank=True)  # its name and members in one text
    low_bid = models.CharField("低入札", max_length=3, choices=[("no", "該当しない"), ("yes", "該当する")])

    base_yen = models.BigIntegerField("今年度対象額", null=True)  # only for an advance in a multi-year contract
    amount_yen = models.BigIntegerField("保証金額")
    ruled_on = models.DateField("認定日", null=True)  # 中間前払金保証 only: the day of the body's 認定調書
    bank_name = models.CharField("預託金融機関", max_length=100, blank=True)  # of an advance only
    bank_code = models.CharField(
        "金融機関・支店コード", max_length=8, blank=True
    )  # "0001-244" when chosen from the list
    redeposit = models.CharField("再預託利用区分", max_length=6, choices=Redeposit, blank=True)
    payment = models.CharField("保証料支払方法", max_length=8, choices=Payment)
    billing_name = models.CharField("保証料請求先", max_length=160)
    statement_wanted = models.CharField(
        "保証料計算書（紙）", max_length=3, choices=[("yes", "希望する"), ("no", "希望しない")]
    )
    notice_address = models.EmailField("完了のお知らせの宛先", blank=True)  # blank: no news wished
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="申込送信先")
    starts_on = models.DateField("保証期間の始まり", null=True)  # null: the day of issue
    ends_on = models.DateField("保証期間の終わり")
    conditions = models.CharField("約款の版", max_length=10)
    # Of the next version of a guarantee only: what it is for, why, and the day on which the contract was changed.
    purpose = models.CharField("手続", max_length=7, choices=Purpose, default=Purpose.NEW, db_default=Purpose.NEW)
    changed_on = models.DateField("変更契約日", null=True)
    change_reason = models.CharField("変更の理由", max_length=200, blank=True, default="", db_default="")
    terms_digest = models.CharField(max_length=64)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_amount_is_within_its_base",
                condition=Q(amount_yen__gte=1, amount_yen__lte=F("price_yen")),
            ),
            models.CheckConstraint(
                name="%(class)s_base_is_within_its_price",
                condition=Q(base_yen=None) | Q(base_yen__lte=F("price_yen"), amount_yen__lte=F("base_yen")),
            ),
            models.CheckConstraint(
                name="%(class)s_works_end_after_they_start", condition=Q(works_until__gte=F("works_from"))
            ),
            models.CheckConstraint(
                name="%(class)s_period_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="%(class)s_names_a_bank_for_an_advance",
                condition=~Q(product__in=["advance", "interim"]) | ~Q(bank_name="") & ~Q(redeposit=""),
            ),
            models.CheckConstraint(
                name="%(class)s_is_ruled_on_for_an_interim",
                condition=Q(product="interim", ruled_on__isnull=False) | ~Q(product="interim") & Q(ruled_on=None),
            ),
            models.CheckConstraint(
                name="%(class)s_is_on_paper_for_a_reservation", condition=~Q(product="reserve") | Q(format="paper")
            ),
            models.CheckConstraint(
                name="%(class)s_is_on_paper_for_an_unlisted_body",
                condition=Q(issuer__isnull=False) | Q(format="paper"),
            ),
            models.CheckConstraint(
                name="%(class)s_tells_why_it_changes",
                condition=Q(purpose="new", changed_on=None, change_reason="")
                | ~Q(purpose="new") & Q(changed_on__isnull=False, starts_on__isnull=False) & ~Q(change_reason=""),
            ),
        ]

    def content(self) -> dict[str, object]:
        """Give every frozen field but the digest itself as JSON-able values: days as ISO text, foreign keys as ids.

        What is empty of LEFT_OUT is no part of it: a first version has the same digest as before there were changes.
        """
        values: dict[str, object] = {}
        for field in Terms._meta.fields:
            value = getattr(self, field.attname)
            if field.name != "terms_digest" and not (field.name in LEFT_OUT and value in {None, "", Purpose.NEW}):
                values[field.attname] = value.isoformat() if isinstance(value, datetime.date) else value
        return values

    def fingerprint(self) -> str:
        """Compute what `terms_digest` has to hold for the content as it stands."""
        return canon.digest(self.content())

    def unprintable(self) -> str:
        """Name the characters that the papers could not draw, "" when there are none: no such guarantee may be ordered."""
        words = [str(value) for value in self.content().values() if isinstance(value, str)]
        return glyphs.missing(glyphs.clean("".join([*words, self.branch.name, self.branch.phone])))

    @property
    def is_new(self) -> bool:
        """Tell whether this is a guarantee of its own, not the next version of one."""
        return self.purpose == Purpose.NEW

    @property
    def is_electronic(self) -> bool:
        return self.format == Format.ELECTRONIC

    @property
    def rate_base_yen(self) -> int:
        """The yen that the ratio is taken of: this year's amount of an advance when given, else the contract price."""
        return self.base_yen if self.is_for_advance and self.base_yen else self.price_yen

    @property
    def is_for_advance(self) -> bool:
        return Product(self.product).is_for_advance

    @property
    def kind(self) -> Product:
        """The product with what is said of it: its 約款, what is charged and how that is called."""
        return Product(self.product)

    @property
    def fiscal_year(self) -> int | None:
        """The fiscal year for which an advance of a contract over several years is guaranteed; None for all else.

        2026 is April 2026 to March 2027.
        """
        if self.product != Product.ADVANCE or self.fiscal_kind == FiscalKind.SINGLE:
            return None
        return dates.fiscal_year(self.ends_on)
