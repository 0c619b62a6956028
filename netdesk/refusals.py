"""Pages that say no in Japanese: what could not be done, what to do now, whom to call."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader

# Refusals that read like another one; the status still says which it is.
ALIKE = {411: 400, 415: 400}
# Drawn when the database may be away: no log-in, no frame, nothing that asks it.
BARE = (500, 503)


def page(request: HttpRequest, status: int, *, reason: str = "", allow: str = "", until: str = "") -> HttpResponse:
    """Draw templates/errors/<status>.html, or <status>_<reason>.html, and answer with that status.

    allow: the methods that a 405 has to name; those of the whole portal when the page did not say.
    until: how long a planned pause lasts, in words; the page of a 503 then names it, and the look-up that goes on.
    """
    stem = str(ALIKE.get(status, status)) + (f"_{reason}" if reason else "")
    office = {"name": settings.COMPANY_NAME, "phone": settings.COMPANY_PHONE, "hours": settings.OFFICE_HOURS}
    values = {"office": office, "until": until, "verify_url": settings.VERIFY_URL}
    body = loader.render_to_string(f"errors/{stem}.html", values, None if status in BARE else request)
    response = HttpResponse(body, status=status)
    if status == 405:
        response["Allow"] = allow or "GET, HEAD, POST, OPTIONS"
    return response
