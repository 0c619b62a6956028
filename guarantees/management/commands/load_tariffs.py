"""`manage.py load_tariffs`: store the invented sample rates where there are none. For the demo and for trying out."""

from django.core.management.base import BaseCommand

from guarantees import sample_tariffs


class Command(BaseCommand):
    help = "見本の保証料率表を登録します。料率表のある保証には、何もしません。"

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"見本の保証料率表を{sample_tariffs.load()}件登録しました。")
