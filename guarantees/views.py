"""A contractor's electronic guarantees: the list, the overview with the key, the certificate and the notice."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, applicant_only, contractor_only, to_login
from accounts.models import User
from guarantees import (
    advice,
    clock,
    damage,
    history,
    keys,
    listing,
    lookup,
    papers,
    showing,
    standing,
    statements,
    viewing,
)
from guarantees.models import Document, Guarantee, Purpose, Version
from issuers.kinds import Format
from netdesk import paging, tables

# As many look-ups as the overview shows, newest first.
LOOKS_SHOWN = 20


@require_safe
@contractor_only
@never_cache
def listing_page(request: MemberRequest) -> HttpResponse:
    """電子保証: what was issued to the company, newest first, as far as the filters leave it; ?after=<id> leads on."""
    asked = listing.ListFilters(request.GET)
    found = listing.narrowed(_electronic(request.user), asked)
    page = listing.page(found, after=request.GET.get("after", ""), on=clock.today())
    shown = {
        "filters": asked,
        "page": page,
        "count": paging.count(found) if page.rows else "0件",
        "newer": "" if page.is_first else asked.address() or reverse("guarantees:list"),
        "older": asked.address(after=page.older) if page.older else "",
        "file": reverse("guarantees:list_csv") + asked.address(),
        "patience": listing.PATIENCE,
    }
    return render(request, "guarantees/list.html", shown)


@require_safe
@contractor_only
@never_cache
def listing_csv(request: MemberRequest) -> HttpResponseBase:
    """The same guarantees as a file; a filter that cannot be read is refused."""
    asked = listing.ListFilters(request.GET)
    if not asked.is_valid():
        raise BadRequest("unreadable filter")
    found = listing.narrowed(_electronic(request.user), asked)
    return tables.csv_response("netdesk-guarantees", listing.HEADER, listing.cells(found, on=clock.today()))


@require_safe
@contractor_only
@never_cache
def overview(request: MemberRequest, guarantee_id: UUID) -> HttpResponse:
    """電子保証概要, with the key hidden."""
    return _overview(request, get_object_or_404(_electronic(request.user), pk=guarantee_id))


@applicant_only
@never_cache
@sensitive_variables("signs")
def key(request: MemberRequest, guarantee_id: UUID) -> HttpResponse:
    """認証キーを表示する: asked for by POST only, noted, and shown on a page that nothing keeps."""
    guarantee = get_object_or_404(_electronic(request.user), pk=guarantee_id)
    if request.method != "POST":
        return redirect("guarantees:overview", guarantee.pk)
    try:
        signs = showing.show_key(guarantee, by=request.user)
    except (showing.NothingToShow, keys.Unsealable) as reason:
        messages.warning(request, str(reason))
        return redirect("guarantees:overview", guarantee.pk)
    return _overview(request, guarantee, key=keys.grouped(signs))


@require_safe
@contractor_only
@never_cache
def certificate(request: MemberRequest, guarantee_id: UUID) -> HttpResponse:
    """電子保証書 as a page of its own window, with the words of the paper."""
    guarantee = get_object_or_404(_electronic(request.user), pk=guarantee_id)
    version = _newest(guarantee)
    if version.purpose == Purpose.CANCELLATION:
        raise Http404  # it has no certificate
    context = {
        "guarantee": guarantee,
        "version": version,
        "paper": papers.latest(version, Document.Kind.CERTIFICATE),
        **showing.content(version),
    }
    return render(request, "guarantees/certificate.html", context)


@require_safe
@never_cache
@damage.told
def certificate_pdf(request: HttpRequest, guarantee_id: UUID) -> HttpResponse:
    """電子保証書 as a PDF, for the company and for the desk of its branch."""
    if not isinstance(request.user, User):
        return to_login(request)
    guarantee = get_object_or_404(_electronic(request.user), pk=guarantee_id)
    document = papers.latest(_newest(guarantee), Document.Kind.CERTIFICATE)
    if document is None:
        raise Http404
    return pdf(papers.read(document), f"{guarantee.number}-certificate.pdf")


@require_safe
@applicant_only
@never_cache
@damage.told
def notice_pdf(request: MemberRequest, guarantee_id: UUID) -> HttpResponse:
    """「認証キー」のお知らせ as a PDF; every download is noted."""
    guarantee = get_object_or_404(_electronic(request.user), pk=guarantee_id)
    try:
        notice = showing.hand_over_notice(guarantee, by=request.user)
    except showing.NothingToShow as reason:
        messages.info(request, str(reason))
        return redirect("guarantees:overview", guarantee.pk)
    return pdf(notice, f"{guarantee.number}-notice.pdf")


def pdf(content: bytes, name: str) -> HttpResponse:
    """Answer with a PDF to be saved under `name`; the page that links to it stays open."""
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": content_disposition_header(True, name)}
    )


def _overview(request: MemberRequest, guarantee: Guarantee, *, key: list[str] | None = None) -> HttpResponse:
    version, today = _newest(guarantee), clock.today()
    context = {
        "guarantee": guarantee,
        "version": version,
        "key": key,
        "ended_on": viewing.ended_on(guarantee, today),
        "standing": standing.to_parties(version, today),
        "seen": lookup.opened_by_beneficiary(guarantee),
        "looks": lookup.looks(guarantee).select_related("by")[:LOOKS_SHOWN],
        "notice": papers.latest(version, Document.Kind.NOTICE),
        "advice": advice.of(version, reader=request.user),
        "is_cancelled": version.purpose == Purpose.CANCELLATION,
        "editions": history.of(version),
        "statement": statements.of_version(version) if version.no else None,
        **showing.content(version),
    }
    return render(request, "guarantees/overview.html", context)


def _electronic(user: User) -> QuerySet[Guarantee]:
    return Guarantee.objects.visible_to(user).issued().filter(format=Format.ELECTRONIC)


def _newest(guarantee: Guarantee) -> Version:
    issued = guarantee.versions.exclude(status=Version.Status.ORDERED)
    return issued.select_related("guarantee", "branch", "line__application").latest("no")
