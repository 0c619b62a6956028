"""What no browser sends from our pages is refused in Japanese before anything reads it."""

import pytest
from django.test import RequestFactory

from accounts.models import LoginTry
from netdesk import middleware

URLENCODED, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.fixture
def post(client, db):
    def send(body, content_type=URLENCODED, **headers):
        return client.generic("POST", "/login/", body, content_type, **headers)

    return send


def test_an_honest_form_passes(post):
    answer = post("email=%E9%AB%99%E5%B4%8E%40example.jp&password=%F0%A0%AE%B7+secret")
    assert answer.status_code == 200
    assert 'value="髙崎@example.jp"' in answer.content.decode()
    assert LoginTry.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        "email=髙﨑".encode("cp932") + b"&password=x",
        "email=杉並区&password=x".encode("utf-16"),
        b"email=%83%8A&password=x",
        b"email=%ff&password=x",
        b"email=a%ED%A0%80b&password=x",  # a lone surrogate
        b"email=%C0%AF&password=x",  # an overlong form
        b"%ff=1&email=a&password=x",
        b"email=a\0b&password=x",
        b"e%00=a&password=x",
    ],
)
def test_broken_text_is_refused(post, body):
    answer = post(body)
    assert answer.status_code == 400
    assert "送られた内容を読み取れませんでした" in answer.content.decode()
    assert LoginTry.objects.count() == 0


def test_a_nul_spelt_in_a_value_is_for_the_form_to_explain(post):
    answer = post(b"email=a%00b&password=x")

    assert answer.status_code == 200
    assert "入力内容に1件の誤りがあります" in answer.content.decode()
    assert LoginTry.objects.count() == 0


def multipart(text, encoding=b""):
    head = b'--b\r\nContent-Disposition: form-data; name="email"\r\n' + encoding + b"\r\n"
    return head + text + b'\r\n--b\r\nContent-Disposition: form-data; name="password"\r\n\r\nx\r\n--b--\r\n'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (multipart("髙﨑".encode()), 200),
        (multipart(b"\x83\x8a"), 400),
        (multipart(b"a\0b"), 400),
        (multipart(b"YQBi", b"Content-Transfer-Encoding: base64\r\n"), 400),  # a NUL in disguise
    ],
)
def test_forms_in_parts_are_read_with_the_same_care(post, body, status):
    assert post(body, "multipart/form-data; boundary=b").status_code == status
    assert LoginTry.objects.count() == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("content_type", "headers", "status"),
    [
        (JSON, {}, 400),
        ("application/json; charset=utf-8", {}, 400),
        ("text/xml", {}, 415),
        ("text/plain", {}, 415),
        ("application/octet-stream", {}, 415),
        (URLENCODED, {"HTTP_CONTENT_ENCODING": "gzip"}, 415),
        (URLENCODED, {"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        (URLENCODED + "; charset=shift_jis", {}, 400),
    ],
)
def test_what_is_no_form_is_refused(post, content_type, headers, status):
    answer = post('{"email": "a@example.jp", "password": "x"}', content_type, **headers)
    assert answer.status_code == status
    assert "送られた内容を読み取れませんでした" in answer.content.decode()
    assert LoginTry.objects.count() == 0


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 200), (1_000_001, 413), (5_000_000, 413)])
def test_a_body_is_at_most_a_million_bytes(post, size, status):
    start = "email=a%40example.jp&password="
    answer = post(start + "x" * (size - len(start)))
    assert answer.status_code == status
    assert ("送られた内容が大きすぎます" in answer.content.decode()) == (status == 413)


def test_the_length_said_is_enough_to_refuse(client, db):
    answer = client.generic("POST", "/login/", b"email=a", URLENCODED, CONTENT_LENGTH="99999999999")
    assert answer.status_code == 413


@pytest.mark.parametrize("length", ["abc", "-1", "1e3", "１２"])
def test_a_length_that_is_no_number_is_refused(length):
    request = RequestFactory().generic("POST", "/login/", b"email=a", URLENCODED)
    request.META["CONTENT_LENGTH"] = length
    assert middleware._unsound(request) == 400


