"""Addresses of 登録情報: the company's record and its three books."""

from django.urls import path

from applications import register_views

app_name = "register"
urlpatterns = [
    path("", register_views.overview, name="overview"),
    path("<str:slug>/", register_views.entries, name="entries"),
    path("<str:slug>/search/", register_views.search, name="search"),
    path("<str:slug>/add/", register_views.add, name="add"),
    path("<str:slug>/<uuid:pk>/", register_views.change, name="change"),
    path("<str:slug>/<uuid:pk>/remove/", register_views.remove, name="remove"),
]
