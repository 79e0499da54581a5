from django.db import migrations

NAMES = (
    "appraisal_number",
    "appraisal_survey_number",
    "appraisal_sampling_number",
    "appraisal_review_number",
    "appraisal_plan_number",
)


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0001_initial")]
    operations = [migrations.RunSQL(f"CREATE SEQUENCE {name}", f"DROP SEQUENCE {name}") for name in NAMES]
