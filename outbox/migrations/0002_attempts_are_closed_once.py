"""Let the database itself refuse to change an attempt that has its outcome, and to delete any."""

from django.db import migrations

GUARD = """
CREATE FUNCTION outbox_letterattempt_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an attempt with an outcome is final: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER attempts_are_closed_once BEFORE UPDATE ON outbox_letterattempt
    FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION outbox_letterattempt_refuse_change();
CREATE TRIGGER attempts_are_never_deleted BEFORE DELETE ON outbox_letterattempt
    FOR EACH ROW EXECUTE FUNCTION outbox_letterattempt_refuse_change();
"""

UNGUARD = """
DROP TRIGGER attempts_are_never_deleted ON outbox_letterattempt;
DROP TRIGGER attempts_are_closed_once ON outbox_letterattempt;
DROP FUNCTION outbox_letterattempt_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
