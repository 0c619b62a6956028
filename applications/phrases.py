"""定型文 at the desk: what is offered above a text area, and putting it behind what stands there. Sends nothing."""

from typing import NamedTuple

from applications.models import Phrase


class Offer(NamedTuple):
    """The phrases above a text area, what the last press did, and what was wrong with it ("" each when nothing was)."""

    phrases: list[Phrase]
    told: str = ""
    error: str = ""


def offered(purpose: str) -> Offer:
    """Give the phrases in use for a purpose, in the order that the head office wished."""
    return Offer([*Phrase.objects.filter(purpose=purpose, is_active=True)])


def insert(typed: str, chosen: str, offer: Offer) -> tuple[str, Offer]:
    """Put the phrase chosen (its id) behind what was typed, on a line of its own; give both back as they were for any other."""
    text = next((phrase.text for phrase in offer.phrases if str(phrase.pk) == chosen), "")
    if not text:
        return typed, offer._replace(error="定型文を一覧から選択してください")
    before = f"{typed}\n" if typed and not typed.endswith("\n") else typed
    return before + text, offer._replace(told="定型文を文面に入れました。まだ送っていません。")
