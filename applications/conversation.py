"""What is said about a line: between customer and branch, and by the branch for itself."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Message(models.Model):
    """One thing said about a line between customer and branch (連絡事項・お知らせ). Append-only."""

    class Side(models.TextChoices):
        CONTRACTOR = "contractor", "お客様から弊社への連絡事項"
        BRANCH = "branch", "弊社からお客様へのお知らせ"

    line = models.ForeignKey("applications.Line", models.PROTECT, related_name="messages")
    side = models.CharField(max_length=10, choices=Side)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    text = models.TextField(max_length=1000)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["line", "at"], name="messages_of_a_line")]


class Memo(models.Model):
    """What the branch notes about a line for itself (社内メモ). Append-only; no page, paper or letter for a customer reads it."""

    line = models.ForeignKey("applications.Line", models.PROTECT, related_name="memos")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    text = models.TextField(max_length=1000)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(name="a_memo_says_something", condition=~Q(text=""))]
        indexes = [models.Index(fields=["line", "at"], name="memos_of_a_line")]
