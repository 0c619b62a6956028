"""Log-in, log-out and the own password."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, demo, passwords
from accounts.access import MemberRequest
from accounts.forms import ENDINGS, LoginForm, PasswordForm
from accounts.models import User
from accounts.throttle import TooManyTries


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Let a person in and on to the page wished (?next=), in the same words whatever part of the log-in was wrong."""
    if request.method != "POST":
        here = request.user
        return (
            redirect(access.way_on(here, _wished(request))) if isinstance(here, User) else _page(request, LoginForm())
        )
    form = LoginForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        person = access.identify(
            form.cleaned_data["email"], form.cleaned_data["password"], visitor=access.visitor(request)
        )
    except access.NotRecognised as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form)
    except TooManyTries as refusal:
        return _page(request, form, throttled=refusal)
    access.enter(request, person)
    return redirect(access.way_on(person, _wished(request)))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session. Whoever has none is told the same."""
    access.leave(request)
    return redirect(f"{reverse('accounts:login')}?ended=left")


@sensitive_post_parameters("current", "new", "again")
@access.members_only
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: MemberRequest) -> HttpResponse:
    """パスワードの変更, in the frame of the person's side. Passwords typed are never sent back to the page.

    Whom access.session_limits led here goes on to the page wished (?next=).
    """
    person = request.user
    if request.method != "POST":
        return _password_page(request, PasswordForm(person=person))
    form = PasswordForm(request.POST, person=person)
    if not form.is_valid():
        return _password_page(request, form)
    try:
        passwords.change(request, current=form.cleaned_data["current"], new=form.cleaned_data["new"], by=person)
    except passwords.WrongPassword as refusal:
        form.add_error("current", str(refusal))
        return _password_page(request, form)
    except TooManyTries as refusal:
        return _password_page(request, form, throttled=refusal)
    messages.success(
        request,
        "パスワードを変更しました。ほかの端末やブラウザーでは、新しいパスワードでログインし直してください。",
    )
    return redirect(access.way_on(person, _wished(request)))


def _password_page(
    request: MemberRequest, form: PasswordForm, *, throttled: TooManyTries | None = None
) -> HttpResponse:
    person = request.user
    shown = {
        "form": form,
        "throttled": throttled,
        "desk": person.is_desk,
        "home": access.home(person),
        "next": _wished(request),
        "is_first": person.password_given_at is not None,
    }
    response = render(request, "accounts/password.html", shown, status=429 if throttled else 200)
    if throttled:
        response["Retry-After"] = str(throttled.wait)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest) -> HttpResponse:
    """Tell a page how long its session still lasts, and give it a fresh form token. A POST is 続ける: the person is there."""
    if not isinstance(request.user, User):
        return access.to_login(request)
    return render(request, "accounts/session.html", {"left": access.left(request)})


def _wished(request: HttpRequest) -> str:
    return request.POST.get("next", request.GET.get("next", ""))


def _page(request: HttpRequest, form: LoginForm, *, throttled: TooManyTries | None = None) -> HttpResponse:
    context = {
        "form": form,
        "next": _wished(request),
        "throttled": throttled,
        "lost": "lost" in request.GET,
        "ending": ENDINGS.get(request.GET.get("ended", ""), ""),
        "guests": demo.GUESTS if settings.DEMO else (),
        "demo_password": demo.PASSWORD,
    }
    response = render(request, "accounts/login.html", context, status=429 if throttled else 200)
    if throttled:
        response["Retry-After"] = str(throttled.wait)
    return response
