"""`manage.py sweep_attachments`: clear away files of 添付書類 that no row names. Meant to run once a day."""

from django.core.management.base import BaseCommand

from applications import attachments


class Command(BaseCommand):
    help = "どの添付書類からも参照されない古いファイルを削除します。"

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{attachments.sweep()}件のファイルを削除しました。")
