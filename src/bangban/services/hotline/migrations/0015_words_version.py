"""Orders tell by which rules their words were made; older ones are made anew by a chore (actions/renewing.py)."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("hotline", "0014_urgent_orders")]

    operations = [
        migrations.AddField(
            model_name='workorder',
            name='words_version',
            field=models.SmallIntegerField(db_default=0, default=0, help_text='by which rules the words were made'),
        ),
        migrations.AddIndex(
            model_name='workorder',
            index=models.Index(condition=models.Q(('words_version__lt', 2)), fields=['id'], name='order_old_words'),
        ),
    ]
