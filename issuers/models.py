"""発注者: the public bodies that issue orders for works. On our papers they are the beneficiary (被保証者);
we, the surety, are never called issuer."""

import datetime
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q

from issuers.kinds import ELECTRONIC, Product, WorkKind


class IssuerQuerySet(models.QuerySet["Issuer"]):
    def matching(self, words: list[str]) -> "IssuerQuerySet":
        """The issuers whose name, kana or code contains every word; words come normalised (issuers.search.normalise)."""
        found = self
        for word in words:
            found = found.filter(search__contains=word)
        return found


class Issuer(models.Model):
    """A prefecture, a municipality or another public body that orders works."""

    class Kind(models.TextChoices):
        PREFECTURE = "prefecture", "都道府県"
        MUNICIPALITY = "municipality", "市区町村"
        OTHER = "other", "その他の団体"

    code = models.CharField(
        "発注者コード", max_length=6, unique=True
    )  # 全国地方公共団体コード; other bodies: 9 + four digits + check
    name = models.CharField("名称", max_length=80)
    kana = models.CharField("名称（カナ）", max_length=120)
    kind = models.CharField("区分", max_length=12, choices=Kind)
    prefecture = models.CharField("都道府県", max_length=4)
    search = models.CharField(max_length=300, editable=False)  # normalised name, kana, hiragana and code

    objects = IssuerQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = verbose_name_plural = "発注者"

    def __str__(self) -> str:
        return self.name

    def accepts_electronic(self, product: str, work_kind: str, on: datetime.date) -> bool:
        """Tell whether this body takes an electronic guarantee of that product for that kind of work on that day (Tokyo)."""
        return is_taken(self.acceptances.all(), product, work_kind, on)


class Authority(models.Model):
    """The office that concludes contracts for the body (契約権者, e.g. 杉並区長): the name of the beneficiary on the certificate."""

    issuer = models.ForeignKey(Issuer, models.CASCADE, related_name="authorities", verbose_name="発注者")
    title = models.CharField("契約権者", max_length=80)

    class Meta:
        ordering = ["id"]
        verbose_name = verbose_name_plural = "契約権者"
        constraints = [models.UniqueConstraint(fields=["issuer", "title"], name="a_body_has_each_authority_once")]

    def __str__(self) -> str:
        return self.title


class Acceptance(models.Model):
    """Since when (and until when) a body takes electronic guarantees of one product for one kind of work."""

    issuer = models.ForeignKey(Issuer, models.CASCADE, related_name="acceptances", verbose_name="発注者")
    product = models.CharField("保証", max_length=8, choices=ELECTRONIC)
    work_kind = models.CharField("区分", max_length=8, choices=WorkKind)
    starts_on = models.DateField("開始日")
    ends_on = models.DateField("終了日", null=True, blank=True)

    class Meta:
        ordering = ["issuer", "product", "work_kind"]
        verbose_name = verbose_name_plural = "電子保証の受付"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "product", "work_kind", "starts_on"], name="an_acceptance_starts_once"
            ),
            models.CheckConstraint(
                name="an_acceptance_ends_after_it_starts", condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.get_product_display()}（{self.get_work_kind_display()}）"


def is_taken(offers: Iterable[Acceptance], product: str, work_kind: str, on: datetime.date) -> bool:
    """Tell whether the acceptances of one body hold for a product, a kind of work and a day (Tokyo).

    A body that says nothing of 中間前払金保証 takes it as it takes 前払金保証: it is an advance, handed to the same desk.
    """
    of_kind = [offer for offer in offers if offer.work_kind == work_kind]
    if product == Product.INTERIM and not any(offer.product == product for offer in of_kind):
        product = Product.ADVANCE
    return any(
        offer.product == product and offer.starts_on <= on and (offer.ends_on is None or on <= offer.ends_on)
        for offer in of_kind
    )


class SubmissionRule(models.Model):
    """What a body asks of a contractor: limits of the advance payment, and where the key notice is sent.

    Limits that are blank are not checked. Percentages are of the base amount.
    """

    issuer = models.OneToOneField(Issuer, models.CASCADE, related_name="rule", verbose_name="発注者")
    advance_percent = models.DecimalField("前払金の上限（%）", max_digits=4, decimal_places=1, null=True, blank=True)
    advance_cap_yen = models.BigIntegerField("前払金の上限額（円）", null=True, blank=True)
    advance_unit_yen = models.BigIntegerField("前払金の端数単位（円）", null=True, blank=True)
    office = models.CharField("提出先の担当課", max_length=80, blank=True)
    email = models.EmailField("提出先メールアドレス", blank=True)
    subject = models.CharField("件名の見本", max_length=120, blank=True)  # {work_number} and {work_name} are filled in

    class Meta:
        verbose_name = verbose_name_plural = "提出のきまり"

    def __str__(self) -> str:
        return f"{self.issuer}の提出のきまり"
