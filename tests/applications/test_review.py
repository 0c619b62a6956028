"""The review sheet's content: what was checked, who may approve, what happened."""

import pytest

from applications import lifecycle, review
from issuers.models import Acceptance, Rule
from netdesk import dates
from tests import make


def points(line):
    return {point.title: (point.value, point.caution) for point in review.points(line)}


def test_a_sound_advance_is_checked_point_by_point(people):
    line = make.line(people, work_number="8-1")
    assert points(line) == {
        "発注者・契約権者": ("杉並区　杉並区長", ""),
        "前払金の割合": ("請負金額の 40.0%", ""),
        "保証金額": ("20,000,000円", ""),
        "契約日・工期・保証期間": (f"保証期間は発行日から{dates.seireki(line.ends_on)}まで", ""),
        "預託金融機関": ("みずほ銀行　荻窪支店", ""),
        "重複": ("同じ発注者・工事番号・保証の種類の申込", ""),
    }


def test_what_is_found_stands_at_its_point(people):
    make.line(people, work_number="8-1")
    line = make.line(people, work_number="8-1", advance_amount="25,000,000", advance_bank_code="")
    Acceptance.objects.all().delete()
    found = {title: caution for title, (_, caution) in points(line).items() if caution}
    assert found == {
        "発注者・契約権者": "この契約の電子保証には対応していません",
        "前払金の割合": "前払金保証金額が上限（40%、20,000,000円）を超えています",
        "預託金融機関": "みずほ銀行　荻窪支店は、一覧から選ばれていません",
        "重複": found["重複"],
    }
    assert found["重複"].startswith("同じ発注者・工事番号の前払金保証があります（S-")


def test_performance_has_its_own_points(people):
    line = make.line(people, product="contract", contract_amount="4,999,999")
    found = points(line)
    assert found["契約保証金額"] == (
        "4,999,999円（請負金額の 10.0%）",
        "契約保証金額が請負金額の10%（5,000,000円）に足りません",
    )
    assert "預託金融機関" not in found


def rules(line):
    return {point.title: point.rule for point in review.points(line)}


def test_the_rule_of_the_body_stands_beside_what_is_asked_for(people):
    line = make.line(people, contract_amount="5,000,001")
    assert rules(line)["前払金の割合"] == "上限：40%"
    assert rules(line)["保証金額"] == "きまり：発注者の上限額と端数（登録がありません）"
    Rule.objects.update(percent=20, cap_yen=8_000_000, unit_yen=100_000, least_price_yen=50_000_001)
    assert rules(line)["前払金の割合"] == "上限：20%"
    assert (
        rules(line)["保証金額"] == "きまり：上限額 8,000,000円／100,000円未満切捨て／請負金額が50,000,000円を超える契約"
    )
    assert points(line)["保証金額"][1] == (
        "前払金保証金額が杉並区の上限額（8,000,000円）を超えています／"
        "杉並区で前払金の対象になるのは、請負金額が50,000,000円を超える契約です。対象かどうかを確かめてください"
    )
    assert not {"端数", "請負金額", "前払金の上限額"} & set(points(line))
    make.rule(line.issuer, "contract", percent=15, unit_yen=10)
    sister = line.application.lines.get(product="contract")
    assert rules(sister)["契約保証金額"] == "きまり：請負金額の15%以上／10円未満切捨て"
    assert points(sister)["契約保証金額"][1] == (
        "契約保証金額が請負金額の15%（7,500,000円）に足りません／杉並区は、契約保証の10円未満を切り捨てます"
    )


@pytest.mark.parametrize(
    ("reviewer", "objections"),
    [("clerk", ["", ""]), ("approver", ["審査を始めた方は承認できません。別の方に承認を依頼してください。", ""])],
)
def test_only_people_of_the_branch_with_the_right_are_named(people, reviewer, objections):
    line = make.line(people, "received")
    second = make.person("approver", branch=line.branch)
    make.person("approver", branch=line.branch, is_active=False)
    line = lifecycle.move(line, "review", by=people[reviewer])
    named = {eye.person: eye.objection for eye in review.eyes(line)}
    assert named == {people["approver"]: objections[0], second: objections[1]}


def test_the_history_says_who_did_what_and_what_was_said(people):
    line = make.line(people, "approved")
    told = [(act.entry.actor_name, act.words, act.said) for act in review.history(line)]
    assert told == [
        ("田中　一郎", "承認しました", "契約書等の確認：メール　確かめました。"),
        ("佐藤　花子", "審査を始めました", "お知らせします。"),
        ("佐藤　花子", "担当になりました", ""),
        ("佐藤　花子", "受け付けました", "お知らせします。"),
        ("保証　花子", "送信しました", ""),
    ]
