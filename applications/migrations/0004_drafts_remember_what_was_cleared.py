from django.db import migrations, models


class Migration(migrations.Migration):
    """What the clear buttons have emptied stays in the draft until it is sent."""

    dependencies = [("applications", "0003_lines_name_their_contractor")]

    operations = [
        migrations.AddField(model_name="application", name="cleared", field=models.JSONField(default=dict)),
    ]
