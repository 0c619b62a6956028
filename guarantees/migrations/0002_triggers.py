"""The rules that no code may break: what is frozen, what may follow what, what is never deleted."""

from django.db import migrations

# Refusals carry the class of integrity errors, so that Django raises IntegrityError with the sentence in it.
REFUSE = """
CREATE FUNCTION nd_refuse(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', what USING ERRCODE = 'check_violation';
END $$;

CREATE FUNCTION nd_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nd_refuse(TG_TABLE_NAME || ' is append-only');
    RETURN NULL;
END $$;

CREATE FUNCTION nd_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nd_refuse(TG_TABLE_NAME || ' is never deleted');
    RETURN NULL;
END $$;
"""
FORGET = "DROP FUNCTION nd_never_deleted(); DROP FUNCTION nd_append_only(); DROP FUNCTION nd_refuse(text);"

GUARANTEE = """
CREATE FUNCTION nd_guarantee_keeps_its_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{number,status}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{number,status}'::text[] THEN
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
CREATE TRIGGER guarantee_keeps_its_identity BEFORE UPDATE ON guarantees_guarantee
    FOR EACH ROW EXECUTE FUNCTION nd_guarantee_keeps_its_identity();
CREATE TRIGGER guarantee_is_never_deleted BEFORE DELETE ON guarantees_guarantee
    FOR EACH ROW EXECUTE FUNCTION nd_never_deleted();
"""

VERSION = """
CREATE FUNCTION nd_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{status}';
BEGIN
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('ordered', 'issued'), ('issued', 'superseded'), ('issued', 'cancelled')
    ) THEN
        PERFORM nd_refuse('a version does not go from ' || OLD.status || ' to ' || NEW.status);
    END IF;
    IF OLD.status = 'ordered' AND NEW.status = 'issued' THEN
        free := '{status,issued_at,snapshot,snapshot_digest}';
        IF OLD.starts_on IS NULL THEN
            free := free || 'starts_on'::text;
        END IF;
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        PERFORM nd_refuse('a version is frozen');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_is_frozen BEFORE UPDATE ON guarantees_version
    FOR EACH ROW EXECUTE FUNCTION nd_version_is_frozen();
CREATE TRIGGER version_is_never_deleted BEFORE DELETE ON guarantees_version
    FOR EACH ROW EXECUTE FUNCTION nd_never_deleted();
"""

# Sealed bytes and verifiers may be renewed (rotation of the rings) and the last day moved; a key never comes back to life.
KEY = """
CREATE FUNCTION nd_key_stays_with_its_guarantee() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.guarantee_id, NEW.version_id, NEW.no, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.guarantee_id, OLD.version_id, OLD.no, OLD.created_at) THEN
        PERFORM nd_refuse('a key stays with its guarantee');
    END IF;
    IF NEW.status <> OLD.status AND OLD.status <> 'active' THEN
        PERFORM nd_refuse('a key does not go from ' || OLD.status || ' to ' || NEW.status);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER key_stays_with_its_guarantee BEFORE UPDATE ON guarantees_key
    FOR EACH ROW EXECUTE FUNCTION nd_key_stays_with_its_guarantee();
CREATE TRIGGER key_is_never_deleted BEFORE DELETE ON guarantees_key
    FOR EACH ROW EXECUTE FUNCTION nd_never_deleted();
"""

SERIES = """
CREATE FUNCTION nd_series_never_goes_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.prefix <> OLD.prefix OR NEW.last < OLD.last THEN
        PERFORM nd_refuse('a series never goes back');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER series_never_goes_back BEFORE UPDATE ON guarantees_numberseries
    FOR EACH ROW EXECUTE FUNCTION nd_series_never_goes_back();
CREATE TRIGGER series_is_never_deleted BEFORE DELETE ON guarantees_numberseries
    FOR EACH ROW EXECUTE FUNCTION nd_never_deleted();
"""

RECORDS = """
CREATE TRIGGER document_is_append_only BEFORE UPDATE OR DELETE ON guarantees_document
    FOR EACH ROW EXECUTE FUNCTION nd_append_only();
CREATE TRIGGER look_is_append_only BEFORE UPDATE OR DELETE ON guarantees_look
    FOR EACH ROW EXECUTE FUNCTION nd_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("guarantees", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, FORGET),
        migrations.RunSQL(GUARANTEE, "DROP FUNCTION nd_guarantee_keeps_its_identity() CASCADE"),
        migrations.RunSQL(VERSION, "DROP FUNCTION nd_version_is_frozen() CASCADE"),
        migrations.RunSQL(KEY, "DROP FUNCTION nd_key_stays_with_its_guarantee() CASCADE"),
        migrations.RunSQL(SERIES, "DROP FUNCTION nd_series_never_goes_back() CASCADE"),
        migrations.RunSQL(RECORDS, migrations.RunSQL.noop),
    ]
