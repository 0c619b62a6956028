"""Everything the papers of a version show, fixed at mint: papers made today and in ten years say the same."""

import datetime as dt
from typing import Any, NotRequired, TypedDict, cast

from django.conf import settings
from django.utils import timezone

from guarantees import canon, changes
from guarantees.models import Version
from issuers.kinds import WorkKind
from netdesk import dates

# How long after the end of the guarantee the key still opens it.
KEY_OUTLIVES_BY = dt.timedelta(days=90)

# Fields of the terms that go into the snapshot under their own names; days become ISO text.
FROZEN = (
    "product",
    "format",
    "work_kind",
    "issuer_name",
    "beneficiary",
    "principal_name",
    "principal_address",
    "signatory_title",
    "signatory_name",
    "work_number",
    "work_name",
    "work_place",
    "price_yen",
    "fiscal_kind",
    "joint_venture",
    "base_yen",
    "amount_yen",
    "rate_base_yen",
    "bank_name",
    "conditions",
)
DAYS = ("contracted_on", "works_from", "works_until", "starts_on", "ends_on")


class Altered(Exception):
    """Say that a snapshot does not match its digest, or was never made."""

    def __init__(self) -> None:
        super().__init__("電子証書の内容を確かめられません。お手数ですが、取扱店へご連絡ください。")


class Change(TypedDict):
    """One row of what a version changed, in the words of the paper."""

    label: str
    before: str
    after: str


class Snapshot(TypedDict):
    """What the templates of the papers may use, and nothing else.

    Days are ISO text ("2026-06-01", Tokyo), moments ISO text with +09:00, money whole yen, texts exactly as frozen.
    `""` means "not given"; a paper leaves such a row out. The authentication key is never part of it.
    """

    schema: int  # 1, or 2 for a version after the first
    number: str  # 保証契約番号 "26102-000123"
    version_no: int  # 0 is the first
    edition: str  # 第1版
    issued_at: str  # "2026-06-01T14:20:05+09:00"
    issued_on: str  # 発行日
    product: str  # advance | interim | contract | reserve
    product_label: str  # 前払金保証 | 中間前払金保証 | 契約保証 | 契約保証予約
    format: str  # electronic | paper
    format_label: str
    work_kind: str  # works | service
    work_kind_label: str  # 工事 | 業務委託
    issuer_code: str  # "" for a body that is not in the register
    issuer_name: str  # 発注者 "杉並区"
    beneficiary: str  # 被保証者 "杉並区長"
    principal_name: str  # 保証契約者
    principal_address: str
    signatory_title: str
    signatory_name: str
    work_number: str  # may be ""
    work_name: str
    work_place: str
    price_yen: int  # 請負金額 with tax
    contracted_on: str
    works_from: str
    works_until: str
    fiscal_kind: str  # single | commitment | continuing
    fiscal_kind_label: str
    joint_venture: str  # may be ""
    base_yen: int | None  # 今年度対象額
    amount_yen: int  # 保証金額
    rate_base_yen: int  # what `ratio` is taken of
    rate_base_label: str  # 請負金額 | 今年度対象額
    ratio: str  # percent with one decimal, "40.0"
    bank_name: str  # 預託金融機関, "" for 契約保証
    starts_on: str  # 保証期間
    ends_on: str
    conditions: str  # edition of the 約款 "2026-04-01"
    conditions_label: str  # 前払金保証約款（令和8年4月1日版）
    submission_office: str  # 提出先の担当課 of the issuer, may be ""
    submission_email: str  # may be ""
    branch_name: str  # 取扱店
    branch_phone: str
    company_name: str
    company_address: str
    company_representative: str
    company_phone: str
    office_hours: str
    verify_url: str  # 照会画面; also what the QR code holds
    key_expires_on: str  # 閲覧期限 of the key, "" for a paper guarantee
    # Of a guarantee that goes on from another one, and of 中間前払金保証:
    follows_label: NotRequired[str]  # 前払金保証
    follows_number: NotRequired[str]
    ruled_on: NotRequired[str]  # 認定日
    # From schema 2 on, for the versions after the first:
    purpose: NotRequired[str]  # change | correct | cancel
    purpose_label: NotRequired[str]  # 増額・保証期限変更, 訂正発行, 解約
    changed_on: NotRequired[str]  # 変更契約日
    change_reason: NotRequired[str]
    changes: NotRequired[list[Change]]
    replaces: NotRequired[str]  # the edition whose place it takes: 第1版
    replaces_issued_on: NotRequired[str]
    first_issued_on: NotRequired[str]


