"""The door: who a visitor is, on which side of the desk, how long he may stay. A second factor will stand here too."""

import ipaddress
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY, authenticate, login, logout
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_variables

from accounts import throttle
from accounts.models import Contractor, User
from audit import trail

View = Callable[..., HttpResponseBase]

IDLE_AT_DESK, IDLE_OF_CONTRACTOR = timedelta(minutes=30), timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
# Moments are kept in the session as whole seconds. Use is noted once a minute, not with every request.
ENTERED_AT, USED_AT = "entered_at", "used_at"
NOTED_EVERY = 60
# What a page asks or saves by itself bears this header: it is answered, but it is no use by a person.
BY_ITSELF = "X-Netdesk-By-Itself"
# Where a request carries why its session has just ended (forms.ENDINGS); no client can write under this name.
ENDED = "netdesk.session_ended"

LONGEST_WAY = 2000  # characters of a page to return to
# What is open to a person who has still to choose a password; the look-up of the officials is open as well.
BEFORE_OWN_PASSWORD = ("accounts:password", "accounts:login", "accounts:logout", "accounts:session", "csp_report")


class MemberRequest(HttpRequest):
    """A request that came through a door: its user is one of our people."""

    user: User


class NotRecognised(Exception):
    """The e-mail address and the password do not open an account. Which of them is wrong is told to nobody."""

    def __init__(self) -> None:
        super().__init__(
            "メールアドレスまたはパスワードが正しくありません。大文字・小文字、全角・半角を確認して、もう一度入力してください。"
        )


def visitor(request: HttpRequest) -> str:
    """Give the address the request came from: what the outermost trusted proxy saw, else the peer itself.

    Only the last TRUSTED_PROXIES entries of X-Forwarded-For were written by our own proxies; all before them
    may be invented. "" when the server was reached without an address (a local socket).
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
    trusted = settings.TRUSTED_PROXIES
    seen = hops[-trusted] if 0 < trusted <= len(hops) else peer
    return _address(seen) or _address(peer)


def network(address: str) -> str:
    """Give what a throttle counts by: an IPv4 address, or the /64 in which an IPv6 visitor may take any address."""
    if ":" not in address:
        return address
    return str(ipaddress.IPv6Network((address, 64), strict=False))


def _address(text: str) -> str:
    """Write an address in its one usual form; "" when it is none. IPv4 inside IPv6 is IPv4; a zone is dropped."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


@sensitive_variables("password")
def identify(email: str, password: str, *, visitor: str) -> User:
    """Tell who knows this password. A disabled person, an unknown address and a wrong password cost the same time.

    Raises NotRecognised (kept in the audit trail) and throttle.TooManyTries. Opens its own transactions: the slow
    hash is computed outside of them.
    """
    attempt = throttle.begin(email, visitor=network(visitor))
    person = authenticate(username=email, password=password)
    with transaction.atomic():
        if isinstance(person, User):
            throttle.succeed(attempt)
            return person
        trail.record("user.login_refused", attempt, by=None, visitor=attempt.visitor)
    raise NotRecognised


def enter(request: HttpRequest, person: User) -> None:
    """Open a new session for a person already identified; the one before ends here, a look-up's 15 minutes with it."""
    request.session.flush()
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(seen_at=person.last_login)
        login(request, person)
        trail.record("user.logged_in", person, by=person, visitor=network(visitor(request)))
    request.session[ENTERED_AT] = request.session[USED_AT] = int(timezone.now().timestamp())


def leave(request: HttpRequest) -> None:
    """End the session on the server; its id opens nothing any more."""
    if isinstance(request.user, User):
        with transaction.atomic():
            trail.record("user.logged_out", request.user, by=request.user)
    logout(request)


def home(person: User) -> str:
    """The page a person starts from."""
    return reverse("admin:index" if person.is_desk else "top")


def way_on(person: User, wished: str) -> str:
    """Where to go after the log-in: the page wished when it lies in this portal and on the person's side, else home."""
    local = (
        wished.startswith("/")
        and len(wished) <= LONGEST_WAY
        and url_has_allowed_host_and_scheme(wished, allowed_hosts=None)
    )
    on_own_side = person.is_desk or not wished.startswith(reverse("admin:index"))
    return wished if local and on_own_side else home(person)


