"""Addresses of issuers."""

from django.urls import path

from issuers import views

app_name = "issuers"
urlpatterns = [path("search/", views.search, name="search")]
