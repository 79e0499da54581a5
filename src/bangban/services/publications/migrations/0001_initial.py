import bangban.foundation.ledger.identifiers
import bangban.foundation.privacy.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0002_channels_and_work_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.UUIDField(default=bangban.foundation.ledger.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('state', models.TextField()),
                ('version', models.IntegerField(default=1)),
                ('chain_length', models.IntegerField(default=0)),
                ('chain_head', models.BinaryField(default=bytes)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('includes_below', models.BooleanField(default=False)),
                ('kind', models.TextField(choices=[('notice', '通知公告'), ('guide', '办事指南变更'), ('holiday', '服务时间调整'), ('policy', '政策信息'), ('result', '结果公示')])),
                ('title', models.TextField()),
                ('text', models.TextField()),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('targets', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('board_sheet', '宣传栏打印页'), ('touch_screen', '触摸屏'), ('led', 'LED公告屏'), ('website', '网站'), ('sms', '短信订阅')]), default=list, size=None)),
                ('led_text', models.CharField(blank=True, default='', max_length=60)),
                ('led_weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, size=None)),
                ('led_spans', models.JSONField(default=list)),
                ('led_seconds', models.SmallIntegerField(default=15)),
                ('author_name', models.TextField()),
                ('reviewer_name', models.TextField(default='')),
                ('published_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('end_reason', models.TextField(blank=True, default='')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staff')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.body')),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staff')),
            ],
        ),
        migrations.CreateModel(
            name='Output',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('target', models.TextField(choices=[('board_sheet', '宣传栏打印页'), ('touch_screen', '触摸屏'), ('led', 'LED公告屏'), ('website', '网站'), ('sms', '短信订阅')])),
                ('last_refreshed_at', models.DateTimeField()),
                ('last_refreshed_by', models.TextField()),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.body')),
                ('publication', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outputs', to='publications.publication')),
            ],
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=bangban.foundation.ledger.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('phone', bangban.foundation.privacy.fields.SealedTextField(default='')),
                ('phone_index', bangban.foundation.privacy.fields.BlindIndexField(db_index=True, max_length=16, null=True)),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(choices=[('notice', '通知公告'), ('guide', '办事指南变更'), ('holiday', '服务时间调整'), ('policy', '政策信息'), ('result', '结果公示')]), default=list, size=None)),
                ('link_digest', models.BinaryField(max_length=32, unique=True)),
                ('confirmed_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.body')),
            ],
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('publication', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='sending', serialize=False, to='publications.publication')),
                ('not_before', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('last', models.UUIDField(null=True)),
                ('count', models.IntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['not_before'], name='sending_open')],
            },
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['state', '-created_at', '-id'], name='publication_state'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(fields=['body', '-created_at', '-id'], name='publication_body'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['-published_at', '-id'], name='publication_shown'),
        ),
        migrations.AddIndex(
            model_name='publication',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['valid_to'], name='publication_due'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('reviewer', models.F('author')), _negated=True), name='publication_second_person'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'in_review', 'withdrawn']), models.Q(('published_at__isnull', False), ('reviewer__isnull', False)), _connector='OR'), name='published_by_a_reviewer'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='publication_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('targets__contains', ['led']), _negated=True), models.Q(('led_text', ''), _negated=True), _connector='OR'), name='led_needs_a_short_text'),
        ),
        migrations.AddConstraint(
            model_name='output',
            constraint=models.UniqueConstraint(fields=('publication', 'target', 'place'), name='one_output_per_target_and_place'),
        ),
        migrations.AddIndex(
            model_name='subscription',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['id'], name='subscription_live'),
        ),
        migrations.AddConstraint(
            model_name='subscription',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('phone_index',), name='one_live_subscription_per_phone'),
        ),
        migrations.RunSQL("CREATE SEQUENCE publication_number", "DROP SEQUENCE publication_number"),
    ]
