"""Where the buttons 検索 and 登録 of the form lead when there is no script: a page that hands its choice back."""

import uuid

from django.urls import reverse
from django.utils.http import urlencode

from applications.addressbook import TARGETS

# Value of the button -> URL name of the page, the book it is about, and what the choice is made for.
BUTTONS: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "look_issuer": ("issuers:search", [], {}),
    "look_bank": ("applications:banks", [], {}),
    **{f"look_{target}": ("register:search", [book.slug], {"for": target}) for target, book in TARGETS.items()},
    **{f"add_{target}": ("register:add", [book.slug], {"for": target}) for target, book in TARGETS.items()},
}


def page(button: str, pk: uuid.UUID) -> str:
    """The address behind a button, with the way back to the form of the application `pk`."""
    name, arguments, purpose = BUTTONS[button]
    back = reverse("applications:edit", args=[pk])
    return f"{reverse(name, args=arguments)}?{urlencode({'back': back} | purpose)}"
