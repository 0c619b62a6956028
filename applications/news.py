"""News of a line by mail: that there is something to read after logging in, and nothing of what it says."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from applications.models import Application, Line, Message
from outbox import post
from outbox.models import Letter

QUIET = dt.timedelta(minutes=10)


def tell(line: Line, about: Message, *, at_once: bool = True) -> None:
    """Promise a letter to who sent the application, once for each message, inside the caller's transaction.

    Who has left the company since hears nothing: then it goes to who began the application, or to a colleague. Unless
    `at_once`, there is no second letter about a line within ten minutes: the first one leads to everything said.
    """
    application = line.application
    reader = _reader(application)
    if reader is None or not at_once and _was_told(line):
        return
    post.write(
        "line_news",
        to=reader.email,
        ref=f"message:{about.pk}",
        context={
            "contractor_name": line.principal_name,
            "number": application.number,
            "product_label": line.get_product_display(),
            "branch_name": line.branch.name,
            "branch_phone": line.branch.phone,
            "portal_url": settings.PORTAL_URL,
            "company_name": settings.COMPANY_NAME,
        },
    )


def _reader(application: Application) -> User | None:
    """Who of the company is to hear: the last who sent, who began, or whoever may act and has been there longest."""
    active = application.contractor.people.filter(is_active=True).order_by("pk")
    people = {one.pk: one for one in active if one.may_apply}
    known = (application.changed_by_id, application.created_by_id)
    return next((people[pk] for pk in known if pk in people), next(iter(people.values()), None))


def _was_told(line: Line) -> bool:
    recent = line.messages.filter(side=Message.Side.BRANCH, at__gte=timezone.now() - QUIET)
    refs = [f"message:{pk}" for pk in recent.values_list("pk", flat=True)]
    return Letter.objects.filter(kind="line_news", ref__in=refs).exists()
