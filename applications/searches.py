"""Where the buttons 検索 and 登録 of the form lead when there is no script: a page that hands its choice back."""

import uuid
from collections.abc import Mapping

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


# What stands in the field beside these buttons is what is looked for.
CARRIED = {"look_issuer": "issuer_name", "look_bank": "advance_bank_name"}
LONGEST = 60  # signs that a search box takes


def page(button: str, pk: uuid.UUID, typed: Mapping[str, str]) -> str:
    """The address behind a button, with what was typed there and the way back to the form of the application `pk`."""
    name, arguments, purpose = BUTTONS[button]
    query = {"back": reverse("applications:edit", args=[pk])} | purpose
    if sought := typed.get(CARRIED.get(button, ""), "").strip():
        query["q"] = sought[:LONGEST]
    return f"{reverse(name, args=arguments)}?{urlencode(query)}"
