"""The questions of applications.invariants about paper certificates: each names in text what breaks its rule."""

PRINT_WITHOUT_PAPER = """
SELECT 'print ' || made.id FROM guarantees_print made
WHERE NOT EXISTS (
    SELECT FROM guarantees_document WHERE kind = 'paper' AND version_id = made.version_id AND print_no = made.no)
  AND NOT EXISTS (SELECT FROM outbox_job WHERE kind = 'render_paper' AND ref = made.id::text AND status <> 'done')"""
PAPER_WITHOUT_PRINT = """
SELECT 'document ' || paper.id FROM guarantees_document paper
WHERE (paper.kind = 'paper') <> EXISTS (
  SELECT FROM guarantees_print made WHERE made.version_id = paper.version_id AND made.no = paper.print_no)"""
PRINTS_WITH_GAPS = """
SELECT 'version ' || version_id FROM guarantees_print GROUP BY version_id
HAVING (min(no), max(no), count(DISTINCT no)) IS DISTINCT FROM (1, count(*)::int, count(*))"""
# What is on paper has neither key nor electronic papers (key_breaches asks for the keys); what is electronic is not printed.
PAPERS_OF_THE_OTHER_FORM = """
SELECT guarantee.id::text FROM guarantees_document paper JOIN guarantees_guarantee guarantee ON guarantee.id = paper.guarantee_id
WHERE paper.kind <> 'statement' AND (paper.kind = 'paper') <> (guarantee.format = 'paper')
UNION
SELECT guarantee.id::text FROM guarantees_print made JOIN guarantees_version version ON version.id = made.version_id
JOIN guarantees_guarantee guarantee ON guarantee.id = version.guarantee_id
WHERE guarantee.format <> 'paper'"""
