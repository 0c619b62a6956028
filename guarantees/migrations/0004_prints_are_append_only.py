"""A print that was made stays written down as it was."""

from django.db import migrations

RECORDS = """
CREATE TRIGGER print_is_append_only BEFORE UPDATE OR DELETE ON guarantees_print
    FOR EACH ROW EXECUTE FUNCTION nd_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("guarantees", "0003_prints_and_unlisted_bodies")]

    operations = [migrations.RunSQL(RECORDS, "DROP TRIGGER print_is_append_only ON guarantees_print")]
