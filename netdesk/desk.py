"""Puts our own desk (AdminSite) in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class DeskAdminConfig(AdminConfig):
    default_site = "netdesk.admin.DeskSite"
