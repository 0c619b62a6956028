"""Fill the demo with applications in every status, made by the same moves that people make; the real worker issues them."""

import datetime
import time
import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.demo import PASSWORD
from accounts.models import User
from announcements import demo as announcements
from applications import drafts, example, example_phrases, holding, lifecycle, memos, sending, terms
from applications.models import Application, Line
from guarantees import clock, printing
from guarantees.models import HandOver, Print, Version
from outbox.models import Job

PATIENCE = 90  # seconds for the worker to issue what was approved


class Command(BaseCommand):
    help = "デモ用のデータを、実際の手続きと同じ操作で作ります（デモの環境だけ）。"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("デモ用のデータは、デモの環境（DEMO=1）でだけ作れます。")
        if User.objects.exists():
            self.stdout.write("デモ用のデータは、すでにあります。")
            return
        with transaction.atomic():  # all of it or nothing: an interrupted first start begins anew
            announcements.load()
            example_phrases.load()
            _tell(example.furnish())
        self.stdout.write(
            f"申込 {Application.objects.count()}件（保証 {Line.objects.count()}件）を作りました。発行を待っています。"
        )
        self._wait()
        if _print_papers():
            self._wait()
            _post_papers()

    def _wait(self) -> None:
        """Wait until the worker has kept every promise, and say how far it is."""
        end, total = time.monotonic() + PATIENCE, Version.objects.count()
        while time.monotonic() < end:
            open_jobs = Job.objects.exclude(status=Job.Status.DONE).count()
            issued = Version.objects.exclude(status=Version.Status.ORDERED).count()
            self.stdout.write(f"発行 {total}件中{issued}件、残りの作業 {open_jobs}件")
            if not open_jobs:
                return
            time.sleep(2)
        self.stdout.write("残りの作業は、ポータルが動いているあいだに続けられます。")


def _tell(people: dict[str, User]) -> None:
    """Play the story: what each company sent, and how far the branches brought it."""
    ours, clerk = people["contractor"], people["clerk"]
    _issued(ours, clerk, people["approver"])
    _returned(ours, clerk)
    _waiting(ours, clerk, people["approver"])
    _unpaid(ours, clerk, people["approver"])
    _ended(ours, clerk)
    _to_be_followed(ours, clerk, people["approver"])
    _of_others(people["rival"], clerk, people["otherbranch"])
    for name in ("あおば橋塗装工事", "区立体育館床改修工事"):
        typed = {"issuer": "131156", "issuer_name": "杉並区", "work_name": name, "advance_on": "on"}
        drafts.save(uuid.uuid4(), typed, by=ours, version=0)


