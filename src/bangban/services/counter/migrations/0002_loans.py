import bangban.foundation.ledger.identifiers
import bangban.foundation.privacy.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('counter', '0001_initial'),
        ('org', '0002_channels_and_work_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.UUIDField(default=bangban.foundation.ledger.identifiers.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.TextField(unique=True)),
                ('state', models.TextField()),
                ('version', models.IntegerField(default=1)),
                ('chain_length', models.IntegerField(default=0)),
                ('chain_head', models.BinaryField(default=bytes)),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('thing', models.TextField(choices=[('umbrella', '雨伞'), ('wheelchair', '轮椅'), ('glasses', '老花镜'), ('pushchair', '婴儿车'), ('charger', '充电宝')])),
                ('label', models.TextField(blank=True, default='')),
                ('borrower_name', bangban.foundation.privacy.fields.SealedTextField(default='')),
                ('borrower_phone', bangban.foundation.privacy.fields.SealedTextField(default='')),
                ('phone_index', bangban.foundation.privacy.fields.BlindIndexField(db_index=True, max_length=16, null=True)),
                ('out_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('returned_at', models.DateTimeField(null=True)),
                ('remark', models.TextField(blank=True, default='')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.body')),
                ('lent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staff')),
                ('received_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.staff')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'out')), fields=['body', 'due_at'], name='loan_out'), models.Index(fields=['body', '-created_at', '-id'], name='loan_body'), models.Index(condition=models.Q(('state', 'out')), fields=['phone_index'], name='loan_borrower')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'out'), models.Q(('label', ''), _negated=True)), fields=('body', 'thing', 'label'), name='one_borrower_at_a_time'), models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('out_at'))), name='loan_due_after_out'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('received_by__isnull', False), ('returned_at__isnull', False)), _connector='OR'), name='returned_loan_has_a_time')],
            },
        ),
        migrations.CreateModel(
            name='UseCount',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('use', models.TextField(choices=[('copy', '复印'), ('fax', '传真'), ('print', '打印')])),
                ('count', models.IntegerField()),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.body')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('body', 'day', 'use'), name='one_count_per_day_and_use'), models.CheckConstraint(condition=models.Q(('count__gte', 0)), name='use_count_not_below_zero')],
            },
        ),
        migrations.RunSQL("CREATE SEQUENCE loan_number", "DROP SEQUENCE loan_number"),
    ]
