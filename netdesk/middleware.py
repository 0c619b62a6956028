"""What stands before everything else: headers on every answer, and only sound requests beyond this point."""

import logging
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError
from django.urls import reverse

from netdesk import refusals, uploads

Answer = Callable[[HttpRequest], HttpResponseBase]

logger = logging.getLogger(__name__)

# All but the Content-Security-Policy, which django-csp writes. A header that a view has set stays as it is.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    # Static files say for themselves how long they keep; of everything else no copy stays behind.
    "Cache-Control": "no-store",
}

# The pages of Django's admin, whose forms may send a name more than once; every form of our own sends each name once.
MANY_VALUED = tuple(f"/admin/{app}/" for app in ("accounts", "announcements", "applications", "guarantees", "issuers"))

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# What another site makes nobody open: papers, files of an application, and the lists of a company. (The list of bodies is for everybody.)
OWN_FILES = (".pdf", "/open/", "/applications/status.csv", "/guarantees/list.csv", "/statements/list.csv")
# A browser's complaints about our content security policy come as JSON (views.csp_report).
REPORTS = ("application/csp-report", "application/reports+json")


def headers(get_response: Answer) -> Answer:
    """Put the security headers on every answer: pages, papers, static files, refusals and errors alike."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.SECURE_HSTS_SECONDS and request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", _strict_transport())
        return response

    return middleware


def _strict_transport() -> str:
    words = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
    words += ["includeSubDomains"] if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else []
    words += ["preload"] if settings.SECURE_HSTS_PRELOAD else []
    return "; ".join(words)


# What is answered during a planned pause as on any other day; the look-up, wherever it stands, is added to it.
NEVER_PAUSED = ("/healthz", "/readyz", settings.STATIC_URL)
RETRY_AFTER = 600  # seconds until the next question is worth asking


def planned_pause(get_response: Answer) -> Answer:
    """Answer every page with 503 while MAINTENANCE names a pause. The look-up of the officials stays open."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        until = settings.MAINTENANCE
        if not until or request.path.startswith((*NEVER_PAUSED, reverse("verify:form"))):
            return get_response(request)
        response = refusals.page(request, 503, until=until)
        response["Retry-After"] = str(RETRY_AFTER)
        return response

    return middleware


def sound_requests(get_response: Answer) -> Answer:
    """Refuse in Japanese what no browser sends from our pages, before anything reads it.

    405 for methods we do not speak, 413 above DATA_UPLOAD_MAX_MEMORY_SIZE bytes (a file to be attached may have more, and is
    left to netdesk.uploads, which reads it once it knows who sends it), 415 for bodies that are no form,
    400 for JSON, for text that is not UTF-8 and for raw NUL, 404 for NUL in a path (no page has such an address),
    403 for what another site makes a browser send or fetch.
    Every text that reaches a view is therefore the text that was sent: Django alone would replace broken bytes.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if status := _unsound(request):
            logger.warning("refused %s %s with %s", request.method, request.path[:200], status)
            reason = "file" if status == 413 and uploads.is_one(request) else ""
            return refusals.page(request, status, reason=reason)
        response = get_response(request)
        if response.status_code == 405 and not getattr(response, "content", b"?"):
            return refusals.page(request, 405, allow=response.headers.get("Allow", ""))
        return response

    return middleware


def _unsound(request: HttpRequest) -> int:
    """Give the status to refuse with, 0 when there is nothing to refuse."""
    if request.META["REQUEST_METHOD"] not in METHODS:
        return 405
    if "\0" in request.path:
        return 404
    if not request.META.get("RAW_URI", "/").startswith("/"):
        return 400  # an address with a host of its own, or none: meant for a proxy
    if _is_pulled_in(request):
        return 403
    if not _is_text(unquote_to_bytes(request.META.get("QUERY_STRING", "").encode("latin-1"))):
        return 400
    # A cookie may spell a NUL as \000 inside quotation marks; the session store would hand it to the database.
    if any("\0" in value for value in request.COOKIES.values()):
        return 400
    return _unsound_body(request)


def _is_pulled_in(request: HttpRequest) -> bool:
    """Tell whether another site made the browser ask. It may lead people to our pages, not send forms or take papers."""
    if request.headers.get("Sec-Fetch-Site") != "cross-site":
        return False
    led_here = request.method in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return not led_here or request.path.endswith(OWN_FILES)


def _unsound_body(request: HttpRequest) -> int:
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return 411  # Django would read a body of unstated length as empty
    is_upload = uploads.is_one(request)
    if (length := request.META.get("CONTENT_LENGTH") or "0") == "0":
        return 411 if is_upload and not request.META.get("CONTENT_LENGTH") else 0
    if not (length.isascii() and length.isdigit()):
        return 400
    if int(length) > (uploads.LARGEST if is_upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        return 413
    if request.content_type in REPORTS:
        return 0
    if status := _unsound_kind(request):
        return status
    if is_upload:
        return 0
    return 0 if _is_sound_form(request) else 400


def _unsound_kind(request: HttpRequest) -> int:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return 415
    if request.content_type == "application/json":
        return 400
    return 0 if request.content_type in FORMS else 415


def _is_sound_form(request: HttpRequest) -> bool:
    """Read the whole form. Too many fields raise, and are answered 400 by the handler of suspicious operations."""
    try:
        body = request.body
    except UnreadablePostError:
        return False
    if not _is_text(body):
        return False
    if not request.path.startswith(MANY_VALUED) and any(len(texts) > 1 for _, texts in request.POST.lists()):
        return False  # a form of ours that says two things at once
    if request.content_type == "multipart/form-data":
        return not any("\0" in text for name, texts in request.POST.lists() for text in (name, *texts))
    # A value spelt with %00 is left to its form, which says so at the field and keeps the rest.
    return _is_text(unquote_to_bytes(body).replace(b"\0", b"")) and not any("\0" in name for name in request.POST)


def _is_text(raw: bytes) -> bool:
    """Tell whether the bytes are UTF-8 without NUL."""
    try:
        return "\0" not in raw.decode()
    except UnicodeDecodeError:
        return False
