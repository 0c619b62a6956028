"""What was paid in for a line before its guarantee was issued, and what was paid back after a change."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Remittance(models.Model):
    """The premium of a line was received (入金): how much, when and how. Append-only; a line is paid once."""

    class Way(models.TextChoices):
        TRANSFER = "transfer", "振込"
        CASH = "cash", "現金"
        CHEQUE = "cheque", "小切手"

    line = models.OneToOneField("applications.Line", models.PROTECT, related_name="remittance")
    amount_yen = models.BigIntegerField("入金額")
    on = models.DateField("入金日")
    way = models.CharField("入金の方法", max_length=8, choices=Way)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="a_remittance_is_of_some_money", condition=Q(amount_yen__gte=1))]


class Refund(models.Model):
    """A premium was paid back (返還) after a change or a cancellation: how much, when and to where. Append-only, once a line.

    What is paid by 一括納付 is set off in the month's sum instead and never stands here.
    """

    line = models.OneToOneField("applications.Line", models.PROTECT, related_name="refund")
    amount_yen = models.BigIntegerField("返還額")
    on = models.DateField("返還日")
    account = models.CharField("返還先の口座", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="a_refund_is_of_some_money", condition=Q(amount_yen__gte=1))]
