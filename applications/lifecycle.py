"""How a line moves: one table draws the buttons, guards the server and feeds the tests."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from applications import checks, costs, holding, japanese, news
from applications.models import Approval, Line, Message, Remittance
from audit import trail
from guarantees import orders, pricing
from guarantees.models import Guarantee, Premium, Purpose, Version

S = Line.Status
LONGEST_REASON = 500  # signs of 注意があっても進める理由
EARLY = datetime.timedelta(days=60)  # so long before its approval a premium may have been paid in


class Move(NamedTuple):
    """One way to go on: from which statuses, to which, by whom, and the words on its button."""

    sources: frozenset[str]
    target: str
    side: str  # of the desk: "contractor" or "branch"
    label: str
    needs_remark: str = ""  # what the remark is called when one must be given
    longest_remark: int = 1000
    act: str = ""  # what the trail calls it, where that is not the name of the target


MOVES = {
    "submit": Move(frozenset({S.DRAFT, S.RETURNED}), S.SUBMITTED, "contractor", "この内容で送信する"),
    "withdraw": Move(
        frozenset({S.SUBMITTED, S.RECEIVED, S.RETURNED, S.AWAITING_PREMIUM}),
        S.WITHDRAWN,
        "contractor",
        "この申込を取り下げる",
        "取下げの理由",
        500,
    ),
    "receive": Move(frozenset({S.SUBMITTED}), S.RECEIVED, "branch", "受け付ける"),
    "review": Move(frozenset({S.RECEIVED}), S.UNDER_REVIEW, "branch", "審査を始める"),
    "return": Move(frozenset({S.RECEIVED, S.UNDER_REVIEW}), S.RETURNED, "branch", "差し戻す", "お客様への連絡"),
    "decline": Move(frozenset({S.UNDER_REVIEW}), S.DECLINED, "branch", "お引受不可にする", "お客様への連絡"),
    # Where the premium is due first, the line waits in 保証料お支払い待ち instead, and `pay` goes on from there.
    "approve": Move(frozenset({S.UNDER_REVIEW}), S.APPROVED, "branch", "承認する", act="approved"),
    "pay": Move(frozenset({S.AWAITING_PREMIUM}), S.APPROVED, "branch", "入金を記録する", act="paid"),
}


class NotAllowed(Exception):
    """A move that cannot be made now by this person. The text is fit to show."""


class TooLate(NotAllowed):
    """A move from a status or a content that is no longer there: somebody else was quicker."""


def side_of(user: User, line: Line) -> str | None:
    """Tell on which side of this line's desk a person stands, if on either. Head office and 閲覧者 read and move nothing."""
    if user.may_apply and user.contractor_id == line.application.contractor_id:
        return "contractor"
    if user.is_branch and user.branch_id == line.branch_id:
        return "branch"
    return None


def open_to(user: User, line: Line) -> list[str]:
    """Name the moves this person can make now: the buttons on the page."""
    side = side_of(user, line)
    return [name for name, move in MOVES.items() if move.side == side and line.status in move.sources]


def objection(user: User, line: Line) -> str:
    """Say why this person may not approve this line, or "" when nothing stands against it (four eyes)."""
    if user.role != User.Role.APPROVER:
        return "承認の権限がありません。承認できる方に依頼してください。"
    reviewed = trail.of(line).filter(action="line.under_review", actor=user.pk).exists()
    if reviewed or user.pk in {line.reviewed_by_id, line.edited_by_id}:
        return "審査を始めた方は承認できません。別の方に承認を依頼してください。"
    if lost := line.unprintable():
        return f"証書に印字できない文字「{lost}」があります。登録の内容を直し、差し戻して再送信を受けてください。"
    return _ended(line)