def _work(number: str, name: str, price: int, **changes: Any) -> dict[str, Any]:
    """Give a contract of `price` whole yen as typed fields, with 40 % to be advanced and 10 % guaranteed."""
    sums = {"price": price, "advance_amount": price * 40 // 100, "contract_amount": price // 10}
    return {"work_number": number, "work_name": name, **sums, **changes}


_PERFORMANCE_ONLY = {"advance_on": None, "advance_planned": "yes"}
_ADVANCE_ONLY = {"contract_on": None}


def _issued(ours: User, clerk: User, approver: User) -> None:
    """Both electronic guarantees of one contract, and one on paper for a body that takes no electronic ones."""
    nerima = {"issuer": "131202", "issuer_name": "練馬区", "authority": "練馬区長"}
    paper = {"advance_format": "paper", "receipt": "post", "notice": "no"}
    for line in _sent(ours):
        _issue(line, clerk, approver)
    for line in _sent(ours, **_work("", "みどり公園トイレ改築工事", 42_000_000, **nerima, **paper, **_ADVANCE_ONLY)):
        _issue(line, clerk, approver)


def _print_papers() -> int:
    """Print what was issued on paper, once, as its branch does; count the prints."""
    issued = Version.objects.filter(format="paper", status=Version.Status.ISSUED)
    return len([printing.hand_out(version, by=_clerk_of(version), seen=0) for version in issued])


def _post_papers() -> None:
    """Send the printed certificates off, as far as they are drawn by now."""
    for made in Print.objects.select_related("version").filter(version__documents__kind="paper"):
        printing.hand_over(made, by=_clerk_of(made.version), how=HandOver.How.POST, on=clock.today())


def _clerk_of(version: Version) -> User:
    return User.objects.filter(role=User.Role.CLERK, branch=version.branch).earliest("pk")


def _returned(ours: User, clerk: User) -> None:
    """An advance sent back with a remark, while its sister goes on."""
    back, sister = _sent(ours, **_work("8-杉土-0087", "区道第1234号線舗装補修工事", 21_000_000))
    _go(back, clerk, "receive", "review")
    remark = "請負金額が契約書の写し（税込 22,000,000円）と異なります。ご確認のうえ、修正して再送信してください。"
    memos.write(back, "契約書の写しはFAXで届いています。お電話でも金額の違いをお伝えしました。", by=clerk)
    lifecycle.move(back, "return", by=clerk, remark=remark)
    _go(sister, clerk, "receive", "review")


def _waiting(ours: User, clerk: User, approver: User) -> None:
    """One line nobody has looked at, and one just received, which a colleague has taken."""
    _sent(ours, **_work("8-杉都-0031", "歩道橋補修設計業務委託", 18_000_000, work_kind="service", **_PERFORMANCE_ONLY))
    (line,) = _sent(ours, **_work("8-杉教-0140", "区立図書館空調設備改修工事", 33_000_000, **_PERFORMANCE_ONLY))
    holding.take(line, by=approver)
    memos.write(line, "契約日が近いとのことです。契約書の写しは明日届く予定です。", by=approver)
    _go(line, clerk, "receive")


def _unpaid(ours: User, clerk: User, approver: User) -> None:
    """One line that is approved and waits for its premium, which is to be transferred."""
    transfer = _work("8-杉区-0210", "区民センター屋上防水工事", 24_000_000, advance_payment="transfer", **_ADVANCE_ONLY)
    for line in _sent(ours, **transfer):
        _issue(line, clerk, approver)


def _ended(ours: User, clerk: User) -> None:
    """One line that the branch declined, and one that the company took back."""
    (refused,) = _sent(ours, **_work("8-杉環-0009", "清掃車庫解体工事", 15_000_000, **_PERFORMANCE_ONLY))
    _go(refused, clerk, "receive", "review")
    lifecycle.move(refused, "decline", by=clerk, remark="工事の内容について、お電話でご説明します。")
    (gone,) = _sent(ours, **_work("8-杉公-0055", "遊具更新工事", 9_000_000, **_PERFORMANCE_ONLY))
    lifecycle.move(gone, "withdraw", by=ours, remark="発注者との契約が延期になったため。")


def _to_be_followed(ours: User, clerk: User, approver: User) -> None:
    """An advance of the first of three fiscal years, and a reservation before a tender: both have something to follow."""
    today = timezone.localdate()
    first = {"fiscal_kind": "commitment", "advance_base": 60_000_000, "advance_amount": 24_000_000}
    span = {"works_until": (today + datetime.timedelta(days=800)).isoformat()}
    for line in _sent(
        ours, **_work("8-杉土-0300", "妙法寺川護岸改修工事", 180_000_000, **first, **span, **_ADVANCE_ONLY)
    ):
        _issue(line, clerk, approver)
    days = {"contracted_on": 30, "works_from": 31, "works_until": 300}
    planned = {name: (today + datetime.timedelta(days=count)).isoformat() for name, count in days.items()}
    reserved = {"contract_kind": "reserve", "contract_format": "paper", "receipt": "post", "notice": "no"}
    tender = _work("", "区立みどり保育園改築工事", 85_000_000, **planned, **reserved, **_PERFORMANCE_ONLY)
    for line in _sent(ours, **tender | {"fiscal_kind": "continuing"}):
        _issue(line, clerk, approver)


def _of_others(theirs: User, clerk: User, tama: User) -> None:
    """What another company asks of our branch, and of another branch."""
    for line in _sent(theirs, branch="102", **_work("8-杉土-0101", "下水道管きょ更新工事", 60_000_000)):
        _go(line, clerk, "receive", "review")
    for line in _sent(theirs, **_work("8-杉土-0102", "橋りょう耐震補強工事", 28_000_000, **_ADVANCE_ONLY)):
        _issue(line, tama, _second(tama))


def _second(officer: User) -> User:
    """Give a colleague who may approve what `officer` reviewed."""
    return User.objects.create_user(
        "tama-approver@example.jp", PASSWORD, name="高橋　六郎", role=User.Role.APPROVER, branch=officer.branch
    )


def _sent(person: User, **changes: Any) -> list[Line]:
    """Send an application as `person`; return its lines in the order 前払金保証, 契約保証."""
    application = drafts.save(uuid.uuid4(), example.typed(person, **changes), by=person, version=0)
    token = sending.token_for(application, terms.asked(application)[1], by=person)
    sending.send(application, by=person, token=token, consent=True)
    return list(application.lines.order_by("product"))


def _go(line: Line, officer: User, *moves: str) -> None:
    for name in moves:
        lifecycle.move(line, name, by=officer)


def _issue(line: Line, officer: User, approver: User) -> None:
    _go(line, officer, "receive", "review")
    line.refresh_from_db()
    lifecycle.approve(
        line, by=approver, revision=line.revision, contract_seen="mail", reason="契約書の写しで確かめました。"
    )
