"""お知らせ: what the surety tells everybody, or its customers, on the front page and on 全体トップ."""

import datetime

from django.db import models
from django.db.models import F, Q

from accounts.models import User


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def on(self, day: datetime.date) -> "AnnouncementQuerySet":
        """What is to be read on that day (Tokyo)."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def visible_to(self, person: User | None) -> "AnnouncementQuerySet":
        """Everything for those who are logged in; a stranger reads what is for everybody."""
        return self.all() if person else self.filter(audience=Announcement.Audience.EVERYBODY)


class Announcement(models.Model):
    """One announcement, kept by the head office. It is shown from its first day to its last (Asia/Tokyo)."""

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", "すべての方"
        MEMBERS = "members", "ログインした方だけ"

    title = models.CharField("題名", max_length=80)
    text = models.TextField("本文", max_length=4000)
    audience = models.CharField("対象", max_length=10, choices=Audience, default=Audience.EVERYBODY)
    starts_on = models.DateField("掲載の開始日")
    ends_on = models.DateField("掲載の終了日", null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-id"]
        verbose_name = verbose_name_plural = "お知らせ"
        constraints = [
            models.CheckConstraint(
                name="an_announcement_ends_after_it_starts",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                violation_error_message="掲載の終了日には、開始日以後の日を入力してください。",
            )
        ]

    def __str__(self) -> str:
        return self.title
