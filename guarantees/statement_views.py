"""保証料計算書一覧, one statement as page and PDF, and what 一括納付 charges in a month."""

import datetime as dt

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, contractor_only, to_login
from accounts.models import User
from guarantees import billing, clock, damage, paper_words, papers, snapshot, statements
from guarantees.models import Document
from guarantees.views import pdf
from netdesk import filters, paging, tables


@require_safe
@contractor_only
@never_cache
def listing_page(request: MemberRequest) -> HttpResponse:
    """保証料計算書一覧 of the company, newest first, with the sum of what the filters leave."""
    asked = statements.StatementFilters(request.GET)
    found = statements.narrowed(statements.of(request.user), asked)
    page = paging.page(statements.shown(found), *statements.ORDER, after=request.GET.get("after", ""))
    shown = {
        "filters": asked,
        "rows": [(charged, *statements.of_row(charged)) for charged in page.rows],
        "count": paging.count(found) if page.rows else "0件",
        "sums": statements.sums(found),
        "is_first": page.is_first,
        "newer": "" if page.is_first else asked.address() or reverse("statements:list"),
        "older": asked.address(after=page.older) if page.older else "",
        "file": reverse("statements:list_csv") + asked.address(),
    }
    return render(request, "guarantees/statements.html", shown)


@require_safe
@contractor_only
@never_cache
def listing_csv(request: MemberRequest) -> HttpResponseBase:
    """The same statements as a file; a filter that cannot be read is refused."""
    asked = statements.StatementFilters(request.GET)
    if not asked.is_valid():
        raise BadRequest("unreadable filter")
    found = statements.narrowed(statements.of(request.user), asked)
    return tables.csv_response("netdesk-statements", statements.HEADER, statements.cells(found))


@require_safe
@contractor_only
@never_cache
def monthly(request: MemberRequest) -> HttpResponse:
    """一括納付のご請求: what a month charges, by 請求先; this month when none is asked for."""
    this = clock.today().replace(day=1)
    asked = MonthFilter(request.GET)
    month: dt.date = asked.values.get("month", this)
    found = statements.bills(statements.of(request.user), month)
    before = (month - dt.timedelta(days=1)).replace(day=1)
    shown = {
        "filters": asked,
        "month": month,
        "bills": [(bill, [(charged, *statements.of_row(charged)) for charged in bill.premiums]) for bill in found],
        "total": sum(bill.total_yen for bill in found),
        "before": before,
        "following": billing.following(month) if month < billing.following(this) else None,
    }
    return render(request, "guarantees/monthly.html", shown)


class MonthFilter(filters.Filters):
    """The month that is looked at."""

    month = statements.Month(label="請求する月")


@require_safe
@contractor_only
@never_cache
def detail(request: MemberRequest, pk: int) -> HttpResponse:
    """One 保証料計算書, line by line."""
    charged = get_object_or_404(statements.shown(statements.of(request.user)), pk=pk)
    version, issued_on = statements.issue(charged)
    said = snapshot.read(version)
    shown = {
        "charged": charged,
        "version": version,
        "issued_on": issued_on,
        "c": statements.told(charged, issued_on),
        "p": said,
        "n": paper_words.called(version.product),
        "change": paper_words.change(said),
        "paper": papers.latest(version, Document.Kind.STATEMENT),
    }
    return render(request, "guarantees/statement.html", shown)


@require_safe
@never_cache
@damage.told
def statement_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF, for the company and for the desk of its branch, which prints it when paper is wanted."""
    if not isinstance(request.user, User):
        return to_login(request)
    charged = get_object_or_404(statements.of(request.user).select_related("version__guarantee"), pk=pk)
    version, issued_on = statements.issue(charged)
    paper = version.documents.filter(kind=Document.Kind.STATEMENT).order_by("-pk").first()
    if paper is None:
        raise Http404
    return pdf(papers.read(paper), f"{statements.number(charged, issued_on)}.pdf")
