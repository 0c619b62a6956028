import re

import pytest
from django.core import mail
from django.template import TemplateDoesNotExist

from outbox import post, promises
from outbox.models import Job, Letter

ISSUED = {
    "contractor_name": "Ａ&Ｂ建設株式会社",
    "works_label": "業務名",
    "works_name": "見本橋<下部工>設計",
    "issuer_name": "杉並区",
    "product_label": "前払金保証",
    "number": "26101-000001",
    "branch_name": "新宿支店",
    "branch_phone": "03-0000-0001",
    "portal_url": "https://portal.example.jp/login/",
    "company_name": "ネットデスク保証株式会社",
}


def test_a_letter_is_stored_whole_and_promised(letter):
    job = Job.objects.get()
    assert (letter.kind, letter.ref, letter.to, letter.status) == ("news", "G-1", "taro@example.jp", "queued")
    assert (letter.subject, letter.body) == ("Ａ&Ｂ建設からのお知らせ", "Ａ&Ｂ建設 様\n.点で始まる行\n")
    assert letter.message_id == f"<{letter.pk}@netdesk.example.jp>"
    assert (job.kind, job.purpose, job.ref) == ("mail", f"mail:{letter.pk}", str(letter.pk))
    assert (job.give_up_at - job.created_at).total_seconds() == pytest.approx(86400, abs=2)
    assert mail.outbox == []


def test_the_same_matter_again_is_the_same_letter(letter):
    again = post.write("news", to="taro@example.jp", ref="G-1", context={"name": "別名"})
    other = post.write("news", to="taro@example.jp", ref="G-1:2", context={"name": "別名"})
    copy = post.write("news", to="jiro@example.jp", ref="G-1", context={"name": "別名"})

    assert (again.pk, again.subject) == (letter.pk, "Ａ&Ｂ建設からのお知らせ")
    assert len({letter.pk, other.pk, copy.pk}) == Letter.objects.count() == Job.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_written_only_together_with_its_change():
    with pytest.raises(promises.NotInTransaction):
        post.write("news", to="taro@example.jp", ref="G-1", context={"name": "甲"})


def test_a_subject_stays_on_its_line(db):
    letter = post.write("news", to="taro@example.jp", ref="G-1", context={"name": "甲\r\nBcc: x@example.jp"})

    assert letter.subject == "甲"


def test_a_letter_without_a_template_is_refused(db):
    with pytest.raises(TemplateDoesNotExist):
        post.write("nothing", to="taro@example.jp", ref="G-1", context={})


def test_the_news_of_a_guarantee_says_what_to_do_and_where(db):
    letter = post.write("guarantee_issued", to="taro@example.jp", ref="G-1", context=ISSUED)

    assert letter.subject == "電子保証（認証キー）発行完了のお知らせ"
    assert letter.body.startswith("Ａ&Ｂ建設株式会社 様\n")
    assert (
        "ログインして「電子保証」から「認証キー」のお知らせ（PDF）をダウンロードし、発注者へご提出ください。"
        in letter.body
    )
    facts = dict(line.strip("　").split("：", 1) for line in letter.body.splitlines() if "：" in line)
    assert {name.rstrip("　"): fact for name, fact in facts.items()} == {
        "業務名": "見本橋<下部工>設計",
        "発注者": "杉並区",
        "保証の種類": "前払金保証",
        "保証契約番号": "26101-000001",
        "ログイン画面": "https://portal.example.jp/login/",
    }
    assert "ネットデスク保証株式会社　新宿支店\n電話　03-0000-0001　受付　平日 9:00〜17:00" in letter.body


def test_the_news_of_a_guarantee_holds_no_key_and_no_link_but_the_log_in(db):
    letter = post.write("guarantee_issued", to="taro@example.jp", ref="G-1", context=ISSUED | {"key": "Z28YUE4J3Bux"})

    assert re.findall(r"https?://\S+", letter.subject + letter.body) == ["https://portal.example.jp/login/"]
    assert "Z28Y" not in letter.body
