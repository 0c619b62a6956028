"""Random posts over every form of the portal: pages are walked, their forms filled with nonsense, and nothing may break."""

import json
import random
import re
import sys
import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.db import transaction
from django.test import Client

# Things that break programs: nothing, signs and codes of other kinds, widths, lengths, formulas, paths, numbers at their ends.
NONSENSE = [
    "", " ", "　", "\u200b", "・", "0", "-1", "−1", "△1", "1e9", "0x10", "NaN", "Infinity", "١٢٣", "2千万", "９" * 30, "9" * 400, "9" * 5000,
    "2,00,00", "20,000,000円", "¥20,000,000", "<script>alert(1)</script>", '"><img src=x onerror=1>', "{{7*7}}", "{% load %}", "${7*7}",
    "%s%n", "{0.__class__}", "file:///etc/passwd", "a\x1bb", "a\x00b", "\u202eabc", "𠮷髙﨑①㈱", "😀", "\ue000", "ﾐｽﾞﾎ", "あ" * 201, "あ" * 3000,
    "a" + "\u0301" * 900, "a\r\nBcc: x@y.jp", "\u2028", '=HYPERLINK("x")', "+1", "@SUM", "\t=1", "か\u3099", "2027-02-29", "2026-13-01", "0000-00-00",
    "99999-01-01", "令和0年1月1日", "平成40年", "R8.4.1", "２０２６／４／１", "2026/2/2", "a@localhost", "a@[127.0.0.1]", "ａ＠ｅｘａｍｐｌｅ．ｊｐ", "a..b@x.jp",
    "a@日本語.jp", "03-0000-0001", "+81 3 0000 0001", "000-0000-0000", "on", "off", "yes", "no", "1", "2147483648", "9223372036854775808", "-9" * 20,
    "' OR 1=1 --", "%", "_", "\\", "*", "../../x", "%2e%2e", "//evil.example.jp", "javascript:alert(1)", "00000000-0000-0000-0000-000000000000",
    "electronic", "paper", "advance", "contract", "26102-000001", "Z28YUE4J3Bux", "S-2026-00001", "null", "[]", "{}", "true", "𝟙𝟚", "１２", "①",
]  # fmt: skip
SKIPPED = re.compile(r"logout|/static/|\.pdf|\.csv|/demo/|i18n")  # what ends the walk, or is no page


class Forms(HTMLParser):
    """The forms of one page as (address, method, {field: values it offers}), and its links."""

    def __init__(self, page, base):
        super().__init__()
        self.base, self.found, self.links, self._select = base, [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        got = dict(attrs)
        if tag == "a" and got.get("href"):
            self.links.append(got["href"])
        elif tag == "form":
            self.found.append((got.get("action") or self.base, got.get("method", "get").lower(), {}))
        elif tag in {"input", "button", "textarea", "select"} and got.get("name") and self.found:
            self.found[-1][2].setdefault(got["name"], []).append(got.get("value") or "")
            self._select = got["name"] if tag == "select" else ""
        elif tag == "option" and self._select and self.found:
            self.found[-1][2][self._select].append(got.get("value") or "")


class Fuzz:
    """Somebody who presses every button with anything in the fields. `seed` makes the same run again."""

    def __init__(self, people, seed, *, start):
        self.random, self.seed = random.Random(seed), seed
        self.start = start  # visitor -> addresses to begin with
        self.browsers = {}
        for name in start:
            self.browsers[name] = Client(raise_request_exception=False)
            if name in people:
                self.browsers[name].force_login(people[name])
        self.broken, self.statuses, self.forms = [], {}, []

    def walk(self, most=60):
        """Open pages from the start on, and collect their forms."""
        self.forms = []
        for name, addresses in self.start.items():
            waiting, seen = list(addresses), set()
            while waiting and len(seen) < most:
                address = waiting.pop(self.random.randrange(len(waiting)))
                if address in seen:
                    continue
                seen.add(address)
                page = self._ask(name, "GET", address, {})
                if "html" not in page.get("Content-Type", ""):
                    continue
                read = Forms(page.content.decode(), address)
                self.forms += [(name, *form) for form in read.found if not SKIPPED.search(form[0])]
                waiting += [link.partition("#")[0] for link in read.links if _is_ours(link)]

    def post(self, count, *, say=None):
        """Send `count` forms; every 500 the portal is walked again, since the forms change what there is."""
        for turn in range(count):
            if turn % 500 == 0:
                self.walk()
                if say:
                    say(f"{turn} of {count} posts, {len(self.forms)} forms, {len(self.broken)} broken")
            name, address, method, fields = self.random.choice(self.forms)
            self._ask(name, method.upper(), address, self._filled(fields))

    def _filled(self, fields):
        rate = self.random.choice([0.05, 0.2, 0.7])  # from nearly sound to nearly all nonsense
        filled = {}
        for name, offered in fields.items():
            value = self.random.choice(NONSENSE if self.random.random() < rate else offered or [""])
            if self.random.random() > 0.05:
                filled[name] = value
        if self.random.random() < 0.05:
            filled[self.random.choice(["status", "number", "contractor", "x" * 300, "act", "version"])] = "1"
        return filled

    def _ask(self, name, method, address, fields):
        browser = self.browsers[name]
        with transaction.atomic():
            answer = browser.get(address, fields) if method == "GET" else browser.post(address, fields)
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        if answer.status_code >= 500:
            self.broken.append((name, method, address, fields, answer.status_code))
        return answer


def _is_ours(link):
    parts = urlsplit(link)
    return not parts.netloc and parts.path.startswith("/") and not SKIPPED.search(link)


def run(people, posts, seed, *, start, say=lambda words: sys.stderr.write(words + "\n")):
    """Make a run and give what is worth keeping of it."""
    began, fuzz = time.monotonic(), Fuzz(people, seed, start=start)
    fuzz.post(posts, say=say)
    told = {"posts": posts, "seed": seed, "forms": len(fuzz.forms), "statuses": dict(sorted(fuzz.statuses.items()))}
    told |= {"broken": len(fuzz.broken), "seconds": round(time.monotonic() - began)}
    say(json.dumps(told))
    return fuzz, told
