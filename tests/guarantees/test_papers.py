import hashlib
import os
import stat

import pytest
from django.db import transaction

from guarantees import clock, keys, papers
from guarantees.models import Document
from tests import make

PDF = b"%PDF-1.7 the paper"


def keep(version, kind="certificate", key_no=0, pdf=PDF):
    return papers.keep(pdf, version, kind, key_no=key_no, template="1")


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.django_db
def test_a_certificate_is_stored_as_it_is_under_the_digest_of_its_bytes(papers_dir):
    paper = keep(make.issued())

    digest = hashlib.sha256(PDF).hexdigest()
    assert (paper.digest, paper.stored_digest, paper.size, paper.kid) == (digest, digest, len(PDF), "")
    assert files(papers_dir) == [papers_dir / digest[:2] / digest]
    assert files(papers_dir)[0].read_bytes() == PDF
    assert stat.S_IMODE(files(papers_dir)[0].stat().st_mode) == 0o600
    assert papers.read(paper) == PDF


@pytest.mark.django_db
def test_a_notice_is_stored_sealed_and_comes_back_as_it_was(papers_dir):
    paper = keep(make.issued(), "notice", 1)

    stored = files(papers_dir)[0].read_bytes()
    assert PDF not in stored
    assert paper.stored_digest == hashlib.sha256(stored).hexdigest() == files(papers_dir)[0].name
    assert paper.digest == hashlib.sha256(PDF).hexdigest()
    assert papers.read(paper) == PDF


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "key_no"), [("certificate", 0), ("notice", 1)])
def test_a_changed_file_is_never_handed_out(papers_dir, kind, key_no):
    paper = keep(make.issued(), kind, key_no)
    file = files(papers_dir)[0]
    sound = file.read_bytes()

    for changed in (sound[:-1] + bytes([sound[-1] ^ 1]), sound + b" ", b"", sound[1:]):
        file.write_bytes(changed)
        with pytest.raises(papers.Damaged, match="書類を読み出せません"):
            papers.read(paper)

    file.write_bytes(sound)
    assert papers.read(paper) == PDF


@pytest.mark.django_db
def test_a_missing_file_is_told_in_the_same_words(papers_dir):
    paper = keep(make.issued())
    files(papers_dir)[0].unlink()

    with pytest.raises(papers.Damaged):
        papers.read(paper)


@pytest.mark.django_db
def test_a_row_that_names_the_file_of_another_is_never_answered():
    mine, other = keep(make.issued(), "notice", 1, b"%PDF mine"), keep(make.issued(), "notice", 1, b"%PDF other")
    mine.stored_digest, mine.kid = other.stored_digest, other.kid
    with pytest.raises(papers.Damaged):
        papers.read(mine)

    plain, foreign = keep(make.issued(), pdf=b"%PDF plain"), keep(make.issued(), pdf=b"%PDF foreign")
    plain.stored_digest = foreign.stored_digest
    with pytest.raises(papers.Damaged):
        papers.read(plain)


@pytest.mark.django_db
def test_a_file_that_could_not_be_finished_leaves_nothing(papers_dir, monkeypatch):
    version = make.issued()

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(papers.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        keep(version)

    assert files(papers_dir) == []
    assert not Document.objects.exists()


@pytest.mark.django_db
def test_a_rollback_leaves_a_file_that_no_row_names_and_the_next_try_takes_it_over(papers_dir):
    version = make.issued()
    with pytest.raises(LookupError), transaction.atomic():
        keep(version)
        raise LookupError

    assert (len(files(papers_dir)), Document.objects.count()) == (1, 0)

    assert papers.read(keep(version)) == PDF
    assert (len(files(papers_dir)), Document.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_the_latest_paper_of_a_kind_is_found():
    version = make.issued()
    assert papers.latest(version.guarantee, "notice") is None

    keep(version)
    first, second = keep(version, "notice", 1), keep(version, "notice", 2)

    assert papers.latest(version.guarantee, "notice") == second != first


@pytest.mark.django_db
def test_the_sweep_removes_old_files_that_no_row_names_and_nothing_else(papers_dir):
    paper = keep(make.issued())
    mine = files(papers_dir)[0]
    orphan, fresh, torn = (papers_dir / mine.parent.name / name for name in ("0" * 64, "1" * 64, "tmp-abc"))
    for path in (orphan, fresh, torn):
        path.write_bytes(b"nobody's")
    yesterday = clock.now().timestamp() - 25 * 3600
    for path in (mine, orphan, torn):
        os.utime(path, (yesterday, yesterday))

    assert papers.sweep() == 2

    assert files(papers_dir) == sorted([mine, fresh])
    assert papers.read(paper) == PDF


@pytest.mark.django_db
def test_the_same_words_sealed_anew_are_not_the_file_that_was_stored(papers_dir):
    paper = keep(make.issued(), "notice", 1)

    files(papers_dir)[0].write_bytes(keys.seal_paper(PDF, paper).data)

    with pytest.raises(papers.Damaged):
        papers.read(paper)
