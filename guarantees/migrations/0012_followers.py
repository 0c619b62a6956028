"""Guarantees that go on from others: the next year's advance, an interim advance, a 契約保証 that was reserved."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


# Of the same company, and only what can go on from what.
FOLLOWS = """
CREATE FUNCTION nd_guarantee_follows_soundly() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.follows_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM guarantees_guarantee
        WHERE id = NEW.follows_id AND contractor_id = NEW.contractor_id AND (NEW.product, product) IN (
            ('advance', 'advance'), ('interim', 'advance'), ('contract', 'reserve')
        )
    ) THEN
        PERFORM nd_refuse('a guarantee follows one of its own company and of a fitting product');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guarantee_follows_soundly BEFORE INSERT ON guarantees_guarantee
    FOR EACH ROW EXECUTE FUNCTION nd_guarantee_follows_soundly();
"""
# What was issued before says by its period for which year it was.
YEARS = """
ALTER TABLE guarantees_guarantee DISABLE TRIGGER guarantee_keeps_its_identity;
UPDATE guarantees_guarantee SET fiscal_year = extract(year FROM version.ends_on - interval '3 months')
FROM guarantees_version version
WHERE version.guarantee_id = guarantees_guarantee.id AND version.no = 0
  AND version.product = 'advance' AND version.fiscal_kind <> 'single';
ALTER TABLE guarantees_guarantee ENABLE TRIGGER guarantee_keeps_its_identity;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_company_self_service'),
        ('guarantees', '0011_changes'),
        ('issuers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='version',
            name='version_names_a_bank_for_an_advance',
        ),
        migrations.AddField(
            model_name='guarantee',
            name='fiscal_year',
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name='年度'),
        ),
        migrations.AddField(
            model_name='guarantee',
            name='follows',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='guarantees.guarantee', verbose_name='もとの保証'),
        ),
        migrations.AddField(
            model_name='version',
            name='ruled_on',
            field=models.DateField(null=True, verbose_name='認定日'),
        ),
        migrations.AlterField(
            model_name='guarantee',
            name='product',
            field=models.CharField(choices=[('advance', '前払金保証'), ('interim', '中間前払金保証'), ('contract', '契約保証'), ('reserve', '契約保証予約')], max_length=8, verbose_name='保証の種類'),
        ),
        migrations.AlterField(
            model_name='premium',
            name='product',
            field=models.CharField(choices=[('advance', '前払金保証'), ('interim', '中間前払金保証'), ('contract', '契約保証'), ('reserve', '契約保証予約')], max_length=8, verbose_name='保証の種類'),
        ),
        migrations.AlterField(
            model_name='tariff',
            name='product',
            field=models.CharField(choices=[('advance', '前払金保証'), ('interim', '中間前払金保証'), ('contract', '契約保証'), ('reserve', '契約保証予約')], max_length=8, verbose_name='保証の種類'),
        ),
        migrations.AlterField(
            model_name='version',
            name='product',
            field=models.CharField(choices=[('advance', '前払金保証'), ('interim', '中間前払金保証'), ('contract', '契約保証'), ('reserve', '契約保証予約')], max_length=8, verbose_name='保証の種類'),
        ),
        migrations.AddConstraint(
            model_name='guarantee',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('follows', 'id'), models.F('fiscal_year'), condition=models.Q(('fiscal_year__isnull', False), ('product', 'advance'), models.Q(('status', 'cancelled'), _negated=True)), name='a_contract_has_one_advance_a_year'),
        ),
        migrations.AddConstraint(
            model_name='guarantee',
            constraint=models.UniqueConstraint(condition=models.Q(('product', 'interim'), models.Q(('status', 'cancelled'), _negated=True)), fields=('follows',), name='an_advance_has_one_interim'),
        ),
        migrations.AddConstraint(
            model_name='guarantee',
            constraint=models.UniqueConstraint(condition=models.Q(('product', 'contract')), fields=('follows',), name='a_reservation_turns_into_one_guarantee'),
        ),
        migrations.AddConstraint(
            model_name='guarantee',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product', 'interim'), _negated=True), ('follows__isnull', False), _connector='OR'), name='an_interim_follows_an_advance'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product__in', ['advance', 'interim']), _negated=True), models.Q(models.Q(('bank_name', ''), _negated=True), models.Q(('redeposit', ''), _negated=True)), _connector='OR'), name='version_names_a_bank_for_an_advance'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product', 'interim'), ('ruled_on__isnull', False)), models.Q(models.Q(('product', 'interim'), _negated=True), ('ruled_on', None)), _connector='OR'), name='version_is_ruled_on_for_an_interim'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('product', 'reserve'), _negated=True), ('format', 'paper'), _connector='OR'), name='version_is_on_paper_for_a_reservation'),
        ),
        migrations.RunSQL(FOLLOWS, "DROP FUNCTION nd_guarantee_follows_soundly() CASCADE"),
        migrations.RunSQL(YEARS, migrations.RunSQL.noop),
    ]
