"""電子保証の照会: an official opens a certificate with number and key. No account, no scripts, nothing kept but the look-up."""

import logging
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from guarantees import clock, damage, grants, history, keys, lookup, papers, showing, throttle, verdicts
from guarantees.forms import LookUp
from guarantees.models import Document, Look
from guarantees.views import pdf

log = logging.getLogger(__name__)
CLOSED = {
    Look.Result.SUPERSEDED: "verify/superseded.html",
    Look.Result.REVOKED: "verify/revoked.html",
    Look.Result.EXPIRED: "verify/expired.html",
    Look.Result.CANCELLED: "verify/cancelled.html",
}
# What of a guarantee such a page may tell besides: one day.
SINCE = {Look.Result.SUPERSEDED: history.changed_on, Look.Result.CANCELLED: history.cancelled_on}


class SeeOther(HttpResponseRedirect):
    """Sends the browser on with a GET: the page it comes to can be loaded again without asking again."""

    status_code = 303


@sensitive_post_parameters("number", "key")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def form(request: HttpRequest) -> HttpResponse:
    """Ask for number and key; a POST is one look-up. Whatever stands in the address is ignored, but for ?again."""
    if request.method != "POST":
        if named := [name for name in LookUp.base_fields if name in request.GET]:
            log.warning("a look-up in the address was ignored: %s", " ".join(named))  # the names, never the values
        return render(request, "verify/form.html", {"form": LookUp(), "again": "again" in request.GET})
    _refuse_odd_shapes(request)
    asked = LookUp(request.POST)
    if not asked.is_valid():
        return _ask_again(request, asked)
    try:
        outcome = lookup.find(
            asked.cleaned_data["number"],
            asked.cleaned_data["key"],
            visitor=access.visitor(request),
            agent=request.headers.get("User-Agent", ""),
            user=request.user,
        )
    except lookup.Unreadable as fault:
        for name, message in fault.messages.items():
            asked.add_error(name, message)
        return _ask_again(request, asked)
    except throttle.TooManyTries as limit:
        return _ask_again(request, asked, status=429, retry_after=limit.retry_after, wait=str(limit))
    except keys.Busy as limit:
        return _ask_again(request, asked, status=503, retry_after=limit.retry_after, wait=str(limit))
    return _answer(request, asked, outcome)


@require_safe
@never_cache
def result(request: HttpRequest, guarantee_id: UUID) -> HttpResponse:
    """照会結果, for as long as the grant of the look-up lasts."""
    grant = _grant(request, guarantee_id)
    version = lookup.reopen(grant.key) if grant else None
    if grant is None or version is None:
        return _back()
    context = {
        "version": version,
        "look": Look.objects.get(pk=grant.look),
        "verdict": verdicts.of(version, clock.today()),
        "paper": papers.latest(version, Document.Kind.CERTIFICATE),
        "editions": history.of(version),
        **showing.content(version),
    }
    return render(request, "verify/result.html", context)


@require_safe
@never_cache
@damage.told
def certificate_pdf(request: HttpRequest, guarantee_id: UUID) -> HttpResponse:
    """電子保証書 as a PDF, for as long as the grant lasts."""
    grant = _grant(request, guarantee_id)
    version = lookup.reopen(grant.key) if grant else None
    if version is None:
        return _back()
    document = papers.latest(version, Document.Kind.CERTIFICATE)
    if document is None or not verdicts.is_unchanged(version):
        raise Http404
    return pdf(papers.read(document), f"{version.guarantee.number}-certificate.pdf")


def _grant(request: HttpRequest, guarantee_id: UUID) -> grants.Grant | None:
    """Give the grant of this session while it lasts; with a grant for one guarantee any other does not exist."""
    grant = grants.held(request)
    if grant and grant.guarantee != guarantee_id:
        raise Http404
    return grant


def _back() -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('verify:form')}?again")


def _answer(request: HttpRequest, asked: LookUp, outcome: lookup.Outcome) -> HttpResponse:
    if outcome.guarantee is None:
        return _ask_again(request, asked, refusal=lookup.REFUSAL)
    if outcome.key is not None:
        grants.give(request, key=outcome.key, look=outcome.look)
        return SeeOther(reverse("verify:result", args=[outcome.guarantee.pk]))
    found = Look.Result(outcome.result)
    since = SINCE[found](outcome.guarantee) if found in SINCE else None
    return render(request, CLOSED[found], {"look": outcome.look, "branch": outcome.guarantee.branch, "since": since})


def _ask_again(
    request: HttpRequest, asked: LookUp, *, status: int = 200, retry_after: int = 0, **words: Any
) -> HttpResponse:
    """Show the form with everything that was typed, and say above it what is wrong."""
    response = render(request, "verify/form.html", {"form": asked, **words}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def _refuse_odd_shapes(request: HttpRequest) -> None:
    """A browser sends each field once, as a form. JSON, arrays and doubled fields come from programs: 400."""
    is_form = request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data")
    arrays = any("[" in name for name in request.POST)
    doubled = any(len(values) > 1 for _, values in request.POST.lists())
    if not is_form or arrays or doubled or request.FILES:
        raise BadRequest("the look-up takes one number and one key from a form")
