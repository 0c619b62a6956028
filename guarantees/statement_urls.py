"""Addresses of 保証料計算書."""

from django.urls import path

from guarantees import statement_views

app_name = "statements"
urlpatterns = [
    path("", statement_views.listing_page, name="list"),
    path("list.csv", statement_views.listing_csv, name="list_csv"),
    path("monthly/", statement_views.monthly, name="monthly"),
    path("<int:pk>/", statement_views.detail, name="detail"),
    path("<int:pk>.pdf", statement_views.statement_pdf, name="pdf"),
]
