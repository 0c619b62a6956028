"""How a paper certificate left the branch: posted, or given to the contractor at the counter."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class HandOver(models.Model):
    """One print leaves the branch once. Append-only."""

    class How(models.TextChoices):
        POST = "post", "郵送"
        VISIT = "visit", "窓口でお渡し"

    print = models.OneToOneField("guarantees.Print", models.PROTECT, related_name="hand_over", verbose_name="印刷")
    how = models.CharField("渡し方", max_length=5, choices=How)
    on = models.DateField("渡した日")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="記録した人")
    at = models.DateTimeField("記録日時", db_default=Now())

    class Meta:
        ordering = ["print"]
        verbose_name = verbose_name_plural = "証書の引渡し"
        constraints = [
            models.CheckConstraint(
                name="a_certificate_leaves_by_post_or_at_the_counter", condition=models.Q(how__in=["post", "visit"])
            ),
        ]
