import pytest

from issuers import search
from issuers.models import Issuer


@pytest.fixture
def body(db):
    """Registers a public body that the search can find."""

    def register(code, name, kana, prefecture="東京都", kind="municipality"):
        issuer = Issuer(code=code, name=name, kana=kana, prefecture=prefecture, kind=kind)
        issuer.search = search.issuer_key(issuer)
        issuer.save()
        return issuer

    return register
