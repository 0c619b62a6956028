"""What a page says when the bytes of a paper are missing or are not ours: it gives out nothing, and whom to call."""

import functools
import logging
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

from guarantees import papers
from netdesk import refusals

log = logging.getLogger(__name__)
R = TypeVar("R", bound=HttpRequest)
P = ParamSpec("P")


def told(view: Callable[Concatenate[R, P], HttpResponse]) -> Callable[Concatenate[R, P], HttpResponse]:
    """Answer with a page of our own when the view meets papers.Damaged, and log it: somebody has to look."""

    @functools.wraps(view)
    def watched(request: R, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except papers.Damaged:
            log.exception("a paper is damaged: %s", request.path)
            return refusals.page(request, 500, reason="paper")

    return watched
