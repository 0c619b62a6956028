"""添付書類: the page on which files are added and taken back, and the file itself for those who may read it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, applicant_only, contractor_only, to_login
from accounts.models import User
from applications import attachments as files
from applications import drafts, inspecting, wording
from applications.attached import MEGABYTE, MOST, MOST_TOGETHER
from applications.attachment_forms import AttachmentForm
from applications.models import Application, Attachment
from guarantees import damage

# A file of a stranger's making is saved, never shown as a page of ours; should a browser show it, nothing in it runs.
SHUT = "default-src 'none'; sandbox; frame-ancestors 'none'"


@contractor_only
@require_safe
def attachments(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """The files of an application, and the form for one more."""
    return _page(request, _application(request, pk), AttachmentForm())


@applicant_only
@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """添付する: add one file. A script (static/nd/attach.js) is told the next page in a header, so that it can go there itself.

    A GET, as of a page loaded again, leads to where the form stands.
    """
    application = _application(request, pk)
    if request.method != "POST":
        return redirect("applications:attachments", pk=pk)
    form = AttachmentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, application=application)
    given = form.cleaned_data["file"]
    try:
        added = files.add(
            application, kind=form.cleaned_data["kind"], name=given.name or "", data=given.read(), by=request.user
        )
    except files.NotAttached as refusal:
        form.add_error(refusal.field, str(refusal))
        return _page(request, form=form, application=application)
    except Application.DoesNotExist:  # discarded in another window a moment ago
        raise Http404 from None
    if added.is_new:
        messages.success(request, f"{added.attachment}を添付しました。")
    else:
        messages.info(request, f"同じファイルが、すでに{added.attachment}として添付されています。")
    way = reverse("applications:attachments", args=[pk])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": way})
    return redirect(way)


@applicant_only
@require_POST
def take_back(request: MemberRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """取り消す: take a file back while the branch has not received the application."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), application=pk, pk=file)
    try:
        files.take_back(found, by=request.user)
    except files.NotAttached as refusal:
        messages.warning(request, str(refusal))
    except (Application.DoesNotExist, Attachment.DoesNotExist):
        raise Http404 from None
    else:
        messages.success(request, f"{found}の添付を取り消しました。")
    return redirect("applications:attachments", pk=pk)


@require_safe
@never_cache
@damage.told
def attachment(request: HttpRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """The file itself, for the company and for the desk of its branch; always to be saved, never shown in our place."""
    if not isinstance(request.user, User):
        return to_login(request)
    visible = Attachment.objects.visible_to(request.user).select_related("application")
    found = get_object_or_404(visible, application=pk, pk=file)
    heads = {
        "Content-Disposition": content_disposition_header(True, found.name),
        "Content-Security-Policy": SHUT,
        "X-Content-Type-Options": "nosniff",
    }
    data = files.open_file(found, by=request.user)
    return HttpResponse(data, content_type=inspecting.TYPES[Attachment.Type(found.type)], headers=heads)


def _application(request: MemberRequest, pk: uuid.UUID) -> Application:
    return get_object_or_404(Application.objects.visible_to(request.user), pk=pk)


def _page(request: MemberRequest, application: Application, form: AttachmentForm) -> HttpResponse:
    lines = list(application.lines.select_related("application", "branch", "issue").order_by("product"))
    found = list(files.of(application))
    shown = {
        "application": application,
        "form": form,
        "files": found,
        "may_add": request.user.may_apply and files.may_add(application),
        "are_loose": files.are_loose(application, lines),
        "is_open": drafts.is_open(application),
        "lines": [(line, wording.status_of(line)) for line in lines],
        "most": MOST,
        "most_together": MOST_TOGETHER // MEGABYTE,
        "together": f"{max(0.1, sum(one.size for one in found) / MEGABYTE):.1f}",
        "branch": lines[0].branch if lines else application.contractor.branch,
    }
    return render(request, "applications/attachments.html", shown)
