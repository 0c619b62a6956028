"""Reads the small forms that a company's people post."""

from django.core.exceptions import BadRequest
from django.http import HttpRequest


def once(request: HttpRequest) -> dict[str, str]:
    """Give the fields of a posted form; one sent twice is a 400."""
    if any(len(values) > 1 for _, values in request.POST.lists()):
        raise BadRequest("a field of an entry was sent twice")
    return request.POST.dict()
