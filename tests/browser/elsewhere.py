"""Requests from another address of this machine, so that what they use up is not missing to anybody else's browser."""

import http.client
import http.cookies
import re
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
FORM = "application/x-www-form-urlencoded"


class Elsewhere:
    """A visitor at `address` (127.0.0.x), who keeps his cookies."""

    def __init__(self, url: str, address: str) -> None:
        self.url, self.address, self.cookies = urlsplit(url), address, {}

    def ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Open a page, or post a form found there; give status and body of the answer."""
        connection = http.client.HTTPConnection(
            self.url.hostname, self.url.port, timeout=30, source_address=(self.address, 0)
        )
        heads = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Origin": self.url.geturl(),
        }
        connection.request(
            *("GET", path) if fields is None else ("POST", path, urlencode(fields)),
            headers=heads | ({"Content-Type": FORM} if fields else {}),
        )
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    def insist(self, path: str, fields: dict[str, str], status: int, patience: int) -> str:
        """Post the same form until the answer has this status, at most `patience` times; give that page."""
        token = TOKEN.search(self.ask(path)[1])
        assert token
        for _ in range(patience):
            answered, body = self.ask(path, fields | {"csrfmiddlewaretoken": token[1]})
            if answered == status:
                return body
        raise AssertionError(f"{answered} after {patience} tries")
