"""What we have promised to do: jobs, the letters among them, and signs of life of those who do them."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from outbox import doers


class JobQuerySet(models.QuerySet["Job"]):
    def due(self) -> Self:
        """The jobs that this process could do now, by the database's clock."""
        return self.filter(
            status=Job.Status.READY, run_after__lte=Now(), attempts__lt=F("max_attempts"), kind__in=doers.kinds()
        )

    def free(self) -> Self:
        """The jobs that nobody is at work on: locked rows are passed over. Inside a transaction only."""
        return self.select_for_update(skip_locked=True)

    def dead(self) -> Self:
        """The jobs that wait for a person (要対応)."""
        return self.filter(status=Job.Status.DEAD)


class Job(models.Model):
    """A promise, written in the transaction of the change it belongs to: the row is the truth, a message a hint."""

    class Status(models.TextChoices):
        READY = "ready", "待機中"
        LEASED = "leased", "送信中"
        DONE = "done", "完了"
        DEAD = "dead", "要対応"

    kind = models.CharField("種類", max_length=40)
    purpose = models.CharField("目的", max_length=160)
    ref = models.CharField("対象", max_length=80)  # an id, never a name, an amount, an address or a key
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.READY)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    max_attempts = models.PositiveSmallIntegerField("試行の上限", default=20)
    run_after = models.DateTimeField("次回", db_default=Now())
    give_up_at = models.DateTimeField("期限", null=True)  # no attempt is planned beyond; null = only attempts count
    lease_until = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=0)  # of the lease: who holds an older one can no longer write
    last_error = models.CharField("直近のエラー", max_length=300, default="", blank=True)
    hinted_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField("登録日時", db_default=Now())
    done_at = models.DateTimeField("完了日時", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = verbose_name_plural = "処理"
        indexes = [
            models.Index(
                fields=["run_after"], name="open_jobs_by_run_after", condition=Q(status__in=["ready", "leased"])
            ),
            models.Index(fields=["id"], name="dead_jobs", condition=Q(status="dead")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["purpose"], name="a_promise_is_made_once_per_purpose"),
            models.CheckConstraint(
                name="a_job_has_one_of_its_statuses", condition=Q(status__in=["ready", "leased", "done", "dead"])
            ),
            models.CheckConstraint(
                name="a_job_is_tried_no_more_often_than_allowed", condition=Q(attempts__lte=F("max_attempts"))
            ),
            models.CheckConstraint(
                name="a_job_has_a_lease_exactly_while_leased",
                condition=Q(status="leased", lease_until__isnull=False) | ~Q(status="leased") & Q(lease_until=None),
            ),
            models.CheckConstraint(
                name="a_job_has_its_moment_exactly_once_done",
                condition=Q(status="done", done_at__isnull=False) | ~Q(status="done") & Q(done_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} ({self.status})"


class Letter(models.Model):
    """A mail, whole and frozen: all copies ever sent have this recipient, this text and this Message-ID.

    It holds no key and nothing that opens anything without a log-in, so a second copy does no harm; a link that does is
    put in on the way out (outbox.links).
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "送信待ち"
        SENDING = "sending", "送信中"
        SENT = "sent", "送信済"
        DEFERRED = "deferred", "再送待ち"
        UNKNOWN = "unknown", "結果不明（再送待ち）"
        BOUNCED = "bounced", "不達"
        DEAD = "dead", "送信断念"

    id = models.UUIDField(primary_key=True, default=uuid4)
    kind = models.CharField("文面", max_length=60)  # the name of its template
    ref = models.CharField("用件", max_length=80)
    to = models.CharField("宛先", max_length=254)
    subject = models.CharField("件名", max_length=200)
    body = models.TextField("本文")
    message_id = models.CharField(max_length=200)
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField("送信回数", default=0)
    smtp_code = models.PositiveSmallIntegerField("応答コード", null=True)
    sent_at = models.DateTimeField("送信日時", null=True)
    created_at = models.DateTimeField("作成日時", db_default=Now())

    class Meta:
        ordering = ["-created_at"]
        verbose_name = verbose_name_plural = "メール"
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="a_message_id_belongs_to_one_letter"),
            models.UniqueConstraint(fields=["kind", "ref", "to"], name="a_matter_is_written_once_to_each_address"),
            models.CheckConstraint(
                name="a_letter_has_one_of_its_statuses",
                condition=Q(status__in=["queued", "sending", "sent", "deferred", "unknown", "bounced", "dead"]),
            ),
            models.CheckConstraint(
                name="a_letter_has_its_moment_once_sent", condition=~Q(status="sent") | Q(sent_at__isnull=False)
            ),
            models.CheckConstraint(name="a_letter_has_a_subject", condition=~Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref} ({self.status})"


class LetterAttempt(models.Model):
    """One try to hand a letter to our mail server; a trigger keeps it as it was once it has an outcome."""

    class Outcome(models.TextChoices):
        SENT = "sent", "受理"
        DEFERRED = "deferred", "一時的な失敗"
        BOUNCED = "bounced", "拒否"
        UNKNOWN = "unknown", "不明"

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="tries")
    n = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default="", blank=True)
    smtp_code = models.PositiveSmallIntegerField(null=True)
    smtp_text = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        ordering = ["letter", "n"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "n"], name="a_letter_has_each_attempt_once"),
            models.CheckConstraint(
                name="an_attempt_has_its_outcome_exactly_once_finished",
                condition=Q(finished_at=None, outcome="")
                | Q(finished_at__isnull=False, outcome__in=["sent", "deferred", "bounced", "unknown"]),
            ),
        ]


class Heartbeat(models.Model):
    """The last sign of life of a process that keeps promises: "relay", "worker"."""

    component = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField(db_default=Now())
    detail = models.JSONField(default=dict)
