"""What was done, to what and by whom: an append-only chain, each entry bearing the fingerprint of the one before."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One act, written in the transaction of the act itself; triggers refuse to change, delete or empty the table."""

    seq = models.BigIntegerField("番号", primary_key=True)  # 1, 2, 3 … without a gap
    at = models.DateTimeField("日時")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="操作者"
    )  # nobody = the system
    actor_name = models.CharField("操作者名", max_length=80)
    action = models.CharField("操作", max_length=60)  # "noun.participle"
    subject_type = models.CharField("対象の種類", max_length=80)  # "guarantees.guarantee"
    subject_id = models.CharField("対象の番号", max_length=40)
    data = models.JSONField("内容", default=dict)  # never a key, a password or anything else that opens something
    prev_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-seq"]
        verbose_name = verbose_name_plural = "操作の記録"
        indexes = [models.Index(fields=["subject_type", "subject_id", "-seq"], name="audit_entry_by_subject")]
        constraints = [
            models.CheckConstraint(name="entries_count_from_one", condition=Q(seq__gte=1)),
            models.CheckConstraint(
                name="an_action_is_a_noun_and_a_participle", condition=Q(action__regex=r"^[a-z_]+\.[a-z_]+$")
            ),
            models.CheckConstraint(
                name="an_entry_bears_sha256_fingerprints",
                condition=Q(hash__regex=r"^[0-9a-f]{64}$", prev_hash__regex=r"^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action} {self.subject_type}:{self.subject_id}"


class Head(models.Model):
    """The end of the chain: one row, locked last in every transaction that records something."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(name="there_is_one_head", condition=Q(id=1))]
