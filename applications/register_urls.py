"""Addresses of 登録情報: the company's record, its people and its three books."""

from django.urls import path

from applications import company_views, people_views, register_views

app_name = "register"
urlpatterns = [
    path("", register_views.overview, name="overview"),
    path("company/", company_views.company_page, name="company"),
    path("company/numbers/", company_views.numbers, name="numbers"),
    path("people/", people_views.people, name="people"),
    path("people/invite/", people_views.invite, name="invite"),
    path("people/<int:pk>/", people_views.person, name="person"),
    path("people/<int:pk>/stop/", people_views.stop, name="stop"),
    path("people/<int:pk>/reopen/", people_views.reopen, name="reopen"),
    path("people/invitations/<uuid:pk>/again/", people_views.invite_again, name="invite_again"),
    path("people/invitations/<uuid:pk>/withdraw/", people_views.uninvite, name="uninvite"),
    path("<str:slug>/", register_views.entries, name="entries"),
    path("<str:slug>/search/", register_views.search, name="search"),
    path("<str:slug>/add/", register_views.add, name="add"),
    path("<str:slug>/<uuid:pk>/", register_views.change, name="change"),
    path("<str:slug>/<uuid:pk>/remove/", register_views.remove, name="remove"),
]
