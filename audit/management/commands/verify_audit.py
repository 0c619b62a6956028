"""Recompute the audit chain: for the nightly run, after a restore, and whenever somebody doubts it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import chain
from audit.models import Entry


class Command(BaseCommand):
    help = "監査記録の連鎖を再計算し、最初に合わない番号を示します。"

    def handle(self, *args: Any, **options: Any) -> None:
        broken = chain.first_break()
        if broken is not None:
            raise CommandError(f"監査記録 {broken} 番が連鎖に合いません。改変または欠落の可能性があります。")
        self.stdout.write(f"監査記録 {Entry.objects.count()} 件を確認しました。すべて正しくつながっています。")
