import pytest
from django.core.management import call_command

from applications import banks
from applications.models import Bank, BankBranch

MIZUHO = banks.Listed(
    "0001",
    "みずほ",
    "ミズホ",
    (("244", "荻窪", "オギクボ"), ("245", "西荻窪", "ニシオギクボ"), ("001", "東京営業部", "トウキヨウ")),
)
MUFG = banks.Listed(
    "0005",
    "三菱ＵＦＪ",
    "ミツビシユ－エフジエイ",
    (("341", "新宿", "シンジユク"), ("322", "新宿通", "シンジユクドオリ")),
)
SEIBU = banks.Listed("1341", "西武信金", "セイブシンキン", (("016", "荻窪", "オギクボ"),))


def found(bank, branch=""):
    return [f"{row.bank_id}-{row.code} {row}" for row in banks.find(bank, branch).rows]


@pytest.fixture
def listed(db):
    assert banks.load([MIZUHO, MUFG, SEIBU]) == (3, 6)


@pytest.mark.parametrize(
    ("code", "name", "shown"),
    [
        ("0001", "みずほ", "みずほ銀行"),
        ("0033", "ＰａｙＰａｙ", "ＰａｙＰａｙ銀行"),
        ("0294", "三井住友信託", "三井住友信託銀行"),
        ("0401", "シティバンク、エヌ・エイ", "シティバンク、エヌ・エイ"),
        ("0426", "バンコック", "バンコック銀行"),
        ("0200", "ワイズ・ペイメンツ・ジャパン", "ワイズ・ペイメンツ・ジャパン"),
        ("1000", "信金中央金庫", "信金中央金庫"),
        ("1341", "西武信金", "西武信用金庫"),
        ("2062", "古川信組", "古川信用組合"),
        ("2963", "中央労金", "中央労働金庫"),
        ("3000", "農林中金", "農林中央金庫"),
        ("3013", "東京都信連", "東京都信用農業協同組合連合会"),
        ("5095", "世田谷目黒農協", "世田谷目黒農業協同組合"),
        ("9450", "北海道信漁連", "北海道信用漁業協同組合連合会"),
        ("9900", "ゆうちょ", "ゆうちょ銀行"),
    ],
)
def test_the_short_name_of_an_institution_is_written_out(code, name, shown):
    assert banks.shown_name(code, name) == shown


@pytest.mark.parametrize(
    ("bank", "name", "shown"),
    [
        ("0001", "荻窪", "荻窪支店"),
        ("0001", "東京営業部", "東京営業部"),
        ("0001", "本店", "本店"),
        ("0001", "町村会館出張所", "町村会館出張所"),
        ("1341", "東部", "東部支店"),
        ("9900", "〇一八", "〇一八店"),
        ("9900", "本店", "本店"),
    ],
)
def test_the_short_name_of_a_branch_is_written_out(bank, name, shown):
    assert banks.shown_branch(bank, name) == shown


@pytest.mark.parametrize(
    ("bank", "branch"),
    [
        ("みずほ", "荻窪"),
        ("みずほ銀行", "荻窪支店"),
        ("ﾐｽﾞﾎ", "おぎくぼ"),
        ("0001", "244"),
        ("0001-244", ""),
        ("０００１２４４", ""),
        ("0001ー244", "無視"),
        ("みずほ　荻窪支店", ""),
    ],
)
def test_a_branch_is_found_by_names_kana_or_codes(listed, bank, branch):
    assert found(bank, branch)[0] == "0001-244 みずほ銀行　荻窪支店"


def test_the_branch_of_that_very_name_comes_first(listed):
    assert found("みつびしゆーえふじぇい", "しんじゅく") == [
        "0005-341 三菱ＵＦＪ銀行　新宿支店",
        "0005-322 三菱ＵＦＪ銀行　新宿通支店",
    ]


def test_a_branch_alone_is_found_at_every_bank(listed):
    assert found("", "荻窪") == [
        "0001-244 みずほ銀行　荻窪支店",
        "1341-016 西武信用金庫　荻窪支店",
        "0001-245 みずほ銀行　西荻窪支店",
    ]


def test_a_credit_union_is_found_by_its_short_and_its_full_name(listed):
    assert found("西武信金") == found("西武信用金庫") == ["1341-016 西武信用金庫　荻窪支店"]


@pytest.mark.parametrize(("bank", "branch"), [("", ""), ("　", " "), ("みずほ", "新宿"), ("%", ""), ("0001-999", "")])
def test_what_does_not_exist_is_not_found(listed, bank, branch):
    assert found(bank, branch) == []


@pytest.mark.parametrize(("count", "shown", "more"), [(20, 20, False), (21, 20, True)])
def test_twenty_branches_are_shown_and_more_is_told(db, count, shown, more):
    banks.load(
        [banks.Listed("0001", "みずほ", "ミズホ", tuple((f"{no:03d}", f"見本{no}", "ミホン") for no in range(count)))]
    )
    result = banks.find("みずほ", "")
    assert (len(result.rows), result.more) == (shown, more)


def test_kana_are_shown_with_the_long_vowel_readers_expect(listed):
    assert Bank.objects.get(code="0005").kana == "ミツビシユーエフジエイ"


def test_no_institution_has_an_entrustment_contract_at_first(listed):
    assert set(Bank.objects.values_list("entrusted", flat=True)) == {"no"}


def test_loading_again_keeps_names_and_contracts_of_the_staff_and_still_finds_both_names(listed):
    Bank.objects.filter(code="0001").update(name="みずほＢＫ", entrusted="yes", search="stale")
    BankBranch.objects.filter(bank="0001", code="244").update(name="荻窪中央支店", search="stale")
    assert banks.load([MIZUHO, MUFG]) == (0, 0)
    mizuho = Bank.objects.get(code="0001")
    assert (mizuho.name, mizuho.entrusted) == ("みずほＢＫ", "yes")
    assert mizuho.search == "みずほbk みずほ 0001"
    assert found("みずほ", "荻窪")[0] == found("みずほbk", "荻窪中央")[0] == "0001-244 みずほＢＫ　荻窪中央支店"


def test_what_the_list_no_longer_has_stays(listed):
    banks.load([MIZUHO])
    assert (Bank.objects.count(), BankBranch.objects.count()) == (3, 6)


def test_a_new_branch_of_a_known_bank_is_added(listed):
    grown = banks.Listed("1341", "西武信金", "セイブシンキン", (*SEIBU.branches, ("017", "中野", "ナカノ")))
    assert banks.load([grown]) == (0, 1)
    assert found("西武", "なかの") == ["1341-017 西武信用金庫　中野支店"]


@pytest.mark.slow
def test_the_command_loads_1146_institutions_and_28944_branches_once(db, capsys):
    call_command("load_banks")
    call_command("load_banks")
    assert capsys.readouterr().out.splitlines() == [
        "金融機関を1146件、支店を28944件登録しました。",
        "金融機関を0件、支店を0件登録しました。",
    ]
    assert (Bank.objects.count(), BankBranch.objects.count()) == (1146, 28944)
    assert found("みずほ", "おぎくぼ") == ["0001-244 みずほ銀行　荻窪支店", "0001-245 みずほ銀行　西荻窪支店"]
