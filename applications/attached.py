"""The table of files that a contractor adds to an application (添付書類)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE  # bytes of one file
MOST, MOST_TOGETHER = 20, 50 * MEGABYTE  # files and bytes of one application
LONGEST_NAME = 100  # signs


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: User) -> "AttachmentQuerySet":
        """The files of the company's own applications; of the branch's own that were sent; the head office reads all sent."""
        if user.is_contractor:
            return self.filter(application__contractor=user.contractor_id)
        sent = self.filter(application__sent_at__isnull=False)
        if user.is_branch:
            return sent.filter(application__lines__branch=user.branch_id).distinct()
        return sent if user.is_head else self.none()


class Attachment(models.Model):
    """One file as it was given. Never changed; deleted only until the branch has received the application (a trigger).

    The bytes lie among the papers under their own digest. `type` is what they are by content, whatever the name says.
    """

    class Kind(models.TextChoices):
        CONTRACT = "contract", "請負契約書の写し"
        RULING = "ruling", "認定調書"
        SCHEDULE = "schedule", "工程表"
        OTHER = "other", "その他"

    class Type(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey("applications.Application", models.CASCADE, related_name="attachments")
    kind = models.CharField("書類の種類", max_length=8, choices=Kind)
    name = models.CharField("ファイル名", max_length=LONGEST_NAME)
    type = models.CharField(max_length=4, choices=Type)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes, which is their name among the files
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "digest"], name="an_application_has_each_file_once"),
            models.CheckConstraint(
                name="an_attachment_is_of_a_known_kind",
                condition=Q(kind__in=["contract", "ruling", "schedule", "other"], type__in=["pdf", "jpeg", "png"]),
            ),
            models.CheckConstraint(
                name="an_attachment_is_neither_empty_nor_too_large", condition=Q(size__gte=1, size__lte=LARGEST)
            ),
            models.CheckConstraint(
                name="an_attachment_is_named_and_bears_its_digest",
                condition=~Q(name="") & Q(digest__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        indexes = [models.Index(fields=["digest"], name="attachments_by_their_file")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}「{self.name}」"
