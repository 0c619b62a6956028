"""Pages for everybody: their words, their links, whom to call and when, and what search engines may keep."""

import datetime as dt
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from netdesk import questions
from tests import make

PAGES = {
    "/": "工事の保証を電子で｜ネットデスク",
    "/guide/": "電子保証とは｜ネットデスク",
    "/guide/contractors/": "受注者の方へ｜電子保証とは｜ネットデスク",
    "/guide/officials/": "発注者の方へ｜電子保証とは｜ネットデスク",
    "/faq/": "よくあるご質問｜ネットデスク",
    "/contact/": "お問い合わせ｜ネットデスク",
    "/accessibility/": "ウェブアクセシビリティ方針｜ネットデスク",
    "/terms/": "ご利用条件（見本）｜ネットデスク",
    "/privacy/": "個人情報の取扱い（見本）｜ネットデスク",
    "/issuers/": "対応している発注者｜ネットデスク",
    "/news/": "お知らせ｜ネットデスク",
}


def words(page):
    return " ".join(strip_tags(page.content.decode()).split())


@pytest.mark.parametrize(("path", "title"), PAGES.items())
def test_every_page_has_its_title_and_a_description_of_its_own(client, db, path, title):
    page = client.get(path).content.decode()
    assert f"<title>{title}</title>" in page
    [description] = re.findall(r'<meta name="description" content="([^"]*)">', page)
    assert 15 <= len(description) <= 120
    assert page.count("nd/public.css") == 1


def test_no_two_pages_are_described_alike(client, db):
    told = [re.search(r'name="description" content="([^"]*)"', client.get(path).content.decode())[1] for path in PAGES]
    assert len(set(told)) == len(PAGES)


class Links(HTMLParser):
    """Collects where a page leads, and the ids to which one can come."""

    def __init__(self, page):
        super().__init__()
        self.to, self.ids = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id"))
        if tag == "a" and not found["href"].startswith(("tel:", "mailto:")):
            self.to.add(found["href"])


def test_every_link_of_every_public_page_leads_somewhere(client, db):
    """Followed from the front page on, through every page that a stranger reaches, fragments included."""
    make.branch()
    make.announcement("お知らせ")
    make.accept(make.issuer())
    waiting, seen, dead = {*PAGES, "/conditions/advance/", "/verify/"}, {}, []
    while waiting:
        path = waiting.pop()
        answer = client.get(path)
        if answer.status_code != 200:
            dead.append((path, answer.status_code))
        is_page = answer.get("Content-Type", "").startswith("text/html")
        seen[path] = Links(answer.content.decode()) if is_page else None
        for link in seen[path].to if is_page else ():
            target, fragment = urldefrag(urljoin(path, link))
            if target not in seen:
                waiting.add(target)
    for path, links in seen.items():
        for link in links.to if links else ():
            target, fragment = urldefrag(urljoin(path, link))
            if fragment and unquote(fragment) not in seen[target].ids:
                dead.append((path, link))
    assert dead == []
    assert set(PAGES) <= set(seen) and "/issuers/131156/" in seen and "/issuers/list.csv" in seen


def test_the_front_page_tells_all_of_it_in_order(client, db):
    page = words(client.get("/"))
    told = [
        "工事の保証証書を、紙から電子へ。",
        "受注者の方：ログインして申し込む",
        "発注者の方：電子保証を照会する",
        "最短で申込の当日に提出",
        "保証料のほかに費用なし",
        "当社の記録で確認",
        "電子保証のしくみ",
        "1. 保証を申し込む受注者から保証会社へ",
        "2. 認証キーのお知らせ保証会社から受注者へ",
        "3. お知らせ（PDF）をメールなどで提出受注者から発注者へ",
        "4. 番号とキーで照会発注者から保証会社へ",
        "5. 電子保証書を表示保証会社から発注者へ",
        "お手続きの流れ",
        "それぞれの方が行うこと",
        "お問い合わせ",
    ]
    places = [page.index(text, page.index("本文へ移動")) for text in told[:-1]] + [page.rindex("お問い合わせ")]
    assert places == sorted(places)
    for missing in ("動画", "まとめて照会", "確認記録", "練習"):
        assert missing not in page


