"""The words that issuers, guarantees and applications share: what is guaranteed, for which work, on what."""

from django.db.models import TextChoices


class Product(TextChoices):
    """What we guarantee: an advance payment, a further one after half of the work, or the performance of the contract.

    契約保証予約 promises, before the tender, that a 契約保証 will be issued to whoever wins it.
    """

    ADVANCE = "advance", "前払金保証"
    INTERIM = "interim", "中間前払金保証"
    CONTRACT = "contract", "契約保証"
    RESERVE = "reserve", "契約保証予約"

    @property
    def is_for_advance(self) -> bool:
        """Tell whether money that was paid in advance is guaranteed: 前払金 or 中間前払金."""
        return self in {Product.ADVANCE, Product.INTERIM}

    @property
    def governed_by(self) -> "Product":
        """Whose 約款 holds: a 中間前払金 is a 前払金 to it."""
        return Product.ADVANCE if self == Product.INTERIM else self

    @property
    def short(self) -> str:
        """Its word where there is little room."""
        return _SHORT[self]

    @property
    def charge(self) -> str:
        """What is charged for it."""
        return "予約手数料" if self == Product.RESERVE else "保証料"

    @property
    def tax(self) -> str:
        """How 消費税 stands to what is charged: a premium is free of it, the fee of a reservation is not."""
        return "消費税込み" if self == Product.RESERVE else "非課税"


_SHORT = {
    Product.ADVANCE: "前払金",
    Product.INTERIM: "中間前払金",
    Product.CONTRACT: "契約",
    Product.RESERVE: "契約予約",
}
# What a public body may take electronically: a reservation is shown on paper.
ELECTRONIC = [(one.value, one.label) for one in Product if one != Product.RESERVE]


class WorkKind(TextChoices):
    """What was ordered: construction works or a commissioned service such as design and survey."""

    WORKS = "works", "工事"
    SERVICE = "service", "業務委託"


class Format(TextChoices):
    """What the certificate is made of. One guarantee never mixes the two; two products of one contract may differ."""

    PAPER = "paper", "証書（紙）"
    ELECTRONIC = "electronic", "電子保証（認証キーを含む）"
