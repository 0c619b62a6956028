import pytest

from guarantees import documents, keys


@pytest.fixture(autouse=True)
def papers_dir(settings, tmp_path):
    """A folder of papers for each test."""
    settings.PAPERS_DIR = tmp_path / "papers"
    return settings.PAPERS_DIR


@pytest.fixture
def printer(monkeypatch):
    """Stand in for the slow printer; answers what was printed, as (kind, number, key)."""
    printed = []

    def render(kind, snapshot, *, key=""):
        printed.append((kind, snapshot["number"], key))
        return f"%PDF {kind} {snapshot['number']} {key}".encode()

    monkeypatch.setattr(documents, "render", render)
    return printed


@pytest.fixture
def hashes(monkeypatch):
    """Counts the slow hashes, which stay what they are."""
    counted, sound = [], keys.hash_secret_raw

    def count(*args, **options):
        counted.append(args)
        return sound(*args, **options)

    monkeypatch.setattr(keys, "hash_secret_raw", count)
    return counted