def to_login(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the log-in page, which tells him why his session ended, and from there back to his page.

    A part of a page fetched by htmx makes the whole page go there.
    """
    more = {"ended": request.META[ENDED]} if ENDED in request.META else {}
    if request.method == "POST":
        more["lost"] = "1"
    return _led_to("accounts:login", request, **more)


def _led_to(name: str, request: HttpRequest, **more: str) -> HttpResponse:
    """Send somebody to a page that knows the way back (next=)."""
    query = QueryDict(mutable=True)
    query.update({"next": _way_back(request)} | more)
    url = f"{reverse(name)}?{query.urlencode(safe='/')}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _way_back(request: HttpRequest) -> str:
    """The page to return to. After a POST, or for a part of a page, that is the page on which the person stood."""
    if request.method in ("GET", "HEAD") and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    try:
        page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    except ValueError:  # "http://["
        return reverse("top")
    if page.netloc != request.get_host():
        return reverse("top")
    return page._replace(scheme="", netloc="", fragment="").geturl()


def company(request: MemberRequest) -> Contractor:
    """Give the company of a person whom the contractors' door let in."""
    contractor = request.user.contractor
    if contractor is None:
        raise Http404
    return contractor


def contractor_only(view: View) -> View:
    """Open a view to contractors. A stranger is sent to the log-in; for our own staff it does not exist."""
    return _door(view, lambda person: person.is_contractor)


def applicant_only(view: View) -> View:
    """Open a view to those who act for a company (申込者, 管理者). For a 閲覧者, who only reads, it does not exist."""
    return _door(view, lambda person: person.may_apply)


def manager_only(view: View) -> View:
    """Open a view to those who keep the people and the profile of a company (管理者). For its others it does not exist."""
    return _door(view, lambda person: person.is_manager)


def desk_only(view: View) -> View:
    """Open a view to branches and head office. A stranger is sent to the log-in; for contractors it does not exist."""
    return _door(view, lambda person: person.is_desk)


def members_only(view: View) -> View:
    """Open a view to everybody who is logged in, on either side of the desk. A stranger is sent to the log-in."""
    return _door(view, lambda person: True)


def _door(view: View, belongs: Callable[[User], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return to_login(request)
        if not belongs(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def session_limits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """End sessions that were idle or open for too long, and those whose person may no longer log in (middleware).

    The request goes on as a stranger's: public pages answer it, the doors send it to the log-in page with the reason.
    Whoever is here with a password that somebody else set is led to choose another before anything else.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            if ended := _ended(request, request.user):
                logout(request)
                request.META[ENDED] = ended
            elif request.user.password_given_at and not _is_open_before_own_password(request.path):
                return _led_to("accounts:password", request)
        elif SESSION_KEY in request.session:
            request.session.flush()  # the person was disabled; enabling him again must not bring the session back
        return get_response(request)

    return middleware


def _is_open_before_own_password(path: str) -> bool:
    return path in map(reverse, BEFORE_OWN_PASSWORD) or path.startswith(reverse("verify:form"))


def _ended(request: HttpRequest, person: User) -> str:
    """Tell why the session is over: "idle", "absolute", "stopped", or "" when it goes on, and then note its use."""
    now = int(timezone.now().timestamp())
    entered_at = request.session.setdefault(ENTERED_AT, now)
    used_at = request.session.setdefault(USED_AT, now)
    if person.stopped_at and entered_at <= person.stopped_at.timestamp():
        return "stopped"  # and reopened before this session was used again
    if now - used_at >= _idle_of(person).total_seconds():
        return "idle"
    if now - entered_at >= ABSOLUTE.total_seconds():
        return "absolute"
    if now - used_at >= NOTED_EVERY and BY_ITSELF not in request.headers:
        request.session[USED_AT] = now
    return ""


class Left(NamedTuple):
    """Seconds until a session ends: without use, and at the latest; and the minutes that it may lie idle."""

    idle: int
    absolute: int
    minutes: int


def left(request: HttpRequest) -> Left | None:
    """Tell how long a person may stay from now on; None for strangers. Seconds, for clocks of visitors may be wrong."""
    person = getattr(request, "user", None)
    if not isinstance(person, User) or USED_AT not in request.session:
        return None
    now = int(timezone.now().timestamp())
    idle, absolute = int(_idle_of(person).total_seconds()), int(ABSOLUTE.total_seconds())
    return Left(
        idle=request.session[USED_AT] + idle - now,
        absolute=request.session[ENTERED_AT] + absolute - now,
        minutes=idle // 60,
    )


def _idle_of(person: User) -> timedelta:
    return IDLE_AT_DESK if person.is_desk else IDLE_OF_CONTRACTOR
