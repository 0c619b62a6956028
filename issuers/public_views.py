"""対応している発注者 for everybody: the list, each body, and the list as a file."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from issuers import accepting
from issuers.forms import AcceptingFilters
from issuers.models import Issuer
from netdesk import paging, tables

CHUNK = 1000  # rows of the file that are read at a time, with the rules of their bodies


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The bodies that take electronic guarantees on a day (?on=), or will, narrowed by what stands in the address."""
    filters = AcceptingFilters(request.GET)
    asked, on = _asked(filters)
    found = accepting.bodies(on, **asked)
    page = paging.page(accepting.with_offers(found, on), "code", "id", after=request.GET.get("after", ""))
    context = {
        "filters": filters,
        "on": on,
        "page": page,
        "rows": [accepting.row(issuer, on) for issuer in page.rows],
        "count": paging.count(found),
        "query": filters.address(),
        "newer": "" if page.is_first else filters.address() or request.path,
        "older": filters.address(after=page.older) if page.older else "",
    }
    return render(request, "issuers/accepting.html", context)


@require_safe
def listing_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as a file, one row for each acceptance; filters that are wrong narrow nothing."""
    asked, on = _asked(AcceptingFilters(request.GET))
    found = accepting.offers(on, **asked).filter(issuer__in=accepting.bodies(on, **asked))
    every = found.select_related("issuer").order_by("issuer__code", "product", "-work_kind", "starts_on")
    each = every.prefetch_related("issuer__rules").iterator(chunk_size=CHUNK)
    return tables.csv_response("issuers", accepting.HEADER, accepting.table(each, on))


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One body: what it takes since when, who signs for it, where the key notice goes. Bodies that take none, too."""
    issuer = get_object_or_404(Issuer.objects.prefetch_related("rules"), code=code)
    on = timezone.localdate()
    offers = accepting.offers(on).filter(issuer=issuer).order_by("product", "-work_kind", "starts_on")
    context = {
        "issuer": issuer,
        "on": on,
        "offers": [(offer, accepting.state(offer, on)) for offer in offers],
        "authorities": issuer.authorities.all(),
        "rules": accepting.rules(issuer, on),
    }
    return render(request, "issuers/body.html", context)


def _asked(filters: AcceptingFilters) -> tuple[dict[str, Any], dt.date]:
    """What the list is narrowed by, and the day on which the bodies are asked."""
    asked = dict(filters.values)
    return asked, asked.pop("on", None) or timezone.localdate()
