"""Fills the register of public bodies. May be run again at any time."""

from django.core.management.base import BaseCommand

from issuers import register


class Command(BaseCommand):
    help = "発注者（都道府県・市区町村・その他の団体）を登録します。登録済みの名称や設定は変更しません。"

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"発注者を{register.load()}件登録しました。")
