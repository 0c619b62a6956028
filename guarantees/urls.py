"""Addresses of guarantees."""

from django.urls import path

from guarantees import views

app_name = "guarantees"
urlpatterns = [
    path("", views.listing_page, name="list"),
    path("list.csv", views.listing_csv, name="list_csv"),
    path("<uuid:guarantee_id>/", views.overview, name="overview"),
    path("<uuid:guarantee_id>/key/", views.key, name="key"),
    path("<uuid:guarantee_id>/certificate/", views.certificate, name="certificate"),
    path("<uuid:guarantee_id>/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("<uuid:guarantee_id>/notice.pdf", views.notice_pdf, name="notice_pdf"),
]
