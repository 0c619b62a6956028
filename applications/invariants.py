"""What must be true of the stored data at every moment: each invariant asks for its breaches and must get none.

Each has a number by which a report names it. Constraints and triggers guard most of these rules as well; here they are
asked again from outside, after a fault, nightly and after a restore, when those guards may have been away.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from django.db import connection

from applications import change_breaches, follow_breaches, key_breaches, money_breaches, paper_breaches
from applications.models import Line
from audit import chain
from guarantees import canon, papers, snapshot
from guarantees.models import Document, Version


class Invariant(NamedTuple):
    """A rule in words, and the question that names what breaks it (ids, numbers or purposes, as text)."""

    no: int
    rule: str
    breaches: Callable[[], Iterable[str]]


def _rows(*questions: str) -> Callable[[], Iterable[str]]:
    """Make one question of several queries that each give one column of text."""

    def ask() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("\nUNION ALL\n".join(questions))
            return [row[0] for row in cursor.fetchall()]

    return ask


LINE_WITHOUT_VERSION = """
SELECT line.id::text FROM applications_line line LEFT JOIN guarantees_version version ON version.id = line.issue_id
WHERE line.status = 'approved' AND version.id IS NULL"""
VERSION_OF_TWO_LINES = """
SELECT 'version ' || issue_id FROM applications_line WHERE issue_id IS NOT NULL GROUP BY issue_id HAVING count(*) > 1"""

ORDER_FORGOTTEN = """
SELECT line.id::text FROM applications_line line JOIN guarantees_version version ON version.id = line.issue_id
WHERE line.status = 'approved' AND version.status = 'ordered' AND version.ordered_at < now() - interval '120 seconds'
  AND NOT EXISTS (
    SELECT FROM outbox_job job
    WHERE job.status = 'dead' AND (job.kind, job.ref) IN (('mint', version.guarantee_id::text), ('amend', version.id::text)))"""

# The register says what somebody may do today; it speaks for the day of approval while the person was not changed since.
VERSION_NOBODY_MIGHT_ORDER = """
SELECT 'version ' || version.id FROM guarantees_version version LEFT JOIN applications_line line ON line.issue_id = version.id
WHERE NOT EXISTS (
  SELECT FROM applications_approval approval JOIN accounts_user officer ON officer.id = approval.by_id
  WHERE approval.line_id = line.id AND approval.revision = line.revision
    AND (approval.by_id = version.ordered_by_id OR EXISTS (
      SELECT FROM applications_remittance money WHERE money.line_id = line.id AND money.by_id = version.ordered_by_id))
    AND approval.by_id IS DISTINCT FROM line.reviewed_by_id AND approval.by_id IS DISTINCT FROM line.edited_by_id
    AND NOT EXISTS (
      SELECT FROM audit_entry entry WHERE entry.action = 'line.under_review' AND entry.actor_id = approval.by_id
        AND entry.subject_type = 'applications.line' AND entry.subject_id = line.id::text)
    AND (officer.role = 'approver' AND officer.branch_id = line.branch_id OR EXISTS (
      SELECT FROM audit_entry entry WHERE entry.action = 'user.changed' AND entry.at >= approval.at
        AND entry.subject_type = 'accounts.user' AND entry.subject_id = officer.id::text)))"""


def _altered_terms() -> Iterator[str]:
    """Compute again every digest between the line approved and the papers. The first day may be fixed at mint only."""
    lines = Line.objects.filter(status=Line.Status.APPROVED, issue__isnull=False)
    for line in lines.select_related("issue").prefetch_related("approvals").iterator(chunk_size=500):
        version = line.issue
        if version is None:
            continue
        frozen = version.content() | ({"starts_on": None} if line.starts_on is None else {})
        digests = {line.terms_digest, version.terms_digest, canon.digest(frozen), line.fingerprint()}
        if len(digests | {approval.terms_digest for approval in line.approvals.all()}) > 1:
            yield f"line {line.pk}"
        if version.snapshot is not None and not _is_shown(version):
            yield f"snapshot {version.pk}"


def _is_shown(version: Version) -> bool:
    """Tell whether the snapshot is the one that was sealed and says what the terms say."""
    try:
        shown = dict(snapshot.read(version))
    except snapshot.Altered:
        return False
    days = {name: getattr(version, name).isoformat() for name in snapshot.DAYS}
    return all(shown.get(name) == getattr(version, name) for name in snapshot.FROZEN) and shown | days == shown


SERIES_WITH_GAPS = """
SELECT coalesce(given.prefix, series.prefix)::text
FROM (SELECT left(number, 5) AS prefix, count(*) AS n, min(right(number, 6)::int) AS low, max(right(number, 6)::int) AS high
      FROM guarantees_guarantee WHERE number IS NOT NULL GROUP BY 1) given
