"""The promise and the paper that proves it: Guarantee is identity, Version content, Key opens it, Document shows it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now

from accounts.models import Branch, Contractor, User
from guarantees.charges import Premium, Tariff
from guarantees.hand_overs import HandOver
from guarantees.looks import Look
from guarantees.terms import FiscalKind, Payment, Purpose, Redeposit, Terms
from issuers.kinds import Format, Product
from issuers.models import Issuer

__all__ = [
    "Document",
    "FiscalKind",
    "Guarantee",
    "HandOver",
    "Key",
    "Look",
    "NumberSeries",
    "Payment",
    "Premium",
    "Print",
    "Purpose",
    "Redeposit",
    "Tariff",
    "Terms",
    "Version",
]


class GuaranteeQuerySet(models.QuerySet["Guarantee"]):
    def visible_to(self, user: User) -> "GuaranteeQuerySet":
        """The guarantees of the person's company or branch; the head office reads all; others none."""
        if user.is_contractor:
            return self.filter(contractor=user.contractor_id)
        if user.is_branch:
            return self.filter(branch=user.branch_id)
        return self.all() if user.is_head else self.none()

    def issued(self) -> "GuaranteeQuerySet":
        return self.exclude(status=Guarantee.Status.ORDERED)


class Guarantee(models.Model):
    """The identity of a promise: born at approval without a number, numbered once at mint, never deleted.

    A database trigger lets `number` go from NULL to a value once and refuses any other change of identity.
    """

    class Status(models.TextChoices):
        ORDERED = "ordered", "発行手続中"
        ISSUED = "issued", "発行済"
        CANCELLED = "cancelled", "解約"
        CLAIM = "claim", "弁済手続中"
        CLOSED = "closed", "終了"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("保証契約番号", max_length=12, null=True, unique=True)  # "26101-000123"
    product = models.CharField("保証の種類", max_length=8, choices=Product)
    format = models.CharField("保証証書の形式", max_length=10, choices=Format)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="guarantees", verbose_name="取扱店")
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="guarantees", verbose_name="受注者")
    issuer = models.ForeignKey(Issuer, models.PROTECT, null=True, related_name="guarantees", verbose_name="発注者")
    # What it goes on from: the first year's advance, the advance of an interim one, the reservation of a 契約保証.
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followers", verbose_name="もとの保証", editable=False
    )
    fiscal_year = models.PositiveSmallIntegerField(
        "年度", null=True, editable=False
    )  # Terms.fiscal_year of its first version
    status = models.CharField("状態", max_length=9, choices=Status, default=Status.ORDERED)
    # A paper certificate is to be printed, or printed again, and has not left the branch yet.
    to_leave = models.BooleanField("証書の引渡し前", default=False, db_default=False, editable=False)
    # Since when the contractor has asked for a change that is neither issued nor ended (変更手続中); one at a time.
    changing_since = models.DateTimeField("変更手続の開始", null=True, editable=False)
    salt = models.BinaryField(max_length=16)  # one salt per guarantee: one slow hash serves all its keys
    created_at = models.DateTimeField("承認日時", auto_now_add=True)

    objects = GuaranteeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = verbose_name_plural = "保証契約"
        constraints = [
            models.CheckConstraint(
                name="guarantee_is_numbered_once_issued",
                condition=Q(status="ordered", number=None) | ~Q(status="ordered") & Q(number__isnull=False),
            ),
            models.CheckConstraint(
                name="guarantee_number_has_its_form", condition=Q(number=None) | Q(number__regex=r"^[0-9]{5}-[0-9]{6}$")
            ),
            # The first year's advance is its own beginning; those of the later years follow it.
            models.UniqueConstraint(
                Coalesce("follows", "id"),
                "fiscal_year",
                condition=Q(product="advance", fiscal_year__isnull=False) & ~Q(status="cancelled"),
                name="a_contract_has_one_advance_a_year",
            ),
            models.UniqueConstraint(
                fields=["follows"],
                condition=Q(product="interim") & ~Q(status="cancelled"),
                name="an_advance_has_one_interim",
            ),
            models.UniqueConstraint(
                fields=["follows"], condition=Q(product="contract"), name="a_reservation_turns_into_one_guarantee"
            ),
            models.CheckConstraint(
                name="an_interim_follows_an_advance", condition=~Q(product="interim") | Q(follows__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["contractor", "-created_at", "-id"], name="guarantee_list_of_contractor"),
            models.Index(fields=["branch", "-created_at", "-id"], name="guarantee_list_of_branch"),
            models.Index(fields=["branch"], condition=Q(to_leave=True), name="certificates_to_leave"),
        ]

    def __str__(self) -> str:
        return f"{self.get_product_display()} {self.number or '（番号未定）'}"

    @property
    def is_electronic(self) -> bool:
        return self.format == Format.ELECTRONIC

    @property
    def current(self) -> "Version":
        """The newest version; there is always one. Costs one query unless the versions were prefetched."""
        return max(self.versions.all(), key=lambda version: version.no)


class Version(Terms):
    """One issue of a guarantee's content, frozen; a change adds the next one.

    A trigger (migrations 0002, 0011) lets an ordered version be issued once (moment, first day and snapshot together), or
    be the one by which the guarantee was cancelled, and freezes the rest: `terms_digest` stays the one that was approved.
    """

    class Status(models.TextChoices):
        ORDERED = "ordered", "発行手続中"
        ISSUED = "issued", "発行済"
        SUPERSEDED = "superseded", "変更済"
        CANCELLED = "cancelled", "解約"

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField()  # 0 is the first; shown as 第1版
    status = models.CharField("状態", max_length=10, choices=Status, default=Status.ORDERED)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(auto_now_add=True)
    issued_at = models.DateTimeField(null=True)
    snapshot = models.JSONField(null=True)  # everything the papers show, fixed at mint
    snapshot_digest = models.CharField(max_length=64, blank=True)

    class Meta(Terms.Meta):
        abstract = False
        ordering = ["guarantee", "no"]
        constraints = [
            *Terms.Meta.constraints,
            models.UniqueConstraint(fields=["guarantee", "no"], name="a_guarantee_has_each_version_once"),
            models.UniqueConstraint(
                fields=["guarantee"], condition=Q(status="issued"), name="a_guarantee_has_one_version_in_force"
            ),
            models.UniqueConstraint(
                fields=["guarantee"], condition=Q(status="ordered"), name="a_guarantee_has_one_version_on_order"
            ),
            models.CheckConstraint(
                name="a_first_version_is_new_and_no_other",
                condition=Q(no=0, purpose="new") | Q(no__gt=0) & ~Q(purpose="new"),
            ),
            models.CheckConstraint(
                name="version_has_its_moment_once_issued",
                condition=Q(status="ordered", issued_at=None, snapshot=None)
                | ~Q(status="ordered") & Q(issued_at__isnull=False, snapshot__isnull=False, starts_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["branch"], condition=Q(status="ordered"), name="versions_being_issued"),
            models.Index(fields=["ends_on"], condition=Q(status="issued"), name="versions_by_their_end"),
            models.Index(
                fields=["branch", "ends_on"], condition=Q(status="issued"), name="versions_of_a_branch_by_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guarantee} {self.edition}"

    @property
    def edition(self) -> str:
        return f"第{self.no + 1}版"

    @property
    def reference(self) -> str:
        """照合番号 on the papers: the first 16 hex digits of the snapshot digest, in groups of four."""
        return "-".join(self.snapshot_digest[i : i + 4].upper() for i in range(0, 16, 4))


class Key(models.Model):
    """An authentication key (認証キー), stored twice: sealed to be shown again, hashed to be checked."""

    class Status(models.TextChoices):
        ACTIVE = "active", "有効"
        SUPERSEDED = "superseded", "変更済"
        REVOKED = "revoked", "停止"
        EXPIRED = "expired", "閲覧終了"

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="keys")
    version = models.ForeignKey(Version, models.PROTECT, related_name="keys")
    no = models.PositiveSmallIntegerField()  # 1, 2, … over changes and re-issues
    ciphertext = models.BinaryField()  # AES-256-GCM, bound to guarantee, no and kid
    kid = models.CharField(max_length=20)
    verifier = models.BinaryField(max_length=32)  # Argon2id over HMAC(pepper, guarantee id and key); see keys.verifier
    pepper_id = models.CharField(max_length=20)
    status = models.CharField("状態", max_length=10, choices=Status, default=Status.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField("閲覧期限")  # end of the guarantee period + 90 days

    class Meta:
        ordering = ["guarantee", "no"]
        constraints = [
            models.UniqueConstraint(fields=["guarantee", "no"], name="a_guarantee_has_each_key_once"),
            models.UniqueConstraint(
                fields=["guarantee"], condition=Q(status="active"), name="a_guarantee_has_one_active_key"
            ),
        ]
        indexes = [models.Index(fields=["expires_on"], condition=Q(status="active"), name="keys_by_their_last_day")]


class Document(models.Model):
    """A finished paper. The file's name is the SHA-256 of the stored bytes; `digest` is that of the plain bytes."""

    class Kind(models.TextChoices):
        CERTIFICATE = "certificate", "電子保証書"
        NOTICE = "notice", "「認証キー」のお知らせ"
        PAPER = "paper", "保証証書（正・副）"
        STATEMENT = "statement", "保証料計算書"

    guarantee = models.ForeignKey(Guarantee, models.PROTECT, related_name="documents", verbose_name="保証契約")
    version = models.ForeignKey(Version, models.PROTECT, related_name="documents")
    kind = models.CharField("書類", max_length=12, choices=Kind)
    key_no = models.PositiveSmallIntegerField("キーの番号", default=0)  # 0: the paper bears no key
    print_no = models.PositiveSmallIntegerField("印刷の番号", default=0)  # of a paper certificate: its Print
    template = models.CharField("様式の版", max_length=10)  # edition of the template that drew it
    stored_digest = models.CharField(max_length=64)
    digest = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("バイト数")  # bytes of the plain PDF
    kid = models.CharField(max_length=20, blank=True)  # the key that seals the stored bytes; blank: stored as they are
    created_at = models.DateTimeField("作成日時", auto_now_add=True)

    class Meta:
        ordering = ["guarantee", "kind", "key_no"]
        verbose_name = verbose_name_plural = "書類"
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "key_no", "print_no", "template"], name="each_paper_is_made_once"
            ),
            models.CheckConstraint(name="a_paper_with_a_key_is_stored_sealed", condition=Q(key_no=0) | ~Q(kid="")),
        ]


class Print(models.Model):
    """One print of a paper certificate (正・副) by the branch. The first is the original, later ones say 再発行. Append-only."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="prints", verbose_name="版")
    no = models.PositiveSmallIntegerField("回")  # 1 is the original
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="印刷した人")
    at = models.DateTimeField("日時", db_default=Now())
    reason = models.CharField("再発行の理由", max_length=500, blank=True)

    class Meta:
        ordering = ["version", "no"]
        verbose_name = verbose_name_plural = "証書の印刷"
        constraints = [
            models.UniqueConstraint(fields=["version", "no"], name="a_version_has_each_print_once"),
            models.CheckConstraint(name="a_later_print_has_its_reason", condition=Q(no=1) | ~Q(reason="")),
        ]


class NumberSeries(models.Model):
    """The last serial given out under a prefix (fiscal year and office). Its row lock keeps the series without gaps."""

    prefix = models.CharField(primary_key=True, max_length=7)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="a_series_ends_at_six_digits", condition=Q(last__lte=999_999))]
