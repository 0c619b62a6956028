"""The paperwork that leads to a promise: an application holds one contract and one line for each product applied for."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Contractor, User
from applications.attached import Attachment
from applications.conversation import Memo, Message
from applications.money import Refund, Remittance
from applications.registers import Bank, BankBranch, BillingParty, Department, MailAddress, Phrase
from applications.sent import ApplicationSeries, Submission
from guarantees.models import Guarantee, Premium, Purpose, Terms, Version
from issuers.kinds import Product

__all__ = [
    "Application",
    "ApplicationSeries",
    "Approval",
    "Attachment",
    "Bank",
    "BankBranch",
    "BillingParty",
    "Copy",
    "Department",
    "Line",
    "MailAddress",
    "Memo",
    "Message",
    "Phrase",
    "Refund",
    "Remittance",
    "Submission",
]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> "ApplicationQuerySet":
        """A company's own, drafts included; nobody else reads a draft."""
        return self.filter(contractor=user.contractor_id) if user.is_contractor else self.none()

    def drafts(self) -> "ApplicationQuerySet":
        return self.filter(sent_at=None)


class Application(models.Model):
    """One contract and what is asked for it. `typed` holds the form exactly as typed until it is sent, and again after a return."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(
        "申込番号", max_length=12, null=True, unique=True
    )  # "S-2026-00031", given at first sending
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="applications")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)  # of `typed`: a save that started from an older one is refused
    # What the application is for; all but a new one name the guarantee they are about.
    purpose = models.CharField("手続", max_length=7, choices=Purpose, default=Purpose.NEW, db_default=Purpose.NEW)
    about = models.ForeignKey(Guarantee, models.PROTECT, null=True, related_name="+", verbose_name="もとの保証")
    # What an application asks for that goes on from an issued guarantee (`about`) with a new one; blank for all others.
    asks = models.CharField("続きの保証", max_length=8, choices=Product, blank=True, default="", db_default="")
    typed = models.JSONField(default=dict)  # field name -> text as typed
    cleared = models.JSONField(default=dict)  # clear button -> what it emptied, as typed (applications.clearing)
    sent_at = models.DateTimeField(null=True)

    # The contact, frozen at sending (連絡先 and 連絡事項); what the guarantee needs lies in its lines.
    department = models.CharField("担当部署", max_length=60, blank=True)
    post = models.CharField("役職", max_length=60, blank=True)
    person = models.CharField("担当者名", max_length=60, blank=True)
    phone = models.CharField("連絡先電話番号", max_length=20, blank=True)
    message = models.TextField("お客様から弊社への連絡事項", max_length=500, blank=True)
    receipt = models.CharField("保証証書受取", max_length=5, choices=[("post", "郵送"), ("visit", "来店")], blank=True)
    caution_reason = models.TextField("注意があっても申し込む理由", max_length=500, blank=True)
    refund_account = models.CharField("返還先の口座", max_length=200, blank=True, default="", db_default="")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = verbose_name_plural = "申込"
        constraints = [
            models.CheckConstraint(
                name="an_application_is_numbered_once_sent",
                condition=Q(sent_at=None, number=None) | Q(sent_at__isnull=False, number__isnull=False),
            ),
            models.CheckConstraint(
                name="a_change_is_about_a_guarantee", condition=Q(purpose="new") | Q(about__isnull=False)
            ),
            models.CheckConstraint(
                name="a_follow_up_is_about_a_guarantee", condition=Q(asks="") | Q(purpose="new", about__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["about"], condition=~Q(asks=""), name="follow_ups_of_a_guarantee"),
            models.Index(
                fields=["contractor", "-changed_at"], condition=Q(sent_at=None), name="drafts_of_a_contractor"
            ),
            models.Index(fields=["contractor", "-sent_at"], name="sent_by_a_contractor"),
        ]

    def __str__(self) -> str:
        return self.number or "下書き"

    @property
    def title(self) -> str:
        """What a draft is called in lists: the work it names, or the guarantee that it changes; "" when neither is known."""
        if self.purpose != Purpose.NEW and self.about is not None:
            return f"{self.get_purpose_display()}：{self.about}"
        return str(self.typed.get("work_name", ""))


class LineQuerySet(models.QuerySet["Line"]):
    def visible_to(self, user: User) -> "LineQuerySet":
        """The lines of the person's company or branch; the head office reads all; others none. A draft line is nobody's."""
        sent = self.exclude(status=Line.Status.DRAFT)
        if user.is_contractor:
            return sent.filter(contractor=user.contractor_id)
        if user.is_branch:
            return sent.filter(branch=user.branch_id)
        return sent if user.is_head else self.none()

    def waiting(self) -> "LineQuerySet":
        """The lines the branch has work with."""
        return self.filter(status__in=["submitted", "received", "under_review", "awaiting_premium"])


class Line(Terms):
    """One product asked for in an application; its status (手続状況) moves alone (applications.lifecycle)."""

    class Status(models.TextChoices):
        DRAFT = "draft", "作成中"
        SUBMITTED = "submitted", "送信済"
        RECEIVED = "received", "受付済"
        UNDER_REVIEW = "under_review", "審査中"
        RETURNED = "returned", "差戻し（要修正）"
        DECLINED = "declined", "お引受不可"
        AWAITING_PREMIUM = "awaiting_premium", "保証料お支払い待ち"
        APPROVED = "approved", "承認済"
        WITHDRAWN = "withdrawn", "取下げ"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="lines")
    # The application's contractor, written here too so that its list needs no join: a foreign key over both columns
    # (migration 0003) keeps the two from ever differing.
    contractor = models.ForeignKey(Contractor, models.PROTECT, related_name="+")
    # The guarantee whose next version is asked for; null: a guarantee of its own. One such line at a time (migration 0012).
    about = models.ForeignKey(Guarantee, models.PROTECT, null=True, related_name="+", verbose_name="変更する保証")
    received_yen = models.BigIntegerField("受領済みの前払金", null=True)  # of an advance that is lowered or cancelled
    search = models.TextField(editable=False)  # normalised names and numbers by which the line is found (finding.key)
    status = models.CharField("手続状況", max_length=16, choices=Status, default=Status.DRAFT)
    revision = models.PositiveIntegerField(default=1)  # raised by every re-sending; an approval names the one it saw
    remark = models.TextField("弊社からお客様へのお知らせ", max_length=1000, blank=True)
    sent_at = models.DateTimeField(null=True)  # the latest sending
    moved_at = models.DateTimeField(auto_now=True)
    # Who pressed 審査開始, and who last changed the content.
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )  # 担当: who of the branch has it in hand; says nothing about who may approve (applications.holding)
    issue = models.OneToOneField(Version, models.PROTECT, null=True, related_name="line")  # what approval ordered
    premium = models.OneToOneField(Premium, models.PROTECT, null=True, related_name="line")  # frozen at approval
    # What was said last waits for somebody: of the company to open the line, of the branch to answer or to settle it.
    unread = models.BooleanField(default=False, db_default=False)
    unanswered = models.BooleanField(default=False, db_default=False)

    objects = LineQuerySet.as_manager()

    class Meta(Terms.Meta):
        abstract = False
        ordering = ["-sent_at", "-id"]
        verbose_name = verbose_name_plural = "申込（保証ごと）"
        constraints = [
            *Terms.Meta.constraints,
            models.UniqueConstraint(fields=["application", "product"], name="an_application_has_each_product_once"),
            models.CheckConstraint(
                name="a_line_has_its_version_once_approved",
                condition=Q(status="approved", issue__isnull=False) | ~Q(status="approved") & Q(issue=None),
            ),
            models.UniqueConstraint(
                fields=["about"],
                condition=Q(status__in=["submitted", "received", "under_review", "returned", "awaiting_premium"]),
                name="a_guarantee_has_one_open_change",
            ),
            models.CheckConstraint(
                name="a_line_names_what_it_changes",
                condition=Q(purpose="new", about=None) | ~Q(purpose="new") & Q(about__isnull=False),
            ),
            models.CheckConstraint(
                name="a_line_waits_for_a_premium_that_is_known",
                condition=~Q(status="awaiting_premium") | Q(premium__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["branch", "sent_at"],
                condition=Q(status__in=["submitted", "received", "under_review", "awaiting_premium"]),
                name="queue_of_a_branch",
            ),
            models.Index(fields=["branch", "sent_at"], condition=Q(status="returned"), name="returned_by_a_branch"),
            models.Index(
                fields=["sent_at", "id"],
                condition=Q(status__in=["submitted", "received", "under_review", "awaiting_premium", "returned"]),
                name="work_of_all",
            ),
            models.Index(
                fields=["branch", "held_by", "sent_at"],
                condition=Q(status__in=["submitted", "received", "under_review", "returned"], held_by__isnull=False),
                name="lines_in_somebodys_hands",
            ),
            models.Index(fields=["branch", "-sent_at", "-id"], name="lines_of_a_branch"),
            models.Index(fields=["contractor", "-sent_at", "-id"], name="lines_of_a_contractor"),
            models.Index(fields=["contractor", "-amount_yen", "-id"], name="lines_by_amount"),
            models.Index(fields=["-sent_at", "-id"], name="lines_of_all"),
            models.Index(fields=["issuer", "work_number", "product"], name="lines_of_a_work"),
            models.Index(fields=["contractor", "-sent_at"], condition=Q(unread=True), name="unread_by_a_contractor"),
            models.Index(fields=["branch", "sent_at"], condition=Q(unanswered=True), name="unanswered_by_a_branch"),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.title}"

    @property
    def title(self) -> str:
        """What is asked for, in short: 前払金保証, or 前払金保証（変更）."""
        name = self.get_product_display()
        return name if self.is_new else f"{name}（{self.get_purpose_display()}）"


class CopyQuerySet(models.QuerySet["Copy"]):
    def visible_to(self, user: User) -> "CopyQuerySet":
        """The copies of the company's own applications; for the desk, of those whose lines that person may read."""
        if user.is_contractor:
            return self.filter(application__contractor=user.contractor_id)
        return self.filter(application__in=Line.objects.visible_to(user).values("application"))


