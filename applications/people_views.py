"""利用者: a 管理者 sees the people of his company, invites, gives roles, stops and reopens."""

import uuid
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import colleagues, invitations
from accounts.access import MemberRequest, company, manager_only
from accounts.models import Invitation, User
from applications import posted
from applications.people_forms import WHAT_ROLES_DO, InviteForm, RoleForm


class Guest(NamedTuple):
    """An invitation as the list shows it."""

    invitation: Invitation
    word: str


@manager_only
@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """Everybody of the company, and who is asked to join it."""
    mine = company(request)
    open_ones = [Guest(one, "期限切れ" if invitations.is_late(one) else "招待中") for one in invitations.waiting(mine)]
    shown = {"people": list(colleagues.of(mine)), "guests": open_ones, "most": invitations.MOST}
    return render(request, "register/people.html", shown)


@manager_only
def invite(request: MemberRequest) -> HttpResponse:
    """利用者の招待: name, address and role; a POST writes the letter."""
    if request.method != "POST":
        return _invite_page(request, InviteForm(initial={"company_role": User.CompanyRole.APPLICANT.value}))
    form = InviteForm(posted.once(request))
    if form.is_valid():
        wish = form.texts()
        try:
            made = invitations.invite(wish["email"], wish["name"], wish["company_role"], by=request.user)
        except invitations.Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        except colleagues.NotAllowed as refusal:
            return _refused(request, refusal)
        else:
            messages.success(request, f"{made.email} へ招待のメールを送ります。")
            return redirect("register:people")
    return _invite_page(request, form)


def _invite_page(request: MemberRequest, form: InviteForm) -> HttpResponse:
    shown = {"form": form, "notes": WHAT_ROLES_DO, "days": invitations.LIFE.days}
    return render(request, "register/invite.html", shown)


@manager_only
@require_POST
def invite_again(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """もう一度送る: a new letter; the link of the old one is over."""
    try:
        made = invitations.send_again(pk, by=request.user)
    except Invitation.DoesNotExist:
        raise Http404 from None
    except (invitations.Refused, colleagues.NotAllowed) as refusal:
        messages.warning(request, _sentence(str(refusal)))
    else:
        messages.success(
            request, f"{made.email} へ招待のメールをもう一度送ります。前のメールのリンクは使えなくなりました。"
        )
    return redirect("register:people")


@manager_only
@require_POST
def uninvite(request: MemberRequest, pk: uuid.UUID) -> HttpResponse:
    """招待を取り消す: the link opens nothing any more."""
    try:
        gone = invitations.withdraw(pk, by=request.user)
    except Invitation.DoesNotExist:
        raise Http404 from None
    except colleagues.NotAllowed as refusal:
        return _refused(request, refusal)
    messages.success(request, f"{gone.name}様への招待を取り消しました。")
    return redirect("register:people")


@manager_only
def person(request: MemberRequest, pk: int) -> HttpResponse:
    """One of the company's people: a POST gives another role."""
    found = _found(request, pk)
    if request.method != "POST":
        return _person_page(request, found, RoleForm(initial={"company_role": found.company_role}))
    form = RoleForm(posted.once(request))
    if not form.is_valid():
        return _person_page(request, found, form)
    try:
        changed = colleagues.give_role(pk, form.texts()["company_role"], by=request.user)
    except colleagues.NotAllowed as refusal:
        return _refused(request, refusal)
    messages.success(request, f"{changed.name}様の役割は、{changed.get_company_role_display()}です。")
    return redirect("register:people")


def _person_page(request: MemberRequest, found: User, form: RoleForm) -> HttpResponse:
    shown = {"person": found, "form": form, "notes": WHAT_ROLES_DO, "is_own": found.pk == request.user.pk}
    return render(request, "register/person.html", shown)


@manager_only
def stop(request: MemberRequest, pk: int) -> HttpResponse:
    """利用停止: a page that says what will happen; a POST does it."""
    found = _found(request, pk)
    if request.method != "POST":
        if found.pk == request.user.pk or not found.is_active:
            return redirect("register:person", pk=pk)
        return render(request, "register/stop.html", {"person": found})
    try:
        colleagues.stop(pk, by=request.user)
    except colleagues.NotAllowed as refusal:
        return _refused(request, refusal)
    messages.success(request, f"{found.name}様の利用を停止しました。")
    return redirect("register:people")


@manager_only
@require_POST
def reopen(request: MemberRequest, pk: int) -> HttpResponse:
    """利用を再開する."""
    found = _found(request, pk)
    try:
        colleagues.reopen(pk, by=request.user)
    except colleagues.NotAllowed as refusal:
        return _refused(request, refusal)
    messages.success(request, f"{found.name}様の利用を再開しました。")
    return redirect("register:people")


def _found(request: MemberRequest, pk: int) -> User:
    return get_object_or_404(colleagues.of(company(request)), pk=pk)


def _refused(request: MemberRequest, refusal: Exception) -> HttpResponse:
    """Go where everybody of the company may go: who is told that he is no 管理者 any more finds no 利用者 page."""
    messages.warning(request, str(refusal))
    return redirect("register:overview")


def _sentence(text: str) -> str:
    return text if text.endswith("。") else f"{text}。"
