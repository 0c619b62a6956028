"""Addresses of announcements."""

from django.urls import path

from announcements import views

app_name = "announcements"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
]