def of(version: Version, *, number: str, issued_at: dt.datetime, before: Version | None = None) -> Snapshot:
    """Gather what the papers of `version` show. Reads the database, changes nothing; `starts_on` must be set.

    `before` is the issued version whose place it takes; Altered when that one's record is not sound.
    """
    local = timezone.localtime(issued_at, timezone.get_default_timezone())
    values: dict[str, Any] = {
        "schema": 1,
        "number": number,
        "version_no": version.no,
        "edition": version.edition,
        "issued_at": local.isoformat(timespec="seconds"),
        "issued_on": local.date().isoformat(),
        "key_expires_on": (version.ends_on + KEY_OUTLIVES_BY).isoformat() if version.is_electronic else "",
    }
    shown = cast(Snapshot, values | _terms(version) | _parties(version, local.date()) | _before(version))
    return cast(Snapshot, {**shown, **_changes(version, read(before), shown)}) if before else shown


def read(version: Version) -> Snapshot:
    """Give the stored snapshot of an issued version; raises Altered when it is not what its digest says."""
    if version.snapshot is None or canon.digest(version.snapshot) != version.snapshot_digest:
        raise Altered
    return cast(Snapshot, version.snapshot)


def digest(values: Snapshot) -> str:
    """Give the SHA-256 of the canonical JSON: what Version.snapshot_digest holds."""
    return canon.digest(values)


def reference(values: Snapshot) -> str:
    """Give the 照合番号 printed on the papers: the first 16 hex digits of the digest in groups of four."""
    head = digest(values)[:16].upper()
    return "-".join(head[i : i + 4] for i in range(0, 16, 4))


def ratio(amount_yen: int, base_yen: int) -> str:
    """Give a share in percent with one decimal, rounded half up in whole numbers: 2 of 3 is "66.7"."""
    tenths = (2000 * amount_yen + base_yen) // (2 * base_yen)
    return f"{tenths // 10}.{tenths % 10}"


def _changes(version: Version, old: Snapshot, new: Snapshot) -> dict[str, Any]:
    assert version.changed_on is not None  # a constraint of the table
    return {
        "schema": 2,
        "purpose": version.purpose,
        "purpose_label": changes.kinds(version.purpose, old, new),
        "changed_on": version.changed_on.isoformat(),
        "change_reason": version.change_reason,
        "changes": changes.rows(old, new),
        "replaces": old["edition"],
        "replaces_issued_on": old["issued_on"],
        "first_issued_on": old.get("first_issued_on", old["issued_on"]),
    }


def _terms(version: Version) -> dict[str, Any]:
    edition = dates.wareki(dt.date.fromisoformat(version.conditions))
    return {
        **{name: getattr(version, name) for name in FROZEN},
        **{name: getattr(version, name).isoformat() for name in DAYS},
        "product_label": version.get_product_display(),
        "format_label": version.get_format_display(),
        "work_kind_label": WorkKind(version.work_kind).label,
        "fiscal_kind_label": version.get_fiscal_kind_display(),
        "rate_base_label": "請負金額" if version.rate_base_yen == version.price_yen else "今年度対象額",
        "ratio": ratio(version.amount_yen, version.rate_base_yen),
        "conditions_label": f"{version.kind.governed_by.label}約款（{edition}版）",
    }


def _before(version: Version) -> dict[str, Any]:
    """Name the guarantee that this one goes on from, and the day of the 認定調書 of an interim advance."""
    follows = version.guarantee.follows
    told = {"follows_label": follows.get_product_display(), "follows_number": follows.number} if follows else {}
    return told | ({"ruled_on": version.ruled_on.isoformat()} if version.ruled_on else {})


def _parties(version: Version, on: dt.date) -> dict[str, Any]:
    rule = version.issuer.rule_on(version.product, version.work_kind, on) if version.issuer else None
    return {
        "issuer_code": version.issuer.code if version.issuer else "",
        "submission_office": rule.office if rule else "",
        "submission_email": rule.email if rule else "",
        "branch_name": version.branch.name,
        "branch_phone": version.branch.phone,
        "company_name": settings.COMPANY_NAME,
        "company_address": settings.COMPANY_ADDRESS,
        "company_representative": settings.COMPANY_REPRESENTATIVE,
        "company_phone": settings.COMPANY_PHONE,
        "office_hours": settings.OFFICE_HOURS,
        "verify_url": settings.VERIFY_URL,
    }
