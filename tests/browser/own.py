"""What a test makes for itself and may change, beside the running portal (`Portal.own`), by real moves only.

All tests share the demo and run in any order: who changes one of its rows takes it from a test that counts on it.
Every function brings an advance for a work of that name to a state, and gives the id under which the portal shows it.
"""

import datetime as dt
import time
from collections.abc import Callable
from uuid import UUID

from accounts.demo import PASSWORD
from accounts.models import User
from applications import lifecycle
from guarantees import clock, printing
from guarantees.models import Document, HandOver, Key, Version
from tests import make

PATIENCE = 90  # seconds for the portal's worker
PAPER = {
    "issuer": "131202",
    "issuer_name": "練馬区",
    "authority": "練馬区長",
    "advance_format": "paper",
    "receipt": "post",
    "notice": "no",
}


def submitted(work: str) -> UUID:
    """Sent, and in nobody's hands; the id of the line."""
    return make.line(_people(), **_typed(work)).pk


def under_review(work: str) -> UUID:
    """In the hands of the clerk, who reviews it; the id of the line."""
    return make.line(_people(), "under_review", **_typed(work)).pk


def received(work: str) -> UUID:
    """Received, and nobody has said a word about it yet; the id of the line."""
    people = _people()
    made = make.line(people, **_typed(work))
    lifecycle.move(made, "receive", by=people["clerk"])
    return made.pk


def returned(work: str) -> UUID:
    """Sent back with a remark; the id of the line."""
    return make.line(_people(), "returned", **_typed(work)).pk


def issued(work: str) -> UUID:
    """Issued electronically, with both of its papers, and looked up by nobody; the id of the guarantee."""
    version = make.line(_people(), "approved", **_typed(work)).issue
    both = [Document.Kind.CERTIFICATE, Document.Kind.NOTICE]
    _wait(lambda: version.documents.filter(kind__in=both).count() == len(both))
    return version.guarantee_id


def ended(work: str) -> UUID:
    """Issued electronically, and the last day on which its key opened it was yesterday; the id of the guarantee."""
    guarantee = issued(work)
    Key.objects.filter(guarantee=guarantee).update(expires_on=clock.today() - dt.timedelta(days=1))
    return guarantee


def unpaid(work: str) -> UUID:
    """Approved, and waiting for its premium of 48,000 yen to be transferred; the id of the line."""
    return make.line(_people(), "awaiting_premium", **_typed(work)).pk


def paid(work: str) -> UUID:
    """Issued electronically after its premium of 48,000 yen was transferred, with both papers; the id of the guarantee."""
    people = _people()
    line = make.line(people, "awaiting_premium", **_typed(work))
    lifecycle.pay(line, by=people["clerk"], amount_yen=48_000, on=clock.today(), way="transfer")
    line.refresh_from_db()
    both = [Document.Kind.CERTIFICATE, Document.Kind.NOTICE]
    _wait(lambda: line.issue.documents.filter(kind__in=both).count() == len(both))
    return line.issue.guarantee_id


def several_years(work: str) -> UUID:
    """The first year's advance of a contract over two fiscal years, issued electronically; the id of the line."""
    until = f"{clock.today().year + 2}-09-30"
    typed = {"fiscal_kind": "commitment", "price": "90,000,000", "works_until": until, "advance_base": "30,000,000"}
    line = make.line(_people(), "approved", **_typed(work) | typed | {"advance_amount": "12,000,000"})
    _wait(lambda: Version.objects.get(pk=line.issue_id).status == Version.Status.ISSUED)
    return line.pk


def reserved(work: str) -> UUID:
    """A reservation of 契約保証 before the tender, issued on paper; the id of the line."""
    day = clock.today() + dt.timedelta(days=14)
    tender = {
        "advance_on": None,
        "contract_on": "on",
        "contract_kind": "reserve",
        "contract_format": "paper",
        "advance_planned": "yes",
        "contracted_on": day.isoformat(),
        "works_from": day.isoformat(),
        "works_until": (day + dt.timedelta(days=200)).isoformat(),
        "receipt": "post",
        "notice": "no",
    }
    line = make.line(_people(), "approved", product="reserve", **_typed(work) | tender)
    _wait(lambda: Version.objects.get(pk=line.issue_id).status == Version.Status.ISSUED)
    return line.pk


def printed(work: str) -> UUID:
    """Issued on paper, printed once and posted, like the one of the demo; the id of the line."""
    people = _people()
    made = make.line(people, "approved", **PAPER, **_typed(work))
    version = made.issue
    _wait(lambda: Version.objects.get(pk=version.pk).status == Version.Status.ISSUED)
    first = printing.hand_out(version, by=people["clerk"], seen=0)
    _wait(lambda: version.documents.filter(kind=Document.Kind.PAPER).exists())
    printing.hand_over(first, by=people["clerk"], how=HandOver.How.POST, on=clock.today())
    return made.pk


def company(word: str) -> int:
    """A company of its own, whose people are manager<word>, colleague<word> and viewer<word>@example.jp; its id."""
    made = make.contractor(customer_no=f"{time.time_ns() // 10**6 % 10**8:08d}", name="見本組 株式会社")
    for role, name in (("manager", "見本　良子"), ("colleague", "見本　次郎"), ("viewer", "見本　三葉")):
        person = make.person(
            "contractor",
            contractor=made,
            email=f"{role}{word}@example.jp",
            name=name,
            company_role="applicant" if role == "colleague" else role,
        )
        person.set_password(PASSWORD)
        person.save()
    return made.pk


def _people() -> dict[str, User]:
    return {name: User.objects.get(email=f"{name}@example.jp") for name in ("contractor", "clerk", "approver")}


def _typed(work: str) -> dict[str, str | None]:
    """An advance alone, under a number of its own: the portal would warn of a double."""
    return {"work_name": work, "work_number": f"8-杉教-{int(time.time())}", "contract_on": None}


def _wait(is_done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_done():
        assert time.monotonic() < end, "the worker has not come to it"
        time.sleep(0.2)
