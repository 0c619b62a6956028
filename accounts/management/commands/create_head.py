"""Makes the first person of a new portal: somebody of the head office, who then registers everybody else."""

from getpass import getpass

from django.core.management.base import BaseCommand, CommandError

from accounts.forms import PersonForm
from accounts.models import User
from accounts.people import register


class Command(BaseCommand):
    help = "本店の利用者を1名登録します。メールアドレス、氏名、パスワードを順にたずねます。"

    def handle(self, *args: object, **options: object) -> None:
        """Ask, check by the rules of the register, store and record."""
        email, name = input("メールアドレス: ").strip(), input("氏名: ").strip()
        password = getpass("パスワード（12文字以上）: ")
        if password != getpass("パスワード（確認のためもう一度）: "):
            raise CommandError("2回のパスワードが一致しません。もう一度実行してください。")
        form = PersonForm(
            {"email": email, "name": name, "role": User.Role.HEAD, "is_active": "on", "new_password": password}
        )
        if not form.is_valid():
            raise CommandError(
                "\n".join(
                    f"{form.fields[field].label}: {text}" for field, texts in form.errors.items() for text in texts
                )
            )
        person = register(form, by=None)
        self.stdout.write(
            self.style.SUCCESS(
                f"{person.name}（{person.email}）を登録しました。{person.get_role_display()}としてログインできます。"
            )
        )
