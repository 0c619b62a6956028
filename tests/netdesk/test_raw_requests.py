"""What only a raw connection can say, said to the real web server: broken requests end there or at our first middleware."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """The web server as the portal starts it. Nothing asked here needs a database."""
    said = tmp_path_factory.mktemp("web") / "said"
    with socket.create_server(("127.0.0.1", 0)) as door, said.open("wb") as out:
        command = [sys.executable, "-m", "gunicorn", "netdesk.wsgi", "--bind", f"fd://{door.fileno()}"]
        shape = ["--no-control-socket", "--worker-class=gthread", "--workers=1", "--threads=2", "--graceful-timeout=1"]
        env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
        web = subprocess.Popen([*command, *shape], cwd=ROOT, env=env, stdout=out, stderr=out, pass_fds=[door.fileno()])
        try:
            number = door.getsockname()[1]
            until_it_answers(number)
            yield number
        finally:
            web.terminate()
            web.wait(20)


def until_it_answers(port):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if status(say(port, request(), seconds=5)) == 200:
            return
        time.sleep(0.1)
    raise AssertionError("the web server does not answer")


def request(line="GET /healthz HTTP/1.1", *headers, host="Host: 127.0.0.1"):
    return "\r\n".join([line, *filter(None, [host]), *headers, "Connection: close", "", ""]).encode("latin-1")


def say(port, raw, seconds=10):
    """Send the bytes and give all that comes back; b"" where the server only hung up."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as line:
        got = b""
        try:
            line.sendall(raw)
            while chunk := line.recv(65536):
                got += chunk
        except (ConnectionError, TimeoutError):
            pass
    return got


def status(answer):
    """The first status of an answer; how many there are tells whether one request was taken for two."""
    assert answer.count(b"HTTP/1.1 ") <= 1, answer
    return int(answer.split(b" ", 2)[1]) if answer else 0


def test_an_honest_request_is_answered(port):
    assert status(say(port, request())) == 200


@pytest.mark.parametrize(
    "method", ["TRACE", "CONNECT", "PROPFIND", "PUT", "DELETE", "PATCH", "get", "Get", "G\u00e9t", "GE T", ""]
)
def test_other_methods_are_refused(port, method):  # 57
    answer = say(port, request(f"{method} /healthz HTTP/1.1"))
    assert status(answer) in {400, 405}
    assert b"ok\n" not in answer


@pytest.mark.parametrize(
    "hosts",
    [
        ["Host: evil.example"],
        ["Host: 127.0.0.1", "Host: evil.example"],
        ["Host: evil.example", "Host: 127.0.0.1"],
        ["Host: 127.0.0.1", "Host: 127.0.0.1"],
        ["Host: 127.0.0.1, evil.example"],
        ["Host: 127.0.0.1@evil.example"],
        ["Host: 127.0.0.1:80:80"],
        ["Host: 127.0.0.1/evil"],
        ["Host: "],
        ["Host : 127.0.0.1"],
        ["X: y", " Host: 127.0.0.1"],
    ],
    ids=" ".join,
)
def test_a_host_that_is_not_ours_or_said_twice_is_refused(port, hosts):  # 58
    answer = say(port, request("GET /login/ HTTP/1.1", *hosts, host=""))
    assert status(answer) == 400
    assert b"evil.example" not in answer


@pytest.mark.parametrize(
    "target",
    ["http://evil.example/healthz", "http://127.0.0.1/healthz", "//evil.example/healthz", "*", "evil.example:443"],
)
def test_an_address_with_a_host_of_its_own_is_refused(port, target):  # 58
    answer = say(port, request(f"GET {target} HTTP/1.1"))
    assert status(answer) in {400, 404}
    assert b"Location:" not in answer


@pytest.mark.parametrize(
    "header",
    [
        "Cookie: a=" + "x" * 20_000,
        "X-Long: " + "x" * 100_000,
        "X-Bare: a\rSet-Cookie: b=c",
        "X-Nul: a\0b",
        "X-Line: a\n\tb",
        "No colon at all",
        ": no name",
        "X-Na me: a",
        "\r\n".join(f"X-{n}: y" for n in range(200)),
    ],
    ids=lambda header: header[:20].encode("unicode_escape").decode(),
)
def test_headers_too_long_too_many_or_torn_are_refused(port, header):  # 61
    answer = say(port, request("GET /healthz HTTP/1.1", header))
    assert status(answer) in {400, 431}
    assert b"Set-Cookie" not in answer


def test_a_hundred_cookies_are_only_cookies(port):  # 61
    answer = say(port, request("GET /healthz HTTP/1.1", "Cookie: " + "; ".join(f"c{n}=1" for n in range(100))))
    assert status(answer) == 200


@pytest.mark.parametrize(
    "target",
    [
        "/healthz/%2e%2e/login/",
        "/../login/",
        "/static/../netdesk/settings.py",
        "/login/;jsessionid=1",
        "/login%00",
        "/%00",
    ],
)
def test_ways_up_and_signs_in_disguise_lead_nowhere(port, target):  # 54
    answer = say(port, request(f"GET {target} HTTP/1.1"))
    assert status(answer) == 404
    assert b"SECRET" not in answer
