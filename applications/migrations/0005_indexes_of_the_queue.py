"""What is in work, or was sent back, is found and counted without reading what is done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0004_drafts_remember_what_was_cleared")]

    operations = [
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("status", "returned")), fields=["branch", "sent_at"], name="returned_by_a_branch"
            ),
        ),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(
                    ("status__in", ["submitted", "received", "under_review", "awaiting_premium", "returned"])
                ),
                fields=["sent_at", "id"],
                name="work_of_all",
            ),
        ),
    ]
