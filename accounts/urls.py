"""Addresses of accounts."""

from django.urls import path

from accounts import invitation_views, views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("session/", views.session, name="session"),
    path("logout/", views.leave, name="logout"),
    path("password/", views.password, name="password"),
    path("invitation/<str:token>/", invitation_views.invitation, name="invitation"),
]