def test_the_front_page_is_for_strangers_and_costs_one_question(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/")


def test_whose_session_has_ended_hears_so_at_the_log_in(client, db, monkeypatch):
    client.force_login(make.person("contractor"))
    client.get("/")
    later = timezone.now() + dt.timedelta(hours=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert client.get("/").url == "/login/?next=/&ended=idle"


def test_every_question_has_an_address_that_opens_it(client, db):
    page = client.get("/faq/").content.decode()
    asked = [one for topic in questions.TOPICS for one in topic.questions]
    assert len(asked) == 9
    for one in asked:
        # Browsers open the <details> around the target of a fragment: the id stands inside, not on it.
        assert re.search(rf'<details[^>]*><summary>(?:(?!</details>).)*id="{one.anchor}"', page, re.DOTALL)
        assert f'<a href="#{one.anchor}">この質問へのリンク' in page
        assert page.count(one.question) == 2 and one.answer in page
    for topic in questions.TOPICS:
        assert f'<a href="#{topic.anchor}">{topic.name}</a><span class="sub">{len(topic.questions)}件</span>' in page
    anchors = [one.anchor for one in asked] + [topic.anchor for topic in questions.TOPICS]
    assert len(set(anchors)) == len(anchors)


@pytest.mark.parametrize(
    ("now", "told"),
    [
        ("2026-06-01T10:00+09:00", ["ただいま受付時間内です", "2026年7月20日（月） 海の日"]),
        ("2026-06-05T17:00+09:00", ["ただいま受付時間外です", "6月8日（月）9:00からです"]),
        ("2026-12-28T23:00+09:00", ["1月4日（月）9:00からです", "2026年12月29日（火）〜1月3日（日） 年末年始"]),
    ],
)
def test_whom_to_call_and_whether_somebody_answers_now(client, db, monkeypatch, now, told):
    make.branch()
    make.branch("103", name="多摩支店", phone="042-000-0002")
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime.fromisoformat(now))
    page = re.sub(r"(?<=）) ?(?=海|年末)", " ", words(client.get("/contact/")))
    for text in [*told, "新宿支店", "03-0000-0001", "多摩支店", "042-000-0002", "代表 03-0000-0000"]:
        assert text in page, text


def test_the_front_page_names_the_next_closure(client, db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime.fromisoformat("2026-12-01T10:00+09:00"))
    assert "次の休業日：2026年12月29日（火）〜1月3日（日） 年末年始" in words(client.get("/"))


def test_officials_read_what_each_answer_means_and_that_a_rebuilt_file_is_no_forgery(client, db):
    page = words(client.get("/guide/officials/"))
    for heading in (
        "有効な電子保証です",
        "保証期間前の電子保証です",
        "保証期間が満了した電子保証です",
        "この保証は解約されています",
    ):
        assert heading in page
    assert "作り直されたファイルの可能性" in page and "改ざん" not in page


@pytest.mark.parametrize("path", ["/terms/", "/privacy/"])
def test_sample_texts_say_that_they_are_samples(client, db, path):
    assert "これは見本です" in words(client.get(path))


def test_the_accessibility_page_claims_no_more_than_was_done(client, db):
    page = words(client.get("/accessibility/"))
    for text in ("JIS X 8341-3:2016", "WCAG 2.2", "axe-core", "適合の宣言はしていません", "まだ行っていません"):
        assert text in page


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        ("/", True),
        ("/?q=1", False),
        ("/guide/officials/", True),
        ("/faq/", True),
        ("/issuers/", True),
        ("/issuers/131156/", True),
        ("/issuers/search/", False),
        ("/issuers/list.csv", False),
        ("/news/1/", True),
        ("/verify/", True),
        ("/verify/result/1/", False),
        ("/conditions/advance/", True),
        ("/login/", False),
        ("/applications/", False),
        ("/admin/", False),
        ("/demo/mail/", False),
        ("/static/nd/nd.css", True),
    ],
)
def test_search_engines_keep_the_public_pages_only(client, path, is_open):
    answer = client.get("/robots.txt")  # without a database
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    rules = [line.split(": ") for line in answer.content.decode().splitlines()[1:]]
    fitting = [(len(rule), kind) for kind, rule in rules if re.match(re.escape(rule).replace(r"\$", "$"), path)]
    assert (max(fitting)[1] == "Allow") == is_open


def test_the_menu_shows_where_one_is(client, db):
    for path, item in (
        ("/guide/officials/", "電子保証とは"),
        ("/faq/", "よくあるご質問"),
        ("/contact/", "お問い合わせ"),
    ):
        page = client.get(path).content.decode()
        assert re.findall(r'<a href="[^"]*" aria-current="page">([^<]*)</a>', page) == [item]


def test_every_frame_ends_with_the_same_links(client, db):
    wanted = [reverse(name) for name in ("terms", "privacy", "accessibility", "guide", "verify:form")]
    for person, path in ((None, "/faq/"), ("contractor", "/"), ("head", "/admin/queue/")):
        if person:
            client.force_login(make.person(person))
        foot = client.get(path).content.decode().partition('<footer class="ft">')[2]
        assert [link for link in wanted if f'href="{link}"' in foot] == wanted


@pytest.mark.parametrize("path", ["/", "/nothing/", "/?q=%FF"])
def test_a_process_that_serves_the_look_up_only_draws_its_pages_in_the_same_frame(client, db, settings, path):
    settings.ROOT_URLCONF = "guarantees.verify_urls"
    page = client.get(path).content.decode()
    assert set(re.findall(r'<a [^>]*href="([^"]*)"', page)) <= {"/", "#main", "tel:0300000000"}
    assert "ネットデスク" in page and "電子保証の照会" in page


@pytest.mark.parametrize("product", ["advance", "contract"])
def test_the_application_form_leads_to_the_bodies_that_accept(client, db, product):
    client.force_login(make.person("contractor"))
    page = client.get("/applications/new/").content.decode()
    link = '<a href="/issuers/" target="_blank" rel="noopener">電子保証対応の発注者（別ウィンドウで開きます）</a>'
    place = page.index(f'name="{product}_format"')
    assert page.index(link, place) < page.index(f'name="{product}_amount"')
