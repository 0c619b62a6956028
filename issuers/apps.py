"""Names the app in the words of the desk."""

from django.apps import AppConfig


class IssuersConfig(AppConfig):
    name = "issuers"
    verbose_name = "発注者"
