"""What the tests of the official's page share."""

import re

from django.test import Client

from guarantees.models import Guarantee

FORM = "/verify/"
REFUSAL = "保証契約番号または認証キーが正しくありません"


def ask(number: str, key: str, client: Client | None = None, **more):
    return (client or Client()).post(FORM, {"number": number, "key": key}, **more)


def address(guarantee: Guarantee) -> str:
    return f"/verify/result/{guarantee.pk}/"


def text(response) -> str:
    return re.sub(r"\s*<[^>]+>\s*", "", response.content.decode())


def other(key: str) -> str:
    return key[:-1] + ("y" if key[-1] == "x" else "x")
