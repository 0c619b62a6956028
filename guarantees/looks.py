"""閲覧の記録: the table of look-ups, right or wrong."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone


class Look(models.Model):
    """One look-up, right or wrong (閲覧の記録). Append-only; the number as typed is kept as an HMAC, the key never."""

    class Result(models.TextChoices):
        OPENED = "opened", "閲覧"
        REFUSED = "refused", "不一致"
        SUPERSEDED = "superseded", "変更済の版"
        REVOKED = "revoked", "停止中のキー"
        EXPIRED = "expired", "閲覧期限切れ"
        CANCELLED = "cancelled", "解約された保証"

    # Set when the key fitted; a refusal names no guarantee, so that known and unknown numbers leave the same row.
    guarantee = models.ForeignKey(
        "guarantees.Guarantee", models.PROTECT, null=True, related_name="looks", verbose_name="保証契約"
    )
    at = models.DateTimeField("日時", db_default=Now())  # the database's clock: the throttle counts by it
    number_hmac = models.CharField(max_length=64)
    result = models.CharField("結果", max_length=10, choices=Result)
    visitor = models.CharField("アドレス", max_length=45)
    network = models.CharField(max_length=45)  # what the throttle counts: the IPv4 address, the /64 of an IPv6 address
    agent = models.CharField("ブラウザー", max_length=200, blank=True)
    # Set when a logged-in person looked: their own look is not the issuer's.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="ログイン中の利用者"
    )

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = verbose_name_plural = "閲覧の記録"
        indexes = [
            models.Index(fields=["network", "-at"], condition=Q(result="refused"), name="refusals_of_a_network"),
            models.Index(fields=["number_hmac", "-at"], condition=Q(result="refused"), name="refusals_of_a_number"),
            models.Index(fields=["guarantee", "-at"], name="looks_of_a_guarantee"),
        ]

    @property
    def receipt(self) -> str:
        """照会番号 of this look-up: day in Tokyo and serial, "R-20260602-000148"."""
        return f"R-{timezone.localtime(self.at, timezone.get_default_timezone()):%Y%m%d}-{self.pk:06d}"
