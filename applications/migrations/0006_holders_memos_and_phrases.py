"""Who has a line in hand (担当), what the branch notes about it (社内メモ), and what it says again and again (定型文)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# Until now the queue counted as one's own what one had begun to review.
HOLD = """
UPDATE applications_line line SET held_by_id = line.reviewed_by_id FROM accounts_user person
WHERE person.id = line.reviewed_by_id AND person.branch_id = line.branch_id
  AND line.status IN ('submitted', 'received', 'under_review', 'returned');
SET CONSTRAINTS ALL IMMEDIATE;
"""
RECORDS = """
CREATE TRIGGER memo_is_append_only BEFORE UPDATE OR DELETE ON applications_memo
    FOR EACH ROW EXECUTE FUNCTION nd_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0005_indexes_of_the_queue'),
        ('guarantees', '0002_triggers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Memo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('text', models.TextField(max_length=1000)),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Phrase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('return', '差戻し'), ('decline', 'お引受不可'), ('talk', 'お客様への連絡')], max_length=7, verbose_name='使うところ')),
                ('title', models.CharField(help_text='選ぶときに表示されます。お客様には見えません。', max_length=40, verbose_name='題名')),
                ('text', models.TextField(help_text='お客様の画面に表示されます。1000文字まで。', max_length=1000, verbose_name='文面')),
                ('place', models.PositiveSmallIntegerField(default=10, help_text='小さい数が先に並びます。', verbose_name='並び順')),
                ('is_active', models.BooleanField(default=True, verbose_name='使用中')),
            ],
            options={
                'verbose_name': '定型文',
                'verbose_name_plural': '定型文',
                'ordering': ['purpose', 'place', 'id'],
            },
        ),
        migrations.AddField(
            model_name='line',
            name='held_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='line',
            index=models.Index(condition=models.Q(('held_by__isnull', False), ('status__in', ['submitted', 'received', 'under_review', 'returned'])), fields=['branch', 'held_by', 'sent_at'], name='lines_in_somebodys_hands'),
        ),
        migrations.AddField(
            model_name='memo',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='memo',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memos', to='applications.line'),
        ),
        migrations.AddConstraint(
            model_name='phrase',
            constraint=models.UniqueConstraint(fields=('purpose', 'title'), name='a_purpose_has_each_title_once', violation_error_message='同じ題名の定型文があります。別の題名を入力してください。'),
        ),
        migrations.AddIndex(
            model_name='memo',
            index=models.Index(fields=['line', 'at'], name='memos_of_a_line'),
        ),
        migrations.AddConstraint(
            model_name='memo',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='a_memo_says_something'),
        ),
        migrations.RunSQL(RECORDS, "DROP TRIGGER memo_is_append_only ON applications_memo"),
        migrations.RunSQL(HOLD, migrations.RunSQL.noop),
    ]
