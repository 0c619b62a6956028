"""The desk's pages of a paper certificate: print 正 and 副, fetch the PDF, say how it left. The door stands in netdesk.admin."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest
from applications import lifecycle
from applications.models import Line
from applications.paper_forms import HandOverForm, ReprintForm
from guarantees import clock, papers, printing
from guarantees.models import Print, Version
from guarantees.views import pdf
from issuers.kinds import Format
from netdesk import dates


def section(line: Line, request: MemberRequest) -> dict[str, object]:
    """Give what 「証書（紙）の印刷」 of the review sheet shows; nothing when the line has no issued paper certificate."""
    version = line.issue
    if line.format != Format.PAPER or version is None or version.issued_at is None:
        return {}
    shown = printing.prints(version, reader=request.user)
    mine = [one for one in shown if one.made.by_id == request.user.pk]
    return {
        "pk": line.pk,
        "prints": shown,
        "mine": mine[-1] if mine else None,
        "is_ours": lifecycle.side_of(request.user, line) == "branch",
        "may_print": version.status == Version.Status.ISSUED,
        "may_hand_over": bool(shown) and shown[-1].left is None,
    }


@never_cache
def print_page(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """証書を印刷する: what will happen, and from the second print on the reason; a POST promises the PDF."""
    line, version = _paper(request, pk)
    count = version.prints.count()
    seen = _whole(request.POST.get("seen", "")) if request.method == "POST" else count
    form = ReprintForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or seen > 0 and not form.is_valid():
        return _print_page(request, line, form, seen)
    reason = form.cleaned_data["reason"] if seen > 0 else ""
    try:
        made = printing.hand_out(version, by=request.user, seen=seen, reason=reason)
    except printing.NotAllowed as refusal:
        return _print_page(request, line, form, seen, error=str(refusal))
    messages.success(request, f"{made.no}回目の印刷を記録しました。PDFを作成しています。")
    return redirect(_back(line))


@require_safe
@never_cache
def progress(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer htmx, every second, about the PDF of the person's own newest print: 204 while it is still being drawn."""
    line, _ = _paper(request, pk)
    if request.headers.get("HX-Request") != "true":
        return redirect(_back(line))
    paper = section(line, request)
    mine = paper["mine"]
    if isinstance(mine, printing.Shown) and mine.state == printing.State.DRAWING:
        return HttpResponse(status=204)
    return render(request, "desk/print_pdf.html", {"pk": line.pk, "mine": mine})


@require_safe
@never_cache
def print_pdf(request: MemberRequest, pk: uuid.UUID, no: int) -> HttpResponse:
    """The PDF of one print, for the person who made it; every fetch is noted."""
    line, version = _paper(request, pk)
    made = get_object_or_404(Print.objects.select_related("version__guarantee"), version=version, no=no)
    try:
        content = printing.fetch(made, by=request.user)
    except printing.NotAllowed as refusal:
        raise Http404 from refusal
    except (printing.NotReady, papers.Damaged) as reason:
        messages.warning(request, str(reason))
        return redirect(_back(line))
    return pdf(content, f"{made.version.guarantee.number}-paper-{made.no}.pdf")


@never_cache
def handed_over(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """証書を渡した・郵送した: how and when the newest print left the branch; a POST notes it."""
    line, version = _paper(request, pk)
    prints = version.prints.select_related("version").order_by("-no")
    if request.method == "POST":
        prints = prints.filter(no=_whole(request.POST.get("no", "")))
    made = prints.first()
    if made is None:
        raise Http404
    wish = {"how": line.application.receipt, "on": dates.seireki(clock.today())}
    form = HandOverForm(request.POST if request.method == "POST" else None, initial=wish)
    if request.method != "POST" or not form.is_valid():
        return _hand_over_page(request, line, made, form)
    try:
        printing.hand_over(made, by=request.user, how=form.cleaned_data["how"], on=form.cleaned_data["on"])
    except (printing.TooLate, printing.NotReady) as refusal:
        messages.warning(request, str(refusal))
        return redirect(_back(line))
    except printing.NotAllowed as refusal:
        form.add_error("on", str(refusal))
        return _hand_over_page(request, line, made, form)
    messages.success(request, "証書の引渡しを記録しました。お客様の画面に表示されます。")
    return redirect(_back(line))


def _paper(request: MemberRequest, pk: uuid.UUID) -> tuple[Line, Version]:
    """Find an issued paper line of the person's own branch; for everybody else there is none."""
    lines = Line.objects.visible_to(request.user).select_related("application", "issue__guarantee", "branch")
    line = get_object_or_404(lines, pk=pk, format=Format.PAPER, issue__issued_at__isnull=False)
    if line.issue is None or lifecycle.side_of(request.user, line) != "branch":
        raise Http404
    return line, line.issue


def _print_page(request: MemberRequest, line: Line, form: ReprintForm, seen: int, *, error: str = "") -> HttpResponse:
    shown = {"line": line, "form": form, "seen": seen, "no": seen + 1, "error": error}
    return render(request, "desk/print.html", shown, status=409 if error else 200)


def _hand_over_page(request: MemberRequest, line: Line, made: Print, form: HandOverForm) -> HttpResponse:
    return render(request, "desk/handed_over.html", {"line": line, "made": made, "form": form})


def _whole(typed: str) -> int:
    """Read a small whole number; -1, which no page shows, for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1


def _back(line: Line) -> str:
    return f"{reverse('admin:review', args=[line.pk])}#prints"
