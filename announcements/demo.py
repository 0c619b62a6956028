"""Invented announcements for the demo, dated back from the day on which it is set up."""

import datetime as dt

from django.utils import timezone

from announcements.models import Announcement

# Days ago, days until the end (None: no end), audience, title, text.
STORIES = (
    (
        0,
        60,
        Announcement.Audience.EVERYBODY,
        "電子保証に対応する発注者が増えました",
        "新たに電子保証の受付を始めた発注者を、「対応している発注者」の一覧に加えました。\n\n"
        "受付の開始日と対象の契約は、発注者ごとに異なります。お申し込みの前に一覧でお確かめください。",
    ),
    (
        6,
        None,
        Announcement.Audience.EVERYBODY,
        "年末年始の受付について",
        "12月29日から1月3日まで、支店の受付と審査をお休みします。\n\n"
        "この間も、申込の送信と電子保証の照会は、いつもどおりご利用いただけます。"
        "お休みのあいだに届いた申込は、1月4日以後の営業日に、届いた順に受け付けます。",
    ),
    (
        14,
        None,
        Announcement.Audience.MEMBERS,
        "お急ぎの申込について",
        "契約日が近い申込は、連絡事項に希望の期日をご記入のうえ、取扱店へお電話ください。\n\n"
        "契約書の写しを先にお送りいただくと、審査を早く始められます。",
    ),
    (
        40,
        None,
        Announcement.Audience.EVERYBODY,
        "認証キーの取扱いについて",
        "認証キーは、保証契約番号とあわせて電子保証書を開くためのものです。\n\n"
        "発注者の担当の方以外には知らせないでください。お電話で認証キーをお尋ねすることはありません。",
    ),
)


def load() -> int:
    """Put up the announcements of the demo, unless there are any; return how many were added."""
    if Announcement.objects.exists():
        return 0
    today = timezone.localdate()
    made = [
        Announcement(
            title=title,
            text=text,
            audience=audience,
            starts_on=today - dt.timedelta(days=ago),
            ends_on=None if lasts is None else today + dt.timedelta(days=lasts),
        )
        for ago, lasts, audience, title, text in STORIES
    ]
    return len(Announcement.objects.bulk_create(made))
