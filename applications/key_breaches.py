"""The questions of applications.invariants about keys: each names in text what breaks its rule."""

KEYS_AMISS = """
SELECT guarantee.id::text FROM guarantees_guarantee guarantee LEFT JOIN guarantees_key key ON key.guarantee_id = guarantee.id
GROUP BY guarantee.id
HAVING count(*) FILTER (WHERE key.status = 'active') > 1
  OR (count(key.id) > 0) <> (guarantee.format = 'electronic' AND guarantee.number IS NOT NULL)"""

# The chore comes every hour; nobody is answered by what it writes, so a day or two without it harm nobody.
KEYS_PAST_THEIR_LAST_DAY = """
SELECT 'key ' || id FROM guarantees_key
WHERE status = 'active' AND expires_on < (now() AT TIME ZONE 'Asia/Tokyo')::date - 2"""
KEYS_CLOSED_TOO_EARLY = """
SELECT 'key ' || id FROM guarantees_key
WHERE status = 'expired' AND expires_on >= (now() AT TIME ZONE 'Asia/Tokyo')::date"""
