"""The page behind the link of an invitation: it opens nothing but the choice of one's own password."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import invitations
from accounts.forms import InvitedForm
from accounts.models import Invitation


@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """パスワードの設定 of somebody invited, whoever else is logged in there; opening the page uses nothing up (mail filters do)."""
    try:
        found = invitations.find(token)
        form = InvitedForm(request.POST if request.method == "POST" else None, person=invitations.newcomer(found))
        if form.is_valid():
            invitations.accept(found, form.cleaned_data["new"])
            return redirect(f"{reverse('accounts:login')}?ended=joined")
    except Invitation.DoesNotExist:
        raise Http404 from None
    except invitations.Ended as reason:
        return render(request, "accounts/invitation_ended.html", {"reason": reason}, status=410)
    return render(request, "accounts/invitation.html", {"form": form, "invitation": found})
