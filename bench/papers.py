"""How long a paper takes: drawn plainly, by our press, and by our press behind the fence.

Run from the top of the checkout: `.venv/bin/python -m django shell --settings tests.settings -v 0 < bench/papers.py`.
The ways take turns in random order within one run, so that their ratios hold on a noisy machine; milliseconds do not.
"""

import random
import sys
import time
from statistics import median

from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from guarantees import documents, glyphs
from tests.guarantees import sample

ROUNDS = 15


def plainly(kind: str, key: str) -> bytes:
    """Draw as WeasyPrint's manual does: fonts and sheet read for this one paper."""
    fonts = FontConfiguration()
    names = {f"asset:{name}": (glyphs.FONTS / name).read_bytes() for name in documents.FONTS}
    fetcher = documents._fetcher()(names | {documents.QR: documents._qr(sample.STORY["verify_url"])})
    text = render_to_string("guarantees/paper/faces.css") + render_to_string(f"guarantees/paper/{kind}.css")
    page = render_to_string(f"guarantees/paper/{kind}.html", documents._values(sample.snapshot(), key))
    sheet = CSS(string=text, font_config=fonts, url_fetcher=fetcher)
    variant = documents.VARIANTS[kind]
    return HTML(string=page, url_fetcher=fetcher).write_pdf(font_config=fonts, stylesheets=[sheet], pdf_variant=variant)


def by_the_press(kind: str, key: str) -> bytes:
    """Draw as a worker does, but in this process."""
    page = render_to_string(f"guarantees/paper/{kind}.html", documents._values(sample.snapshot(), key))
    return documents._print(kind, [page], {documents.QR: documents._qr(sample.STORY["verify_url"])})


def behind_the_fence(kind: str, key: str) -> bytes:
    """Draw as a worker does."""
    return documents.render(kind, sample.snapshot(), key=key)


ways = (plainly, by_the_press, behind_the_fence)
for kind, key in (("certificate", ""), ("notice", sample.KEY)):
    times = {way: [] for way in ways}
    for turn in range(ROUNDS + 2):
        for way in random.sample(ways, len(ways)):
            start = time.perf_counter()
            way(kind, key)
            if turn > 1:  # the first two rounds warm up
                times[way].append(time.perf_counter() - start)
    slow = median(times[plainly])
    for way in ways:
        took = median(times[way])
        sys.stdout.write(f"{kind:12} {way.__name__:17} {took * 1000:6.1f} ms  x{slow / took:.2f}\n")
