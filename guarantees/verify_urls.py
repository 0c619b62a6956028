"""Addresses of the public look-up: included by the portal, and the whole URLconf of a process that serves nothing else."""

from django.urls import include, path

from guarantees import verify_views

_pages = [
    path("", verify_views.form, name="form"),
    path("result/<uuid:guarantee_id>/", verify_views.result, name="result"),
    path("result/<uuid:guarantee_id>/certificate.pdf", verify_views.certificate_pdf, name="certificate_pdf"),
]
# The name space is made here and not by app_name, which counts for nothing in a root URLconf.
urlpatterns = [path("", include((_pages, "verify")))]
handler400 = "netdesk.views.bad_request"
handler403 = "netdesk.views.forbidden"
handler404 = "netdesk.views.not_found"
handler500 = "netdesk.views.server_error"
