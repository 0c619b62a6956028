from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from audit import trail
from guarantees import documents, issuing, keys, papers, snapshot
from guarantees.models import Document, Guarantee, Key
from outbox import delivery
from outbox.models import Job, Letter
from tests import make


@pytest.mark.django_db
def test_the_notice_is_stored_sealed_and_the_news_is_promised(printer):
    version = make.issued()
    key = version.keys.get()

    issuing.render_notice(str(key.pk))

    paper = Document.objects.get()
    shown = keys.reveal(key)
    assert printer == [("notice", version.guarantee.number, shown)]
    assert (paper.kind, paper.version, paper.key_no, paper.kid) == ("notice", version, 1, "test")
    assert papers.read(paper) == f"%PDF notice {version.guarantee.number} {shown}".encode()
    letter = Letter.objects.get()
    assert (letter.kind, letter.to) == ("guarantee_issued", "hosho@example.jp")
    assert letter.subject == "電子保証（認証キー）発行完了のお知らせ"
    for words in (
        "髙﨑建設 株式会社",
        "杉並区立あおば小学校外壁改修工事",
        version.guarantee.number,
        "新宿支店",
        "03-0000-0001",
    ):
        assert words in letter.body
    assert shown not in letter.subject + letter.body
    assert "/verify/" not in letter.body
    assert Job.objects.filter(kind="mail", ref=str(letter.pk)).count() == 1
    assert trail.of(version.guarantee).first().action == "notice.rendered"


@pytest.mark.django_db
def test_rendering_twice_is_rendering_once(printer):
    version = make.issued()
    key = version.keys.get()

    for _ in range(2):
        issuing.render_notice(str(key.pk))
        issuing.render_certificate(str(version.pk))

    assert [kind for kind, *_ in printer] == ["notice", "certificate"]
    assert (Document.objects.count(), Letter.objects.count()) == (2, 1)


@pytest.mark.django_db
def test_what_an_earlier_edition_drew_is_neither_drawn_again_nor_told_again(printer, monkeypatch):
    version = make.issued()
    key = version.keys.get()
    with monkeypatch.context() as then:
        then.setattr(documents, "EDITION", "1")
        issuing.render_notice(str(key.pk))
        issuing.render_certificate(str(version.pk))

    issuing.render_notice(str(key.pk))
    issuing.render_certificate(str(version.pk))

    assert set(Document.objects.values_list("kind", "template")) == {("notice", "1"), ("certificate", "1")}
    assert Letter.objects.count() == 1


@pytest.mark.django_db
def test_the_news_of_a_change_says_so_and_that_the_former_key_opens_nothing(printer):
    first = make.issued()
    second = make.amended(first, amount_yen=24_000_000, price_yen=60_000_000)

    issuing.render_notice(str(second.keys.get().pk))

    letter = Letter.objects.get(kind="guarantee_issued")
    assert letter.subject == "電子保証（認証キー）発行完了のお知らせ"
    for words in (
        "変更（増額）後の電子保証書（第2版）と新しい認証キーの発行が完了しました。",
        "これまでの認証キーでは、内容を表示できません。",
        "変更後の証書として、発注者へご提出ください。",
    ):
        assert words in letter.body
    assert keys.reveal(second.keys.get()) not in letter.body


@pytest.mark.django_db
def test_the_news_of_a_correction_calls_it_by_its_name(printer):
    second = make.amended(make.issued(), purpose="correct", work_name="杉並区立あおば小学校外壁改修工事（訂正）")

    issuing.render_notice(str(second.keys.get().pk))

    assert "訂正発行後の電子保証書（第2版）" in Letter.objects.get().body


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_render_the_same_notice_make_one_paper_and_one_letter(printer):
    key = make.issued().keys.get()
    start = Barrier(2)

    def work(_):
        start.wait()
        issuing.render_notice(str(key.pk))
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    assert (Document.objects.count(), Letter.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_nobody_is_told_who_did_not_wish_it(printer):
    key = make.issued(notice_address="").keys.get()

    issuing.render_notice(str(key.pk))

    assert (Document.objects.count(), Letter.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_the_certificate_bears_no_key_and_tells_nobody(printer):
    version = make.issued()

    issuing.render_certificate(str(version.pk))

    paper = Document.objects.get()
    assert (paper.kind, paper.key_no, paper.kid) == ("certificate", 0, "")
    assert printer == [("certificate", version.guarantee.number, "")]
    assert not Letter.objects.exists()


@pytest.mark.django_db
def test_a_failed_print_leaves_the_guarantee_valid_and_its_job_to_be_tried_again(monkeypatch):
    version = make.issued()

    def jam(*_, **__):
        raise RuntimeError("paper jam")

    monkeypatch.setattr(issuing.documents, "render", jam)
    for job in Job.objects.exclude(kind="mint"):
        delivery.run(job.pk)

    assert Guarantee.objects.get().status == "issued"
    assert papers.latest(version.guarantee, Document.Kind.NOTICE) is None
    assert set(Job.objects.exclude(kind="mint").values_list("status", "attempts")) == {("ready", 1)}
    assert not Letter.objects.exists()


@pytest.mark.django_db
def test_no_paper_is_drawn_from_a_snapshot_that_is_not_the_one_issued(printer):
    version = make.issued()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE guarantees_version DISABLE TRIGGER version_is_frozen")
        cursor.execute("UPDATE guarantees_version SET snapshot = jsonb_set(snapshot, '{amount_yen}', '99')")
        cursor.execute("ALTER TABLE guarantees_version ENABLE TRIGGER version_is_frozen")

    with pytest.raises(snapshot.Altered, match="電子証書の内容を確かめられません"):
        issuing.render_certificate(str(version.pk))

    assert printer == []


@pytest.mark.django_db
def test_a_key_moved_from_another_guarantee_is_never_printed(printer):
    mine, other = make.issued().keys.get(), make.issued().keys.get()
    Key.objects.filter(pk=mine.pk).update(ciphertext=other.ciphertext)

    with pytest.raises(keys.Unsealable):
        issuing.render_notice(str(mine.pk))

    assert printer == []
    assert not Document.objects.exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_both_papers_are_really_drawn_and_come_back_as_they_were():
    version = make.issued()

    for job in Job.objects.exclude(kind="mint").order_by("kind"):
        delivery.run(job.pk)

    assert set(Job.objects.exclude(kind__in=["mint", "mail"]).values_list("status", "last_error")) == {("done", "")}
    drawn = {paper.kind: papers.read(paper) for paper in Document.objects.all()}
    assert set(drawn) == {"certificate", "notice"}
    assert all(pdf.startswith(b"%PDF-") for pdf in drawn.values())
    assert papers.latest(version.guarantee, Document.Kind.NOTICE).size == len(drawn["notice"])