FULL JOIN guarantees_numberseries series ON series.prefix = given.prefix
WHERE (coalesce(given.low, 1), coalesce(given.high, 0), coalesce(given.n, 0)) IS DISTINCT FROM (1, series.last, series.last)"""
NUMBERS_OUT_OF_ORDER = """
SELECT number::text FROM (
  SELECT number, issued_at, lag(issued_at) OVER (PARTITION BY left(number, 5) ORDER BY number) AS earlier
  FROM guarantees_guarantee guarantee JOIN guarantees_version version ON version.guarantee_id = guarantee.id
  WHERE version.no = 0 AND number IS NOT NULL) given
WHERE issued_at < earlier"""
NUMBERS_OF_ANOTHER_YEAR = """
SELECT number::text FROM guarantees_guarantee guarantee JOIN guarantees_version version ON version.guarantee_id = guarantee.id
WHERE version.no = 0 AND left(number, 2) <> to_char(issued_at AT TIME ZONE 'Asia/Tokyo' - interval '3 months', 'YY')"""

ENDED_YET_ORDERED = """
SELECT line.id::text FROM applications_line line
WHERE line.status <> 'approved'
  AND (line.issue_id IS NOT NULL
    OR line.status <> 'awaiting_premium' AND NOT (line.status = 'withdrawn' AND line.premium_id IS NOT NULL)
      AND EXISTS (SELECT FROM applications_approval WHERE line_id = line.id))"""
ENDED_TWICE = """
SELECT subject_id::text FROM audit_entry
WHERE subject_type = 'applications.line' AND action IN ('line.approved', 'line.withdrawn', 'line.declined')
GROUP BY subject_id HAVING count(DISTINCT action) > 1"""

FORM_CHANGED = """
SELECT 'version ' || version.id FROM guarantees_version version JOIN guarantees_guarantee guarantee ON guarantee.id = version.guarantee_id
WHERE (version.format, version.product) <> (guarantee.format, guarantee.product)"""

DONE_WITHOUT_EFFECT = """
SELECT job.purpose::text FROM outbox_job job
WHERE job.status = 'done' AND NOT CASE job.kind
  WHEN 'mint' THEN EXISTS (SELECT FROM guarantees_guarantee WHERE id::text = job.ref AND number IS NOT NULL)
  WHEN 'amend' THEN EXISTS (SELECT FROM guarantees_version WHERE id::text = job.ref AND issued_at IS NOT NULL)
  WHEN 'render_certificate' THEN EXISTS (
    SELECT FROM guarantees_document WHERE kind = 'certificate' AND version_id::text = job.ref)
  WHEN 'render_notice' THEN EXISTS (
    SELECT FROM guarantees_document paper JOIN guarantees_key key ON key.version_id = paper.version_id AND key.no = paper.key_no
    WHERE paper.kind = 'notice' AND key.id::text = job.ref)
  WHEN 'render_paper' THEN EXISTS (
    SELECT FROM guarantees_document paper JOIN guarantees_print made ON made.version_id = paper.version_id AND made.no = paper.print_no
    WHERE paper.kind = 'paper' AND made.id::text = job.ref)
  WHEN 'render_statement' THEN EXISTS (
    SELECT FROM guarantees_document paper JOIN guarantees_premium charged ON charged.version_id = paper.version_id
    WHERE paper.kind = 'statement' AND charged.id::text = job.ref)
  WHEN 'render_copy' THEN EXISTS (SELECT FROM applications_copy WHERE id::text = job.ref AND digest <> '')
  WHEN 'mail' THEN EXISTS (SELECT FROM outbox_letter WHERE id::text = job.ref AND status = 'sent')
  ELSE true END"""

PROMISED_TWICE = "SELECT purpose::text FROM outbox_job GROUP BY purpose HAVING count(*) > 1"
ORDER_WITHOUT_JOB = """
SELECT 'mint:' || id FROM guarantees_guarantee guarantee
WHERE NOT EXISTS (SELECT FROM outbox_job WHERE kind = 'mint' AND ref = guarantee.id::text)"""
PAPER_WITHOUT_JOB = """
SELECT 'render_certificate:' || version.guarantee_id || ':' || version.no FROM guarantees_version version
WHERE version.format = 'electronic' AND version.issued_at IS NOT NULL AND version.purpose <> 'cancel'
  AND NOT EXISTS (SELECT FROM outbox_job WHERE kind = 'render_certificate' AND ref = version.id::text)