class Copy(models.Model):
    """What was sent (控え), frozen in the words of the confirm page; each sending of an application adds one.

    `content` is a list of sections as applications.copies writes them. The PDF follows by a job; until then `size` is null.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="copies")
    no = models.PositiveSmallIntegerField()  # 1 is the first sending
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content = models.JSONField()
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the PDF, which is its name among the files
    size = models.PositiveIntegerField(null=True)  # bytes of the PDF

    objects = CopyQuerySet.as_manager()

    class Meta:
        ordering = ["application", "no"]
        constraints = [
            models.UniqueConstraint(fields=["application", "no"], name="an_application_has_each_copy_once"),
            models.CheckConstraint(
                name="a_copy_has_its_size_once_drawn",
                condition=Q(digest="", size=None) | ~Q(digest="") & Q(size__isnull=False),
            ),
        ]


class Approval(models.Model):
    """Who approved which revision of a line, having seen which contract papers. Append-only."""

    class Seen(models.TextChoices):
        ORIGINAL = "original", "原本"
        FAX = "fax", "FAX"
        MAIL = "mail", "メール"

    line = models.ForeignKey(Line, models.PROTECT, related_name="approvals")
    step = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    revision = models.PositiveIntegerField()
    terms_digest = models.CharField(max_length=64)
    contract_seen = models.CharField("契約書等の確認", max_length=8, choices=Seen)
    reason = models.TextField("注意があっても進める理由", max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "step"], name="a_line_is_approved_once_per_step")]
