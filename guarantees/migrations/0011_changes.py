"""The next versions of a guarantee: what they are for, what they cost, and that one change is asked for at a time."""

import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


# One thing more that may change of a guarantee: since when a change of it is asked for.
IDENTITY = """
CREATE OR REPLACE FUNCTION nd_guarantee_keeps_its_identity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{{number,status,to_leave{more}}}';
BEGIN
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        PERFORM nd_refuse('a guarantee keeps its identity');
    END IF;
    IF OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number THEN
        PERFORM nd_refuse('a guarantee is numbered once');
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('ordered', 'issued'), ('issued', 'cancelled'), ('issued', 'claim'), ('issued', 'closed'), ('claim', 'closed')
    ) THEN
        PERFORM nd_refuse('a guarantee does not go from ' || OLD.status || ' to ' || NEW.status);
    END IF;
    RETURN NEW;
END $$;
"""
# The version by which a guarantee is cancelled is never in force itself. The format stays whatever changes.
VERSION = """
CREATE OR REPLACE FUNCTION nd_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    free text[] := '{status}';
BEGIN
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('ordered', 'issued'), ('issued', 'superseded'), ('issued', 'cancelled'), ('ordered', 'cancelled')
    ) OR (OLD.status, NEW.status) = ('ordered', 'cancelled') AND NEW.purpose <> 'cancel'
      OR (OLD.status, NEW.status) = ('ordered', 'issued') AND NEW.purpose = 'cancel' THEN
        PERFORM nd_refuse('a version does not go from ' || OLD.status || ' to ' || NEW.status);
    END IF;
    IF OLD.status = 'ordered' AND NEW.status <> 'ordered' THEN
        free := '{status,issued_at,snapshot,snapshot_digest}';
        IF OLD.starts_on IS NULL THEN
            free := free || 'starts_on'::text;
        END IF;
    END IF;
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        PERFORM nd_refuse('a version is frozen');
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION nd_version_keeps_its_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM guarantees_guarantee
        WHERE id = NEW.guarantee_id AND format = NEW.format AND product = NEW.product AND branch_id = NEW.branch_id
    ) THEN
        PERFORM nd_refuse('a version keeps product, format and branch of its guarantee');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_keeps_its_form BEFORE INSERT ON guarantees_version
    FOR EACH ROW EXECUTE FUNCTION nd_version_keeps_its_form();
"""
NO_VERSION = "DROP FUNCTION nd_version_keeps_its_form() CASCADE"


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_company_self_service'),
        ('guarantees', '0010_premiums_are_frozen'),
        ('issuers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='premium',
            name='a_premium_is_no_more_than_its_amount',
        ),
        migrations.AddField(
            model_name='guarantee',
            name='changing_since',
            field=models.DateTimeField(editable=False, null=True, verbose_name='変更手続の開始'),
        ),
        migrations.AddField(
            model_name='premium',
            name='before_yen',
            field=models.BigIntegerField(db_default=0, default=0, verbose_name='変更前までの保証料'),
        ),
        migrations.AddField(
            model_name='version',
            name='change_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='変更の理由'),
        ),
        migrations.AddField(
            model_name='version',
            name='changed_on',
            field=models.DateField(null=True, verbose_name='変更契約日'),
        ),
        migrations.AddField(
            model_name='version',
            name='purpose',
            field=models.CharField(choices=[('new', '新規'), ('change', '変更'), ('correct', '訂正発行'), ('cancel', '解約')], db_default='new', default='new', max_length=7, verbose_name='手続'),
        ),
        migrations.AlterField(
            model_name='look',
            name='result',
            field=models.CharField(choices=[('opened', '閲覧'), ('refused', '不一致'), ('superseded', '変更済の版'), ('revoked', '停止中のキー'), ('expired', '閲覧期限切れ'), ('cancelled', '解約された保証')], max_length=10, verbose_name='結果'),
        ),
        migrations.AddConstraint(
            model_name='premium',
            constraint=models.CheckConstraint(condition=models.Q(('amount_yen__gte', 0), ('before_yen__gte', 0), ('total_yen__gte', django.db.models.expressions.CombinedExpression(models.F('before_yen'), '*', models.Value(-1)))), name='a_premium_returns_no_more_than_was_charged'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('change_reason', ''), ('changed_on', None), ('purpose', 'new')), models.Q(models.Q(('purpose', 'new'), _negated=True), ('changed_on__isnull', False), ('starts_on__isnull', False), models.Q(('change_reason', ''), _negated=True)), _connector='OR'), name='version_tells_why_it_changes'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'ordered')), fields=('guarantee',), name='a_guarantee_has_one_version_on_order'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('no', 0), ('purpose', 'new')), models.Q(('no__gt', 0), models.Q(('purpose', 'new'), _negated=True)), _connector='OR'), name='a_first_version_is_new_and_no_other'),
        ),
        migrations.RunSQL(IDENTITY.format(more=",changing_since"), IDENTITY.format(more="")),
        migrations.RunSQL(VERSION, NO_VERSION),
    ]