@pytest.mark.parametrize("count", [1_001, 20_000])
def test_more_than_a_thousand_fields_are_refused(post, count):
    answer = post("&".join(f"f{n}=1" for n in range(count)))
    assert answer.status_code == 400
    assert "送られた内容を読み取れませんでした" in answer.content.decode()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "CONNECT", "get", "G\u00c9T"])
@pytest.mark.parametrize("path", ["/login/", "/nothing/"])
def test_other_methods_are_refused(client, db, method, path):
    request = RequestFactory().generic(method, path)
    request.META["REQUEST_METHOD"] = method
    client.handler.load_middleware()
    answer = client.handler.get_response(request)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert "この方法では開けません" in answer.content.decode()


@pytest.mark.parametrize("query", ["q=%ff", "q=%00", "%00=1", "number=%83%8a"])
def test_broken_text_in_a_query_is_refused(client, db, query):
    answer = client.get("/login/?" + query)
    assert answer.status_code == 400
    assert "送られた内容を読み取れませんでした" in answer.content.decode()


@pytest.mark.parametrize("query", ["q=%", "q=" + "%" * 10_000, "q=%zz", "q=髙﨑", "page=-1", "q[]=1&q[]=2"])
def test_odd_but_readable_queries_pass(client, db, query):
    assert client.get("/login/?" + query).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/conditions/%00/",
        "/conditions/advance%00/",
        "/login/%2e%2e/admin/",
        "/login/../admin/",
        "/login/;jsessionid=1",
        "/%ff%fe/",
        "/login%00",
        "/conditions/..%2fadvance/",
        "/static/../netdesk/settings.py",
        "/static/%2e%2e/netdesk/settings.py",
        "/demo/mail/..%2f..%2fetc/",
        "/demo/mail/%2e%2e/",
    ],
)
def test_addresses_that_cannot_be_lead_nowhere(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "お探しのページが見つかりません" in answer.content.decode()


def test_a_nul_hidden_in_a_cookie_does_not_reach_the_database(client, db):
    answer = client.get("/", HTTP_COOKIE='__Host-sessionid="\\000aaaaaaaaaaaaaaaa"')
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "cookie",
    [
        "__Host-sessionid=' OR 1=1 --------",
        "__Host-sessionid=" + "a" * 8000,
        "a=1; " * 100,
        "=;;=",
        "__Host-csrftoken=%00",
    ],
)
def test_odd_cookies_are_strangers(client, db, cookie):
    assert client.get("/applications/", HTTP_COOKIE=cookie).url == "/login/?next=/applications/"


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_ACCEPT_LANGUAGE": "en"}, {"HTTP_USER_AGENT": ""}, {"HTTP_RANGE": "bytes=0-9"}, {"HTTP_IF_NONE_MATCH": "*"}],
)
def test_unusual_headers_get_the_usual_page(client, db, headers):
    answer = client.get("/login/", **headers)
    assert answer.status_code == 200
    assert '<html lang="ja">' in answer.content.decode()


@pytest.mark.parametrize("uri", ["http://evil.example/login/", "*", "evil.example:443"])
def test_an_address_meant_for_a_proxy_is_refused(client, db, uri):
    assert client.get("/login/", RAW_URI=uri).status_code == 400
    assert client.get("/login/", RAW_URI="/login/").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "site", "mode", "status"),
    [
        ("GET", "/login/", "cross-site", "navigate", 200),  # a link on a town hall's own pages
        ("GET", "/login/", "cross-site", "no-cors", 403),
        ("GET", "/login/", "cross-site", "cors", 403),
        ("POST", "/login/", "cross-site", "navigate", 403),
        ("GET", "/guarantees/0b5e3e5c-0000-4000-8000-000000000000/notice.pdf", "cross-site", "navigate", 403),
        ("GET", "/guarantees/0b5e3e5c-0000-4000-8000-000000000000/notice.pdf", "none", "navigate", 302),
        ("POST", "/login/", "same-origin", "navigate", 200),
        ("GET", "/login/", "none", "navigate", 200),
    ],
)
def test_another_site_may_lead_here_but_neither_send_nor_take(client, db, method, path, site, mode, status):
    answer = client.generic(method, path, HTTP_SEC_FETCH_SITE=site, HTTP_SEC_FETCH_MODE=mode)
    assert answer.status_code == status
    assert ("この操作はできません" in answer.content.decode()) == (status == 403)
