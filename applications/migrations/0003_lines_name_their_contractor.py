"""A line names its contractor and how it is found; what is said and what was sent is never changed."""

from django.db import migrations, models

from issuers import search

# Two columns that must agree, and what makes them: a line's contractor is its application's.
AGREE = """
ALTER TABLE applications_application ADD CONSTRAINT an_application_with_its_contractor UNIQUE (id, contractor_id);
ALTER TABLE applications_line ADD CONSTRAINT a_line_belongs_to_the_contractor_of_its_application
    FOREIGN KEY (application_id, contractor_id) REFERENCES applications_application (id, contractor_id)
    DEFERRABLE INITIALLY DEFERRED;
"""
DISAGREE = """
ALTER TABLE applications_line DROP CONSTRAINT a_line_belongs_to_the_contractor_of_its_application;
ALTER TABLE applications_application DROP CONSTRAINT an_application_with_its_contractor;
"""

# Japanese names have no spaces: every pair of neighbouring signs is an entry of the index.
BIGRAMS = """
CREATE FUNCTION nd_bigrams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT substr(words, i, 2)) FROM generate_series(1, greatest(length(words) - 1, 1)) i
$$;
CREATE INDEX lines_by_bigrams ON applications_line USING gin (nd_bigrams(search)) WITH (fastupdate = off);
"""
NO_BIGRAMS = "DROP INDEX lines_by_bigrams; DROP FUNCTION nd_bigrams(text);"

RECORDS = """
CREATE TRIGGER message_is_append_only BEFORE UPDATE OR DELETE ON applications_message
    FOR EACH ROW EXECUTE FUNCTION nd_append_only();
CREATE FUNCTION nd_copy_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.size IS NOT NULL OR to_jsonb(NEW) - '{digest,size}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{digest,size}'::text[] THEN
        PERFORM nd_refuse('a copy of what was sent is frozen');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER copy_is_frozen BEFORE UPDATE ON applications_copy FOR EACH ROW EXECUTE FUNCTION nd_copy_is_frozen();
CREATE TRIGGER copy_is_never_deleted BEFORE DELETE ON applications_copy FOR EACH ROW EXECUTE FUNCTION nd_never_deleted();
"""
NO_RECORDS = "DROP TRIGGER message_is_append_only ON applications_message; DROP FUNCTION nd_copy_is_frozen() CASCADE;"


def name_contractors(apps, schema_editor):
    lines = apps.get_model("applications", "Line").objects.select_related("application")
    for line in lines.iterator(chunk_size=500):
        line.contractor_id = line.application.contractor_id
        words = (line.work_name, line.principal_name, line.issuer_name, line.work_number, str(line.application.number))
        line.search = search.key(*words)
        line.save(update_fields=["contractor", "search"])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be altered


class Migration(migrations.Migration):
    dependencies = [("applications", "0002_address_books_messages_and_copies"), ("guarantees", "0002_triggers")]

    operations = [
        migrations.RunPython(name_contractors, migrations.RunPython.noop),
        migrations.AlterField(
            "line",
            "contractor",
            models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="accounts.contractor"),
        ),
        migrations.AlterField("line", "search", models.TextField(editable=False)),
        migrations.RunSQL(AGREE, DISAGREE),
        migrations.RunSQL(BIGRAMS, NO_BIGRAMS),
        migrations.RunSQL(RECORDS, NO_RECORDS),
    ]
