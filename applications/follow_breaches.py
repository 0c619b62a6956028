"""What would break the rules of guarantees that go on from others: the questions of applications.invariants about them."""

FOLLOWS_ANOTHERS = """
SELECT 'guarantee ' || guarantee.id FROM guarantees_guarantee guarantee
JOIN guarantees_guarantee origin ON origin.id = guarantee.follows_id
WHERE guarantee.contractor_id <> origin.contractor_id
  OR (guarantee.product, origin.product) NOT IN (('advance', 'advance'), ('interim', 'advance'), ('contract', 'reserve'))"""

# A reservation ends with the 契約保証 that keeps it, and not otherwise.
RESERVATION_AMISS = """
SELECT 'guarantee ' || reserved.id FROM guarantees_guarantee reserved
WHERE reserved.product = 'reserve' AND (reserved.status = 'closed') <> EXISTS (
  SELECT FROM guarantees_guarantee WHERE follows_id = reserved.id AND product = 'contract' AND number IS NOT NULL)"""

# One advance for a fiscal year of a contract, and one interim advance for an advance, as long as they are not cancelled.
FOLLOWED_TWICE = """
SELECT 'guarantee ' || coalesce(follows_id, id) FROM guarantees_guarantee
WHERE status <> 'cancelled' AND product IN ('advance', 'interim') AND (follows_id IS NOT NULL OR fiscal_year IS NOT NULL)
GROUP BY coalesce(follows_id, id), product, fiscal_year HAVING count(*) > 1"""
