"""Fills the register of public bodies from the lists in `issuers/data/`. What staff changed since stays as it is."""

import csv
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from django.db import transaction

from issuers import search
from issuers.models import Acceptance, Authority, Issuer, Rule

DATA = Path(__file__).parent / "data"
LOCAL_BODIES = DATA / "local_bodies.csv"  # written by `build_issuers`
OTHER_BODIES = DATA / "other_bodies.csv"  # by hand: bureaus, public corporations, unions; codes begin with 9
AUTHORITIES = DATA / "authorities.csv"  # by hand: titles besides 知事 and 市長, 区長, 町長, 村長
ACCEPTANCES = DATA / "acceptances.csv"  # by hand: sample dates for the demo, corrected by staff before real use
RULES = DATA / "rules.csv"  # by hand, from what the bodies publish; days and mail addresses are samples

TEXTS = "work_kind valid_from office email fax phone address prints deadline subject body limits_note note".split()
COUNTED = "percent low_bid_percent cap_yen unit_yen least_price_yen deadline_days".split()
CHIEFS = {Issuer.Kind.PREFECTURE: "知事", Issuer.Kind.MUNICIPALITY: "長"}  # 東京都 + 知事, 杉並区 + 長


@transaction.atomic
def load() -> int:
    """Register the bodies that are missing, with their authorities, acceptances and rules; return how many.

    Repeatable: names and everything hung below a registered body belong to the staff; only its kana, prefecture
    and search column follow the lists.
    """
    known = Issuer.objects.in_bulk(field_name="code")
    listed = [_issuer(row, known.get(row["code"])) for row in _rows(LOCAL_BODIES, OTHER_BODIES)]
    Issuer.objects.bulk_create(
        listed, update_conflicts=True, unique_fields=["code"], update_fields=["kana", "prefecture", "search"]
    )
    new = Issuer.objects.exclude(code__in=known).in_bulk(field_name="code")
    Authority.objects.bulk_create(_authorities(new))
    Acceptance.objects.bulk_create(_acceptances(new))
    Rule.objects.bulk_create(_rules(new))
    return len(new)


def _rows(*files: Path) -> Iterator[dict[str, str]]:
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _issuer(row: dict[str, str], known: Issuer | None) -> Issuer:
    issuer = Issuer(
        code=row["code"],
        name=known.name if known else row["name"],
        kana=row["kana"],
        kind=row["kind"],
        prefecture=row["prefecture"],
    )
    issuer.search = search.issuer_key(issuer)
    return issuer


def _authorities(new: dict[str, Issuer]) -> Iterator[Authority]:
    for issuer in new.values():
        if chief := CHIEFS.get(Issuer.Kind(issuer.kind)):
            yield Authority(issuer=issuer, title=issuer.name + chief)
    for row in _rows(AUTHORITIES):
        if row["code"] in new:
            yield Authority(issuer=new[row["code"]], title=row["title"])


def _acceptances(new: dict[str, Issuer]) -> Iterator[Acceptance]:
    for row in _rows(ACCEPTANCES):
        if row["code"] not in new:
            continue
        for guaranteed, kind in product(row["products"].split(), row["work_kinds"].split()):
            yield Acceptance(issuer=new[row["code"]], product=guaranteed, work_kind=kind, starts_on=row["starts_on"])


def _rules(new: dict[str, Issuer]) -> Iterator[Rule]:
    """The rules of new bodies, one for each product of a row; empty columns are blank, and \\n is a line break."""
    for row in _rows(RULES):
        if row["code"] not in new:
            continue
        plain = {name: text for name in TEXTS if (text := row[name].replace("\\n", "\n"))}
        counted = {name: row[name] for name in COUNTED if row[name]}
        for guaranteed in row["products"].split():
            rule = Rule(issuer=new[row["code"]], product=guaranteed, **plain, **counted)
            rule.ways, rule.call_asked = row["ways"].split(), row["call_asked"] == "yes"
            yield rule
