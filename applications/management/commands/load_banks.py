"""Fills the register of financial institutions from the zengin-code package. May be run again at any time."""

from collections.abc import Iterator

from django.core.management.base import BaseCommand
from zengin_code import Bank as ZenginBank

from applications import banks


class Command(BaseCommand):
    help = "金融機関と支店を登録します。登録済みの名称と業務委託契約は変更しません。"

    def handle(self, *args: object, **options: object) -> None:
        institutions, branches = banks.load(_listed())
        self.stdout.write(f"金融機関を{institutions}件、支店を{branches}件登録しました。")


def _listed() -> Iterator[banks.Listed]:
    for bank in ZenginBank.all.values():
        branches = tuple((branch.code, branch.name, branch.kana) for branch in bank.branches.values())
        yield banks.Listed(bank.code, bank.name, bank.kana, branches)
