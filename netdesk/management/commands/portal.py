"""Run the whole portal on this machine, with demo data: the one command behind `make run`."""

import errno
import fcntl
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from accounts.models import User
from applications.models import Bank
from guarantees.models import Tariff
from issuers.models import Issuer
from netdesk import demo, postgres
from netdesk.runner.household import CannotRun, Household

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WELCOME = """
ネットデスクが動いています： {portal}/

  ログイン（パスワードは、すべて netdesk-demo）
    contractor@example.jp    建設会社の担当者（管理者）
    colleague@example.jp     同じ会社の同僚（申込者）
    viewer@example.jp        同じ会社の同僚（閲覧者）
    rival@example.jp         別の建設会社の担当者
    clerk@example.jp         新宿支店の受付・審査
    approver@example.jp      新宿支店の承認者
    otherbranch@example.jp   別の支店の担当者
    head@example.jp          本店の管理者

  発注者の確認ページ（ログイン不要）   {verify}
  送信されたメール                     {portal}/demo/mail/ （ファイルは {mail}）
  動作の記録                           {log}

止めるには Ctrl-C を押してください。
"""


class Command(BaseCommand):
    help = "ポータル一式（データベース、ウェブ、ワーカー、リレー、メールの受け皿）をデモ用に動かします。"
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        var: Path = settings.VAR_DIR
        try:
            lock = _only_one(var)
            _keep_private(var)
            with _listen(settings.PORT) as web:
                self._live(var, web, began)
        except (CannotRun, postgres.CannotStart) as reason:
            raise CommandError(str(reason)) from reason
        os.close(lock)
        self.say("停止しました。データは次の起動まで残ります。")

    def say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _live(self, var: Path, web: socket.socket, began: float) -> None:
        ours = postgres.Server(demo.var())
        server = ours if os.environ["DATABASE_URL"] == ours.url else None
        household = Household(var, server, web, self.say)
        for signum in ENDINGS:
            signal.signal(signum, household.ask_to_stop)
        try:
            self._set_up(household)
            places = {"verify": settings.VERIFY_URL, "mail": settings.MAIL_DIR, "log": var / "log"}
            self.say(WELCOME.format(portal=settings.PORTAL_URL, **places))
            self.say(f"（起動にかかった時間：{time.monotonic() - began:.1f} 秒）")
            while True:
                household.tend()
                time.sleep(0.2)
        except KeyboardInterrupt:
            self.say("\n停止しています…")
        finally:
            for signum in ENDINGS:  # the way out is walked to its end
                signal.signal(signum, signal.SIG_IGN)
            household.stop()
            (var / "portal.env").unlink(missing_ok=True)

    def _set_up(self, household: Household) -> None:
        if household.server:
            self.say("データベースを起動しています…")
            household.server.start()
        self.say("データベースの表を確かめています…")
        call_command("migrate", interactive=False, verbosity=0)
        self._load()
        self._collect(settings.STATIC_ROOT)
        seeded = User.objects.exists()
        connections.close_all()
        settings.BROKER_DIR.mkdir(parents=True, exist_ok=True)
        self.say("ウェブ、ワーカー、リレー、メールの受け皿を起動しています…")
        household.start_children()
        _tell_commands(household)
        household.await_web(60)
        if not seeded:
            self.say("デモ用のデータを、実際の手続きと同じ操作で作っています…")
            household.run("デモ用データの作成", [sys.executable, str(demo.ROOT / "manage.py"), "seed"])

    def _load(self) -> None:
        if not Issuer.objects.exists():
            self.say("発注者（都道府県・市区町村など）を登録しています…")
            call_command("load_issuers", stdout=self.stdout)
        if not Bank.objects.exists():
            self.say("金融機関と支店を登録しています…")
            call_command("load_banks", stdout=self.stdout)
        if not Tariff.objects.exists():
            call_command("load_tariffs", stdout=self.stdout)

    def _collect(self, root: Path) -> None:
        """Collect the static files, unless the same were collected before."""
        files = [storage.path(name) for finder in get_finders() for name, storage in finder.list([])]
        seen = json.dumps([[file, os.stat(file).st_mtime_ns] for file in sorted(files)])
        noted = root.with_name("collected.json")  # names folders of this machine: nothing to be served
        if root.is_dir() and noted.exists() and noted.read_text("utf-8") == seen:
            return
        self.say("画面の部品を集めています…")
        call_command("collectstatic", interactive=False, verbosity=0)
        noted.write_text(seen, "utf-8")


def _only_one(var: Path) -> int:
    """Lock the folder for this portal; the kernel unlocks it when we end, however that may be."""
    var.mkdir(parents=True, exist_ok=True)
    lock = os.open(var / "portal.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        running = os.read(lock, 200).decode()
        raise CannotRun(f"このフォルダーのポータルは、すでに動いています：{running}") from None
    os.truncate(lock, 0)
    os.write(lock, settings.PORTAL_URL.encode())
    return lock


def _keep_private(var: Path) -> None:
    """Shut the folders that hold what people wrote (letters, logs, hints) for other users of this machine."""
    for name in ("broker", "log", "mail", "papers"):
        (var / name).mkdir(mode=0o700, exist_ok=True)
        (var / name).chmod(0o700)


def _listen(port: int) -> socket.socket:
    """Open the port before anything else is done; it stays open while the web process is started again."""
    try:
        return socket.create_server(("127.0.0.1", port), backlog=512)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            example = f"PORT={port + 1} make run"
            raise CannotRun(
                f"ポート {port} は、ほかのプログラムが使っています。別の番号で起動してください。例：{example}"
            ) from error
        raise CannotRun(f"ポート {port} を開けません：{error.strerror}。") from error


def _tell_commands(household: Household) -> None:
    """Write for commands typed beside us what only this run knows; netdesk.demo reads it."""
    told = ["DEMO", "PORT", "EMAIL_URL", "REDIS_URL"] + ([] if household.server else ["DATABASE_URL"])
    lines = [f"{name}='{os.environ[name]}'\n" for name in told if name in os.environ]
    file = os.open(household.var / "portal.env", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w", encoding="utf-8") as out:
        out.writelines(lines)