UNION ALL
SELECT 'render_notice:' || key.guarantee_id || ':' || key.no FROM guarantees_key key
WHERE NOT EXISTS (SELECT FROM outbox_job WHERE kind = 'render_notice' AND ref = key.id::text)
UNION ALL
SELECT 'render_statement:' || version.guarantee_id || ':' || version.no
FROM guarantees_premium charged JOIN guarantees_version version ON version.id = charged.version_id
WHERE version.issued_at IS NOT NULL AND NOT (version.no > 0 AND charged.total_yen = 0)
  AND NOT EXISTS (SELECT FROM outbox_job WHERE kind = 'render_statement' AND ref = charged.id::text)
UNION ALL
SELECT 'render_copy:' || id FROM applications_copy copy
WHERE NOT EXISTS (SELECT FROM outbox_job WHERE kind = 'render_copy' AND ref = copy.id::text)"""

WORN_OUT = """
SELECT purpose::text FROM outbox_job
WHERE attempts > max_attempts
  OR status = 'ready' AND attempts >= max_attempts AND run_after < now() - interval '60 seconds'"""

PAPER_MADE_TWICE = """
SELECT min(id)::text FROM guarantees_document GROUP BY version_id, kind, key_no, print_no, template HAVING count(*) > 1"""


def _damaged_papers() -> Iterator[str]:
    """Read every paper as it would be handed out, and make sure that each exists once."""
    yield from _rows(PAPER_MADE_TWICE)()
    for paper in Document.objects.iterator(chunk_size=500):
        try:
            papers.read(paper)
        except papers.Damaged:
            yield str(paper.pk)


NEWS_NOT_WRITTEN = """
SELECT 'guarantee_issued ' || paper.guarantee_id || ':' || paper.key_no
FROM guarantees_document paper JOIN guarantees_version version ON version.id = paper.version_id
JOIN guarantees_key key ON key.version_id = version.id AND key.no = paper.key_no AND key.status = 'active'
WHERE paper.kind = 'notice' AND version.notice_address <> '' AND NOT EXISTS (
  SELECT FROM outbox_letter WHERE kind = 'guarantee_issued' AND ref = paper.guarantee_id || ':' || paper.key_no)"""
LETTER_WITHOUT_JOB = """
SELECT 'letter ' || letter.id FROM outbox_letter letter
WHERE NOT EXISTS (SELECT FROM outbox_job WHERE kind = 'mail' AND ref = letter.id::text)"""
SENT_BUT_NOT_ACCEPTED = """
SELECT 'letter ' || letter.id FROM outbox_letter letter
WHERE status = 'sent' AND NOT EXISTS (SELECT FROM outbox_letterattempt WHERE letter_id = letter.id AND outcome = 'sent')"""
LETTER_OVERDUE = """
SELECT purpose::text FROM outbox_job
WHERE kind = 'mail' AND status IN ('ready', 'leased') AND give_up_at < now() - interval '1 hour'"""
# Letters about an issue, each with the terms of the key it speaks of.
NEWS = """
FROM outbox_letter letter
LEFT JOIN guarantees_key key ON key.guarantee_id || ':' || key.no = letter.ref
LEFT JOIN guarantees_version version ON version.id = key.version_id
LEFT JOIN applications_line line ON line.issue_id = version.id
WHERE letter.kind = 'guarantee_issued'"""
UNWISHED_NEWS = f"SELECT 'letter ' || letter.id {NEWS} AND coalesce(version.notice_address, '') = ''"
NEWS_TO_ANOTHER = f"""
SELECT 'letter ' || letter.id {NEWS} AND version.notice_address <> ''
  AND (letter.to <> version.notice_address OR line.notice_address <> version.notice_address)"""

ACTS_AND_ENTRIES = """
SELECT act || ' ' || subject FROM (
  SELECT 'line.approved' AS act, line_id::text AS subject, count(*) AS wanted FROM applications_approval GROUP BY line_id
  UNION ALL
  SELECT 'line.paid', line_id::text, 1 FROM applications_remittance
  UNION ALL
  SELECT 'guarantee.ordered', id::text, 1 FROM guarantees_guarantee
  UNION ALL
  SELECT 'guarantee.issued', id::text, 1 FROM guarantees_guarantee WHERE number IS NOT NULL
  UNION ALL
  SELECT 'paper.printed', version.guarantee_id::text, count(*)
  FROM guarantees_print made JOIN guarantees_version version ON version.id = made.version_id GROUP BY version.guarantee_id
  UNION ALL
  SELECT 'key.expired', guarantee_id::text, count(*) FROM guarantees_key WHERE status = 'expired' GROUP BY guarantee_id
  UNION ALL
  SELECT kind || '.rendered', guarantee_id::text, count(*) FROM guarantees_document GROUP BY guarantee_id, kind) acts
