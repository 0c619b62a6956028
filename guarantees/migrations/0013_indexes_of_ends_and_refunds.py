"""What ends on a day, and what is to be paid back: found without walking all of it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_company_self_service'),
        ('guarantees', '0012_followers'),
        ('issuers', '0003_acceptance_of_interim_advances'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='key',
            index=models.Index(condition=models.Q(('status', 'active')), fields=['expires_on'], name='keys_by_their_last_day'),
        ),
        migrations.AddIndex(
            model_name='premium',
            index=models.Index(condition=models.Q(('total_yen__lt', 0)), fields=['branch'], name='premiums_to_be_returned'),
        ),
        migrations.AddIndex(
            model_name='version',
            index=models.Index(condition=models.Q(('status', 'issued')), fields=['branch', 'ends_on'], name='versions_of_a_branch_by_end'),
        ),
    ]
