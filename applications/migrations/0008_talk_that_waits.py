"""For whom it waits what was said last about a line."""

from django.conf import settings
from django.db import migrations, models


# Until now the last word in a line at work said it: of the branch, or of the customer.
LAST_WORDS = """
UPDATE applications_line line SET unread = said.side = 'branch', unanswered = said.side = 'contractor'
FROM (SELECT DISTINCT ON (line_id) line_id, side, at FROM applications_message ORDER BY line_id, at DESC, id DESC) said
WHERE said.line_id = line.id AND said.at > line.sent_at
  AND line.status IN ('submitted', 'received', 'under_review', 'awaiting_premium');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_password_given'),
        ('applications', '0007_periods_end_after_they_start'),
        ('guarantees', '0008_certificates_to_leave'),
        ('issuers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='line',
            name='unanswered',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='line',
            name='unread',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunSQL(LAST_WORDS, migrations.RunSQL.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(condition=models.Q(('unread', True)), fields=['contractor', '-sent_at'], name='unread_by_a_contractor'),
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(condition=models.Q(('unanswered', True)), fields=['branch', 'sent_at'], name='unanswered_by_a_branch'),
        ),
    ]
