from django.db import migrations

NAMES = ("work_order_number", "caller_number")


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_initial")]
    operations = [migrations.RunSQL(f"CREATE SEQUENCE {name}", f"DROP SEQUENCE {name}") for name in NAMES]
