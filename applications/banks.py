"""Keeps and searches the financial institutions (預託金融機関) and their branches."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from applications.models import Bank, BankBranch
from issuers import search

# The public list shortens what follows a name; a certificate and a form show it in full.
LONG_ENDINGS = {
    "信金": "信用金庫",
    "信組": "信用組合",
    "労金": "労働金庫",
    "農協": "農業協同組合",
    "漁協": "漁業協同組合",
    "信連": "信用農業協同組合連合会",
    "信漁連": "信用漁業協同組合連合会",
}
# Institutions that the rules would name wrongly, by code.
PROPER_NAMES = {
    "0200": "ワイズ・ペイメンツ・ジャパン",
    "0439": "ユービーエス・エイ・ジー",
    "2004": "商工組合中央金庫",
    "2010": "全国信用協同組合連合会",
    "2213": "整理回収機構",
    "2950": "労働金庫連合会",
    "3000": "農林中央金庫",
    "3771": "秋田たかのす農業協同組合",
    "9900": "ゆうちょ銀行",
}
POST_BANK = "9900"  # its branches are numbered and called 〇一八店
BANKS_BELOW = "1000"  # codes of ordinary banks; credit unions, co-operatives and central bodies follow
COMPLETE_ENDINGS = (
    *("本店", "支店", "営業部", "出張所", "本所", "支所", "代理店", "事務所", "センター"),
    *("公務部", "法人部", "統括本部", "地域本部", "営業店"),
)
SEVEN_DIGITS = re.compile(r"^(\d{4})-?(\d{3})$")


@dataclass(frozen=True)
class Listed:
    """An institution as a public list writes it: codes of four and three digits, short names, kana of any width."""

    code: str
    name: str
    kana: str
    branches: tuple[tuple[str, str, str], ...]  # code, name, kana


def shown_name(code: str, name: str) -> str:
    """Write out the short name of an institution: 0001 みずほ gives みずほ銀行, 西武信金 gives 西武信用金庫."""
    if code in PROPER_NAMES:
        return PROPER_NAMES[code]
    if code < BANKS_BELOW:
        return name if "銀行" in name or "バンク" in name else f"{name}銀行"
    for short in sorted(LONG_ENDINGS, key=len, reverse=True):
        if name.endswith(short):
            return name.removesuffix(short) + LONG_ENDINGS[short]
    return name


def shown_branch(bank_code: str, name: str) -> str:
    """Write out the short name of a branch: 荻窪 gives 荻窪支店; 本店 and 営業部 stay."""
    if name.endswith(COMPLETE_ENDINGS):
        return name
    return name + ("店" if bank_code == POST_BANK else "支店")


def bank_key(bank: Bank, *also: str) -> str:
    """The search column of an institution; `also` names other spellings by which it is found."""
    return search.key(bank.name, *also, bank.kana, bank.code)


def branch_key(branch: BankBranch, *also: str) -> str:
    """The search column of a branch; `also` names other spellings by which it is found."""
    return search.key(branch.name, *also, branch.kana, branch.code)


@transaction.atomic
def load(listed: Iterable[Listed]) -> tuple[int, int]:
    """Add the institutions and branches that are missing; return how many of each.

    Repeatable. Names and the entrustment flag of known ones belong to the staff and stay; kana and the search column
    follow the list. What the list no longer has stays too, since applications may name it.
    """
    institutions = list(listed)
    return _load_banks(institutions), _load_branches(institutions)


def _load_banks(institutions: list[Listed]) -> int:
    known = Bank.objects.in_bulk()
    new: list[Bank] = []
    changed: list[Bank] = []
    for item in institutions:
        bank = known.get(item.code) or Bank(code=item.code, name=shown_name(item.code, item.name))
        before = (bank.kana, bank.search)
        bank.kana = _long_vowels(item.kana)
        bank.search = bank_key(bank, item.name)
        if bank.code not in known:
            new.append(bank)
        elif before != (bank.kana, bank.search):
            changed.append(bank)
    Bank.objects.bulk_create(new)
    Bank.objects.bulk_update(changed, ["kana", "search"], batch_size=500)
    return len(new)


def _load_branches(institutions: list[Listed]) -> int:
    known = {(branch.bank_id, branch.code): branch for branch in BankBranch.objects.all()}
    new: list[BankBranch] = []
    changed: list[BankBranch] = []
    for item in institutions:
        for code, name, kana in item.branches:
            branch = known.get((item.code, code)) or BankBranch(
                bank_id=item.code, code=code, name=shown_branch(item.code, name)
            )
            before = (branch.kana, branch.search)
            branch.kana = _long_vowels(kana)
            branch.search = branch_key(branch, name)
            if branch.pk is None:
                new.append(branch)
            elif before != (branch.kana, branch.search):
                changed.append(branch)
    BankBranch.objects.bulk_create(new, batch_size=2000)
    BankBranch.objects.bulk_update(changed, ["kana", "search"], batch_size=500)
    return len(new)


def _long_vowels(kana: str) -> str:
    """The list writes ユ－エフ with a full-width minus sign where readers expect ユーエフ."""
    return kana.replace("－", "ー")


def find(bank: str, branch: str) -> search.Found[BankBranch]:
    """Find branches by the names, kana or codes of the institution and of the branch, best match first.

    bank may hold both codes (0001-244 or 0001244) or, after a space, the branch too (みずほ 荻窪).
    With both texts empty, finds nothing.
    """
    both = SEVEN_DIGITS.match(search.normalise(bank))
    if both:
        return search.capped(BankBranch.objects.select_related("bank").filter(bank=both[1], code=both[2]))
    of_bank, of_branch = search.words(bank), search.words(branch)
    if not of_bank and not of_branch:
        return search.Found([], more=False)
    rows = BankBranch.objects.select_related("bank")
    for word in of_bank[:1]:
        rows = rows.filter(bank__search__contains=word)
    for word in of_bank[1:]:
        rows = rows.filter(Q(bank__search__contains=word) | Q(search__contains=word))
    rows = search.containing(rows, of_branch)
    return search.capped(search.best_first(rows, of_branch, "bank", "code"))
