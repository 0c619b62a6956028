"""The one address that takes more than a form: a file to be attached. It is read for people of companies only, and in time.

A body of ten megabytes may take minutes to come, and holds one of our few threads as long. So a stranger's is not read
at all, only a few are read at once by each process, and none for ever. The processes' main threads say meanwhile that
they are alive: gunicorn's timeout does not end a slow upload, and need not.
"""

import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from accounts import access
from accounts.models import User
from applications.attached import LARGEST as LARGEST_FILE
from netdesk import refusals

Answer = Callable[[HttpRequest], HttpResponseBase]

log = logging.getLogger(__name__)
ADDRESS = re.compile(r"/applications/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/attachments/add/")
LARGEST = LARGEST_FILE + 16 * 1024  # with the small fields and the lines between the parts
AT_ONCE = 2  # of the four threads of a process; the other pages go on
SECONDS = 180  # ten megabytes at half a megabit
RETRY_AFTER = 15
_places = threading.BoundedSemaphore(AT_ONCE)


def is_one(request: HttpRequest) -> bool:
    """Tell whether this is a file that somebody sends to be attached."""
    is_post = request.META["REQUEST_METHOD"] == "POST" and request.content_type == "multipart/form-data"
    return is_post and ADDRESS.fullmatch(request.path) is not None


def uploads(get_response: Answer) -> Answer:
    """Read an upload, where one comes, with the care that sound_requests takes with every other form (middleware).

    It stands behind those who know who is here: a stranger's file is not read, nor one that nobody asked the desk for.
    503 when others are being read, 408 when it came too slowly, 400 when it is cut or no sound text stands beside it.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not is_one(request):
            return get_response(request)
        if not isinstance(request.user, User):
            return access.to_login(request)
        if not request.user.is_contractor:
            raise Http404
        if not _places.acquire(blocking=False):
            response = refusals.page(request, 503, reason="file")
            response["Retry-After"] = str(RETRY_AFTER)
            return response
        try:
            status = _read(request)
            return refusals.page(request, status, reason="file") if status else get_response(request)
        finally:
            _places.release()

    return middleware


def _read(request: HttpRequest) -> int:
    """Let Django read the whole body, the file into a temporary one; give the status to refuse with, 0 for none."""
    with _until(request.META.get("gunicorn.socket")) as is_late:
        try:
            fields = [(name, text) for name, texts in request.POST.lists() for text in texts]
            names = [*request.POST, *request.FILES]
        except (UnreadablePostError, MultiPartParserError) as fault:
            log.warning("an upload broke off: %r", fault)
            return 408 if is_late.is_set() else 400
    if is_late.is_set():
        return 408
    texts = [part for field in fields for part in field] + names
    # Django has put U+FFFD where the bytes were no text.
    is_sound = len(set(names)) == len(names) and len(fields) == len(request.POST)
    return 0 if is_sound and not any("\0" in text or "\ufffd" in text for text in texts) else 400


@contextmanager
def _until(line: socket.socket | None) -> Iterator[threading.Event]:
    """Hang up our receiving end when the time is over: what is still to come then counts as cut."""
    is_late = threading.Event()

    def hang_up() -> None:
        is_late.set()
        if line is not None:
            try:
                line.shutdown(socket.SHUT_RD)
            except OSError:
                log.debug("the line is down already")

    timer = threading.Timer(SECONDS, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()
