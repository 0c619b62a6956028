"""Rules for passwords beside Django's own: none that everybody guesses here, and none of a few signs only."""

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import User

LEAST_SIGNS = 5  # different ones
OURS = ("netdesk", "ネットデスク", "password", "パスワード", "電子保証", "前払金", "契約保証", "hosho")
_LEGAL_FORMS = re.compile("株式会社|有限会社|合同会社|合資会社|合名会社|共同企業体")


class NotOurNames:
    """Refuse a password of which little is left without the names of the product, the surety and the person's company."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = _plain(password)
        for name in sorted(_names(user), key=len, reverse=True):
            rest = rest.replace(name, "")
        if len(rest) < 8 and rest != _plain(password):
            raise ValidationError(
                "サービス名・会社名などの分かりやすい言葉が、パスワードのほとんどを占めています。",
                code="password_of_names",
            )

    def get_help_text(self) -> str:
        return "サービス名や会社名だけでできたパスワードは使えません。"


class NotAFewSigns:
    """Refuse a password made of very few different signs: aaaaaaaaaaaa1."""

    def validate(self, password: str, user: User | None = None) -> None:
        if len(set(password)) < LEAST_SIGNS:
            raise ValidationError(f"{LEAST_SIGNS}種類以上の文字を使ってください。", code="password_of_a_few_signs")

    def get_help_text(self) -> str:
        return f"{LEAST_SIGNS}種類以上の文字を使ってください。"


def _names(user: User | None) -> set[str]:
    words = [*OURS, settings.COMPANY_NAME]
    if user is not None and user.contractor is not None:
        words += [user.contractor.name, user.contractor.kana]
    plain = {_plain(_LEGAL_FORMS.sub("", word)) for word in words} | {_plain(form) for form in ("株式会社", "有限会社")}
    return {word for word in plain if len(word) > 2}


def _plain(text: str) -> str:
    """Write a text as it is compared: one width, small letters, without spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).casefold())
