"""The front desk: top page, sample conditions, the demo's mail, health of the process, and every error page."""

import datetime as dt
import ipaddress
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.models import User
from issuers.kinds import Product
from netdesk import front, health, letters, public_views, refusals, reports


@require_safe
def top(request: HttpRequest) -> HttpResponse:
    """全体トップ of a contractor; the desk's own people go to their desk, strangers see the front page."""
    if not isinstance(request.user, User):
        # Whose session has just ended hears so at the log-in, as on every other page of his.
        return access.to_login(request) if access.ENDED in request.META else public_views.front(request)
    if request.user.is_desk:
        return redirect("admin:index")
    context = {"top": front.of(request.user), "branch": request.user.contractor and request.user.contractor.branch}
    return render(request, "front/top.html", context)


@require_safe
def conditions(request: HttpRequest, product: str) -> HttpResponse:
    """約款: the sample conditions of one product, open to everybody."""
    if product not in Product.values or Product(product).governed_by != product:
        raise Http404  # a 中間前払金保証 has no conditions of its own
    context = {"product": Product(product), "edition": dt.date.fromisoformat(settings.CONDITIONS_EDITION)}
    return render(request, f"front/conditions_{Product(product).value}.html", context)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process lives, without asking anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the process can serve: 200, or 503 while the database does not answer."""
    ready = health.ready()
    return HttpResponse("ready\n" if ready else "not ready\n", content_type="text/plain", status=200 if ready else 503)


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Note, shortened, what a browser says was blocked by our policy. Anybody may send anything here."""
    reports.note(request.body)
    return HttpResponse(status=204)


@require_safe
@cache_control(max_age=86400, public=True)
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead those who ask for the icon at its old address to the one all pages name."""
    return redirect(static("nd/icons/favicon.ico"))


def _on_this_machine(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a view in demo mode to whoever sits at this machine; for everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        address = access.visitor(request)
        if not settings.DEMO or not address or not ipaddress.ip_address(address).is_loopback:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_on_this_machine
def demo_mail(request: HttpRequest) -> HttpResponse:
    """見本のメール: the letters that the demo sent, newest first."""
    return render(request, "front/mail.html", {"letters": letters.newest()})


@require_safe
@_on_this_machine
def demo_letter(request: HttpRequest, name: str) -> HttpResponse:
    """One letter of the demo, as plain text."""
    letter = letters.find(name)
    if letter is None:
        raise Http404
    return render(request, "front/letter.html", {"letter": letter})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what could not be read (400)."""
    return refusals.page(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is not allowed (403)."""
    return refusals.page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is not there, or not for this person (404)."""
    return refusals.page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer our own faults (500), without asking the database anything."""
    return refusals.page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from a page of ours, or from one opened too long ago (403)."""
    return refusals.page(request, 403, reason="csrf")
