"""Addresses of issuers: the list for everybody, and the search of the application form."""

from django.urls import path

from issuers import public_views, views

app_name = "issuers"
urlpatterns = [
    path("", public_views.listing, name="list"),
    path("list.csv", public_views.listing_csv, name="list_csv"),
    path("search/", views.search, name="search"),
    path("<str:code>/", public_views.detail, name="detail"),
]
