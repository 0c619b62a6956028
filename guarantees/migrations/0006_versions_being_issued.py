"""The few versions that are being issued are found without reading the many that were."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("guarantees", "0005_hand_overs")]

    operations = [
        migrations.AddIndex(
            model_name="version",
            index=models.Index(
                condition=models.Q(("status", "ordered")), fields=["branch"], name="versions_being_issued"
            ),
        ),
    ]
