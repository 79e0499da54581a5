from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE catalog_item_number", "DROP SEQUENCE catalog_item_number"),
        migrations.RunSQL("CREATE SEQUENCE catalog_service_list_number", "DROP SEQUENCE catalog_service_list_number"),
    ]
