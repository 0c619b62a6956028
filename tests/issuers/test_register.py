import datetime as dt
from collections import Counter

import pytest
from django.core.management import call_command

from issuers import register
from issuers.kinds import WorkKind
from issuers.models import Acceptance, Authority, Issuer, Rule

pytestmark = pytest.mark.django_db


def titles(code):
    return list(Authority.objects.filter(issuer__code=code).values_list("title", flat=True))


def test_47_prefectures_1741_municipalities_and_ten_other_bodies_are_registered():
    assert register.load() == 1798
    assert Counter(Issuer.objects.values_list("kind", flat=True)) == {
        "municipality": 1741,
        "prefecture": 47,
        "other": 10,
    }


def test_every_body_has_an_authority_named_after_its_head():
    register.load()
    assert not Issuer.objects.filter(authorities=None).exists()
    assert titles("130001")[0] == "東京都知事"
    assert titles("010006") == ["北海道知事"]
    assert titles("131156") == ["杉並区長", "杉並区教育委員会教育長"]
    assert titles("341002") == ["広島市長"]
    assert titles("133817") == ["三宅村長"]
    assert titles("023078") == ["外ヶ浜町長"]
    assert titles("900010") == ["支出負担行為担当官　関東地方整備局長"]


def test_names_are_those_of_the_bodies_without_county_or_island():
    register.load()
    listed = dict(Issuer.objects.values_list("code", "name"))
    kana = dict(Issuer.objects.values_list("code", "kana"))
    assert (listed["103446"], kana["103446"]) == ("榛東村", "シントウムラ")
    assert (listed["134015"], kana["134015"]) == ("八丈町", "ハチジョウマチ")
    assert (listed["401005"], kana["401005"]) == ("北九州市", "キタキュウシュウシ")
    assert (listed["341002"], kana["341002"]) == ("広島市", "ヒロシマシ")


def test_suginami_accepts_both_products_for_both_kinds_of_work_from_february_2026():
    register.load()
    accepted = Acceptance.objects.filter(issuer__code="131156")
    assert set(accepted.values_list("product", "work_kind", "starts_on", "ends_on")) == {
        (product, kind, dt.date(2026, 2, 1), None) for product in ("advance", "contract") for kind in WorkKind.values
    }
    suginami = Issuer.objects.get(code="131156")
    assert not suginami.accepts_electronic("advance", "works", dt.date(2026, 1, 31))
    assert suginami.accepts_electronic("advance", "works", dt.date(2026, 2, 1))


def test_every_prefecture_but_tokyo_accepts_electronic_guarantees():
    register.load()
    paper_only = Issuer.objects.filter(kind=Issuer.Kind.PREFECTURE, acceptances=None)
    assert [issuer.name for issuer in paper_only] == ["東京都"]


def test_suginami_tells_where_the_notice_is_sent_and_nothing_of_amounts():
    register.load()
    rules = Rule.objects.filter(issuer__code="131156").order_by("product")
    assert [(rule.product, rule.work_kind, rule.valid_from) for rule in rules] == [
        (product, "", dt.date(2026, 2, 1)) for product in ("advance", "contract")
    ]
    for rule in rules:
        assert (rule.ways, rule.office, rule.email) == (["mail"], "契約担当課", "keiyaku@city.example.jp")
        assert not rule.limits_something


def test_loading_again_leaves_what_staff_changed():
    register.load()
    Issuer.objects.filter(code="131156").update(name="杉並区役所", search="stale", kana="")
    Authority.objects.filter(issuer__code="131156", title="杉並区長").delete()
    Acceptance.objects.filter(issuer__code="131156").update(ends_on=dt.date(2027, 3, 31))
    Rule.objects.filter(issuer__code="131156", product="contract").delete()
    Rule.objects.filter(issuer__code="131156").update(office="経理課", percent=20)
    counts = [model.objects.count() for model in (Issuer, Authority, Acceptance, Rule)]
    assert register.load() == 0
    assert [model.objects.count() for model in (Issuer, Authority, Acceptance, Rule)] == counts
    suginami = Issuer.objects.get(code="131156")
    assert (suginami.name, suginami.kana) == ("杉並区役所", "スギナミク")
    assert suginami.search == "杉並区役所 すぎなみく 131156 東京都杉並区役所"
    assert titles("131156") == ["杉並区教育委員会教育長"]
    rule = Rule.objects.get(issuer__code="131156")
    assert (rule.office, rule.percent) == ("経理課", 20)


def test_a_body_that_was_missing_is_added_with_all_that_belongs_to_it():
    register.load()
    Issuer.objects.filter(code="131156").delete()
    assert register.load() == 1
    assert titles("131156") == ["杉並区長", "杉並区教育委員会教育長"]
    assert Acceptance.objects.filter(issuer__code="131156").count() == 4


def test_the_command_says_how_many_bodies_it_registered(capsys):
    call_command("load_issuers")
    assert capsys.readouterr().out == "発注者を1798件登録しました。\n"


@pytest.mark.slow
def test_the_list_in_the_repository_is_what_build_issuers_writes(tmp_path, capsys):
    call_command("build_issuers", to=tmp_path / "bodies.csv")
    assert capsys.readouterr().out == "1788団体を書き出しました。\n"
    assert (tmp_path / "bodies.csv").read_bytes() == register.LOCAL_BODIES.read_bytes()
