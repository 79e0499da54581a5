from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('org', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='body',
            name='supervision_address',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='body',
            name='supervision_phone',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='staff',
            name='work_number',
            field=models.TextField(blank=True, default=''),
        ),
        migrations.RunSQL(
            "UPDATE org_staff SET work_number = 'GZ' || lpad(id::text, greatest(4, length(id::text)), '0') WHERE work_number = ''",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name='staff',
            constraint=models.UniqueConstraint(condition=models.Q(('work_number', ''), _negated=True), fields=('work_number',), name='one_holder_per_work_number'),
        ),
    ]
