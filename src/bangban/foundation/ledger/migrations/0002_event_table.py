from django.db import migrations

from bangban.foundation.ledger.partitions import INSTALL, REMOVE


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("live", "0001_initial")]
    operations = [migrations.RunSQL(INSTALL, REMOVE)]
