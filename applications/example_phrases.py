"""Phrases (定型文) with which the demo begins."""

from applications.models import Phrase

P = Phrase.Purpose
# For what, title, text.
PHRASES = (
    (
        P.RETURN,
        "請負金額が契約書と異なる",
        "請負金額が、契約書の金額（税込）と異なります。\n"
        "契約書をご確認のうえ、請負金額と保証金額を修正して、再送信してください。",
    ),
    (
        P.RETURN,
        "契約書の写しが届いていない",
        "契約書の写しが、まだ届いていません。\n"
        "取扱店へお送りいただき、内容をもう一度ご確認のうえ、再送信してください。",
    ),
    (
        P.DECLINE,
        "契約がなくなった",
        "発注者との契約がなくなったと伺いましたので、この保証はお引き受けできません。\n"
        "契約をあらためて結ばれたときは、新しい申込を作成してください。",
    ),
    (
        P.TALK,
        "書類を受け取った",
        "お送りいただいた書類を受け取りました。ありがとうございます。\n内容を確かめて、審査を進めます。",
    ),
)


def load() -> None:
    """Add the phrases, unless there are any."""
    if not Phrase.objects.exists():
        Phrase.objects.bulk_create(
            [
                Phrase(purpose=purpose, title=title, text=text, place=10 * at)
                for at, (purpose, title, text) in enumerate(PHRASES, 1)
            ]
        )
