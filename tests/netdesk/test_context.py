from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from netdesk import context


def asked(view_name="", app_name="", url_name=""):
    request = RequestFactory().get("/")
    request.resolver_match = SimpleNamespace(view_name=view_name, app_name=app_name, url_name=url_name)
    return request


@pytest.mark.parametrize(
    ("view_name", "section"),
    [
        ("applications:confirm", "new"),
        ("applications:line", "status"),
        ("guarantees:overview", "guarantees"),
        ("verify:result", "verify"),
        ("applications:help", "help"),
        ("top", ""),
    ],
)
def test_the_menu_item_follows_from_the_name_of_the_address(view_name, section):
    assert context.section(asked(view_name)) == section


@pytest.mark.parametrize(
    ("url_name", "section"), [("queue", "queue"), ("manage", "admin"), ("issuers_issuer_change", "admin")]
)
def test_the_desk_tells_its_queue_from_its_registers(url_name, section):
    assert context.section(asked(f"admin:{url_name}", "admin", url_name)) == section


def test_a_page_that_no_address_led_to_opens_no_menu_item():
    assert context.section(RequestFactory().get("/nowhere/")) == ""


def test_the_frame_needs_nobody_logged_in(settings):
    assert context.frame(RequestFactory().get("/")) == {
        "company_name": settings.COMPANY_NAME,
        "office": {"name": settings.COMPANY_NAME, "phone": settings.COMPANY_PHONE, "hours": settings.OFFICE_HOURS},
        "contractor": None,
        "demo": settings.DEMO,
        "section": "",
        "session_left": None,
    }
