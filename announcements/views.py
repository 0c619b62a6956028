"""お知らせ as pages: the list and each announcement, for whom and as long as the head office wished."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from announcements.models import Announcement, AnnouncementQuerySet
from netdesk import paging


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Everything that this reader may read today, newest first."""
    found = _readable(request)
    page = paging.page(found, "-starts_on", "-id", after=request.GET.get("after", ""))
    return render(request, "announcements/list.html", {"page": page, "count": paging.count(found)})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One announcement; what is for others, or for another day, is not there."""
    return render(request, "announcements/detail.html", {"announcement": get_object_or_404(_readable(request), pk=pk)})


def _readable(request: HttpRequest) -> AnnouncementQuerySet:
    reader = request.user if isinstance(request.user, User) else None
    return Announcement.objects.visible_to(reader).on(timezone.localdate())
