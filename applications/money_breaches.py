"""What would break the rules of premiums: the questions of applications.invariants about what was charged."""

# What was charged is what was computed from the amount that was approved, and, where it was due first, what was paid in.
PREMIUM_AMISS = """
SELECT 'line ' || line.id FROM applications_line line LEFT JOIN guarantees_premium charged ON charged.id = line.premium_id
LEFT JOIN applications_remittance money ON money.line_id = line.id
WHERE line.issue_id IS NOT NULL AND line.premium_id IS NOT NULL AND (
    charged.version_id IS DISTINCT FROM line.issue_id OR charged.amount_yen <> line.amount_yen AND line.purpose <> 'cancel'
    OR charged.payment <> line.payment OR money.amount_yen <> charged.total_yen
    OR charged.payment <> 'monthly' AND charged.total_yen > 0 AND money.id IS NULL)
  OR line.issue_id IS NULL AND (charged.version_id IS NOT NULL OR money.id IS NOT NULL)"""
PREMIUM_MISCALCULATED = """
SELECT 'premium ' || id FROM guarantees_premium charged
WHERE amount_yen <> (SELECT sum((step ->> 'part_yen')::bigint) FROM jsonb_array_elements(steps) step)
  OR before_yen + total_yen <> greatest(CASE WHEN amount_yen > 0 THEN minimum_yen ELSE 0 END, unit_yen * div(
    (SELECT sum((step ->> 'millionths')::numeric) FROM jsonb_array_elements(steps) step), unit_yen * 1000000))"""
