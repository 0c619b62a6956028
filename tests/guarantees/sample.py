"""A snapshot to draw papers from: a June story, with names that need rare kanji."""

from accounts.models import Branch
from guarantees import changes, documents
from guarantees.models import Terms
from guarantees.snapshot import Snapshot
from issuers.models import Rule

KEY = "Z28YUE4J3Bux"
STORY: Snapshot = {
    "schema": 1,
    "number": "26102-000123",
    "version_no": 0,
    "edition": "第1版",
    "issued_at": "2026-06-01T14:20:05+09:00",
    "issued_on": "2026-06-01",
    "product": "advance",
    "product_label": "前払金保証",
    "format": "electronic",
    "format_label": "電子保証（認証キーを含む）",
    "work_kind": "works",
    "work_kind_label": "工事",
    "issuer_code": "131156",
    "issuer_name": "杉並区",
    "beneficiary": "杉並区長",
    "principal_name": "髙﨑建設 株式会社",
    "principal_address": "東京都杉並区みどり二丁目3番4号",
    "signatory_title": "代表取締役",
    "signatory_name": "𠮷田　太郎",
    "work_number": "8-杉教-0123",
    "work_name": "杉並区立あおば小学校外壁改修工事",
    "work_place": "東京都杉並区あおば一丁目5番地内",
    "price_yen": 50_000_000,
    "contracted_on": "2026-06-01",
    "works_from": "2026-06-02",
    "works_until": "2026-12-18",
    "fiscal_kind": "single",
    "fiscal_kind_label": "単年度",
    "joint_venture": "",
    "base_yen": None,
    "amount_yen": 20_000_000,
    "rate_base_yen": 50_000_000,
    "rate_base_label": "請負金額",
    "ratio": "40.0",
    "bank_name": "みずほ銀行　荻窪支店",
    "starts_on": "2026-06-01",
    "ends_on": "2026-12-18",
    "conditions": "2026-04-01",
    "conditions_label": "前払金保証約款（令和8年4月1日版）",
    "submission_office": "総務部経理課契約係",
    "submission_email": "keiyaku@city.example.jp",
    "branch_name": "新宿支店",
    "branch_phone": "03-0000-0001",
    "company_name": "ネットデスク保証株式会社",
    "company_address": "東京都中央区見本町一丁目2番3号",
    "company_representative": "代表取締役社長　見本　一郎",
    "company_phone": "03-0000-0000",
    "office_hours": "平日 9:00〜17:00（土日祝日・年末年始を除く）",
    "verify_url": "https://netdesk.example.jp/verify/",
    "key_expires_on": "2027-03-18",
}
CONTRACT = {
    "number": "26102-000124",
    "product": "contract",
    "product_label": "契約保証",
    "bank_name": "",
    "amount_yen": 5_000_000,
    "ratio": "10.0",
    "conditions_label": "契約保証約款（令和8年4月1日版）",
}
SERVICE = {"work_kind": "service", "work_kind_label": "業務委託", "work_name": "杉並区立あおば小学校外壁改修設計業務"}
# Two companies together, paid over several years: the percentage is taken of this year's amount.
VENTURE = {
    "joint_venture": "髙﨑・𠮷田特定建設工事共同企業体（代表者 髙﨑建設 株式会社、構成員 株式会社𠮷田組）",
    "fiscal_kind": "commitment",
    "fiscal_kind_label": "債務負担行為",
    "base_yen": 20_000_000,
    "rate_base_yen": 20_000_000,
    "rate_base_label": "今年度対象額",
    "amount_yen": 8_000_000,
}
# The contract was raised and prolonged, and the guarantee with it.
CHANGED = {
    "schema": 2,
    "version_no": 1,
    "edition": "第2版",
    "issued_at": "2026-08-05T10:02:11+09:00",
    "issued_on": "2026-08-05",
    "price_yen": 60_000_000,
    "amount_yen": 24_000_000,
    "rate_base_yen": 60_000_000,
    "works_until": "2027-03-10",
    "ends_on": "2027-03-10",
    "key_expires_on": "2027-06-08",
    "purpose": "change",
    "purpose_label": "増額・保証期限変更",
    "changed_on": "2026-08-03",
    "change_reason": "設計変更による増工のため",
    "changes": changes.rows(
        STORY | {"works_until": "2026-12-18", "ends_on": "2026-12-18"},
        STORY
        | {"price_yen": 60_000_000, "amount_yen": 24_000_000, "works_until": "2027-03-10", "ends_on": "2027-03-10"},
    ),
    "replaces": "第1版",
    "replaces_issued_on": "2026-06-01",
    "first_issued_on": "2026-06-01",
}
# Where each text of a paper is kept, and so how long it can be.
CODES = {"product", "format", "work_kind", "fiscal_kind", "conditions"}
HOMES = {
    **{field.name: field for field in Terms._meta.get_fields() if field.name in STORY and field.name not in CODES},
    "submission_office": Rule._meta.get_field("office"),
    "submission_email": Rule._meta.get_field("email"),
    "branch_name": Branch._meta.get_field("name"),
    "branch_phone": Branch._meta.get_field("phone"),
}
LENGTHS = {name: field.max_length for name, field in HOMES.items() if field.max_length}


def changed(**more: object) -> Snapshot:
    """Give the second version of the story, with more changes to it."""
    return STORY | CHANGED | more


def snapshot(**changes: object) -> Snapshot:
    """Give the story, with changes."""
    return STORY | changes


def longest(name: str, seed: str = "") -> str:
    """Fill a text to the last sign its column holds."""
    seed = seed or STORY[name] or "髙﨑・𠮷田特定建設工事共同企業体、"
    return (seed * LENGTHS[name])[: LENGTHS[name]]


# Rows of a change whose texts are long, as works call them.
LONG_LABELS = ["被保証者", "保証契約者", "保証契約者の住所", "工事番号", "工事名", "工事場所", "共同企業体"]
MOST_YEN = dict.fromkeys(("price_yen", "base_yen", "rate_base_yen", "amount_yen"), 999_999_999_999)


def longest_change(rows: int, seed: str = "") -> Snapshot:
    """Give a second version with every text at its end, and the first so many of all things that can change, changed."""
    texts = {name: longest(name, seed) for name in LENGTHS}
    shown = changed(**VENTURE | texts | MOST_YEN | {"change_reason": ((seed or "設計変更による増工、") * 200)[:200]})
    after = [(label, write(shown[name])) for name, label, write in changes.SHOWN[:rows]]
    return shown | {"changes": [changes.Row(label=label, before=text[::-1], after=text) for label, text in after]}


def draw(kind: str, shown: Snapshot | None = None) -> bytes:
    """Draw a paper of the story or of another snapshot."""
    return documents.render(kind, shown or snapshot(), key=KEY if kind == "notice" else "")
