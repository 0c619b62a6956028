"""The people of the demo, known to the log-in page and to whoever sets the demo up. They exist in demo mode only."""

from typing import NamedTuple

PASSWORD = "netdesk-demo"


class Guest(NamedTuple):
    email: str
    role: str  # as the visitor of the demo understands it


GUESTS = (
    Guest("contractor@example.jp", "受注者（管理者）"),
    Guest("colleague@example.jp", "受注者（同じ会社の申込者）"),
    Guest("viewer@example.jp", "受注者（同じ会社の閲覧者）"),
    Guest("rival@example.jp", "受注者（別の会社）"),
    Guest("clerk@example.jp", "新宿支店（受付・審査）"),
    Guest("approver@example.jp", "新宿支店（承認）"),
    Guest("otherbranch@example.jp", "別の支店"),
    Guest("head@example.jp", "本店（閲覧）"),
)
