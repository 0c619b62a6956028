"""Ask the database for every breach of what must always be true: after a fault, nightly, and after a restore."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from applications import invariants

NAMED = 5  # breaches of one rule that are named; the rest is counted


class Command(BaseCommand):
    help = "保証・番号・書類・お知らせ・監査記録が、守るべき決まりのとおりであることを確かめます。"

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for invariant in invariants.ALL:
            found = list(invariant.breaches())
            broken += bool(found)
            self.stdout.write(f"{invariant.no:>3}  {'違反' if found else '適合'}  {invariant.rule}{_named(found)}")
        if broken:
            raise CommandError(f"守られていない決まりが{broken}件あります。上の「違反」の行を確かめてください。")
        self.stdout.write(f"{len(invariants.ALL)}件の決まりは、すべて守られています。")


def _named(found: list[str]) -> str:
    if not found:
        return ""
    more = f" ほか{len(found) - NAMED}件" if len(found) > NAMED else ""
    return f"：{'、'.join(islice(found, NAMED))}{more}"
