"""登録情報: the company's record, and the pages and dialogs of its address book."""

import uuid
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, applicant_only, company, contractor_only
from applications import addressbook, posted
from applications.addressbook import BOOKS, TARGETS, Book
from applications.entry_forms import FORMS, EntryForm
from applications.registers import BillingParty, Department, Entry, MailAddress
from issuers import dialog
from netdesk import paging

ON_OVERVIEW = 3  # entries of each book named there


class EntrySearchForm(forms.Form):
    """Any part of an entry; without it the first entries are shown."""

    use_required_attribute = False
    q = forms.CharField(
        label="探す文字",
        help_text="登録した内容の一部で探せます。",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class Shelf(NamedTuple):
    """A book as the overview shows it."""

    book: Book
    entries: int
    first: list[Entry]


class Row(NamedTuple):
    """An entry as the list shows it: its fields in words, the first of which leads to it."""

    entry: Entry
    first: str
    cells: list[tuple[str, str]]


@contractor_only
@require_safe
def overview(request: MemberRequest) -> HttpResponse:
    """What we hold about the company (its branch changes that), its people, and its three books."""
    shelves = []
    for book in BOOKS.values():
        rows = list(addressbook.entries(book, by=request.user))
        shelves.append(Shelf(book, len(rows), rows[:ON_OVERVIEW]))
    mine = company(request)
    shown = {
        "branch": mine.branch,
        "signatories": mine.signatories.all(),
        "people": list(mine.people.filter(is_active=True)),
        "shelves": shelves,
    }
    return render(request, "register/overview.html", shown)


@contractor_only
@require_safe
def entries(request: MemberRequest, slug: str) -> HttpResponse:
    """One book, by name, a page at a time."""
    book = _book(slug)
    found = addressbook.entries(book, by=request.user)
    page = paging.page(found, *book.order, "id", after=request.GET.get("after", ""))
    labels = [str(field.label) for field in FORMS[slug].base_fields.values()]
    shown = {
        "book": book,
        "labels": labels,
        "rows": [_row(book, entry, labels) for entry in page.rows],
        "page": page,
        "count": paging.count(found),
    }
    return render(request, "register/entries.html", shown)


def _row(book: Book, entry: Entry, labels: list[str]) -> Row:
    texts = [str(getattr(entry, name)) or "—" for name in book.fields]
    return Row(entry, texts[0], list(zip(labels[1:], texts[1:], strict=True)))


@applicant_only
@require_safe
def search(request: MemberRequest, slug: str) -> HttpResponse:
    """Search one book (?q=); a page, or the inside of the dialog. `for` names the field that the choice is made for."""
    book = _book(slug)
    form = EntrySearchForm(request.GET, auto_id="search_%s")
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    found = addressbook.find(book, typed, by=request.user)
    shown = {
        "form": form,
        "book": book,
        "asked": bool(typed or found.rows),
        "choices": [_choice(entry) for entry in found.rows] if form.is_valid() else [],
        "more": found.more,
        "target": _target(request, book),
        "query": _purpose(request, book),
    }
    return dialog.answer(request, "register/search.html", shown)


def _choice(entry: Entry) -> dialog.Choice:
    label, note = str(entry), ""
    if isinstance(entry, BillingParty):
        note = entry.address
    elif isinstance(entry, MailAddress):
        label, note = entry.address, entry.label
    elif isinstance(entry, Department):
        note = "／".join(filter(None, (entry.post, entry.phone)))
    return dialog.Choice(
        value=str(entry.pk), label=label, note=note, code="", fills=addressbook.fills(entry), word=str(entry)
    )


@applicant_only
def add(request: MemberRequest, slug: str) -> HttpResponse:
    """登録: a page, or the inside of a dialog of the application form, to which the new entry goes back chosen."""
    book = _book(slug)
    if request.method != "POST":
        return _form_page(request, book, FORMS[slug](), pk=uuid.uuid4())
    form, pk = FORMS[slug](posted.once(request)), _form_id(request)
    if form.is_valid():
        try:
            entry = addressbook.add(book, form.texts(), by=request.user, pk=pk)
        except addressbook.Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return _added(request, book, entry)
    return _form_page(request, book, form, pk=pk)


def _added(request: MemberRequest, book: Book, entry: Entry) -> HttpResponse:
    if _in_dialog(request):
        return _varied(render(request, "register/added.html", {"book": book, "choice": _choice(entry)}))
    messages.success(request, f"{book.name}「{entry}」を登録しました。")
    if back := dialog.way_back(request):
        return redirect(f"{back}?{urlencode({f'pick_{_target(request, book)}': str(entry.pk)})}")
    return redirect("register:entries", slug=book.slug)


@applicant_only
def change(request: MemberRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """変更 of an entry. What was sent keeps its words."""
    book = _book(slug)
    entry = get_object_or_404(addressbook.entries(book, by=request.user), pk=pk)
    if request.method != "POST":
        texts = {name: str(getattr(entry, name)) for name in book.fields}
        return _form_page(request, book, FORMS[slug](initial=texts), pk=pk, entry=entry)
    form = FORMS[slug](posted.once(request))
    if form.is_valid():
        try:
            changed = addressbook.change(book, pk, form.texts(), by=request.user)
        except addressbook.Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        except book.model.DoesNotExist:
            raise Http404 from None  # deleted in this moment
        else:
            messages.success(request, f"{book.name}「{changed}」を変更しました。")
            return redirect("register:entries", slug=slug)
    return _form_page(request, book, form, pk=pk, entry=entry)


@applicant_only
def remove(request: MemberRequest, slug: str, pk: uuid.UUID) -> HttpResponse:
    """削除: a page that names the entry and asks; a POST deletes it."""
    book = _book(slug)
    entry = get_object_or_404(addressbook.entries(book, by=request.user), pk=pk)
    if request.method != "POST":
        labels = [str(field.label) for field in FORMS[slug].base_fields.values()]
        texts = [str(getattr(entry, name)) or "—" for name in book.fields]
        shown = {"book": book, "entry": entry, "rows": list(zip(labels, texts, strict=True))}
        return render(request, "register/remove.html", shown)
    try:
        addressbook.remove(book, pk, by=request.user)
    except book.model.DoesNotExist:
        raise Http404 from None  # deleted in this moment
    messages.success(request, f"{book.name}「{entry}」を削除しました。")
    return redirect("register:entries", slug=slug)


def _form_page(
    request: MemberRequest, book: Book, form: EntryForm, *, pk: uuid.UUID, entry: Entry | None = None
) -> HttpResponse:
    shown = {
        "book": book,
        "form": form,
        "pk": pk,
        "entry": entry,
        "back": dialog.way_back(request),
        "in_dialog": _in_dialog(request) and entry is None,
        "problems": sum(len(found) for found in form.errors.values()),
    }
    return _varied(render(request, "register/entry.html", shown))


def _varied(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    return response


def _in_dialog(request: MemberRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _book(slug: str) -> Book:
    if slug not in BOOKS:
        raise Http404
    return BOOKS[slug]


def _target(request: MemberRequest, book: Book) -> str:
    """What the choice is made for, as ?for= says; the book's first purpose when it says nothing we know."""
    own = [target for target, of in TARGETS.items() if of == book]
    wished = request.GET.get("for", "")
    return wished if wished in own else own[0]


def _purpose(request: MemberRequest, book: Book) -> str:
    """The query that takes a search's way back and purpose along to 登録; "" when it was opened from no form."""
    back = dialog.way_back(request)
    return urlencode({"back": back, "for": _target(request, book)}) if back else ""


def _form_id(request: MemberRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("entry", ""))
    except ValueError:
        raise BadRequest("a form of an entry without its id") from None
