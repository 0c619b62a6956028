"""`manage.py sweep_papers`: clear away files of papers that were never finished. Meant to run once a day."""

from django.core.management.base import BaseCommand

from guarantees import papers


class Command(BaseCommand):
    help = "どの書類からも参照されない古いファイルを削除します。"

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{papers.sweep()}件のファイルを削除しました。")
