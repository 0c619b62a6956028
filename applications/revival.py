"""The open promises of a line's guarantee, and giving a dead one another life."""

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from applications.models import Line
from audit import trail
from guarantees.models import Premium, Print
from outbox import revival
from outbox.models import Job, Letter


def open_jobs(line: Line) -> QuerySet[Job]:
    """The promises for a line's guarantee that are not kept yet: minting, printing, mailing."""
    if line.issue is None:
        return Job.objects.none()
    guarantee = line.issue.guarantee
    letters = Letter.objects.filter(ref__startswith=f"{guarantee.pk}:").values_list("pk", flat=True)
    versions = [str(pk) for pk in guarantee.versions.values_list("pk", flat=True)]
    ends = Letter.objects.filter(kind="guarantee_cancelled", ref__in=versions).values_list("pk", flat=True)
    ours = Q(kind="mint", ref=str(guarantee.pk)) | Q(kind="mail", ref__in=[str(pk) for pk in [*letters, *ends]])
    ours |= Q(kind__in=["amend", "render_certificate"], ref__in=versions)
    ours |= Q(kind="render_notice", ref__in=[str(pk) for pk in guarantee.keys.values_list("pk", flat=True)])
    prints = Print.objects.filter(version__guarantee=guarantee).values_list("pk", flat=True)
    ours |= Q(kind="render_paper", ref__in=[str(pk) for pk in prints])
    premiums = Premium.objects.filter(version__guarantee=guarantee).values_list("pk", flat=True)
    ours |= Q(kind="render_statement", ref__in=[str(pk) for pk in premiums])
    return Job.objects.filter(ours).exclude(status=Job.Status.DONE)


def retry(job: Job, line: Line, *, by: User) -> None:
    """Make a dead job ready again and write it into the line's history; raises outbox.revival.NotDead otherwise."""
    with transaction.atomic():
        revival.retry(job, by=by)
        trail.record("job.retried", line, by=by, kind=job.kind)
