import bangban.foundation.ledger.identifiers
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0002_channels_and_work_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('version', models.IntegerField(unique=True)),
                ('title', models.TextField()),
                ('valid_from', models.DateField()),
                ('published_by', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='ChecklistLine',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('position', models.SmallIntegerField()),
                ('code', models.TextField()),
                ('group', models.TextField()),
                ('label', models.TextField()),
                ('hint', models.TextField(blank=True, default='')),
                ('clause', models.TextField()),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='patrols.checklist')),
            ],
        ),
        migrations.CreateModel(
            name='Patrol',
            fields=[
                ('id', models.UUIDField(default=bangban.foundation.ledger.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('state', models.TextField()),
                ('version', models.IntegerField(default=1)),
                ('chain_length', models.IntegerField(default=0)),
                ('chain_head', models.BinaryField(default=bytes)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('inspector_name', models.TextField()),
                ('summary', models.TextField(blank=True, default='')),
                ('done_at', models.DateTimeField(null=True)),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.body')),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrols.checklist')),
                ('inspector', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staff')),
            ],
        ),
        migrations.CreateModel(
            name='PatrolWeight',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('percent', models.SmallIntegerField()),
                ('valid_from', models.DateField()),
                ('reason', models.TextField()),
                ('set_by', models.TextField()),
                ('set_at', models.DateTimeField()),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.body')),
            ],
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.UUIDField(default=bangban.foundation.ledger.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('window', models.TextField(blank=True, default='')),
                ('verdict', models.TextField(choices=[('pass', '合格'), ('fail', '不合格')])),
                ('note', models.TextField(blank=True, default='')),
                ('at', models.DateTimeField()),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patrols.checklistline')),
                ('patrol', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='patrols.patrol')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staff')),
            ],
        ),
        migrations.AddConstraint(
            model_name='checklistline',
            constraint=models.UniqueConstraint(fields=('checklist', 'code'), name='one_line_per_code'),
        ),
        migrations.AddConstraint(
            model_name='checklistline',
            constraint=models.UniqueConstraint(fields=('checklist', 'position'), name='one_line_per_position'),
        ),
        migrations.AddIndex(
            model_name='patrol',
            index=models.Index(fields=['body', '-created_at', '-id'], name='patrol_body'),
        ),
        migrations.AddConstraint(
            model_name='patrol',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('done_at__isnull', False), _connector='OR'), name='patrol_done_has_a_time'),
        ),
        migrations.AddIndex(
            model_name='patrolweight',
            index=models.Index(fields=['body', '-valid_from', '-id'], name='patrol_weight_body'),
        ),
        migrations.AddConstraint(
            model_name='patrolweight',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='patrol_weight_is_a_share'),
        ),
        migrations.AddIndex(
            model_name='result',
            index=models.Index(fields=['staff', '-at'], name='result_staff'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.UniqueConstraint(fields=('patrol', 'staff', 'line'), name='one_result_per_line'),
        ),
        migrations.AddConstraint(
            model_name='result',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'fail'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='fail_needs_a_note'),
        ),
        migrations.RunSQL("CREATE SEQUENCE patrol_number", "DROP SEQUENCE patrol_number"),
    ]
