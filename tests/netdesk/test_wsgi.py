"""What the web server hands over: whatever encoding a client names, everything is read as UTF-8."""

import io
from urllib.parse import quote

import pytest

from netdesk.wsgi import application

# The handler closes the connection it finds and opens its own.
pytestmark = pytest.mark.django_db(transaction=True)
FIELD = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n\\ud800\r\n--b--\r\n'


def ask(path, content_type, body=b""):
    """Answer of the application as a web server gets it: status and text."""
    said = []
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    answer = application(environ, lambda status, headers: said.append(status))
    text = b"".join(answer).decode()
    answer.close()
    return int(said[0][:3]), text


ODD = ["charset=rot13", "charset=raw_unicode_escape", "charset=utf-16", "charset=utf-8; charset=utf-7", "charset*=x''y"]


@pytest.mark.parametrize("named", ODD)
def test_an_address_is_read_as_utf8_whatever_is_named(named):
    status, text = ask(f"/login/?next={quote('/髙﨑')}%5Cud800", f"text/html; {named}")
    assert status == 200
    assert 'value="/髙﨑\\ud800"' in text


@pytest.mark.parametrize("named", ODD)
def test_a_form_in_another_encoding_is_refused(named):
    status, text = ask("/login/", f"multipart/form-data; boundary=b; {named}", FIELD)
    assert status == 415
    assert "送られた内容を読み取れませんでした" in text


@pytest.mark.parametrize("named", ["charset=utf-8", 'CHARSET="UTF8"'])
def test_a_form_may_say_that_it_is_utf8(named):
    status, text = ask("/login/", f"multipart/form-data; {named}; boundary=b", FIELD)
    assert status == 403  # it was read: only the token of our page is missing
    assert "送られた内容を読み取れませんでした" not in text


def test_too_many_words_in_an_address_are_refused_in_japanese():
    status, text = ask("/login/?" + "a&" * 1001, "text/html; charset=utf-8")
    assert status == 400
    assert "送られた内容を読み取れませんでした" in text
