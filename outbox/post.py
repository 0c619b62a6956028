"""Writes letters: text from a template, stored whole, and a promise to send it."""

import re
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db.models.functions import Now
from django.template import Context, Engine

from outbox import doers, links, promises, waits
from outbox.models import Letter


def write(template: str, *, to: str, ref: str, context: Mapping[str, Any]) -> Letter:
    """Write `outbox/<template>.txt` to one address and promise to send it, inside the caller's transaction.

    The first line of the template is the subject. ref names the matter: the same template, matter and
    address again is the same letter, so give a ref that changes when the news does ("<guarantee>:<key version>").
    An impossible address raises nothing here (the change it belongs to must not fail): its letter bounces.
    Never put a key into the context, nor a link that opens anything without a log-in: where a template says {{ link }},
    the row keeps a mark, and the link is made when the letter goes out (outbox.links).
    """
    subject, body = _rendered(template, context)
    letter_id = uuid4()
    letter, is_new = Letter.objects.get_or_create(
        kind=template,
        ref=ref,
        to=to,
        defaults={"id": letter_id, "subject": subject, "body": body, "message_id": f"<{letter_id}@{_domain()}>"},
    )
    if is_new:
        until = Letter.objects.values_list(Now() + waits.LETTER_LIFE, flat=True).get(pk=letter.pk)
        promises.make(doers.MAIL, letter, give_up_at=until)
    return letter


def _rendered(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
    # Plain text: escaping would turn 「Ａ&Ｂ建設」 into 「Ａ&amp;Ｂ建設」.
    page = Engine.get_default().get_template(f"outbox/{template}.txt")
    filled = Context({"office_hours": settings.OFFICE_HOURS, "link": links.PLACE, **context}, autoescape=False)
    subject, _, body = page.render(filled).partition("\n")
    return re.sub(r"[\x00-\x1f\x7f]", "", subject).strip(), body.lstrip("\n")


def _domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
