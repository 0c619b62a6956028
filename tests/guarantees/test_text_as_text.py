"""Text that looks like code stays text after issue: on every page, in the letter, on the desk's window."""

import html
import re
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from guarantees.models import Guarantee
from outbox.models import Letter
from tests import make
from tests.guarantees import browsing
from tests.guarantees.asking import address, ask
from tests.guarantees.browsing import entered

pytestmark = pytest.mark.django_db
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=1>',
    "{{7*7}}",
    "{% load %}",
    "${7*7}%s%n{0.__class__}",
]
NAMES = ("work_name", "work_place", "work_number", "joint_venture", "principal_name", "signatory_name", "billing_name")


@pytest.fixture(params=HOSTILE)
def typed(request):
    return request.param


@pytest.fixture
def company(typed):
    return make.contractor(name=typed)


@pytest.fixture
def issued(company, typed, printer):
    """A guarantee all of whose names look like code, its papers drawn and its letter written."""
    body = make.issuer("999999", name=typed)
    guarantee, key = browsing.issued(company=company, issuer=body, **dict.fromkeys(NAMES, typed))
    for kind in ("certificate", "notice"):
        browsing.draw(guarantee, kind)
    return guarantee, key


def assert_only_text(answer, typed):
    page = answer.content.decode()
    assert answer.status_code == 200
    assert html.escape(typed) in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "49" not in re.findall(r">\s*(\d+)\s*<", page)


def test_on_the_companys_pages(issued, company, typed):
    browser = entered(make.person("contractor", contractor=company, name=typed))
    ask(issued[0].number, issued[1], browser)
    for name in ("overview", "certificate"):
        assert_only_text(browser.get(reverse(f"guarantees:{name}", args=[issued[0].pk])), typed)
    assert_only_text(browser.get(reverse("guarantees:list")), typed)


def test_on_the_officials_page(issued, typed):
    browser = Client()
    ask(issued[0].number, issued[1], browser)
    assert_only_text(browser.get(address(issued[0])), typed)


def test_in_the_desks_window(issued, typed):
    browser = entered(make.person("head"))
    assert_only_text(browser.get(reverse("admin:guarantees_guarantee_change", args=[issued[0].pk])), typed)
    assert_only_text(browser.get(reverse("admin:guarantees_guarantee_changelist")), typed)
    assert Guarantee.objects.get().contractor.name == typed


def test_in_the_letter_as_it_was_typed_and_on_the_page_that_shows_it(issued, typed, settings, tmp_path, client):
    letter = Letter.objects.get()
    assert letter.body.count(typed) >= 2  # the company, the works
    assert "&lt;" not in letter.body
    settings.MAIL_DIR = tmp_path
    post = EmailMessage()
    post["To"], post["Subject"] = letter.to, typed
    post.set_content(letter.body)
    (tmp_path / "20260601-1.eml").write_bytes(bytes(post))
    assert_only_text(client.get(reverse("demo_letter", args=["20260601-1"])), typed)
    assert_only_text(client.get(reverse("demo_mail")), typed)
