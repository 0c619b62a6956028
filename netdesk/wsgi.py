"""The entry point of web servers."""

import os
import re
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netdesk.settings")

_UTF8 = re.compile(r"""(?i);\s*charset=["']?utf-?8["']?\s*(?=;|$)""")
# No form of ours: netdesk.middleware refuses a body of this kind.
_ODD = "application/x-odd"

_django = get_wsgi_application()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Serve one request, all of it read as UTF-8.

    Django would read address and form in whatever encoding the client names: one that Python knows but that is not for
    text fails before any of our code runs, and others bring lone surrogates, which no database stores.
    """
    kind = _UTF8.sub("", environ.get("CONTENT_TYPE", ""))
    environ["CONTENT_TYPE"] = _ODD if "charset" in kind.lower() or "*" in kind else kind
    return _django(environ, start_response)
