"""What the frame of every page shows: our company, whose desk it is, which menu item is open, whom to call."""

from django.conf import settings
from django.http import HttpRequest

from accounts import access

# URL names by the menu item under which the reader looks for them; anything else opens none.
SECTIONS = {
    "new": (
        "applications:new",
        "applications:edit",
        "applications:confirm",
        "applications:sent",
        "applications:drafts",
        "applications:discard",
        "applications:attachments",
        "applications:attach",
    ),
    "status": ("applications:status", "applications:line", "applications:say", "applications:withdraw"),
    "guarantees": ("guarantees:list", "guarantees:overview", "guarantees:key"),
    "statements": ("statements:list", "statements:monthly", "statements:detail"),
    "register": (
        "register:overview",
        "register:entries",
        "register:search",
        "register:add",
        "register:change",
        "register:remove",
        "register:company",
        "register:numbers",
        "register:people",
        "register:invite",
        "register:person",
        "register:stop",
        "accounts:password",
    ),
    "help": ("applications:help",),
    "verify": ("verify:form", "verify:result"),
    "guide": ("guide", "guide_contractors", "guide_officials"),
    "issuers": ("issuers:list", "issuers:detail"),
    "faq": ("faq",),
    "contact": ("contact",),
}
_SECTION_OF = {name: section for section, names in SECTIONS.items() for name in names}


def frame(request: HttpRequest) -> dict[str, object]:
    """Name what the frames draw. A view's own `section` wins over the one found here.

    `office` is the surety's head office as {name, phone, hours}; parts/contact_card.html puts a branch in its place.
    """
    user = getattr(request, "user", None)  # pages answered above the session middleware have none
    return {
        "company_name": settings.COMPANY_NAME,
        "office": {"name": settings.COMPANY_NAME, "phone": settings.COMPANY_PHONE, "hours": settings.OFFICE_HOURS},
        "contractor": getattr(user, "contractor", None),
        "demo": settings.DEMO,
        "section": section(request),
        "session_left": access.left(request),
    }


def section(request: HttpRequest) -> str:
    """Tell which menu item the page belongs to, by the name of its URL; "" when it belongs to none."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    if match.view_name == "admin:search":
        return "find"
    if match.app_name == "admin":
        return "admin" if _is_master_data(match.url_name or "") else "queue"
    return _SECTION_OF.get(match.view_name, "")


def _is_master_data(url_name: str) -> bool:
    return url_name in ("manage", "app_list") or url_name.endswith(
        ("_changelist", "_add", "_change", "_delete", "_history")
    )
