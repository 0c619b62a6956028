"""Files that a contractor adds to an application (添付書類)."""

import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from django.conf import settings
from django.db import migrations, models

# A file is what it was given as, and stays once the branch has received any line of its application: a line that was sent
# once (revision 1) and waits (submitted) is the only kind that leaves it loose.
STAYS = """
CREATE FUNCTION nd_attachment_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM nd_refuse('an attachment is never changed');
    END IF;
    IF EXISTS (
        SELECT FROM applications_line
        WHERE application_id = OLD.application_id AND NOT (status = 'submitted' AND revision = 1)
    ) THEN
        PERFORM nd_refuse('an attachment stays once the branch has received the application');
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER attachment_stays BEFORE UPDATE OR DELETE ON applications_attachment
    FOR EACH ROW EXECUTE FUNCTION nd_attachment_stays();
"""
GOES = "DROP TRIGGER attachment_stays ON applications_attachment; DROP FUNCTION nd_attachment_stays();"


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0010_remittances_are_append_only'),
        ('guarantees', '0002_triggers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('contract', '請負契約書の写し'), ('ruling', '認定調書'), ('schedule', '工程表'), ('other', 'その他')], max_length=8, verbose_name='書類の種類')),
                ('name', models.CharField(max_length=100, verbose_name='ファイル名')),
                ('type', models.CharField(choices=[('pdf', 'PDF'), ('jpeg', 'JPEG'), ('png', 'PNG')], max_length=4)),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='applications.application')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['at', 'id'],
                'indexes': [models.Index(fields=['digest'], name='attachments_by_their_file')],
                'constraints': [models.UniqueConstraint(fields=('application', 'digest'), name='an_application_has_each_file_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['contract', 'ruling', 'schedule', 'other']), ('type__in', ['pdf', 'jpeg', 'png'])), name='an_attachment_is_of_a_known_kind'), models.CheckConstraint(condition=models.Q(('size__gte', 1), ('size__lte', 10485760)), name='an_attachment_is_neither_empty_nor_too_large'), models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), ('digest__regex', '^[0-9a-f]{64}$')), name='an_attachment_is_named_and_bears_its_digest')],
            },
        ),
        migrations.RunSQL(STAYS, GOES),
    ]
