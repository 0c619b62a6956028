"""Addresses of applications: making and sending, and where each line stands."""

from django.urls import path

from applications import (
    attachment_views,
    change_views,
    confirm_views,
    copy_views,
    draft_views,
    part_views,
    search_views,
    status_views,
    views,
)

app_name = "applications"
urlpatterns = [
    path("", status_views.status, name="status"),
    path("status.csv", status_views.status_csv, name="status_csv"),
    path("new/", views.new, name="new"),
    path("drafts/", draft_views.drafts_list, name="drafts"),
    path("help/", views.help_page, name="help"),
    path("again/", draft_views.again_last, name="again_last"),
    path("issuer-note/", part_views.issuer_note, name="issuer_note"),
    path("estimate/<str:product>/", part_views.estimate, name="estimate"),
    path("limit/<str:product>/", part_views.limit, name="limit"),
    path("banks/", search_views.banks, name="banks"),
    path("lines/<uuid:pk>/", status_views.line, name="line"),
    path("lines/<uuid:pk>/say/", status_views.say, name="say"),
    path("lines/<uuid:pk>/follow/<str:asks>/", draft_views.follow, name="follow"),
    path("lines/<uuid:pk>/withdraw/", status_views.withdraw, name="withdraw"),
    path("changes/<uuid:guarantee_id>/", change_views.decide, name="change"),
    path("changes/<uuid:guarantee_id>/estimate/", change_views.estimate, name="change_estimate"),
    path("changes/<uuid:guarantee_id>/<str:purpose>/", change_views.begin, name="change_begin"),
    path("<uuid:pk>/edit/", views.edit, name="edit"),
    path("<uuid:pk>/confirm/", confirm_views.confirm, name="confirm"),
    path("<uuid:pk>/sent/", confirm_views.sent, name="sent"),
    path("<uuid:pk>/again/", draft_views.again_like, name="again"),
    path("<uuid:pk>/copies/<int:no>/", copy_views.copy, name="copy"),
    path("<uuid:pk>/copies/<int:no>.pdf", copy_views.copy_pdf, name="copy_pdf"),
    path("<uuid:pk>/attachments/", attachment_views.attachments, name="attachments"),
    path("<uuid:pk>/attachments/add/", attachment_views.attach, name="attach"),
    path("<uuid:pk>/attachments/<uuid:file>/open/", attachment_views.attachment, name="attachment"),
    path("<uuid:pk>/attachments/<uuid:file>/take-back/", attachment_views.take_back, name="take_back"),
    path("<uuid:pk>/discard/", draft_views.discard, name="discard"),
]
