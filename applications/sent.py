"""What sendings leave behind: the token that each bore, and the last 申込番号 of a year."""

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """A sending that was carried out, by the token its form bore: the same token again gives the same result, once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.UUIDField()
    content_digest = models.CharField(max_length=64)
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="submissions")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "token"], name="a_token_is_used_once")]


class ApplicationSeries(models.Model):
    """The last serial of 申込番号 given out in a fiscal year (1 April to 31 March)."""

    fiscal_year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)
