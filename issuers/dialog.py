"""What the search dialogs have in common: the lines to choose from, and the form to which the choice goes back.

With script the page is fetched into a dialog and a chosen line fills the form. Without script it is a page: its
radio buttons are sent by GET to the form from which the search was opened (`back`), as ?pick_<what>=<value>.
"""

from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_vary_headers

FORMS = {"applications:edit"}  # the pages that understand ?pick_…


@dataclass(frozen=True)
class Choice:
    """One line of a search result."""

    value: str  # what goes back to the form without script
    label: str
    note: str
    code: str
    fills: dict[str, str] = field(default_factory=dict)  # field of the form -> text, written there by script
    word: str = ""  # how a select box names it, when it is added to one


def answer(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """Draw a search: a part of a page when the dialog asks, a whole page otherwise."""
    response = render(request, template, context | {"back": way_back(request)})
    patch_vary_headers(response, ["HX-Request"])
    return response


def way_back(request: HttpRequest) -> str:
    """The path of the form in ?back=; "" when it is missing or leads anywhere but to a form of this portal."""
    wished = request.GET.get("back", "")
    try:
        return wished if resolve(wished).view_name in FORMS else ""
    except Resolver404:
        return ""
