"""期限: whoever holds a guarantee that will end soon hears of it once, in time to have it prolonged."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from guarantees import clock, paper_words, snapshot
from guarantees.models import Guarantee, Version
from issuers.kinds import Product
from netdesk import dates
from outbox import post
from outbox.models import Letter

AHEAD = dt.timedelta(days=30)
BATCH = 200  # letters in one go; the next go writes the rest
LETTER = "guarantee_expires"


def soon(on: dt.date) -> QuerySet[Version]:
    """The versions in force that end within the next 30 days, the first to end first; `on` is today in Tokyo."""
    in_force = Version.objects.exclude(product=Product.RESERVE).filter(  # a reservation ends with the tender
        status=Version.Status.ISSUED,
        guarantee__status=Guarantee.Status.ISSUED,
        starts_on__lte=on,
        ends_on__gte=on,
        ends_on__lte=on + AHEAD,
    )
    return in_force.order_by("ends_on", "pk")


def remind() -> int:
    """Write to the holder of each guarantee that will end soon, once for each version; tell how many letters were written.

    May be called at any time and by several at once: the letter of a version is one letter. Who gets it: the address
    named for news of the issue, else whoever has been in the company longest.
    """
    today = clock.today()
    told = Letter.objects.filter(kind=LETTER, ref=Concat(Value("expiry:"), Cast(OuterRef("pk"), CharField())))
    waiting = soon(today).exclude(Exists(told)).select_related("guarantee__contractor", "branch")
    return sum(_write(version) for version in waiting[:BATCH])


def told(version: Version, on: dt.date) -> str:
    """Say how far the letter about the end of a version is, for our desk; `on` is today in Tokyo."""
    letter = Letter.objects.filter(kind=LETTER, ref=_ref(version)).order_by("created_at").first()
    if letter is not None:
        if letter.status == Letter.Status.SENT and letter.sent_at is not None:
            return f"{dates.seireki(clock.day(letter.sent_at))}に送信済"
        return letter.get_status_display()
    if version.status != Version.Status.ISSUED or version.guarantee.status != Guarantee.Status.ISSUED:
        return "送りません"
    if on > version.ends_on:
        return "送っていません"
    if on < version.ends_on - AHEAD:
        return f"{dates.seireki(version.ends_on - AHEAD)}に送ります"
    return "まもなく送ります" if _address(version) else "宛先がないため、送れません。お電話でお知らせください"


def _ref(version: Version) -> str:
    return f"expiry:{version.pk}"


def _address(version: Version) -> str:
    return version.notice_address or _somebody(version)


def _write(version: Version) -> bool:
    address = _address(version)
    if not address:
        return False
    shown = snapshot.read(version)
    with transaction.atomic():
        post.write(
            LETTER,
            to=address,
            ref=_ref(version),
            context={
                "contractor_name": shown["principal_name"],
                "number": shown["number"],
                "product_label": shown["product_label"],
                "works_label": paper_words.words(shown)["name"],
                "works_name": shown["work_name"],
                "issuer_name": shown["issuer_name"],
                "ends_on": dates.both(version.ends_on),
                "branch_name": version.branch.name,
                "branch_phone": version.branch.phone,
                "portal_url": settings.PORTAL_URL,
                "company_name": settings.COMPANY_NAME,
            },
        )
    return True


def _somebody(version: Version) -> str:
    """Whoever may act for the company and has been there longest."""
    people = version.guarantee.contractor.people.filter(is_active=True).order_by("pk")
    return next((one.email for one in people if one.may_apply), "")
