"""Applications that go on from an issued guarantee, and the day on which a body acknowledged the progress of work."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_company_self_service'),
        ('applications', '0012_changes'),
        ('guarantees', '0012_followers'),
        ('issuers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='line',
            name='line_names_a_bank_for_an_advance',
        ),
        migrations.AddField(
            model_name='application',
            name='asks',
            field=models.CharField(blank=True, choices=[('advance', '前払金保証'), ('interim', '中間前払金保証'), ('contract', '契約保証'), ('reserve', '契約保証予約')], db_default='', default='', max_length=8, verbose_name='続きの保証'),
        ),
        migrations.AddField(
            model_name='line',
            name='ruled_on',
            field=models.DateField(null=True, verbose_name='認定日'),
        ),
        migrations.AlterField(
            model_name='line',
            name='product',
            field=models.CharField(choices=[('advance', '前払金保証'), ('interim', '中間前払金保証'), ('contract', '契約保証'), ('reserve', '契約保証予約')], max_length=8, verbose_name='保証の種類'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('asks', ''), _negated=True), fields=['about'], name='follow_ups_of_a_guarantee'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('asks', ''), models.Q(('about__isnull', False), ('purpose', 'new')), _connector='OR'), name='a_follow_up_is_about_a_guarantee'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product__in', ['advance', 'interim']), _negated=True), models.Q(models.Q(('bank_name', ''), _negated=True), models.Q(('redeposit', ''), _negated=True)), _connector='OR'), name='line_names_a_bank_for_an_advance'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product', 'interim'), ('ruled_on__isnull', False)), models.Q(models.Q(('product', 'interim'), _negated=True), ('ruled_on', None)), _connector='OR'), name='line_is_ruled_on_for_an_interim'),
        ),
        migrations.AddConstraint(
            model_name='line',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product', 'reserve'), _negated=True), ('format', 'paper'), _connector='OR'), name='line_is_on_paper_for_a_reservation'),
        ),
    ]
