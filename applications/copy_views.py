"""申込の控え: what was sent, as a page of its own window and as a PDF."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import to_login
from accounts.models import User
from applications import copies
from applications.models import Copy
from guarantees import damage


@require_safe
@never_cache
def copy(request: HttpRequest, pk: uuid.UUID, no: int) -> HttpResponse:
    """A copy as it was sent, for the company and for the desk of its branch."""
    if not isinstance(request.user, User):
        return to_login(request)
    return render(request, "applications/copy.html", copies.paper(_found(request.user, pk, no)))


@require_safe
@never_cache
@damage.told
def copy_pdf(request: HttpRequest, pk: uuid.UUID, no: int) -> HttpResponse:
    """The same as a PDF; not there before it is drawn."""
    if not isinstance(request.user, User):
        return to_login(request)
    found = _found(request.user, pk, no)
    if not found.digest:
        raise Http404
    name = f"{found.application.number}-copy-{found.no}.pdf"
    heads = {"Content-Disposition": content_disposition_header(True, name)}
    return HttpResponse(copies.read(found), content_type="application/pdf", headers=heads)


def _found(user: User, pk: uuid.UUID, no: int) -> Copy:
    visible = Copy.objects.visible_to(user).select_related("application__contractor", "by")
    return get_object_or_404(visible, application=pk, no=no)
