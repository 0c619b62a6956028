"""保証料率表 and 保証料: what a guarantee costs from which day on, and what one was charged."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from guarantees import premium
from guarantees.terms import Payment
from issuers.kinds import Product


class Tariff(models.Model):
    """The rates of one product from a day on (保証料率表). It holds until the next one of its product begins.

    All its bands stand in this one row, each by its upper end alone: [[5000000, "0.30"], …, [null, "0.12"]]. So there can
    be neither a hole nor an overlap between them, not even by two people at once; a function of the database checks that
    the ends rise and that the last band has none.
    """

    product = models.CharField("保証の種類", max_length=8, choices=Product)
    valid_from = models.DateField("適用開始日")
    name = models.CharField("料率表の名称", max_length=40)
    bands = models.JSONField("区分と料率")
    minimum_yen = models.BigIntegerField("最低保証料（円）", default=0, validators=[MinValueValidator(0)])
    unit_yen = models.BigIntegerField(
        "端数処理", default=1, choices=[(1, "1円未満切捨て"), (10, "10円未満切捨て"), (100, "100円未満切捨て")]
    )

    class Meta:
        ordering = ["product", "-valid_from"]
        verbose_name = verbose_name_plural = "保証料率表"
        constraints = [
            models.UniqueConstraint(
                fields=["product", "valid_from"],
                name="a_product_has_one_tariff_a_day",
                violation_error_message="この保証には、同じ適用開始日の料率表がすでにあります。",
            ),
            models.CheckConstraint(
                name="a_tariff_cuts_to_a_known_unit", condition=Q(unit_yen__in=[1, 10, 100], minimum_yen__gte=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_product_display()}　{self.name}（{self.valid_from:%Y年%-m月%-d日}適用）"

    def clean(self) -> None:
        """Refuse bands that are not sound."""
        try:
            premium.sound(self.bands or [])
        except premium.UnsoundBands as fault:
            raise ValidationError({"bands": str(fault)}) from None

    @classmethod
    def on(cls, product: str, day: dt.date) -> "Tariff | None":
        """Give the tariff of a product that holds on a day (Tokyo), None before the first."""
        return cls.objects.filter(product=product, valid_from__lte=day).order_by("-valid_from").first()

    def quote(self, amount_yen: int) -> premium.Quote:
        """Compute what a guarantee of so many yen costs."""
        bands = [(up_to, rate) for up_to, rate in self.bands]
        return premium.quote(bands, amount_yen, unit_yen=self.unit_yen, minimum_yen=self.minimum_yen)


class Premium(models.Model):
    """What one version costs (保証料), frozen at approval together with the steps and rates that made it.

    A change costs what the new amount costs by the rates of the first version, less what all versions before it cost
    together (`before_yen`): `total_yen` is less than nothing when something is returned (保証料の返還). A cancelled
    guarantee that was never used costs nothing: its `amount_yen` is 0.

    A trigger lets it be tied to its version once and refuses any other change. Whole yen; no tax is due on it, but the fee of a reservation (予約手数料) holds 消費税.
    """

    version = models.OneToOneField("guarantees.Version", models.PROTECT, null=True, related_name="premium")
    contractor = models.ForeignKey("accounts.Contractor", models.PROTECT, related_name="+")
    branch = models.ForeignKey("accounts.Branch", models.PROTECT, related_name="+")
    tariff = models.ForeignKey(Tariff, models.PROTECT, related_name="+", verbose_name="料率表")
    tariff_name = models.CharField(max_length=40)
    tariff_from = models.DateField()
    product = models.CharField("保証の種類", max_length=8, choices=Product)
    amount_yen = models.BigIntegerField("保証金額")
    steps = models.JSONField()  # [{"over_yen", "up_to_yen", "rate", "part_yen", "millionths"}, …], as premium.Step
    unit_yen = models.BigIntegerField()
    minimum_yen = models.BigIntegerField()
    before_yen = models.BigIntegerField("変更前までの保証料", default=0, db_default=0)
    total_yen = models.BigIntegerField("保証料")  # what is still to be paid, or returned when it is negative
    payment = models.CharField("支払方法", max_length=8, choices=Payment)
    billing_name = models.CharField("請求先", max_length=160)
    closing_day = models.PositiveSmallIntegerField("締め日")  # of the contractor on the day of approval
    debit_day = models.PositiveSmallIntegerField("引落日")
    at = models.DateTimeField("計算日時", db_default=Now())

    class Meta:
        ordering = ["-id"]
        verbose_name = verbose_name_plural = "保証料"
        constraints = [
            models.CheckConstraint(
                name="a_premium_returns_no_more_than_was_charged",
                condition=Q(amount_yen__gte=0, before_yen__gte=0, total_yen__gte=-F("before_yen")),
            ),
        ]
        indexes = [
            models.Index(fields=["contractor", "-id"], name="premiums_of_a_contractor"),
            models.Index(fields=["branch"], condition=Q(total_yen__lt=0), name="premiums_to_be_returned"),
        ]

    @property
    def quote(self) -> premium.Quote:
        """The computation as it was frozen: of the whole amount, whatever was charged before."""
        steps = [premium.Step(**step) for step in self.steps]
        return premium.Quote(self.amount_yen, steps, self.unit_yen, self.minimum_yen, self.full_yen)

    @property
    def full_yen(self) -> int:
        """What this version and all before it cost together."""
        return self.before_yen + self.total_yen

    @property
    def is_told(self) -> bool:
        """Tell whether there is a statement of it once its version is issued: not of a change that costs nothing."""
        return self.total_yen != 0 or self.version is None or self.version.no == 0

    @property
    def is_refund(self) -> bool:
        """Tell whether something is returned (保証料返還計算書)."""
        return self.total_yen < 0
