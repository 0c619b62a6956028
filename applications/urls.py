"""Addresses of applications: making and sending, and where each line stands."""

from django.urls import path

from applications import search_views, status_views, views

app_name = "applications"
urlpatterns = [
    path("", status_views.status, name="status"),
    path("status.csv", status_views.status_csv, name="status_csv"),
    path("new/", views.new, name="new"),
    path("drafts/", views.drafts_list, name="drafts"),
    path("issuer-note/", views.issuer_note, name="issuer_note"),
    path("banks/", search_views.banks, name="banks"),
    path("lines/<uuid:pk>/", status_views.line, name="line"),
    path("lines/<uuid:pk>/say/", status_views.say, name="say"),
    path("lines/<uuid:pk>/withdraw/", status_views.withdraw, name="withdraw"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("<uuid:pk>/sent/", views.sent, name="sent"),
    path("<uuid:pk>/discard/", views.discard, name="discard"),
]