def _ended(line: Line) -> str:
    """Say that a guarantee would be ordered for a time that is over; 解約 and 訂正発行 of one that was asked for in time may
    still be carried out. What has lapsed is not prolonged: nobody guaranteed the time between."""
    today = timezone.localdate()
    if line.purpose in {Purpose.CANCELLATION, Purpose.CORRECTION}:
        return ""
    if line.about is not None:
        held = line.about.versions.filter(status=Version.Status.ISSUED).values_list("ends_on", flat=True).first()
        if held is not None and held < today:
            return f"もとの保証の保証期間（{held:%Y年%-m月%-d日}まで）が終わったため、変更できません。お客様へ連絡してください。"
    if line.ends_on < today:
        return "保証期間がすでに終わっています。差し戻して、工期を確かめてください。"
    return ""


def move(line: Line, name: str, *, by: User, remark: str = "", revision: int | None = None) -> Line:
    """Make one of the MOVES other than approve, or raise NotAllowed and change nothing.

    Locks the line. Who begins the review has it in hand from then on, unless somebody has. `revision`, when given, is the content the person saw: another one is refused.
    """
    with _moving(line, name, by=by, remark=remark, revision=revision) as current:
        if name == "review":
            current.reviewed_by = by
            if current.held_by_id is None:
                holding.name(current, by=by)
    return current


def approve(line: Line, *, by: User, revision: int, contract_seen: str, reason: str = "") -> Line:
    """Approve the revision seen and order its guarantee, all in one transaction; or raise NotAllowed and change nothing.

    `contract_seen` says how the contract papers were looked at (Approval.Seen); `reason` is due when there are cautions.
    """
    if contract_seen not in Approval.Seen.values:
        raise NotAllowed("契約書等を確認した方法（原本・FAX・メール）を選んでください。")
    reason = _readable(reason, "注意があっても進める理由", LONGEST_REASON)
    with _moving(
        line, "approve", by=by, remark="", revision=revision, contract_seen=contract_seen, reason=reason
    ) as current:
        if against := objection(by, current):
            raise NotAllowed(against)
        if not japanese.says_something(reason) and any(checks.for_review(current)):
            raise NotAllowed("注意があっても進める理由を入力してください。")
        _charge(current, by=by)
        Approval.objects.create(
            line=current,
            by=by,
            revision=current.revision,
            terms_digest=current.terms_digest,
            contract_seen=contract_seen,
            reason=reason,
        )
    return current


def _charge(line: Line, *, by: User) -> None:
    """Freeze the premium; order the guarantee at once, or let the line wait for the money. 訂正発行 costs nothing."""
    try:
        line.premium = _priced(line)
    except pricing.NoTariff as lack:
        raise NotAllowed(str(lack)) from None
    if line.premium is not None and pricing.falls_due_before_issue(line.premium):
        line.status = S.AWAITING_PREMIUM
    else:
        _order(line, by=by)


def _order(line: Line, *, by: User) -> None:
    try:
        if line.about is None:
            line.issue = orders.place(
                line, contractor=line.application.contractor, by=by, follows=line.application.about
            )
        else:
            line.issue = orders.amend(line, line.about, by=by)
    except (orders.Unchangeable, orders.Unfollowable) as reason:
        raise NotAllowed(str(reason)) from None
    if line.premium is not None:
        pricing.tie(line.premium, line.issue)


def _priced(line: Line) -> Premium | None:
    company = line.application.contractor
    if line.about is None:
        return pricing.freeze(line, contractor=company)
    if line.purpose == Purpose.CORRECTION:
        return None
    guarantee = Guarantee.objects.select_for_update(no_key=True).get(pk=line.about.pk)
    return pricing.freeze_change(line, guarantee, amount_yen=costs.amount_after(line), contractor=company)


