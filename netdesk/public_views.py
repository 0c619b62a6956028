"""Pages for everybody: the front page, guides, questions, whom to call, and what the operator has to say about the site."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Branch
from netdesk import hours, questions

# The day of the last checks that stand on /accessibility/.
CHECKED_ON = dt.date(2026, 11, 26)
# What search engines may keep: pages for everybody, and nothing that depends on a person, a key or a question.
ROBOTS = """User-agent: *
Disallow: /
Allow: /$
Allow: /guide/
Allow: /faq/
Allow: /contact/
Allow: /accessibility/
Allow: /terms/
Allow: /privacy/
Allow: /conditions/
Allow: /news/
Allow: /issuers/
Disallow: /issuers/search/
Disallow: /issuers/list.csv
Allow: /verify/$
Allow: /static/
"""


def front(request: HttpRequest) -> HttpResponse:
    """電子保証の入口: what a stranger meets at the address of the portal (netdesk.views.top)."""
    return render(request, "public/front.html", {"closures": hours.closures(timezone.localdate(), 1)})


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """電子保証とは: how it works."""
    return render(request, "public/guide.html")


@require_safe
def guide_contractors(request: HttpRequest) -> HttpResponse:
    """受注者の方へ: five steps, and what to prepare for each."""
    return render(request, "public/contractors.html")


@require_safe
def guide_officials(request: HttpRequest) -> HttpResponse:
    """発注者の方へ: five steps, and what each answer of the look-up means."""
    return render(request, "public/officials.html")


@require_safe
def faq(request: HttpRequest) -> HttpResponse:
    """よくあるご質問: every answer has an address of its own, /faq/#…, which opens it."""
    return render(request, "public/faq.html", {"topics": questions.TOPICS})


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    """お問い合わせ: every office, whether somebody answers now, and the days on which nobody will."""
    now = timezone.localtime(timezone.now(), timezone.get_default_timezone())
    context = {
        "branches": Branch.objects.all(),
        "now": now,
        "opens_at": hours.opens_at(now),
        "closures": hours.closures(now.date()),
    }
    return render(request, "public/contact.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """ウェブアクセシビリティ方針: what we aim at, how it was checked, and what is not good yet."""
    return render(request, "public/accessibility.html", {"checked_on": CHECKED_ON})


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """ご利用条件 of the portal, as a sample."""
    return render(request, "public/terms.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """個人情報の取扱い, as a sample."""
    return render(request, "public/privacy.html")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines which pages are for them."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
