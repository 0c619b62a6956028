"""Log-in and log-out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access, demo
from accounts.forms import ENDINGS, LoginForm
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
