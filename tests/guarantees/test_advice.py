"""提出のしかた: by which way, to whom, until when, and the words of the mail, as the body has told us."""

import datetime as dt
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from guarantees import advice, issuing
from issuers.models import Rule
from tests import make
from tests.guarantees import browsing

TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)
NAME = "杉並区立あおば小学校外壁改修工事"


@pytest.fixture
def owner(db):
    return make.person("contractor", contractor=make.contractor(), name="保証　花子")


@pytest.fixture
def guarantee(owner):
    issued, key = browsing.issued(company=owner.contractor, issuer=make.issuer())
    issued.signs = key
    return issued


def given(guarantee, owner):
    return advice.of(guarantee.current, reader=owner)


def shown(guarantee, owner):
    """The section of the page, as markup."""
    page = browsing.entered(owner).get(reverse("guarantees:overview", args=[guarantee.pk])).content.decode()
    return re.search(r'<section class="sec m6" aria-labelledby="how">.*?</section>', page, re.DOTALL)[0]


def mail(link):
    """What a mail program reads out of a link: address, subject and text."""
    parts = urlsplit(link)
    asked = parse_qs(parts.query, strict_parsing=True)
    return parts.path, asked["subject"][0], asked.get("body", [""])[0]


def test_a_body_that_told_us_nothing_has_to_be_asked(guarantee, owner):
    told = given(guarantee, owner)
    assert (told.ways, told.office, told.email, told.mailto, told.by_mail) == ([], "", "", "", True)
    section = shown(guarantee, owner)
    assert "杉並区へお問い合わせください" in section and "mailto:" not in section and "件名をコピー" in section


@pytest.mark.parametrize(
    ("rule", "name", "words", "by_mail"),
    [
        (
            {"ways": ["mail"]},
            "メール",
            "下の宛先・件名・本文でメールを作り、お知らせ（PDF）と前払金請求書を添付して送ります。",
            True,
        ),
        (
            {"ways": ["online"]},
            "電子申請",
            "発注者の電子申請の画面で、お知らせ（PDF）と前払金請求書を添付して送ります。",
            False,
        ),
        ({"ways": ["fax"], "fax": "03-0000-0009"}, "FAX", "を印刷して、03-0000-0009へFAXで送ります。", False),
        ({"ways": ["fax"]}, "FAX", "を印刷して、FAXで送ります。", False),
        ({"ways": ["counter"], "office": "経理課"}, "窓口持参", "を印刷して、経理課の窓口へ持参します。", False),
        ({"ways": ["post"]}, "郵送", "を印刷して、担当課へ郵送します。", False),
    ],
)
def test_each_way_says_what_to_do(guarantee, owner, rule, name, words, by_mail):
    make.rule(make.issuer(), **rule)
    told = given(guarantee, owner)
    assert [way.name for way in told.ways] == [name]
    assert words in told.ways[0].words and told.by_mail is by_mail
    section = shown(guarantee, owner)
    assert words in section and ("件名をコピー" in section) is by_mail


def test_of_several_ways_one_is_enough(guarantee, owner):
    make.rule(make.issuer(), ways=["post", "fax"], fax="03-0000-0009")
    section = shown(guarantee, owner)
    assert "次のいずれかの方法で提出します。" in section and "FAX・郵送" in section


def test_what_a_body_asks_besides_is_told(guarantee, owner):
    asks = {
        "call_asked": True,
        "phone": "03-0000-0008",
        "prints": "asked",
        "note": "押印は要りません。",
        "address": "杉並区阿佐谷南",
    }
    make.rule(make.issuer(), ways=["mail"], office="経理課", deadline="award", deadline_days=7, **asks)
    section = shown(guarantee, owner)
    for words in (
        "送ったあと、経理課（03-0000-0008）へ電話をかけて、届いたことを確かめてください。",
        "電子保証書の画面も印刷して、あわせて提出します。",
        "提出期限：落札決定の日から7日以内。",
        "押印は要りません。",
        "杉並区阿佐谷南",
    ):
        assert words in section


def test_prints_that_a_body_refuses_are_told(guarantee, owner):
    make.rule(make.issuer(), prints="refused")
    assert "提出したことになりません" in shown(guarantee, owner)


@pytest.mark.parametrize(
    ("product", "deadline", "enclosure"),
    [("advance", "前払金を請求する日まで", "前払金請求書"), ("contract", "契約を結ぶ日まで", "")],
)
def test_deadline_and_enclosure_follow_the_product(owner, product, deadline, enclosure):
    changes = browsing.CONTRACT if product == "contract" else {}
    version = browsing.issued(company=owner.contractor, issuer=make.issuer(), **changes)[0].current
    told = advice.of(version, reader=owner)
    assert (told.deadline, told.enclosure) == (deadline, enclosure)