WHERE wanted <> (SELECT count(*) FROM audit_entry WHERE action = act AND subject_id = subject)"""
# A revision is no move: it leaves the line where it is.
LAST_MOVE_UNTOLD = """
SELECT 'line.' || line.status || ' ' || line.id FROM applications_line line
LEFT JOIN applications_remittance remittance ON remittance.line_id = line.id
WHERE line.status <> 'draft' AND 'line.' || CASE
    WHEN remittance.id IS NOT NULL THEN 'paid' WHEN line.status = 'awaiting_premium' THEN 'approved' ELSE line.status
  END IS DISTINCT FROM (
  SELECT action FROM audit_entry
  WHERE subject_type = 'applications.line' AND subject_id = line.id::text
    AND left(action, 5) = 'line.' AND action <> 'line.revised'
  ORDER BY seq DESC LIMIT 1)"""
SENDING_UNTOLD = """
SELECT 'application.sent ' || application.id FROM applications_application application
WHERE application.number IS NOT NULL AND NOT EXISTS (
  SELECT FROM audit_entry
  WHERE subject_type = 'applications.application' AND subject_id = application.id::text AND action = 'application.sent')"""


def _broken_trail() -> Iterator[str]:
    yield from _rows(ACTS_AND_ENTRIES, change_breaches.ACTS_AND_ENTRIES, LAST_MOVE_UNTOLD, SENDING_UNTOLD)()
    if (broken := chain.first_break()) is not None:
        yield f"seq {broken}"


ALL = (
    Invariant(1, "承認された申込には、保証の版がちょうど1つある", _rows(LINE_WITHOUT_VERSION, VERSION_OF_TWO_LINES)),
    Invariant(2, "承認から120秒以内に発行されているか、要対応になっている", _rows(ORDER_FORGOTTEN)),
    Invariant(3, "保証は、権限のある別の人が承認した申込にだけある", _rows(VERSION_NOBODY_MIGHT_ORDER)),
    Invariant(4, "保証と書類の内容は、承認された内容と一致する", _altered_terms),
    Invariant(7, "保証契約番号は、1から続き、欠番がない", _rows(SERIES_WITH_GAPS)),
    Invariant(8, "保証契約番号の順は、発行の順と同じである", _rows(NUMBERS_OUT_OF_ORDER)),
    Invariant(9, "保証契約番号の年度は、発行日の年度である", _rows(NUMBERS_OF_ANOTHER_YEAR)),
    Invariant(10, "取下げ・お引受不可・手続中の申込に、保証はない", _rows(ENDED_YET_ORDERED, ENDED_TWICE)),
    Invariant(11, "保証証書の形式と保証の種類は、版が変わっても同じである", _rows(FORM_CHANGED)),
    Invariant(15, "完了した処理には、その結果がある", _rows(DONE_WITHOUT_EFFECT)),
    Invariant(16, "約束した処理は、目的ごとにちょうど1つある", _rows(PROMISED_TWICE, ORDER_WITHOUT_JOB, change_breaches.ORDER_WITHOUT_JOB, PAPER_WITHOUT_JOB)),
    Invariant(17, "処理の試行は上限を超えず、上限に達すれば要対応になる", _rows(WORN_OUT)),
    Invariant(21, "書類は1通ずつあり、保管したときのままである", _damaged_papers),
    Invariant(
        26, "希望されたお知らせは、必ず送られるか要対応になる",
        _rows(NEWS_NOT_WRITTEN, LETTER_WITHOUT_JOB, SENT_BUT_NOT_ACCEPTED, LETTER_OVERDUE, UNWISHED_NEWS, change_breaches.END_UNTOLD),
    ),
    Invariant(30, "お知らせの宛先は、申込で確定した宛先である", _rows(NEWS_TO_ANOTHER)),
    Invariant(32, "有効な認証キーは、発行済の電子保証にだけ、1つずつある", _rows(key_breaches.KEYS_AMISS)),
    Invariant(
        34, "閲覧期限を過ぎた認証キーは、2日以内に閲覧終了になり、その前にはならない",
        _rows(key_breaches.KEYS_PAST_THEIR_LAST_DAY, key_breaches.KEYS_CLOSED_TOO_EARLY),
    ),
    Invariant(47, "操作は1つずつ監査記録に残り、連鎖に欠けがない", _broken_trail),
    Invariant(
        58, "証書の印刷には、書類か、続いている処理がある",
        _rows(paper_breaches.PRINT_WITHOUT_PAPER, paper_breaches.PAPER_WITHOUT_PRINT),
    ),
    Invariant(59, "証書の印刷は、版ごとに1回目から続いている", _rows(paper_breaches.PRINTS_WITH_GAPS)),
    Invariant(60, "証書（紙）の保証に電子の書類はなく、電子保証は印刷されない", _rows(paper_breaches.PAPERS_OF_THE_OTHER_FORM)),
    Invariant(61, "保証料は、承認された額から計算され、その版に結ばれている", _rows(money_breaches.PREMIUM_AMISS, money_breaches.PREMIUM_MISCALCULATED)),
    Invariant(
        62, "保証の版は続いており、最後の版だけが有効で、有効な認証キーはその版のもの",
        _rows(change_breaches.VERSIONS_AMISS, change_breaches.KEY_OF_AN_OLD_VERSION),
    ),
    Invariant(
        63, "変更は1つの保証に一度に1件で、その間だけ変更手続中である",
        _rows(change_breaches.CHANGING_AMISS, change_breaches.LINE_OF_ANOTHER),
    ),
    Invariant(
        64, "変更の保証料は前の版までの保証料との差額で、返還はその額である",
        _rows(change_breaches.BEFORE_AMISS, change_breaches.REFUND_AMISS),
    ),
    Invariant(
        65, "続く保証は同じ会社のふさわしい保証に続き、予約は契約保証の発行で終わる",
        _rows(follow_breaches.FOLLOWS_ANOTHERS, follow_breaches.RESERVATION_AMISS, follow_breaches.FOLLOWED_TWICE),
    ),
)  # fmt: skip
