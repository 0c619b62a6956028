"""Which paper certificates have still to leave their branch: a mark on the guarantee, the one thing besides its status
that may change."""

from django.db import migrations, models

IDENTITY = """
CREATE OR REPLACE FUNCTION nd_guarantee_keeps_its_identity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{{number,status{more}}}';
BEGIN
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        PERFORM nd_refuse('a guarantee keeps its identity');
    END IF;
    IF OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number THEN
        PERFORM nd_refuse('a guarantee is numbered once');
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('ordered', 'issued'), ('issued', 'cancelled'), ('issued', 'claim'), ('issued', 'closed'), ('claim', 'closed')
    ) THEN
        PERFORM nd_refuse('a guarantee does not go from ' || OLD.status || ' to ' || NEW.status);
    END IF;
    RETURN NEW;
END $$;
"""
# A certificate is still here when its newest print has not left, or when there is none.
STILL_HERE = """
UPDATE guarantees_guarantee guarantee SET to_leave = true
WHERE format = 'paper' AND status = 'issued' AND NOT EXISTS (
    SELECT FROM guarantees_print made
    JOIN guarantees_version version ON version.id = made.version_id
    JOIN guarantees_handover gone ON gone.print_id = made.id
    WHERE version.guarantee_id = guarantee.id
      AND made.no = (SELECT max(no) FROM guarantees_print WHERE version_id = made.version_id)
);
"""


class Migration(migrations.Migration):
    dependencies = [("guarantees", "0007_periods_end_after_they_start")]

    operations = [
        migrations.AddField(
            "guarantee", "to_leave", models.BooleanField("証書の引渡し前", default=False, db_default=False, editable=False)
        ),
        migrations.RunSQL(IDENTITY.format(more=",to_leave"), IDENTITY.format(more="")),
        migrations.RunSQL(STILL_HERE, migrations.RunSQL.noop),
        migrations.AddIndex(
            "guarantee",
            models.Index(condition=models.Q(to_leave=True), fields=["branch"], name="certificates_to_leave"),
        ),
    ]
