"""A premium that was received stays written down as it was."""

from django.db import migrations

RECORDS = """
CREATE TRIGGER remittance_is_append_only BEFORE UPDATE OR DELETE ON applications_remittance
    FOR EACH ROW EXECUTE FUNCTION nd_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0009_premiums_and_remittances"), ("guarantees", "0010_premiums_are_frozen")]

    operations = [migrations.RunSQL(RECORDS, "DROP TRIGGER remittance_is_append_only ON applications_remittance")]
