"""What a branch sent back is found, and counted, without reading what it is done with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_lines_name_their_contractor")]

    operations = [
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                condition=models.Q(("status", "returned")), fields=["branch", "sent_at"], name="returned_by_a_branch"
            ),
        ),
    ]
