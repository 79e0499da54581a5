from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunSQL("CREATE SEQUENCE report_number", "DROP SEQUENCE report_number")]
