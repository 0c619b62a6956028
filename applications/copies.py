"""控え: what was sent, kept in the words of the confirm page, so that it can be printed, saved and compared later."""

import datetime
from typing import Any, TypedDict

from django.conf import settings
from django.db import transaction

from accounts.models import User
from applications import summary
from applications.models import Application, Copy, Line
from audit import trail
from guarantees import documents, papers
from outbox import promises

SHELF = "copies"  # their folder among the papers


class Said(TypedDict):
    """One row as it was shown: label, value and the small print below it."""

    label: str
    value: str
    note: str


class Section(TypedDict):
    """One section of a copy: its key ("works", a product, "destination", "contact", "attachments"), its title and its rows in the order of the page."""

    key: str
    title: str
    rows: list[Said]


def freeze(application: Application, *, by: User, at: datetime.datetime) -> Copy:
    """Keep what an application holds as its next copy, inside the transaction that sends it and holds its lock."""
    lines = list(application.lines.select_related("issuer", "branch").order_by("product"))
    receipt = summary.receipt_of(lines, application.receipt)
    electronic = next((line for line in lines if line.is_electronic), lines[0])
    content = [
        *_change(lines[0]),
        _section("works", "契約の内容", summary.contract(lines[0])),
        *(_section(line.product, line.get_product_display(), summary.product(line)) for line in lines),
        _section("destination", "申込送信先・お知らせ", summary.destination(electronic, receipt)),
        _section("contact", "連絡先", summary.contact_of(application)),
    ]
    if files := summary.attachments(application):
        content.append(_section("attachments", "添付書類", files))
    copy = Copy.objects.create(
        application=application, no=application.copies.count() + 1, at=at, by=by, content=content
    )
    promises.make("render_copy", copy)
    return copy


@transaction.atomic
def render(ref: str) -> None:
    """Draw and store the PDF of a copy (`ref` is its id), once; running it again finds the work done."""
    copy = Copy.objects.select_related("application__contractor", "by").get(pk=ref)
    if copy.digest:
        return
    pdf = documents.render_sheets("application_copy", paper(copy))
    digest = papers.put(pdf, SHELF)
    if Copy.objects.filter(pk=copy.pk, digest="").update(digest=digest, size=len(pdf)):
        trail.record("copy.rendered", copy.application, by=None, no=copy.no, digest=digest)


def read(copy: Copy) -> bytes:
    """Give the PDF of a copy that was drawn; raises papers.Damaged instead of wrong bytes."""
    return papers.fetch(copy.digest, SHELF)


def sweep() -> int:
    """Remove files of copies that no row names and that are older than a day, and count them."""
    return papers.clear(SHELF, lambda name: Copy.objects.filter(digest=name).exists())


def paper(copy: Copy) -> dict[str, Any]:
    """Gather what page and PDF of a copy draw. Needs the application with its contractor, and who sent it."""
    return {
        "copy": copy,
        "application": copy.application,
        "sections": sections(copy),
        "sender": copy.by.name,
        "company_name": settings.COMPANY_NAME,
    }


def _section(key: str, title: str, rows: list[summary.Row]) -> Section:
    return {"key": key, "title": title, "rows": [Said(label=r.label, value=r.value, note=r.note) for r in rows]}


def _change(line: Line) -> list[Section]:
    """Tell what a change asks for before what the guarantee says with it; nothing for a guarantee of its own."""
    if line.is_new:
        return []
    rows = [summary.Row(row["label"], row["after"], f"変更前：{row['before']}") for row in summary.changes(line)]
    account = line.application.refund_account
    returned = [summary.Row("返還先の口座", account)] if account else []
    return [_section("change", "変更の内容", [*summary.change(line), *rows, *returned])]


def sections(copy: Copy) -> list[Section]:
    """Give what a copy says."""
    content: list[Section] = copy.content
    return content


def changes(old: Copy, new: Copy) -> dict[tuple[str, str], str]:
    """Tell where the newer copy says something else: (section, label) -> what the older one said, "" when nothing."""
    before, after = _values(old), _values(new)
    return {place: before.get(place, "") for place, value in after.items() if before.get(place, "") != value}


def _values(copy: Copy) -> dict[tuple[str, str], str]:
    return {(section["key"], row["label"]): row["value"] for section in sections(copy) for row in section["rows"]}
