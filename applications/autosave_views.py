"""The form that saves by itself: the line at its foot says what became of it, and nothing that was typed is lost."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import MemberRequest, company
from applications import drafts, follow_ups, progress
from applications.forms import ApplicationForm


def answer(request: MemberRequest, pk: uuid.UUID, version: int, typed: dict[str, str]) -> HttpResponse:
    """Store what was typed and give the line, with the version the next saving starts from.

    Raises Application.DoesNotExist when the application is another company's.
    """
    told: dict[str, object] = {"pk": pk, "version": version}
    if version == 0 and drafts.is_untouched(typed, by=request.user):
        return render(request, "applications/form/autosaved.html", told | {"state": "untouched"})
    try:
        if version and drafts.is_unknown(pk):  # discarded on another screen: only a person brings it back
            return render(request, "applications/form/autosaved.html", told | {"state": "gone"}, status=409)
        saved = drafts.save(pk, typed, by=request.user, version=version, by_itself=True)
    except drafts.Stale:
        return render(request, "applications/form/autosaved.html", told | {"state": "elsewhere"}, status=409)
    except drafts.TooLong:
        # A field holds more than any could: the button 下書きを保存 says at which.
        return render(request, "applications/form/autosaved.html", told | {"state": "too long"}, status=409)
    except drafts.Full as refusal:
        return render(
            request, "applications/form/autosaved.html", told | {"state": "full", "text": refusal}, status=409
        )
    form = ApplicationForm(saved.typed, contractor=company(request), follow=follow_ups.of(saved))
    states = progress.of(form, judged=False, opened=drafts.open_sections(saved))
    told |= {"state": "by itself", "version": saved.version, "at": timezone.now(), "states": states}
    return render(request, "applications/form/autosaved.html", told)
