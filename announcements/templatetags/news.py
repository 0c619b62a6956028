"""The newest announcements, for the pages of every app that show them."""

from django import template
from django.utils import timezone

from accounts.models import User
from announcements.models import Announcement

register = template.Library()
SHOWN = 3


@register.simple_tag
def newest_announcements(reader: object = None) -> list[Announcement]:
    """Give the newest three that this reader may read today; anybody but a person logged in is a stranger."""
    known = reader if isinstance(reader, User) else None
    return list(Announcement.objects.visible_to(known).on(timezone.localdate())[:SHOWN])
