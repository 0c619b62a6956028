"""発注者: the public bodies that issue orders for works. On our papers they are the beneficiary (被保証者);
we, the surety, are never called issuer."""

import datetime
from collections.abc import Iterable

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact

from issuers import patterns
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

    def rule_on(self, product: str, work_kind: str, day: datetime.date) -> "Rule | None":
        """Give the rule that holds on a day (Tokyo), None where none is known; no query where the rules were prefetched.

        It is the newest that has begun; of two that begin on one day, the one that names the kind of work.
        """
        begun = (
            rule
            for rule in self.rules.all()
            if rule.product == product and rule.work_kind in ("", work_kind) and rule.valid_from <= day
        )
        return max(begun, key=lambda rule: (rule.valid_from, rule.work_kind != ""), default=None)


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


class Rule(models.Model):
    """What a body asks for one product from a day on (提出のきまり): limits, and how the key notice is handed in.

    It holds until the next one of the body, product and kind of work begins; rows stay, so that there is a history.
    What is blank is not checked, or said in the usual words.
    """

    class Way(models.TextChoices):
        MAIL = "mail", "メール"
        ONLINE = "online", "電子申請"
        FAX = "fax", "FAX"
        COUNTER = "counter", "窓口持参"
        POST = "post", "郵送"

    class Prints(models.TextChoices):
        ASKED = "asked", "印刷も提出する"
        REFUSED = "refused", "印刷は受け付けない"

    class Deadline(models.TextChoices):
        CONTRACT = "contract", "契約を結ぶ日まで"
        CLAIM = "claim", "前払金を請求する日まで"
        AWARD = "award", "落札決定の日から…日以内"
        DESIGNATION = "designation", "指名通知の日から…日以内"

    issuer = models.ForeignKey(Issuer, models.CASCADE, related_name="rules", verbose_name="発注者")
    product = models.CharField("保証", max_length=8, choices=Product)
    work_kind = models.CharField("対象の契約", max_length=8, choices=WorkKind, blank=True)  # "": both
    valid_from = models.DateField("適用開始日")

    percent = models.DecimalField(
        "割合（%）",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )  # of the base of an advance, at most; of the price for 契約保証, at least
    low_bid_percent = models.DecimalField(
        "低入札のときの割合（%）",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    cap_yen = models.BigIntegerField("上限額（円）", null=True, blank=True, validators=[MinValueValidator(1)])
    unit_yen = models.BigIntegerField("端数の単位（円）", null=True, blank=True, validators=[MinValueValidator(1)])
    least_price_yen = models.BigIntegerField(
        "対象となる最低の請負金額（円）", null=True, blank=True, validators=[MinValueValidator(1)]
    )

    limits_note = models.CharField("対象や金額の案内", max_length=200, blank=True)

    ways = models.JSONField("提出方法", default=list, blank=True)  # a list of Way
    office = models.CharField("提出先の担当課", max_length=80, blank=True)
    email = models.EmailField("提出先メールアドレス", blank=True)
    fax = models.CharField("提出先のFAX番号", max_length=20, blank=True)
    phone = models.CharField("提出先の電話番号", max_length=20, blank=True)
    address = models.CharField("提出先の所在地", max_length=160, blank=True)
    call_asked = models.BooleanField("送ったあと、電話で着信を確かめる", default=False)
    prints = models.CharField("電子保証書の印刷", max_length=8, choices=Prints, blank=True)
    deadline = models.CharField("提出期限", max_length=12, choices=Deadline, blank=True)
    deadline_days = models.PositiveSmallIntegerField(
        "期限の日数", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    subject = models.CharField("件名のひな型", max_length=120, blank=True, validators=[patterns.require_sound_line])
    body = models.TextField("本文のひな型", max_length=2000, blank=True, validators=[patterns.require_sound])
    note = models.TextField("提出の案内", max_length=500, blank=True)

    class Meta:
        ordering = ["issuer", "product", "-valid_from", "-work_kind"]
        verbose_name = verbose_name_plural = "提出のきまり"
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "product", "work_kind", "valid_from"],
                name="a_body_has_one_rule_a_day_for_each_kind",
                violation_error_message="同じ保証・対象の契約・適用開始日のきまりが、すでにあります。",
            ),
            models.CheckConstraint(
                name="a_rule_limits_with_sums_above_nothing",
                condition=(Q(cap_yen=None) | Q(cap_yen__gte=1))
                & (Q(unit_yen=None) | Q(unit_yen__gte=1))
                & (Q(least_price_yen=None) | Q(least_price_yen__gte=1)),
            ),
            models.CheckConstraint(
                name="a_rule_takes_its_shares_of_a_hundred",
                condition=(Q(percent=None) | Q(percent__gte=0, percent__lte=100))
                & (Q(low_bid_percent=None) | Q(low_bid_percent__gte=0, low_bid_percent__lte=100)),
            ),
            models.CheckConstraint(
                name="a_rule_counts_days_where_its_deadline_does",
                condition=Q(deadline__in=["award", "designation"], deadline_days__isnull=False)
                | ~Q(deadline__in=["award", "designation"]) & Q(deadline_days=None),
                violation_error_message="期限の日数は、「…日以内」の提出期限を選んだときにだけ、必ず入力してください。",
            ),
            models.CheckConstraint(
                name="a_rule_names_ways_that_there_are",
                condition=Q(ways__contained_by=["mail", "online", "fax", "counter", "post"])
                & Q(Exact(Func(F("ways"), function="jsonb_typeof", output_field=models.TextField()), Value("array"))),
            ),
        ]

    def __str__(self) -> str:
        kind = f"（{self.get_work_kind_display()}）" if self.work_kind else ""
        day = self.valid_from
        return f"{self.get_product_display()}{kind}　{day.year}年{day.month}月{day.day}日から"

    @property
    def limits_something(self) -> bool:
        """Tell whether any amount depends on this rule."""
        return any(
            limit is not None
            for limit in (self.percent, self.low_bid_percent, self.cap_yen, self.unit_yen, self.least_price_yen)
        )

    @property
    def handed_in_by(self) -> list[Way]:
        """How the notice is handed in, in the order of Way; an address alone means by mail."""
        named = [way for way in self.Way if way in self.ways]
        return named or ([self.Way.MAIL] if self.email else [])

    @property
    def deadline_words(self) -> str:
        """The deadline as people read it, "" where the usual one holds."""
        return self.get_deadline_display().replace("…", str(self.deadline_days)) if self.deadline else ""
