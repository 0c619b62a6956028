"""Names the app in the words of the desk."""

from django.apps import AppConfig


class AnnouncementsConfig(AppConfig):
    name = "announcements"
    verbose_name = "お知らせ"
