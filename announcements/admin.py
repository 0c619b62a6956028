"""お知らせ at the desk of the head office."""

from django.contrib import admin

from announcements.models import Announcement
from audit.recording import PLAIN_DATES, RecordedAdmin


@admin.register(Announcement)
class AnnouncementAdmin(RecordedAdmin):
    """Written, changed and taken away by the head office; every change stays in the audit trail."""

    list_display = ["title", "audience", "starts_on", "ends_on"]
    list_filter = ["audience"]
    formfield_overrides = PLAIN_DATES
    search_fields = ["title", "text"]
    search_help_text = "題名・本文で検索できます。"