def pay(line: Line, *, by: User, amount_yen: int, on: datetime.date, way: str) -> Line:
    """Record that the premium was received and order the guarantee, in one transaction; or raise NotAllowed.

    Exactly the premium is taken: what is missing or too much is told. `on` is a day in Tokyo, not later than today.
    Locks the line; a second record of the same money is TooLate.
    """
    if way not in Remittance.Way.values:
        raise NotAllowed("入金の方法（振込・現金・小切手）を選んでください。")
    with _moving(
        line, "pay", by=by, remark="", revision=None, amount_yen=amount_yen, on=on.isoformat(), way=way
    ) as current:
        assert current.premium is not None  # a constraint of the table
        if against := _wrong_money(current.premium.total_yen, amount_yen) or _wrong_day(current, on):
            raise NotAllowed(against)
        if _ended(current):
            raise NotAllowed("保証期間がすでに終わっています。お客様へ連絡し、申込の取下げを依頼してください。")
        Remittance.objects.create(line=current, amount_yen=amount_yen, on=on, way=way, by=by)
        _order(current, by=by)
    return current


def _wrong_money(due: int, paid: int) -> str:
    if paid < due:
        return f"保証料 {due:,}円に {due - paid:,}円足りません。不足分を受け取ってから、合計額で記録してください。"
    if paid > due:
        return f"保証料 {due:,}円より {paid - due:,}円多い金額です。過入金分はお客様へお返しし、保証料の額で記録してください。"
    return ""


def _wrong_day(line: Line, on: datetime.date) -> str:
    approved = line.approvals.latest("step").at
    if on > timezone.localdate():
        return "入金日には、今日までの日を入力してください。"
    if on < timezone.localtime(approved).date() - EARLY:
        return f"入金日が、承認した日（{timezone.localtime(approved):%Y年%-m月%-d日}）より{EARLY.days}日以上前です。日付を確かめてください。"
    return ""


@contextmanager
def _moving(line: Line, name: str, *, by: User, remark: str, revision: int | None, **data: object) -> Iterator[Line]:
    """Lock the row, check the move, let the caller add to it, then save and record."""
    move = MOVES[name]
    remark = _readable(remark, move.needs_remark or "連絡", move.longest_remark)
    with transaction.atomic():
        related = Line.objects.select_related("application__changed_by", "branch", "premium", "about")
        current = related.select_for_update(of=("self",)).get(pk=line.pk)
        if side_of(by, current) != move.side:
            raise NotAllowed("この申込を進める権限がありません。")
        if current.status not in move.sources:
            raise TooLate(_too_late(current, move))
        if revision is not None and revision != current.revision:
            raise TooLate("内容が変更されました。新しい内容を確かめてから、もう一度操作してください。")
        if move.needs_remark and not japanese.says_something(remark):
            raise NotAllowed(f"{move.needs_remark}を入力してください。")
        current.status = move.target
        if move.side == "branch" and remark:
            current.remark = remark
            current.unread, current.unanswered = True, False
        yield current
        current.save()
        if current.about is not None and current.status in {S.DECLINED, S.WITHDRAWN}:
            orders.drop_change(current.about)
        if move.side == "branch" and remark:
            said = current.messages.create(side=Message.Side.BRANCH, by=by, text=remark)
            if move.needs_remark:
                news.tell(current, said)
        trail.record(
            f"line.{move.act or current.status}", current, by=by, remark=remark, revision=current.revision, **data
        )


def _readable(typed: str, label: str, limit: int) -> str:
    try:
        return japanese.remark(typed, label, limit)
    except ValidationError as fault:
        raise NotAllowed(f"{fault.messages[0]}。") from None


def _too_late(line: Line, move: Move) -> str:
    if line.status == move.target:
        last = trail.of(line).filter(action=f"line.{line.status}").first()
        who = f"（{last.actor_name}、{timezone.localtime(last.at):%Y年%-m月%-d日 %H:%M}）" if last else ""
        return f"この申込はすでに{line.get_status_display()}です{who}。"
    return f"この申込は{line.get_status_display()}のため、「{move.label}」の操作はできません。画面を開き直して、いまの状態を確かめてください。"
