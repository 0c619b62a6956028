"""What would break the rules of changes: the questions of applications.invariants that are about versions after the first."""

ORDER_WITHOUT_JOB = """
SELECT 'amend:' || version.id FROM guarantees_version version
WHERE version.no > 0 AND NOT EXISTS (SELECT FROM outbox_job WHERE kind = 'amend' AND ref = version.id::text)"""

# The versions of a guarantee are 0, 1, 2, …; each issued one took the place of the one before it, the last one is in force
# unless the guarantee has ended.
VERSIONS_AMISS = """
SELECT 'guarantee ' || guarantee.id FROM guarantees_guarantee guarantee
JOIN guarantees_version version ON version.guarantee_id = guarantee.id
GROUP BY guarantee.id
HAVING count(*) <> max(version.no) + 1
  OR count(*) FILTER (WHERE version.status = 'issued') <> CASE WHEN guarantee.status IN ('ordered', 'cancelled') THEN 0 ELSE 1 END
  OR count(*) FILTER (WHERE version.purpose = 'cancel' AND version.status = 'cancelled')
     <> CASE WHEN guarantee.status = 'cancelled' THEN 1 ELSE 0 END"""
KEY_OF_AN_OLD_VERSION = """
SELECT 'key ' || key.id FROM guarantees_key key JOIN guarantees_version version ON version.id = key.version_id
WHERE key.status = 'active' AND version.status <> 'issued'"""

# 変更手続中 holds exactly while a change is asked for or on order.
CHANGING_AMISS = """
SELECT 'guarantee ' || guarantee.id FROM guarantees_guarantee guarantee
WHERE (guarantee.changing_since IS NOT NULL) <> (
  EXISTS (
    SELECT FROM applications_line line WHERE line.about_id = guarantee.id
      AND line.status IN ('submitted', 'received', 'under_review', 'returned', 'awaiting_premium'))
  OR EXISTS (SELECT FROM guarantees_version WHERE guarantee_id = guarantee.id AND status = 'ordered' AND no > 0))"""
LINE_OF_ANOTHER = """
SELECT 'line ' || line.id FROM applications_line line JOIN applications_application application ON application.id = line.application_id
LEFT JOIN guarantees_version version ON version.id = line.issue_id
LEFT JOIN guarantees_guarantee guarantee ON guarantee.id = line.about_id
WHERE line.about_id IS NOT NULL AND (
    line.about_id IS DISTINCT FROM application.about_id OR line.purpose <> application.purpose
    OR guarantee.contractor_id <> line.contractor_id OR version.guarantee_id <> line.about_id)
  OR line.about_id IS NULL AND version.no > 0"""

# What a change costs stands on what was charged before it; all of it together is what the guarantee costs now.
BEFORE_AMISS = """
SELECT 'premium ' || later.id FROM guarantees_premium later JOIN guarantees_version version ON version.id = later.version_id
WHERE version.no > 0 AND later.before_yen <> (
  SELECT sum(earlier.total_yen) FROM guarantees_premium earlier JOIN guarantees_version former ON former.id = earlier.version_id
  WHERE former.guarantee_id = version.guarantee_id AND former.no < version.no
  HAVING count(*) FILTER (WHERE former.no = 0) = 1)"""
REFUND_AMISS = """
SELECT 'refund ' || refund.id FROM applications_refund refund JOIN applications_line line ON line.id = refund.line_id
JOIN guarantees_premium charged ON charged.id = line.premium_id
WHERE refund.amount_yen <> -charged.total_yen OR line.payment = 'monthly' OR line.issue_id IS NULL"""

ACTS_AND_ENTRIES = """
SELECT act || ' ' || subject FROM (
  SELECT 'guarantee.change_ordered' AS act, guarantee_id::text AS subject, count(*) AS wanted
  FROM guarantees_version WHERE no > 0 GROUP BY guarantee_id
  UNION ALL
  SELECT CASE purpose WHEN 'cancel' THEN 'guarantee.cancelled' ELSE 'guarantee.changed' END, guarantee_id::text, count(*)
  FROM guarantees_version WHERE no > 0 AND issued_at IS NOT NULL GROUP BY 1, guarantee_id
  UNION ALL
  SELECT 'premium.refunded', line_id::text, 1 FROM applications_refund) acts
WHERE wanted <> (SELECT count(*) FROM audit_entry WHERE action = act AND subject_id = subject)"""
END_UNTOLD = """
SELECT 'guarantee_cancelled ' || version.id FROM guarantees_version version
WHERE version.purpose = 'cancel' AND version.status = 'cancelled' AND version.notice_address <> '' AND NOT EXISTS (
  SELECT FROM outbox_letter WHERE kind = 'guarantee_cancelled' AND ref = version.id::text)"""
