"""The words that issuers, guarantees and applications share: what is guaranteed, for which work, on what."""

from django.db.models import TextChoices


class Product(TextChoices):
    """What we guarantee: the advance payment (前払金保証) or the performance of the contract (契約保証)."""

    ADVANCE = "advance", "前払金保証"
    CONTRACT = "contract", "契約保証"


class WorkKind(TextChoices):
    """What was ordered: construction works or a commissioned service such as design and survey."""

    WORKS = "works", "工事"
    SERVICE = "service", "業務委託"


class Format(TextChoices):
    """What the certificate is made of. One guarantee never mixes the two; two products of one contract may differ."""

    PAPER = "paper", "証書（紙）"
    ELECTRONIC = "electronic", "電子保証（認証キーを含む）"
