"""`manage.py sweep_copies`: clear away files of 控え that were never finished. Meant to run once a day."""

from django.core.management.base import BaseCommand

from applications import copies


class Command(BaseCommand):
    help = "どの控えからも参照されない古いファイルを削除します。"

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{copies.sweep()}件のファイルを削除しました。")
