"""What a body takes electronically may be a 中間前払金保証; a reservation never is."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('issuers', '0002_rules'),
    ]

    operations = [
        migrations.AlterField(
            model_name='acceptance',
            name='product',
            field=models.CharField(choices=[('advance', '前払金保証'), ('interim', '中間前払金保証'), ('contract', '契約保証')], max_length=8, verbose_name='保証'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='product',
            field=models.CharField(choices=[('advance', '前払金保証'), ('interim', '中間前払金保証'), ('contract', '契約保証'), ('reserve', '契約保証予約')], max_length=8, verbose_name='保証'),
        ),
    ]
