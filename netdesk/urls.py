"""Every address of the portal. The look-up has an URLconf of its own, so that it can become its own process."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from netdesk import public_views, views

urlpatterns = [
    path("", views.top, name="top"),
    path("", include("accounts.urls")),
    path("applications/", include("applications.urls")),
    path("register/", include("applications.register_urls")),
    path("issuers/", include("issuers.urls")),
    path("guarantees/", include("guarantees.urls")),
    path("statements/", include("guarantees.statement_urls")),
    path("verify/", include("guarantees.verify_urls")),
    path("news/", include("announcements.urls")),
    path("guide/", public_views.guide, name="guide"),
    path("guide/contractors/", public_views.guide_contractors, name="guide_contractors"),
    path("guide/officials/", public_views.guide_officials, name="guide_officials"),
    path("faq/", public_views.faq, name="faq"),
    path("contact/", public_views.contact, name="contact"),
    path("accessibility/", public_views.accessibility, name="accessibility"),
    path("terms/", public_views.terms, name="terms"),
    path("privacy/", public_views.privacy, name="privacy"),
    path("robots.txt", public_views.robots, name="robots"),
    path("conditions/<str:product>/", views.conditions, name="conditions"),
    path("admin/", admin.site.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("csp-report", views.csp_report, name="csp_report"),
    path("favicon.ico", views.favicon, name="favicon"),
]
if settings.DEMO:
    urlpatterns += [
        path("demo/mail/", views.demo_mail, name="demo_mail"),
        path("demo/mail/<str:name>/", views.demo_letter, name="demo_letter"),
    ]

handler400 = "netdesk.views.bad_request"
handler403 = "netdesk.views.forbidden"
handler404 = "netdesk.views.not_found"
handler500 = "netdesk.views.server_error"
