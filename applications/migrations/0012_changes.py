"""Applications that change a guarantee, one open at a time, and what is paid back after them."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_company_self_service'),
        ('applications', '0011_attachments'),
        ('guarantees', '0011_changes'),
        ('issuers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_yen', models.BigIntegerField(verbose_name='返還額')),
                ('on', models.DateField(verbose_name='返還日')),
                ('account', models.CharField(max_length=200, verbose_name='返還先の口座')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name='application',
            name='about',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guarantees.guarantee', verbose_name='もとの保証'),
        ),
        migrations.AddField(
            model_name='application',
            name='purpose',
            field=models.CharField(choices=[('new', '新規'), ('change', '変更'), ('correct', '訂正発行'), ('cancel', '解約')], db_default='new', default='new', max_length=7, verbose_name='手続'),
        ),
        migrations.AddField(
            model_name='application',
            name='refund_account',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='返還先の口座'),
        ),
        migrations.AddField(
            model_name='line',
            name='about',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='guarantees.guarantee', verbose_name='変更する保証'),
        ),
        migrations.AddField(
            model_name='line',
            name='change_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='変更の理由'),
        ),
        migrations.AddField(
            model_name='line',
            name='changed_on',
            field=models.DateField(null=True, verbose_name='変更契約日'),
        ),
        migrations.AddField(
            model_name='line',
            name='purpose',
            field=models.CharField(choices=[('new', '新規'), ('change', '変更'), ('correct', '訂正発行'), ('cancel', '解約')], db_default='new', default='new', max_length=7, verbose_name='手続'),
        ),
        migrations.AddField(
            model_name='line',
            name='received_yen',
            field=models.BigIntegerField(null=True, verbose_name='受領済みの前払金'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('purpose', 'new'), ('about__isnull', False), _connector='OR'), name='a_change_is_about_a_guarantee'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('change_reason', ''), ('changed_on', None), ('purpose', 'new')), models.Q(models.Q(('purpose', 'new'), _negated=True), ('changed_on__isnull', False), ('starts_on__isnull', False), models.Q(('change_reason', ''), _negated=True)), _connector='OR'), name='line_tells_why_it_changes'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ['submitted', 'received', 'under_review', 'returned', 'awaiting_premium'])), fields=('about',), name='a_guarantee_has_one_open_change'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about', None), ('purpose', 'new')), models.Q(models.Q(('purpose', 'new'), _negated=True), ('about__isnull', False)), _connector='OR'), name='a_line_names_what_it_changes'),
        ),
        migrations.AddField(
            model_name='refund',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='line',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='refund', to='applications.line'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount_yen__gte', 1)), name='a_refund_is_of_some_money'),
        ),
        migrations.RunSQL(
            "CREATE TRIGGER refund_is_append_only BEFORE UPDATE OR DELETE ON applications_refund "
            "FOR EACH ROW EXECUTE FUNCTION nd_append_only();",
            "DROP TRIGGER refund_is_append_only ON applications_refund",
        ),
    ]
