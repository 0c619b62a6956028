"""How long a paper takes: drawn plainly, drawn by our press, and drawn by our press behind the fence.

Run `python -m bench.papers [rounds]` from the top of the checkout. The three ways take turns in random order within one
run, so that their ratios hold on a noisy machine; the milliseconds do not.
"""

import random
import sys
import time
from collections.abc import Callable
from statistics import median

from bench import ready  # first: it sets Django up
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from guarantees import documents, glyphs
from tests.guarantees import sample
