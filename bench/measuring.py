"""Measures pages with Django's test client, the databases of all sizes in turn. Run by bench.lists inside django shell."""

import json
import logging
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

import environ
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from accounts.models import User
from applications import example
from applications.models import Line
from bench import databases, filling, mix
from guarantees import keys, lookup, sample_tariffs, viewing
from guarantees.models import Guarantee
from netdesk import postgres

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))
WARM_UP = 5
GOAL = 1.3
TRIAL = {"BENCH_SIZES", "BENCH_ROUNDS"} & os.environ.keys()  # not the run that is shown to others
SHOWN = Path(__file__).resolve().parent.parent / "docs" / "evidence"
RESULT = (databases.VAR if TRIAL else SHOWN) / "lists.json"
Page = Callable[[], object]


def run() -> None:
    """Fill what is not filled, measure every page on every size, and tell."""
    logging.disable(logging.WARNING)
    settings.ALLOWED_HOSTS = ["*"]
    wrappers = {int(size): _connect(url) for size, url in json.loads(os.environ["BENCH_URLS"]).items()}
    server, pages = postgres.Server(databases.VAR, durable=False), {}
    for size, wrapper in wrappers.items():
        connections["default"] = wrapper
        _prepare(server, size)
        pages[size] = _pages()
    times = _measure(wrappers, pages)
    result = {name: _told(name, by_size) for name, by_size in times.items()}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(filling.note({"rounds": ROUNDS, "goal": GOAL, "pages": result}), "utf-8")


def _connect(url: str) -> BaseDatabaseWrapper:
    """Give a connection under the name that everything asks for."""
    alias = url.rpartition("/")[2]
    connections.settings[alias] = connections.settings["default"] | environ.Env.db_url_config(url)
    wrapper = connections[alias]
    wrapper.alias = "default"
    return wrapper


def _prepare(server: postgres.Server, size: int) -> None:
    call_command("migrate", verbosity=0)
    if not databases.is_filled(server, size):
        call_command("load_issuers", verbosity=0)
        example.furnish()
        sample_tariffs.load()
        databases.fill(server, size)


def _pages() -> dict[str, Page]:
    """Give the pages to measure on the database that is connected now."""
    contractor, clerk, head = (_visitor(name) for name in ("contractor", "clerk", "head"))
    person = User.objects.get(email="contractor@example.jp")
    lines = Line.objects.visible_to(person).order_by("-sent_at", "-id")
    done = Line.objects.filter(branch__code="102", status="approved").order_by("-sent_at", "-id")
    issued = Guarantee.objects.filter(branch__code="102", number__isnull=False, format="electronic")
    number = issued.order_by("-created_at").values_list("number", flat=True)[50]
    keys.verifier = lambda *_: bytes(32)  # the slow hash is the same at every size, and not what is asked here
    return {
        "手続状況：最初のページ": contractor("/applications/"),
        "手続状況：10ページ目": contractor("/applications/", after=str(lines[250].pk)),
        "手続状況：しぼり込み": contractor("/applications/", q="工事", state="done", product="advance"),
        "手続状況：金額順": contractor("/applications/", sort="-amount"),
        "電子保証": contractor("/guarantees/"),
        "電子保証：しぼり込み": contractor("/guarantees/", q="工事", seen="yes"),
        "保証料計算書": contractor("/statements/"),
        "一括納付の明細": contractor("/statements/monthly/"),
        "全体トップ": contractor("/"),
        "受付キュー": clerk("/admin/queue/"),
        "受付キュー：発行手続中": clerk("/admin/queue/", show="issuing"),
        "受付キュー：まもなく満了": clerk("/admin/queue/", show="ending"),
        "受付キュー：終わったもの、5ページ目": clerk("/admin/queue/", show="done", after=str(done[120].pk)),
        "受付キュー（本店）": head("/admin/queue/"),
        "受付キュー（本店）：発行手続中": head("/admin/queue/", show="issuing"),
        "受付キュー（本店）：まもなく満了": head("/admin/queue/", show="ending"),
        "受付キュー（本店）：終わったもの": head("/admin/queue/", show="done"),
        "申込を検索：ありふれた言葉": clerk("/admin/search/", q="改修工事"),
        "申込を検索：まれな言葉": clerk("/admin/search/", q=mix.RARE),
        "申込を検索：ない言葉": clerk("/admin/search/", q="ペンギン水族館"),
        "申込を検索（本店）：ありふれた言葉": head("/admin/search/", q="改修工事"),
        "申込を検索（本店）：まれな言葉": head("/admin/search/", q=mix.RARE),
        "申込を検索（本店）：ない言葉": head("/admin/search/", q="ペンギン水族館"),
        "申込を検索：保証契約番号": clerk("/admin/search/", q=number),
        "照会の問い合わせ（ハッシュを除く）": lambda: lookup._fitting(number, "Z28YUE4J3Bux"),
        "閲覧終了の仕事（することがないとき）": viewing.close,
    }


def _visitor(name: str) -> Callable[..., Page]:
    """Log somebody in; give what makes pages of an address."""
    browser = Client()
    browser.force_login(User.objects.get(email=f"{name}@example.jp"))

    def at(address: str, **query: str) -> Page:
        def page() -> None:
            answer = browser.get(address, query)
            assert answer.status_code == 200, (address, query, answer.status_code)

        return page

    return at


def _measure(
    wrappers: dict[int, BaseDatabaseWrapper], pages: dict[int, dict[str, Page]]
) -> dict[str, dict[int, list[float]]]:
    """Ask for every page of every size in a new order each round."""
    names = list(next(iter(pages.values())))
    times: dict[str, dict[int, list[float]]] = {name: {size: [] for size in pages} for name in names}
    for turn in range(ROUNDS + WARM_UP):
        if turn % 10 == 0:
            filling.say(f"{turn}回目（{ROUNDS + WARM_UP}回中）")
        for name in random.sample(names, len(names)):
            for size in random.sample(list(pages), len(pages)):
                connections["default"] = wrappers[size]
                start = time.perf_counter()
                pages[size][name]()
                if turn >= WARM_UP:
                    times[name][size].append((time.perf_counter() - start) * 1000)
    return times


def _told(name: str, times: dict[int, list[float]]) -> dict[str, object]:
    """Print and give p50 and p95 of each size in ms, and the ratio of the largest to the smallest p50."""
    told: dict[str, object] = {}
    middles = []
    for size, taken in sorted(times.items()):
        cuts = quantiles(taken, n=20)
        middles.append(cuts[9])
        told[str(size)] = {"p50_ms": round(cuts[9], 2), "p95_ms": round(cuts[18], 2)}
    ratio = round(middles[-1] / middles[0], 2)
    shown = "  ".join(f"{size:>9,}: {one['p50_ms']:7.2f} / {one['p95_ms']:7.2f} ms" for size, one in _sizes(told))
    sys.stdout.write(f"{shown}  x{ratio:.2f}{'' if ratio <= GOAL else ' !'}  {name}\n")
    return told | {"ratio": ratio}


def _sizes(told: dict[str, object]) -> list[tuple[int, dict[str, float]]]:
    return [(int(size), one) for size, one in told.items() if isinstance(one, dict)]