def test_the_rule_of_today_counts_and_not_that_of_the_contract(guarantee, owner):
    make.rule(make.issuer(), office="前の課")
    make.rule(make.issuer(), valid_from=TODAY, office="いまの課")
    make.rule(make.issuer(), valid_from=TODAY + DAY, office="次の課")
    make.rule(make.issuer(), "contract", office="契約の課")
    assert given(guarantee, owner).office == "いまの課"


def test_a_bodys_own_words_are_filled_in(guarantee, owner):
    make.rule(
        make.issuer(),
        office="経理課",
        subject="【{product}】{work_number}（{work_name}）",
        body="{issuer}{office}\n受注者：{contractor}\n担当者：{person} {phone}\n{work_kind}\n{number}\n{price}／{amount}",
    )
    told = given(guarantee, owner)
    assert told.subject == f"【前払金保証】8-杉教-0123（{NAME}）"
    assert told.body == (
        "杉並区経理課\n受注者：髙﨑建設 株式会社\n担当者：保証　花子 03-0000-0123\n工事\n"
        f"{guarantee.number}\n50,000,000円／20,000,000円"
    )


def test_a_work_without_a_number_leaves_no_empty_brackets(owner):
    make.rule(
        make.issuer(), subject="【電子保証】（{work_number}）{work_name}", body="番号：{work_number}\n件名：{work_name}"
    )
    version = browsing.issued(company=owner.contractor, issuer=make.issuer(), work_number="")[0].current
    told = advice.of(version, reader=owner)
    assert (told.subject, told.body) == (f"【電子保証】{NAME}", f"件名：{NAME}")


# The link that opens a mail


def test_the_link_brings_address_subject_and_text_and_reminds_of_the_file(guarantee, owner):
    make.rule(make.issuer(), ways=["mail"], email="keiyaku@city.example.jp", body="一行目 & 100%\n二行目？+=#")
    told = given(guarantee, owner)
    assert mail(told.mailto) == ("keiyaku@city.example.jp", told.subject, "一行目 & 100%\r\n二行目？+=#")
    assert re.fullmatch(r"mailto:keiyaku@city\.example\.jp\?subject=[\w.~%-]+&body=[\w.~%-]+", told.mailto, re.ASCII)
    section = shown(guarantee, owner)
    assert unescape(re.search(r'href="(mailto:[^"]+)"', section)[1]) == told.mailto
    assert "お知らせ（PDF）を添付してから" in section


def test_a_text_that_a_link_cannot_carry_is_left_to_be_copied(guarantee, owner):
    make.rule(make.issuer(), ways=["mail"], email="keiyaku@city.example.jp", body="長い本文" * 100)
    told = given(guarantee, owner)
    assert mail(told.mailto) == ("keiyaku@city.example.jp", told.subject, "")
    assert len(told.mailto) <= advice.LONGEST_LINK and not told.is_whole
    assert "本文は、下の「本文をコピー」で写してください" in shown(guarantee, owner)


def test_the_usual_mail_fits_into_a_link(guarantee, owner):
    browsing.rule(ways=["mail"])
    told = given(guarantee, owner)
    assert told.is_whole and mail(told.mailto)[2].replace("\r\n", "\n") == told.body


@pytest.mark.parametrize("rule", [{"ways": ["mail"]}, {"ways": ["fax"], "email": "keiyaku@city.example.jp"}])
def test_without_an_address_or_where_no_mail_is_taken_there_is_no_link(guarantee, owner, rule):
    make.rule(make.issuer(), **rule)
    assert given(guarantee, owner).mailto == ""


def test_no_mail_ever_holds_the_key(guarantee, owner):
    every = " ".join(f"{{{name}}}" for name in advice.patterns.PLACEHOLDERS)
    for rule in ({}, {"subject": every[:120], "body": f"{every}\n{{key}}"}):
        Rule.objects.all().delete()
        make.rule(make.issuer(), ways=["mail"], email="keiyaku@city.example.jp", **rule)
        told = given(guarantee, owner)
        assert guarantee.signs and guarantee.signs not in "".join(map(str, told))
        assert guarantee.signs not in shown(guarantee, owner)


def test_the_notice_names_the_office_of_its_product_on_the_day_of_issue(owner):
    make.rule(make.issuer(), office="前の課")
    make.rule(make.issuer(), valid_from=TODAY, office="工事担当課", email="koji@city.example.jp")
    make.rule(make.issuer(), "contract", valid_from=TODAY, office="契約担当課")
    version = make.ordered(company=owner.contractor, issuer=make.issuer())
    issuing.mint(str(version.guarantee_id))
    version.refresh_from_db()
    assert (version.snapshot["submission_office"], version.snapshot["submission_email"]) == (
        "工事担当課",
        "koji@city.example.jp",
    )
